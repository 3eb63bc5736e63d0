"""Extractive answers: the sentences of a passage that come nearest to the question, word for word."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.conversation.pages.answer_kind import wanted
from assistant.conversation.pages.rows import named_rows
from assistant.conversation.pages.rules_first import presumes
from assistant.text.language import has_han
from assistant.text.sentences import split_sentences
from assistant.text.tables import Row, is_said_row, lines_and_rows

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

_SHARE_OF_BEST = 0.7
_SENTENCES = 3
_YES_OR_NO = re.compile("(?:yes|no)\\b|(?:不|可以|能|没有|是)[^，：。]{0,4}[，：]", re.IGNORECASE)
"""A passage that begins with a yes or a no: what follows is nothing without it."""
_LIMITS = re.compile(
    r"\b(?:not|no|never|only|cannot|unless|except|without|at most)\b|n['’]t\b|[不没无未]|只|仅|除非|最多", re.IGNORECASE
)
"""A sentence that sets a limit: it belongs to the answer where a question takes something for granted."""
_SHORT = 330
"""Characters (a Chinese one counts twice) of a passage that is quoted whole."""
_LEAD_DISCOUNT = 0.7
_OPENING_ENDS = "\n\n\n"
_ROWS_NEAR = 0.8
"""What the nearest row of a table counts at least, beside the nearest sentence, where the table is told."""
_OTHER_KIND = 0.65
"""What a sentence counts that doesn't hold what was asked for, beside one that does."""


class Sentences:
    """Finds the sentences of passages that matter for a question.

    Args:
        embeddings: compares questions with sentences.
    """

    def __init__(self, embeddings: "Embeddings") -> None:
        self._embeddings = embeddings

    def of(self, passage: str) -> list[str]:
        """The sentences of a passage; list items are sentences of their own, table rows say their columns."""
        return sentences(passage)

    def nearest(self, question: str, found: Sequence[str], limit: int) -> list[int]:
        """Indices of the sentences nearest to `question`, at most `limit`, in their own order."""
        if len(found) <= limit:
            return list(range(len(found)))
        scores = self._scores(question, found)
        return sorted(sorted(range(len(found)), key=lambda index: -scores[index])[:limit])

    def quote(self, question: str, passage: str, *, brief: bool = False, alone: bool = True) -> str:
        """The sentences of `passage` that answer `question` best, in their own order.

        A short passage is quoted whole, but for what it asks itself: its conditions belong to the answer.

        Args:
            question: what was asked.
            passage: its text.
            brief: quote the best sentences only, also of a short passage.
            alone: whether no other passage is quoted; nothing of a page's opening is quoted otherwise.
        """
        opening, section = opening_of(passage)
        lead = [said for said in sentences(opening) if alone and not brief and not said.endswith(("?", "？"))]
        found = [said for said in sentences(section) if not said.endswith(("?", "？"))] or sentences(section)
        if not found or (not lead and (len(found) == 1 or (not brief and _is_short(found)))):
            return _joined(found or lead) if found or lead else ""
        scores = self._scores(question, [*found, *lead])
        of_lead, scores = scores[len(found) :], scores[: len(found)]
        if lead and _LEAD_DISCOUNT * max(of_lead) > max(scores) and not any(map(is_said_row, found)):
            scores, found = [*of_lead, *scores], [*lead, *found]
        if len(found) == 1 or (not brief and _is_short(found)):
            return _joined(found)
        if (wish := wanted(question)) is not None and any(map(wish.met_by, found)):
            scores = [
                score * (1 if wish.met_by(words) else _OTHER_KIND) for score, words in zip(scores, found, strict=True)
            ]
        return _joined([found[index] for index in _chosen(question, found, scores)])

    def _scores(self, question: str, found: Sequence[str]) -> list[float]:
        import numpy as np

        target = np.asarray(self._embeddings.embed_query(question), dtype=np.float32)
        vectors = np.asarray(self._embeddings.embed_documents(list(found)), dtype=np.float32)
        scores: list[float] = (vectors @ target).tolist()
        return scores


def _is_short(found: Sequence[str]) -> bool:
    """Whether sentences (no rows of a table) make an answer that is read at a glance."""
    text = " ".join(found)
    length = sum(2 if has_han(character) else 1 for character in text) if has_han(text) else len(text)
    return len(found) <= _SENTENCES and length <= _SHORT and not any(is_said_row(sentence) for sentence in found)


def _chosen(question: str, found: Sequence[str], scores: Sequence[float]) -> list[int]:
    """Which sentences are said: the nearest ones; of a table the rows that are named, or all where it comes nearest."""
    ranked = sorted(range(len(found)), key=lambda index: -scores[index])
    best, named = ranked[0], named_rows(question, found)
    if named:
        prose = [] if is_said_row(found[best]) else [best]
        return sorted({*prose, *named})
    rows = [index for index in range(len(found)) if is_said_row(found[index])]
    if rows and max(scores[index] for index in rows) >= _ROWS_NEAR * scores[best]:
        return sorted({best, *rows})
    near = [i for i in ranked[1:_SENTENCES] if scores[i] >= _SHARE_OF_BEST * scores[best] and not is_said_row(found[i])]
    chosen = sorted([best, *near])
    if presumes(question) and not any(_LIMITS.search(found[index]) for index in chosen):
        limits = [index for index in ranked if _LIMITS.search(found[index])][:1]
        chosen = sorted({*chosen, *limits})
    if chosen[0] != 0 and _YES_OR_NO.match(found[0]):
        chosen = [0, *chosen[: _SENTENCES - 1]]
    return chosen


def _joined(chosen: Sequence[str]) -> str:
    """Sentences in a row; rows of a table one below the other."""
    if any(map(is_said_row, chosen)):
        return "\n".join(f"• {sentence}" for sentence in chosen) if len(chosen) > 1 else chosen[0]
    return ("" if has_han(chosen[0][-2:]) else " ").join(chosen)


def opening_of(passage: str) -> tuple[str, str]:
    """A page's opening that a passage begins with, and the rest; an opening says what the page is about."""
    opening, parted, section = passage.partition(_OPENING_ENDS)
    return (opening, section) if parted and section.strip() else ("", passage)


def sentences(passage: str) -> list[str]:
    """The sentences of a passage; list items are sentences of their own, table rows say their columns' names."""
    found: list[str] = []
    for line in lines_and_rows(passage):
        if isinstance(line, Row):
            found.append(line.said)
            continue
        text = line.lstrip("#").strip()
        if text.startswith(("- ", "* ", "• ")):
            found.append(text[2:].lstrip())
        elif text:
            found.extend(split_sentences(text))
    return found
