"""The check: what a reply says must stand in a tool's result, a cited passage or the customer's own words."""
