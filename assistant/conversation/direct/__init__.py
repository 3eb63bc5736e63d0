"""Requests that a READ tool serves at once, without a model call: what the tool is asked."""
