"""Searches better few-shot examples and instructions for one prompt; proposes, and never promotes."""
