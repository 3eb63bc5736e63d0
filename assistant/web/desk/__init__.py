"""The desk: server-rendered pages where people answer customers, with the copilot beside the conversation."""
