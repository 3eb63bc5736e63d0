"""`assistant bench insight satisfaction`: how well it is foreseen, by folds of rated dialogues."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import OperatorError
from assistant.insight.satisfaction.dialogues import Moment
from assistant.insight.satisfaction.figures import FIRST, Figures, figures_of, found_first, mean_of
from assistant.insight.satisfaction.model import SatisfactionModel, Table
from assistant.insight.satisfaction.training import parts_of, train
from assistant.text.language import Language, detect_language

FOLDS = 5
_MOST_DRAWS = 3
_MANY = 3000
"""Moments whose figures one draw of folds tells well enough."""
MOST_ECE = 0.03
LEAST_FOUND = 0.8
_FEWEST = 20


@dataclass(frozen=True)
class Way:
    """One way of reading the dialogues.

    Args:
        name: `history` (what came before the customer's message, as annotators saw it) or `turn` (the message too).
        figures: over all moments, each foreseen by a model that hadn't seen its dialogue; means over the draws.
        kinds: which kind of model was chosen, by draw and fold.
        queue: of dialogues as a whole, the share of the dissatisfied in the first 40 % of a queue ranked by the model;
            None where no dialogue was rated as a whole.
        languages: the figures of each language, where there are two.
        errors: the calibration error of each draw of folds.
    """

    name: str
    figures: Figures
    kinds: tuple[str, ...]
    queue: float | None
    dialogues: int
    languages: Mapping[str, Figures] = field(default_factory=dict)
    errors: tuple[float, ...] = ()


def measure_ways(
    moments: Sequence[Moment],
    progress: Callable[[str, int, int], None] = lambda *_: None,
    *,
    folds: int = FOLDS,
    draws: int = 0,
    ignored: Sequence[str] = (),
) -> tuple[Way, ...]:
    """Both ways of reading, each by folds of dialogues.

    Args:
        moments: rated, of one file or several.
        progress: called with the way's name, the fold and their number.
        folds: how many.
        draws: how often dialogues are dealt into folds; 0: three times where moments are few, since which of a thousand
            moments fall together moves their calibration error by a third, else once.
        ignored: columns that must not be looked at.

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
    draws = draws or max(1, min(_MOST_DRAWS, _MANY // len(moments)))
    whole = np.array([moment.is_whole for moment in moments])
    spoken = np.array([language_of(moment) for moment in moments])
    each = {name: spoken == name for name in sorted(set(spoken.tolist()))}
    found = []
    for name, with_now in (("history", False), ("turn", True)):
        table = Table.of(moments, with_now=with_now)
        drawn: list[Figures] = []
        parts: dict[str, list[Figures]] = {language: [] for language in each if len(each) > 1}
        queues: list[float] = []
        kinds: list[str] = []
        for draw in range(draws):
            part = parts_of(moments, folds, draw)
            ratings, chances = np.zeros(len(labels), dtype=np.int64), np.zeros(len(labels))
            for fold in range(folds):
                progress(name, draw * folds + fold, draws * folds)
                held = part == fold
                learned = [moment for moment, out in zip(moments, held, strict=True) if not out]
                model = train(learned, with_now=with_now, ignored=ignored, table=table.take(~held))
                kinds.append(model.low.kind)
                foreseen = model.foresee(table.take(held))
                ratings[held] = [one.rating for one in foreseen]
                chances[held] = [one.dissatisfied for one in foreseen]
            drawn.append(figures_of(labels, ratings, chances))
            for language, figures in parts.items():
                own = each[language]
                figures.append(figures_of(labels[own], ratings[own], chances[own]))
            if (labels[whole] <= 2).any():
                queues.append(found_first(chances[whole], labels[whole] <= 2, FIRST))
        found.append(
            Way(
                name, mean_of(drawn), tuple(kinds), float(np.mean(queues)) if queues else None, dialogues,
                {language: mean_of(figures) for language, figures in parts.items()},
                tuple(figures.ece for figures in drawn),
            )
        )  # fmt: skip
    return tuple(found)


def measure_unlike(moments: Sequence[Moment], model: SatisfactionModel) -> Way:
    """What a model foresees of dialogues that it never saw, none of them nor any like them."""
    foreseen = model.predict(moments)
    labels, chances = np.array([moment.rating for moment in moments]), np.array([p.dissatisfied for p in foreseen])
    whole, ratings = np.array([moment.is_whole for moment in moments]), np.array([one.rating for one in foreseen])
    queue = found_first(chances[whole], labels[whole] <= 2, FIRST) if (labels[whole] <= 2).any() else None
    dialogues = len({moment.dialogue for moment in moments})
    return Way("unlike", figures_of(labels, ratings, chances), (model.low.kind,), queue, dialogues)


def language_of(moment: Moment) -> Language:
    """The language of a moment's words."""
    said = (*moment.lines, *((moment.now,) if moment.now else ()))
    return detect_language(" ".join(line.text for line in said))


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
