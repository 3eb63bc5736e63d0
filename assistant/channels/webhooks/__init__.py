"""Signed webhooks to the shop's systems: a handoff, an executed change, a closed conversation."""
