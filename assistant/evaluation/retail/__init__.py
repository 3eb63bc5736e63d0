"""Replays and attacks of tau-bench retail."""
