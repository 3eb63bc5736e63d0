"""Whole conversations with the sample shop, as data and held against what must come of them."""
