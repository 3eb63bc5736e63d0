"""Which memories come first: facts by the kind that a question is about, episodes by likeness and recency, mixed.

Facts are short and of a few kinds, so words tell better than vectors which of them bears on a question, and they
cost nothing. A question about what happened gives room to episodes, one about what is so to facts.
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from assistant.memory.records import Episode, Fact
from assistant.text.segment import terms

_FILE = Path(__file__).with_name("topics.yaml")
_SAME_WORDS = 3
_FACTS_FIRST = 3
_FACTS_BESIDE = 1


def mixed(facts: Sequence[Fact], episodes: Sequence[Episode], query: str, k: int) -> tuple[Fact | Episode, ...]:
    """The `k` memories that bear most on `query`, best first.

    Args:
        facts: those that hold, newest first.
        episodes: best first.
    """
    bearing = _bearing(facts, query)
    rest = [fact for fact in facts if fact not in bearing]
    if _is_episodic(query):
        best: list[Fact | Episode] = [*episodes[:2], *bearing[:_FACTS_BESIDE], *episodes[2:], *bearing[_FACTS_BESIDE:]]
    else:
        best = [*bearing[:_FACTS_FIRST], *episodes, *bearing[_FACTS_FIRST:]]
    return tuple([*best, *rest][:k])


def _bearing(facts: Sequence[Fact], query: str) -> list[Fact]:
    """The facts whose kind or value the question speaks of, best first; newer ones first among equals."""
    asked = query.casefold()
    words = set(terms(asked))
    by_kind = {kind: len(pattern.findall(asked)) for kind, pattern in _kinds().items()}
    scores = {
        fact: by_kind.get(fact.kind, 0) + _SAME_WORDS * len(words & set(terms(fact.value.casefold()))) for fact in facts
    }
    return sorted((fact for fact in facts if scores[fact]), key=lambda fact: -scores[fact])


def _is_episodic(query: str) -> bool:
    return _episodic().search(query.casefold()) is not None


@cache
def _kinds() -> dict[str, re.Pattern[str]]:
    return {kind: re.compile("|".join(patterns)) for kind, patterns in _read()["kinds"].items()}


@cache
def _episodic() -> re.Pattern[str]:
    return re.compile("|".join(_read()["episodic"]))


def _read() -> dict[str, dict[str, list[str]]]:
    import yaml

    found: dict[str, dict[str, list[str]]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return found
