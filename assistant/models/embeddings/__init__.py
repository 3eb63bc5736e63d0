"""Embeddings that need no download and no key: three encoders, one vector per text."""

from assistant.models.embeddings.load import blended, encoders, load_embeddings

__all__ = ["blended", "encoders", "load_embeddings"]
