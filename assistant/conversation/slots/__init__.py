"""Slots: what a change still needs to know, each with its question and its way to read an answer."""
