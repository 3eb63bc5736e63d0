"""Sub-agents: a prompt, a few tools, and bounds."""
