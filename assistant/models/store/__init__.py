"""The model store: which files models need, where they come from, and the hash that lets them in."""
