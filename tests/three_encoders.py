"""The encoders that are always there, for what must come out the same whether MPNet was pulled or not."""

from collections.abc import Mapping

from assistant.models.embeddings.blend import BlendedEmbeddings
from assistant.models.embeddings.cache import CachedEmbeddings
from assistant.models.embeddings.encoder import Encoder
from assistant.models.embeddings.load import encoders
from assistant.settings import Settings


def three_encoders(settings: Settings) -> Mapping[str, Encoder]:
    """MiniLM, USE and e5, by name."""
    return {name: encoder for name, encoder in encoders(settings).items() if name != "mpnet"}


def three_as_one(settings: Settings) -> CachedEmbeddings:
    """The same as one embedding."""
    return CachedEmbeddings(BlendedEmbeddings(three_encoders(settings).values()), settings.cache_dir / "embeddings")
