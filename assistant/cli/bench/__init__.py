"""`assistant bench`: figures, each measured in one run and printed; one module a measurement."""
