"""Recommendations: what goes with what, told with its reason, and only to customers who ask."""
