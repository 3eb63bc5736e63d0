"""The e-mail channel: letters come in as messages, answers go out as letters of the same thread."""
