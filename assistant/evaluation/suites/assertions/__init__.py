"""What was seen, held against what is expected."""
