"""Messages that were heard or seen rather than typed: what they name is confirmed by the customer before it counts."""
