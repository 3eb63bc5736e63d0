"""What is remembered: the window of a conversation, facts about a customer, past conversations."""
