"""Computes e5's centres from the sentences beside this file: `python -m assistant.models.embeddings.make_centres`."""

import base64
import json
from pathlib import Path

import numpy as np
import yaml

from assistant.models.embeddings.centres import CENTRES_FILE, KINDS, LANGUAGES, Centres
from assistant.models.embeddings.e5 import E5Encoder
from assistant.models.embeddings.encoder import Encoder
from assistant.settings import Settings

CORPUS_FILE = Path(__file__).with_name("centre_corpus.yaml")


def compute_centres(encoder: Encoder, corpus: Path = CORPUS_FILE) -> Centres:
    """The mean raw vector of each part of the corpus.

    Args:
        encoder: gives raw vectors (`E5Encoder(..., centred=False)`).
        corpus: the YAML file of sentences.
    """
    sentences = yaml.safe_load(corpus.read_text(encoding="utf-8"))
    return {
        (language, as_query): np.asarray(
            # questions and passages both: the prefix decides the centre, not the content
            encoder.embed(sentences[language]["questions"] + sentences[language]["passages"], as_query=as_query).mean(
                axis=0
            )
        )
        for language in LANGUAGES
        for as_query in KINDS
    }


def save_centres(centres: Centres, file: Path = CENTRES_FILE) -> None:
    """Write centres in the shipped form."""
    packed = {
        language: {
            kind: base64.b64encode(centres[language, as_query].astype("<f2").tobytes()).decode()
            for as_query, kind in KINDS.items()
        }
        for language in LANGUAGES
    }
    file.write_text(json.dumps(packed, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Compute and write the shipped centres."""
    save_centres(compute_centres(E5Encoder(Settings().cache_dir / "stamps", centred=False)))


if __name__ == "__main__":
    main()
