"""The rules: patterns of the catalogue that speak for an intent, or for being no business of the shop."""

import re
from collections.abc import Sequence

import numpy as np

from assistant.routing.detectors.detector import Query, Scores
from assistant.routing.intents.catalogue import LANGUAGES, Catalogue

_FOR = 1.0


class RuleDetector:
    """Says which intents have a pattern that matches; says nothing where none does.

    Args:
        catalogue: its patterns; those of both languages are tried, for messages that mix them.
    """

    name = "rules"

    def __init__(self, catalogue: Catalogue) -> None:
        self._classes = len(catalogue) + 1
        self._patterns = [
            (index, [re.compile(pattern, re.IGNORECASE) for lang in LANGUAGES for pattern in intent.patterns[lang]])
            for index, intent in enumerate(catalogue)
            if intent.patterns.en or intent.patterns.zh
        ]

    def scores(self, queries: Sequence[Query]) -> Scores:
        """1 for intents that a pattern speaks for, 0 elsewhere: the pool's weight says what that is worth."""
        scores = np.zeros((len(queries), self._classes))
        for row, query in enumerate(queries):
            for index, patterns in self._patterns:
                if any(pattern.search(query.text) or pattern.search(query.plain) for pattern in patterns):
                    scores[row, index] = _FOR
        return scores


class OutsideDetector:
    """Says whether a message names other people's business; apart from the rules, for it deserves its own weight.

    Args:
        catalogue: its `out_of_scope_patterns`; those of both languages are tried.
    """

    name = "other_business"

    def __init__(self, catalogue: Catalogue) -> None:
        self._classes = len(catalogue) + 1
        self._patterns = [
            re.compile(pattern, re.IGNORECASE)
            for language in LANGUAGES
            for pattern in catalogue.out_of_scope_patterns[language]
        ]

    @property
    def speaks(self) -> bool:
        """Whether there is any pattern."""
        return bool(self._patterns)

    def scores(self, queries: Sequence[Query]) -> Scores:
        """1 for "out of scope" where a pattern matches, 0 elsewhere."""
        scores = np.zeros((len(queries), self._classes))
        for row, query in enumerate(queries):
            if any(pattern.search(query.text) or pattern.search(query.plain) for pattern in self._patterns):
                scores[row, -1] = _FOR
        return scores
