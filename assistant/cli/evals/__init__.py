"""`assistant eval`: suites of cases over versions of the prompts and models."""
