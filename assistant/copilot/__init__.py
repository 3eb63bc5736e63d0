"""The copilot of the desk: what is known of a conversation, what to do next, and a draft that says where it is from."""
