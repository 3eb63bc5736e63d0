"""Measures the search on questions whose page is known, and on questions that no page answers.

A file holds one JSON object a line: `{"question": ..., "language": "en", "page": "policies/returns"}`, with
`heading` where the section is known; without `page` the question has no answer here.
"""

import json
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import OperatorError
from assistant.knowledge.search import KnowledgeSearch
from assistant.text.language import Language

_DEPTH = 24


class Question(BaseModel):
    """One question; `page` is None when the pages have no answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    language: Language
    page: str | None = None
    heading: str | None = None


class RetrievalScores(BaseModel):
    """What was measured; shares are 0 to 1.

    Attributes:
        recall_at_1: questions whose page comes first; `recall_at_3` among the first three pages.
        section_at_1: questions whose very section comes first, of those that name it.
        answered: questions with an answer whose best hit is confident.
        declined: questions without an answer whose best hit is not.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    answerable: int
    unanswerable: int
    recall_at_1: float
    recall_at_3: float
    mrr: float
    section_at_1: float
    answered: float
    declined: float
    milliseconds_p50: float
    milliseconds_p95: float


def read_questions(path: Path) -> list[Question]:
    """The questions of a file.

    Raises:
        OperatorError: there is no such file, or a line is wrong.
    """
    if not path.is_file():
        raise OperatorError(
            f"there is no file {str(path)!r}", fix="give a JSONL file, such as evals/retrieval/pages_en.jsonl"
        )
    questions = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                questions.append(Question.model_validate_json(line))
            except (ValidationError, json.JSONDecodeError) as error:
                raise OperatorError(
                    f"{path}:{number}: {error}", fix="see `assistant knowledge evaluate --help`"
                ) from error
    return questions


def evaluate(search: KnowledgeSearch, questions: Iterable[Question], *, across: bool = False) -> RetrievalScores:
    """Ask `search` every question; `across`: of pages in the other language only."""
    search.warm_up()
    ranks: list[int | None] = []
    sections: list[bool] = []
    answered: list[bool] = []
    declined: list[bool] = []
    times: list[float] = []
    for one in questions:
        start = time.perf_counter()
        only: Language = "en" if one.language == "zh" else "zh"
        hits = search.search(one.question, one.language, k=_DEPTH, only=only if across else None)
        times.append((time.perf_counter() - start) * 1000)
        confident = bool(hits) and hits[0].confident
        if one.page is None:
            declined.append(not confident)
            continue
        pages = list(dict.fromkeys(hit.passage.page for hit in hits))
        ranks.append(pages.index(one.page) + 1 if one.page in pages else None)
        answered.append(confident)
        if one.heading is not None and not across:
            best = hits[0].passage if hits else None
            sections.append(best is not None and (best.page, best.heading) == (one.page, one.heading))
    times.sort()
    return RetrievalScores(
        answerable=len(ranks),
        unanswerable=len(declined),
        recall_at_1=_share(rank == 1 for rank in ranks),
        recall_at_3=_share(rank is not None and rank <= 3 for rank in ranks),
        mrr=round(sum(1 / rank for rank in ranks if rank) / len(ranks), 3) if ranks else 0.0,
        section_at_1=_share(sections),
        answered=_share(answered),
        declined=_share(declined),
        milliseconds_p50=_quantile(times, 0.5),
        milliseconds_p95=_quantile(times, 0.95),
    )


def _share(outcomes: Iterable[Any]) -> float:
    values = [bool(outcome) for outcome in outcomes]
    return round(sum(values) / len(values), 3) if values else 0.0


def _quantile(times: Sequence[float], share: float) -> float:
    return round(times[min(len(times) - 1, int(share * len(times)))], 1) if times else 0.0
