"""What all vectors of e5 have in common, by language and kind of text; subtracted before anything is compared.

The centres are the mean raw vectors of the sentences in `centre_corpus.yaml`, kept in `e5_centres.json`
(float16, base64). After a change of the corpus or of e5's weights:

    python -m assistant.models.embeddings.make_centres

writes the file again, and every index has to be built again, because the embeddings' fingerprint changes.
"""

import base64
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.text.language import Language

if TYPE_CHECKING:
    from assistant.models.embeddings.encoder import Encoder

CENTRES_FILE = Path(__file__).with_name("e5_centres.json")
CORPUS_FILE = Path(__file__).with_name("centre_corpus.yaml")

Centres = dict[tuple[Language, bool], NDArray[np.float32]]

_LANGUAGES: tuple[Language, ...] = ("en", "zh")
_KINDS = {True: "questions", False: "passages"}


@cache
def load_centres() -> Centres:
    """The shipped centres by language and by whether they are for questions, each of shape (384,)."""
    stored = json.loads(CENTRES_FILE.read_text(encoding="utf-8"))
    return {
        (language, as_query): np.frombuffer(base64.b64decode(stored[language][kind]), dtype="<f2").astype(np.float32)
        for language in _LANGUAGES
        for as_query, kind in _KINDS.items()
    }


def compute_centres(encoder: "Encoder", corpus: Path = CORPUS_FILE) -> Centres:
    """The mean raw vector of each part of the corpus.

    Args:
        encoder: gives raw vectors (`E5Encoder(..., centred=False)`).
        corpus: the YAML file of sentences.
    """
    import yaml

    sentences = yaml.safe_load(corpus.read_text(encoding="utf-8"))
    return {
        (language, as_query): np.asarray(
            # questions and passages both: the prefix decides the centre, not the content
            encoder.embed(sentences[language]["questions"] + sentences[language]["passages"], as_query=as_query).mean(
                axis=0
            )
        )
        for language in _LANGUAGES
        for as_query in _KINDS
    }


def save_centres(centres: Centres, file: Path = CENTRES_FILE) -> None:
    """Write centres in the shipped form."""
    packed = {
        language: {
            kind: base64.b64encode(centres[language, as_query].astype("<f2").tobytes()).decode()
            for as_query, kind in _KINDS.items()
        }
        for language in _LANGUAGES
    }
    file.write_text(json.dumps(packed, indent=1) + "\n", encoding="utf-8")
