"""Extractive answers: the sentences of a passage that come nearest to the question, word for word."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

_SENTENCE = re.compile(r"[^.!?。！？\n]*(?:\.(?=\d)[^.!?。！？\n]*)*[.!?。！？]?[”\"')）]?", re.MULTILINE)
_SHARE_OF_BEST = 0.85
_SENTENCES = 3


def sentences(passage: str) -> list[str]:
    """The sentences of a passage; list items and table rows are sentences of their own."""
    found: list[str] = []
    for line in passage.splitlines():
        text = line.strip().lstrip("#").strip()
        if not text or set(text) <= set("|-: "):
            continue
        if text.startswith(("|", "- ", "* ", "• ")):
            found.append(text.strip("|-*• ").replace(" | ", ": ", 1).replace(" | ", ", "))
        else:
            found.extend(part.strip() for part in _SENTENCE.findall(text) if part.strip())
    return found


def extract(question: str, passage: str, embeddings: "Embeddings") -> str:
    """The sentences of `passage` that answer `question` best, in their own order.

    Args:
        question: the customer's question.
        passage: the text of one passage.
        embeddings: compares the question with each sentence.
    """
    import numpy as np

    found = sentences(passage)
    if len(found) <= _SENTENCES - 1:
        return " ".join(found)
    target = np.asarray(embeddings.embed_query(question), dtype=np.float32)
    vectors = np.asarray(embeddings.embed_documents(found), dtype=np.float32)
    scores = vectors @ target / (np.linalg.norm(vectors, axis=1) * np.linalg.norm(target) + 1e-9)
    best = sorted(range(len(found)), key=lambda index: -scores[index])[:_SENTENCES]
    chosen = sorted(index for index in best if scores[index] >= _SHARE_OF_BEST * scores[best[0]])
    separator = "" if any("\u4e00" <= character <= "\u9fff" for character in found[chosen[0]][-2:]) else " "
    return separator.join(found[index] for index in chosen)
