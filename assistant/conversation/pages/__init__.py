"""Answers from the shop's pages: found, chosen, quoted or worded, never guessed."""
