"""The HTTP face: the chat API with server-sent events, tokens, health, and the chat page."""
