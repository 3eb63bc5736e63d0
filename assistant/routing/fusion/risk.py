"""Thresholds that keep a stated risk (selective prediction, El-Yaniv and Wiener 2010), chosen on held-back examples.

A router that answers only what it is sure of is wrong less often, but answers less. `ask_model` is the lowest
probability above which it is wrong at most as often as stated; what lies below is put before the language model.
It never asks about more than a stated share: where the risk can't be kept so, the share is, and the risk that is
reached is told.
"""

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

RISK = 0.05
"""Wrong decisions allowed among those that are made without a language model."""
MOST_ASKED = 0.15
"""Share of messages about which a language model may be asked."""
_EVEN = 0.4
_LEAST = 0.3
"""A reading less probable than this is never acted on, however few held-back messages were read so unsurely."""
_WINDOW = 40


@dataclass(frozen=True)
class Limits:
    """Thresholds of one language.

    Args:
        act: below it fewer than two of five held-back decisions were right, and never less than 0.3: the customer is
            asked.
        ask_model: see above.
        risk: share of wrong decisions at or above `ask_model`.
        asked: share of decisions below it.
    """

    act: float
    ask_model: float
    risk: float
    asked: float

    def figures(self) -> dict[str, float]:
        """As plain data, rounded."""
        return {name: round(float(value), 4) for name, value in asdict(self).items()}


def choose_limits(
    probability: NDArray[np.floating], right: NDArray[np.bool_], risk: float = RISK, most: float = MOST_ASKED
) -> Limits:
    """Thresholds for probabilities of held-back decisions.

    Args:
        probability: of each decision, shape (n,).
        right: whether it was right.
        risk: wrong decisions allowed among those at or above `ask_model`.
        most: share of decisions that may lie below `ask_model`.
    """
    if not len(probability):
        return Limits(0.3, 0.6, 0.0, 0.0)
    order = np.argsort(-probability, kind="stable")
    sure, ok = probability[order], right[order]
    risks = np.cumsum(~ok) / np.arange(1, len(ok) + 1)
    kept = np.flatnonzero(risks <= risk)
    last = max(int(kept[-1]) if len(kept) else 0, int(np.ceil(len(ok) * (1.0 - most))) - 1)
    window = np.ones(min(_WINDOW, len(ok)))
    local = np.convolve(ok[::-1].astype(float), window / window.sum(), mode="valid")
    even = np.flatnonzero(local >= _EVEN)
    act = float(sure[::-1][even[0]]) if len(even) else float(sure[0])
    ask = float(sure[last])
    act = max(min(act, ask), _LEAST)
    return Limits(act, max(act, ask), float(risks[last]), 1.0 - (last + 1) / len(ok))
