"""What a customer did just before they wrote makes some intents likelier: a prior, added log-linearly, within limits.

    p'(i) is proportional to p(i) * exp(s * lift(i)),   -LARGEST <= lift(i) <= LARGEST

`lift` comes from whatever stands behind the port `IntentPrior`. `s` is 1 while the text leaves it open what is meant
and falls to 0 where the text is sure, so that who says "cancel my order" on the returns page is understood.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Protocol

LARGEST = 2.0
OPEN, SURE = 0.5, 0.85
"""Probabilities of the best intent up to which behaviour counts fully, and from which it doesn't count at all."""


class IntentPrior(Protocol):
    """Says which intents recent behaviour makes likelier."""

    def lift(self, acts: Sequence[str]) -> Mapping[str, float]:
        """What `acts` add to the logarithm of each intent's probability; intents that aren't named get nothing.

        Args:
            acts: what was done lately, the newest first, such as `return_page`.
        """
        ...


def share_of(probability: float) -> float:
    """How much behaviour counts beside a text whose best intent has this probability, 0 to 1."""
    return min(1.0, max(0.0, (SURE - probability) / (SURE - OPEN)))


def leaned(probabilities: Sequence[tuple[str, float]], lift: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    """The probabilities with behaviour counted, best first; their sum stays as it was.

    Args:
        probabilities: by intent, best first.
        lift: see `IntentPrior.lift`.
    """
    share = share_of(probabilities[0][1]) if probabilities else 0.0
    if share <= 0 or not any(lift.values()):
        return tuple(probabilities)
    weighed = [(name, p * math.exp(share * _limited(lift.get(name, 0.0)))) for name, p in probabilities]
    before, after = sum(p for _, p in probabilities), sum(p for _, p in weighed)
    scaled = [(name, p * before / after) for name, p in weighed]
    return tuple(sorted(scaled, key=lambda pair: -pair[1]))


def _limited(lift: float) -> float:
    return max(-LARGEST, min(LARGEST, lift))
