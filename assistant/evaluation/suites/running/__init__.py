"""Running cases: houses to run them in, what is seen, the cache, runs on disk."""
