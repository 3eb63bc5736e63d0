"""`assistant bench insight satisfaction`: how well it is foreseen, by folds of rated dialogues."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import OperatorError
from assistant.insight.satisfaction.dialogues import Moment
from assistant.insight.satisfaction.figures import FIRST, Figures, figures_of, found_first
from assistant.insight.satisfaction.model import Table
from assistant.insight.satisfaction.training import parts_of, train

FOLDS = 5
MOST_ECE = 0.03
LEAST_FOUND = 0.8
_FEWEST = 20


@dataclass(frozen=True)
class Way:
    """One way of reading the dialogues.

    Args:
        name: `history` (what came before the customer's message, as annotators saw it) or `turn` (the message too).
        figures: over all moments, each foreseen by a model that hadn't seen its dialogue.
        kinds: which kind of model was chosen, by fold.
        queue: of dialogues as a whole, the share of the dissatisfied in the first 40 % of a queue ranked by the model;
            None where no dialogue was rated as a whole.
    """

    name: str
    figures: Figures
    kinds: tuple[str, ...]
    queue: float | None
    dialogues: int


def measure_ways(
    moments: list[Moment], progress: Callable[[str, int, int], None] = lambda *_: None, *, folds: int = FOLDS
) -> tuple[Way, ...]:
    """Both ways of reading, each by folds of dialogues.

    Args:
        moments: all rated moments of a file.
        progress: called with the way's name, the fold and their number.
        folds: how many.

    Raises:
        OperatorError: there are too few dialogues, or nobody was (dis)satisfied.
    """
    labels = np.array([moment.rating for moment in moments])
    dialogues = len({moment.dialogue for moment in moments})
    if dialogues < _FEWEST or (labels <= 2).all() or not (labels <= 2).any():
        raise OperatorError(
            f"{dialogues} dialogues, {(labels <= 2).sum()} of {len(labels)} moments dissatisfied: too little to learn",
            fix=f"pass at least {_FEWEST} dialogues with ratings of both kinds",
        )
    part, whole = parts_of(moments, folds), np.array([moment.is_whole for moment in moments])
    found = []
    for name, with_now in (("history", False), ("turn", True)):
        table = Table.of(moments, with_now=with_now)
        ratings, chances, kinds = np.zeros(len(labels), dtype=np.int64), np.zeros(len(labels)), []
        for fold in range(folds):
            progress(name, fold, folds)
            held = part == fold
            learned = [moment for moment, out in zip(moments, held, strict=True) if not out]
            model = train(learned, with_now=with_now, table=table.take(~held))
            kinds.append(model.low.kind)
            foreseen = model.foresee(table.take(held))
            ratings[held] = [one.rating for one in foreseen]
            chances[held] = [one.dissatisfied for one in foreseen]
        queue = found_first(chances[whole], labels[whole] <= 2, FIRST) if (labels[whole] <= 2).any() else None
        found.append(Way(name, figures_of(labels, ratings, chances), tuple(kinds), queue, dialogues))
    return tuple(found)


@lru_cache(maxsize=1)
def published() -> dict[str, dict[str, float]]:
    """Published figures by the stem of the dataset's file."""
    import yaml

    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("published.yaml").read_text(encoding="utf-8"))
    return found


def published_for(path: Path) -> dict[str, float]:
    """Those for a file; empty where its name is none of the published ones."""
    stem = path.stem.casefold()
    return next((row for name, row in published().items() if stem.startswith(name.casefold())), {})
