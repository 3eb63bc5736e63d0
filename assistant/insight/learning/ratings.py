"""Lets the shop's own ratings teach the model of satisfaction, when there are enough and it foresees them better."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from assistant.insight.satisfaction.dialogues import Moment
from assistant.insight.satisfaction.figures import Figures, figures_of
from assistant.insight.satisfaction.model import SatisfactionModel
from assistant.insight.satisfaction.own import own_moments
from assistant.insight.satisfaction.training import log_loss, parts_of, train

LEAST_RATED = 200
LEAST_OF_EACH = 30
_FOLDS = 5


@dataclass(frozen=True)
class Retrained:
    """A model that own ratings taught beside the one in service, both on ratings that the new one hadn't seen.

    Args:
        model: taught by all of them.
        before: figures of the model in service, and `after` of the new one.
        loss_before: log loss, and `loss_after`.
    """

    model: SatisfactionModel
    before: Figures
    after: Figures
    loss_before: float
    loss_after: float

    @property
    def passes(self) -> bool:
        """Whether the new one foresees better."""
        return self.loss_after < self.loss_before and self.after.auroc >= self.before.auroc

    def figures(self) -> dict[str, Any]:
        """As plain data."""
        losses = {"log_loss_before": round(self.loss_before, 5), "log_loss_after": round(self.loss_after, 5)}
        return {"before": self.before.data(), "after": self.after.data(), **losses}


def enough(moments: Sequence[Moment]) -> bool:
    """Whether ratings are enough to learn from: 200, at least 30 of them dissatisfied and 30 not."""
    low = sum(moment.rating <= 2 for moment in moments)
    return len(moments) >= LEAST_RATED and min(low, len(moments) - low) >= LEAST_OF_EACH


def retrain(moments: Sequence[Moment], serving: SatisfactionModel) -> Retrained:
    """Learn from the shop's ratings, together with the dialogues that ship.

    Args:
        moments: rated conversations, each with a number of its own.
        serving: the model in service; if it knows these ratings, the comparison favours it.
    """
    own = own_moments()
    first = 1 + max(moment.dialogue for moment in own)
    mine = [replace(moment, dialogue=first + moment.dialogue) for moment in moments]
    labels, part = np.array([moment.rating for moment in mine]), parts_of(mine, _FOLDS)
    chances, ratings = np.zeros(len(mine)), np.zeros(len(mine), dtype=np.int64)
    for fold in range(_FOLDS):
        held = [moment for moment, n in zip(mine, part, strict=True) if n == fold]
        learned = [moment for moment, n in zip(mine, part, strict=True) if n != fold]
        foreseen = train([*own, *learned], with_now=True).predict(held)
        chances[part == fold] = [one.dissatisfied for one in foreseen]
        ratings[part == fold] = [one.rating for one in foreseen]
    old = serving.predict(mine)
    old_chances = np.array([one.dissatisfied for one in old])
    low = labels <= 2
    return Retrained(
        train([*own, *mine], with_now=True),
        figures_of(labels, np.array([one.rating for one in old]), old_chances),
        figures_of(labels, ratings, chances),
        log_loss(old_chances, low),
        log_loss(chances, low),
    )
