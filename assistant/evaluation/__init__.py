"""Exams and measurements of the assistant; they use it as everybody does and have no side door."""
