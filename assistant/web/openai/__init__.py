"""The OpenAI-compatible door: any chat client or evaluation tool talks to the assistant as a model."""
