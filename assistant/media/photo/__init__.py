"""Photos: made safe, then read."""
