"""The customers' widget: its script put together, its texts, the pictures it shows."""
