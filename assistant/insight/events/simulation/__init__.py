"""Seeded synthetic visitors with a described behaviour, and dirt planted among them, to measure and test with."""
