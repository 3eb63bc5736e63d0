"""The router on public sets of labelled messages, and its learning from corrections."""
