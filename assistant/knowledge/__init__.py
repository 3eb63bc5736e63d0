"""Pages of the shop: read, split, indexed, searched."""
