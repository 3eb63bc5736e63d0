"""Whether a passage answers a question: the search's score beside what is asked for and how the question was read.

The search tells how near a passage lies. Near lies too what answers something else: a question for the courier's name
finds how couriers deliver. So a logistic regression joins what the search says with what only the question tells.
"""

import json
import math
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.conversation.pages.answer_kind import wanted
from assistant.conversation.pages.asked_for import asked_kinds, holds_kind
from assistant.conversation.pages.extract import sentences
from assistant.conversation.pages.rules_first import presumes
from assistant.routing.decision import RoutedIntent
from assistant.routing.intents.intent import Intent
from assistant.text.language import Language
from assistant.text.segment import terms
from assistant.tools.results import PassageView

ANYTHING, MAY_ANSWER, ANSWERS, SURELY_ANSWERS = 0.0, 0.14, 0.7, 0.78
"""How likely a passage is to answer where it is said to come closest, where it is told to a message that was read as
something else, and where it is told without saying that it may not be what was asked for; below, none was found."""
FITS = Path(__file__).with_suffix(".json")
"""What was learned of each language's questions."""
_LEAST = 0.005
_SEARCH = "search_knowledge"


@dataclass(frozen=True)
class Signals:
    """What speaks for a passage, or against it; each 0 or 1 where nothing else is said.

    Attributes:
        logit: log-odds of the search's score.
        ahead: its score less that of the best passage of any other page.
        asked: how near the question comes to the nearest of those that it tells customers ask, as a cosine.
        untold: how near the question comes to the nearest of those that shops' pages hardly ever answer.
        words: the share of the question's words that it holds.
        length: logarithm of how many different terms the question has.
        asks_kind: the question asks for a thing of a certain kind; `asks_name`, `asks_place`.
        kind_missing: and the passage holds none.
        asks_amount: it asks for an amount or a time; `amount_missing`: no sentence holds it.
        presumes: it takes something for granted.
        read: how surely it was read as its intent; `own_page`: the passage's page tells of that; and both together.
        for_pages: the intent is one that pages answer.
    """

    logit: float
    ahead: float
    asked: float
    untold: float
    words: float
    length: float
    asks_kind: float
    asks_name: float
    asks_place: float
    kind_missing: float
    asks_amount: float
    amount_missing: float
    presumes: float
    read: float
    own_page: float
    read_as_own_page: float
    for_pages: float


def signals(
    question: str,
    passage: PassageView,
    passages: tuple[PassageView, ...],
    intent: RoutedIntent | None,
    entry: Intent | None,
) -> Signals:
    """The signals of `passage`, one of `passages`; `entry` is the catalogue's of `intent`."""
    score = min(max(passage.score, _LEAST), 1 - _LEAST)
    others = max((p.score for p in passages if p.page != passage.page), default=0.0)
    kinds = asked_kinds(question, passage.language)
    missing = any(not holds_kind(kind, passage.text, passage.language) for kind in kinds)
    wish = wanted(question)
    unmet = wish is not None and not any(wish.met_by(said) for said in sentences(passage.text))
    read = intent.probability if intent else 0.0
    own = float(entry is not None and entry.is_told_on(passage.page))
    return Signals(
        logit=math.log(score / (1 - score)),
        ahead=passage.score - others,
        asked=passage.asked,
        untold=passage.untold,
        words=passage.words,
        length=math.log(1 + len(set(terms(question)))),
        asks_kind=float(bool(kinds)),
        asks_name=float("name" in kinds),
        asks_place=float("place" in kinds),
        kind_missing=float(missing),
        asks_amount=float(wish is not None),
        amount_missing=float(unmet),
        presumes=float(presumes(question)),
        read=read,
        own_page=own,
        read_as_own_page=own * read,
        for_pages=float(entry is not None and entry.direct == _SEARCH),
    )


def probability(found: Signals, language: Language) -> float:
    """How likely it is that the passage answers, were half of all questions without an answer.

    The weights stand in `answerable.json`, which `assistant bench answering --write` makes anew.
    """
    fit = _fits()[language]
    said = sum(fit.weights[field.name] * getattr(found, field.name) for field in fields(found))
    return 1 / (1 + math.exp(-(said + fit.offset)))


@dataclass(frozen=True)
class Fit:
    """Weights of the signals by name, and what is added to their sum."""

    weights: dict[str, float]
    offset: float


@lru_cache(maxsize=1)
def _fits() -> dict[Language, Fit]:
    read: dict[Language, dict[str, Any]] = json.loads(FITS.read_text(encoding="utf-8"))
    return {language: Fit(one["weights"], one["offset"]) for language, one in read.items()}
