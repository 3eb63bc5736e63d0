"""The rules: patterns of the catalogue that speak for an intent, or for its being no business of the shop."""

import re
from collections.abc import Sequence

import numpy as np

from assistant.routing.catalogue import LANGUAGES, Catalogue
from assistant.routing.detectors import Query, Scores

_FOR = 1.0


class RuleDetector:
    """Says which classes have a pattern that matches; says nothing where none does.

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
        outside = [re.compile(p, re.IGNORECASE) for lang in LANGUAGES for p in catalogue.out_of_scope_patterns[lang]]
        self._patterns.append((len(catalogue), outside))

    def scores(self, queries: Sequence[Query]) -> Scores:
        """1 for intents that a pattern speaks for, 0 elsewhere: the pool's weight says what that is worth."""
        scores = np.zeros((len(queries), self._classes))
        for row, query in enumerate(queries):
            for index, patterns in self._patterns:
                if any(pattern.search(query.text) or pattern.search(query.plain) for pattern in patterns):
                    scores[row, index] = _FOR
        return scores
