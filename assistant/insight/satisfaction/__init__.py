"""How satisfied customers are: what they say themselves, and, beside it, what a model predicts."""
