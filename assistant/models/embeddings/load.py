"""The embeddings that the settings ask for."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.models.embeddings.blend import BlendedEmbeddings
    from assistant.models.embeddings.cache import CachedEmbeddings
    from assistant.models.embeddings.encoder import Encoder


def load_embeddings(settings: Settings) -> "CachedEmbeddings":
    """MiniLM, USE and e5 as one, MPNet beside them, and the cache of document vectors.

    Nothing heavy is loaded before the first text.

    Raises:
        OperatorError: at the first text: a weight file is missing or isn't the pinned one.
    """
    from assistant.models.embeddings.cache import CachedEmbeddings

    return CachedEmbeddings(blended(settings), settings.cache_dir / "embeddings")


def blended(settings: Settings) -> "BlendedEmbeddings":
    """The same without the cache."""
    from assistant.models.embeddings.blend import BlendedEmbeddings
    from assistant.models.embeddings.centres import CENTRES_FILE
    from assistant.models.embeddings.pins import sha256_of

    return BlendedEmbeddings(encoders(settings).values(), centres_sha256=sha256_of(CENTRES_FILE))


def encoders(settings: Settings) -> "Mapping[str, Encoder]":
    """The encoders alone, by name: `minilm`, `use`, `e5`, and `mpnet` where it was pulled.

    Whoever has the embeddings already takes theirs (`.encoders()`), which are loaded once.
    """
    from assistant.models.embeddings.e5 import E5Encoder
    from assistant.models.embeddings.minilm import MiniLmEncoder
    from assistant.models.embeddings.mpnet import MpnetEncoder
    from assistant.models.embeddings.use import UseEncoder
    from assistant.models.store.model_store import ModelStore

    stamps, store = settings.cache_dir / "stamps", ModelStore(settings)
    threads = min(2, settings.local_threads)

    def tokenizer() -> Path:
        return store.path("minilm-tokenizer")

    found: dict[str, Encoder] = {
        "minilm": MiniLmEncoder(stamps, tokenizer),
        "use": UseEncoder(stamps),
        "e5": E5Encoder(stamps, threads),
    }
    if store.verify("mpnet") == "ready":
        found["mpnet"] = MpnetEncoder(stamps, lambda: store.path("mpnet"), tokenizer, threads)
    return found
