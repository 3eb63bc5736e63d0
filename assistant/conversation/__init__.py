"""The turn: from a customer's message to a checked reply."""
