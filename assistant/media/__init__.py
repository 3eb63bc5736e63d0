"""Voice notes and photos: what customers send beside words becomes words, values to confirm, or a picture for a person.

A room of its own rather than a part of `insight/`: insight learns from what has happened, at night and in bulk, while
this reads one file of one customer in the middle of a turn, and is the only place where bytes of strangers are decoded.
All decoding therefore happens in a child process that has no keys, opens no network and ends at its deadline.
"""
