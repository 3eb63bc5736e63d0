"""tau-bench retail's tasks, played through the whole assistant as a customer would talk to it."""
