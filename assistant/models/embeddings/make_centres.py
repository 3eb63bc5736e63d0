"""Writes e5's centres anew: `python -m assistant.models.embeddings.make_centres` (see `centre`)."""

from assistant.models.embeddings.centre import compute_centres, save_centres
from assistant.models.embeddings.e5 import E5Encoder
from assistant.settings import Settings


def main() -> None:
    """Compute and write the shipped centres."""
    save_centres(compute_centres(E5Encoder(Settings().cache_dir / "stamps", centred=False)))


if __name__ == "__main__":
    main()
