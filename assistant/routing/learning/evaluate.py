"""How good the router is on labelled messages: one `{"text", "intents": [...]}` a line, `[]` for out of scope.

A line may have `tags` (how it is said: typo, slang, voice, ...), for which the share decided rightly is told, and
`last_intent`, what was served before it.
"""

import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from assistant.errors import OperatorError
from assistant.routing.decision import RoutingDecision
from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.router import Router, RoutingContext
from assistant.text.language import Language

_OUT = "out_of_scope"


class Case(NamedTuple):
    """A message and the intents that it asks for, in order. `last_intent` is the conversation before it."""

    text: str
    intents: tuple[str, ...]
    last_intent: str = ""
    tags: tuple[str, ...] = ()


class TagFigures(NamedTuple):
    """Share of the messages with a tag that were decided rightly, and how many there are."""

    right: float
    cases: int


class Miss(NamedTuple):
    """A case that was decided wrongly."""

    case: Case
    decided: tuple[str, ...]
    outcome: str
    probability: float


@dataclass(frozen=True)
class Figures:
    """What an evaluation found. Shares are 0 to 1.

    Args:
        accuracy: of all cases, the list of intents exactly right, in order; a question back counts as wrong.
        single: the same over messages with one request.
        macro_f1: mean F1 over the intents that occur (each request counted).
        scope_recall: out-of-scope messages that were seen as such.
        false_alarms: messages in scope that were turned away.
        both_found: messages with two requests, of which both were found.
        asked_back: messages that were answered with a question which reading is meant.
        asked_back_right: of those, the questions that offer the right reading.
        p50_ms: and `p95_ms`, milliseconds a decision.
        model_calls: of a language model, in all; `asked_model` is the share of messages that took one.
        tags: by tag. Of messages with two requests, those count as right of which both were found.
    """

    cases: int
    accuracy: float
    single: float
    macro_f1: float
    scope_recall: float
    false_alarms: float
    both_found: float
    asked_back: float
    asked_back_right: float
    p50_ms: float
    p95_ms: float
    model_calls: int
    asked_model: float
    tags: Mapping[str, TagFigures]
    misses: tuple[Miss, ...] = field(default=(), repr=False)


def read_cases(path: Path, catalogue: Catalogue) -> list[Case]:
    """The cases of a JSONL file.

    Raises:
        OperatorError: a line is no case, or names an intent that the catalogue doesn't have.
    """
    cases = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise OperatorError(f"{path} can't be read: {error.strerror}", fix="pass a JSONL file") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            case = Case(
                str(data["text"]), tuple(data["intents"]), str(data.get("last_intent", "")), tuple(data.get("tags", ()))
            )
        except (ValueError, KeyError, TypeError) as error:
            raise OperatorError(
                f"{path}:{number} is no case: {error!r}", fix='write {"text": "...", "intents": ["..."]}'
            ) from error
        if unknown := [name for name in case.intents if name not in catalogue]:
            raise OperatorError(f"{path}:{number}: unknown intents {unknown}", fix="assistant intents list")
        cases.append(case)
    return cases


def evaluate(router: Router, cases: Sequence[Case], language: Language = "en") -> Figures:
    """Decide every case and compare. One decision is made beforehand, so that what loads late isn't timed."""
    router.decide("hello", RoutingContext(language=language))
    decisions: list[RoutingDecision] = []
    times: list[float] = []
    for case in cases:
        context = RoutingContext(language=language, last_intent=case.last_intent)
        started = time.perf_counter()
        decisions.append(router.decide(case.text, context))
        times.append((time.perf_counter() - started) * 1000)
    found = [tuple(intent.intent for intent in decision.intents) for decision in decisions]
    right = [
        got == case.intents and decision.outcome != "ambiguous"
        for case, decision, got in zip(cases, decisions, found, strict=True)
    ]
    rows = list(zip(cases, decisions, found, right, strict=True))
    asked = [(case, decision) for case, decision, _, _ in rows if decision.outcome == "ambiguous"]
    outside = [decision.outcome == _OUT for case, decision, _, _ in rows if not case.intents]
    alarms = [decision.outcome == _OUT for case, decision, _, _ in rows if case.intents]
    ordered = sorted(times)
    return Figures(
        cases=len(cases),
        accuracy=_share(right),
        single=_share(ok for case, _, _, ok in rows if len(case.intents) == 1),
        macro_f1=_macro_f1([case.intents for case in cases], found),
        scope_recall=_share(outside),
        false_alarms=_share(alarms),
        both_found=_share(set(case.intents) <= set(got) for case, _, got, _ in rows if len(case.intents) > 1),
        asked_back=len(asked) / max(len(cases), 1),
        asked_back_right=_share(bool(set(case.intents) & set(decision.readings)) for case, decision in asked),
        p50_ms=ordered[len(ordered) // 2] if ordered else 0.0,
        p95_ms=ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] if ordered else 0.0,
        model_calls=sum(decision.model_calls for decision in decisions),
        asked_model=_share(decision.model_calls > 0 for decision in decisions),
        tags=_by_tag(rows),
        misses=tuple(
            Miss(
                case,
                got or decision.readings,
                decision.outcome,
                max((i.probability for i in decision.intents), default=0.0),
            )
            for case, decision, got, ok in rows
            if not ok
        ),
    )


def _by_tag(rows: Sequence[tuple[Case, RoutingDecision, tuple[str, ...], bool]]) -> dict[str, TagFigures]:
    found: dict[str, list[bool]] = {}
    for case, decision, got, ok in rows:
        if not case.intents:
            served = decision.outcome == _OUT
        else:
            served = set(case.intents) <= set(got) if len(case.intents) > 1 else ok
        for tag in case.tags:
            found.setdefault(tag, []).append(served)
    return {tag: TagFigures(_share(flags), len(flags)) for tag, flags in sorted(found.items())}


def _share(flags: Iterable[bool]) -> float:
    values = list(flags)
    return sum(values) / len(values) if values else 0.0


def _macro_f1(expected: Sequence[tuple[str, ...]], found: Sequence[tuple[str, ...]]) -> float:
    hits: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    given: Counter[str] = Counter()
    for want, got in zip(expected, found, strict=True):
        want, got = want or (_OUT,), got or (_OUT,)
        wanted.update(set(want))
        given.update(set(got))
        hits.update(set(want) & set(got))
    scores = [2 * hits[name] / (wanted[name] + given[name]) for name in wanted]
    return sum(scores) / len(scores) if scores else 0.0
