"""Suites of cases: read, run over versions of the prompts and models, held against what is expected, compared."""
