"""Runs as text, JUnit and one HTML page."""
