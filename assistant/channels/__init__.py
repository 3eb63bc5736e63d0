"""Ways in and out beside the chat: webhooks to the shop's systems, e-mail."""
