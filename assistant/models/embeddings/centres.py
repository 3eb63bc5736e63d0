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

import numpy as np
from numpy.typing import NDArray

from assistant.text.language import Language

CENTRES_FILE = Path(__file__).with_name("e5_centres.json")
LANGUAGES: tuple[Language, ...] = ("en", "zh")
KINDS = {True: "questions", False: "passages"}

Centres = dict[tuple[Language, bool], NDArray[np.float32]]


@cache
def load_centres() -> Centres:
    """The shipped centres by language and by whether they are for questions, each of shape (384,)."""
    stored = json.loads(CENTRES_FILE.read_text(encoding="utf-8"))
    return {
        (language, as_query): np.frombuffer(base64.b64decode(stored[language][kind]), dtype="<f2").astype(np.float32)
        for language in LANGUAGES
        for as_query, kind in KINDS.items()
    }
