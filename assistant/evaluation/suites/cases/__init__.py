"""Cases as files: their forms, how they are read, chosen and checked."""
