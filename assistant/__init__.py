"""Shop Assistant: the customer-service assistant that an online shop can run itself."""

__version__ = "0.1.0"
