"""How much personal data the masker finds in sentences with planted items."""
