"""Is the right memory recalled, is it still true, and whose is it?"""
