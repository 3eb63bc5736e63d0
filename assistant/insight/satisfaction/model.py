"""A model of satisfaction: how probably a customer is dissatisfied at a moment, and what speaks for it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.insight.satisfaction.calibrating import Calibration, newness
from assistant.insight.satisfaction.dialogues import Moment
from assistant.insight.satisfaction.learners import Learned, Rows, learned_from
from assistant.insight.satisfaction.measures import NAMES, measure
from assistant.insight.satisfaction.words import rows_of

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

WORDS = ("words_dissatisfied", "words_satisfied")
COLUMNS = (*NAMES, *WORDS)


@dataclass(frozen=True)
class Table:
    """Moments, measured once.

    Args:
        measured: shape (n, len(NAMES)).
        words: shape (n, columns of `words.rows_of`).
    """

    measured: Rows
    words: "csr_matrix"

    @classmethod
    def of(cls, moments: Sequence[Moment], *, with_now: bool) -> "Table":
        """Measure moments.

        Args:
            moments: at least one; their ratings aren't looked at.
            with_now: whether the customer's message at the moment is read too.
        """
        found = np.stack([measure(moment.lines, moment.now if with_now else None) for moment in moments])
        found[:, NAMES.index("whole")] = [moment.is_whole for moment in moments]
        return cls(found, rows_of(moments, with_now=with_now))

    @property
    def chinese(self) -> Rows:
        """1 where Chinese is spoken, else 0; shape (n,)."""
        return self.measured[:, NAMES.index("chinese")]

    def take(self, rows: NDArray[np.bool_]) -> "Table":
        """Some of the moments."""
        return Table(self.measured[rows], self.words[np.flatnonzero(rows)])


@dataclass(frozen=True)
class Limits:
    """From shares to a rating: at least `low` is a 2, else at least `high` a 4, else a 3; and the two ends."""

    low: float
    high: float
    lowest: float = 2.0
    highest: float = 2.0

    def ratings(self, dissatisfied: Rows, satisfied: Rows) -> NDArray[np.int64]:
        """Shape (n,), 1 to 5."""
        found = np.where(dissatisfied >= self.low, 2, np.where(satisfied >= self.high, 4, 3))
        found = np.where((found == 2) & (dissatisfied >= self.lowest), 1, found)
        return np.where((found == 4) & (satisfied >= self.highest), 5, found)


@dataclass(frozen=True)
class Prediction:
    """What a model foresees; never the customer's own word.

    Args:
        dissatisfied: calibrated probability of a rating of 1 or 2.
        rating: the most fitting one of 1 to 5.
        drivers: measures that move it most, with how much they move the log-odds: above 0 towards dissatisfied.
    """

    dissatisfied: float
    rating: int
    drivers: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class SatisfactionModel:
    """What was learned.

    Args:
        low: foresees the share of 1 and 2, and `high` of 4 and 5.
        words: weights of words for either share, shape (2, columns of `words.rows_of`), and `bias` of both.
        known: columns of words that the dialogues learned from hold, shape (columns,).
        calibration: of `low`.
        limits: for ratings.
        with_now: whether the customer's message at the moment is read too.
        ignored: columns that it doesn't look at.
        figures: measured on held-back dialogues, and what it was trained on.
    """

    low: Learned
    high: Learned
    words: NDArray[np.float32]
    bias: tuple[float, float]
    known: NDArray[np.bool_]
    calibration: Calibration
    limits: Limits
    with_now: bool
    ignored: tuple[str, ...] = ()
    figures: dict[str, Any] = field(default_factory=dict)

    def rows(self, table: Table) -> Rows:
        """The columns of moments, shape (n, len(COLUMNS)); those that the model ignores are NaN."""
        spoken = np.asarray(table.words @ self.words.T.astype(np.float64) + self.bias)
        return without(np.hstack([table.measured, spoken]), self.ignored)

    def predict(self, moments: Sequence[Moment], *, drivers: int = 0) -> list[Prediction]:
        """One prediction for each moment.

        Args:
            moments: any number; their own ratings aren't looked at.
            drivers: how many measures are told with each.
        """
        return self.foresee(Table.of(moments, with_now=self.with_now), drivers=drivers) if moments else []

    def foresee(self, table: Table, *, drivers: int = 0) -> list[Prediction]:
        """See `predict`; of moments that are measured already."""
        rows = self.rows(table)
        low, high = self.low.shares(rows), self.high.shares(rows)
        chances = self.calibration.chances(low, newness(table.words, self.known), table.chinese)
        ratings = self.limits.ratings(low, high)
        told = self.low.contributions(rows) if drivers else None
        return [
            Prediction(float(chances[n]), int(ratings[n]), _strongest(told[n], drivers) if told is not None else ())
            for n in range(len(rows))
        ]

    def importance(self, moments: Sequence[Moment], top: int = 10) -> tuple[tuple[str, float], ...]:
        """The measures that move predictions most: the mean of their contributions, regardless of the sign."""
        table = Table.of(moments, with_now=self.with_now)
        moved = np.abs(self.low.contributions(self.rows(table))).mean(axis=0)
        return tuple((COLUMNS[n], float(moved[n])) for n in np.argsort(-moved, kind="stable")[:top])

    def save(self, path: Path) -> None:
        """Write to one file in one step, without pickles."""
        meta = {
            "low": self.low.data(), "high": self.high.data(), "bias": self.bias,
            "calibration": vars(self.calibration), "limits": vars(self.limits), "with_now": self.with_now,
            "ignored": self.ignored, "figures": self.figures, "columns": COLUMNS,
        }  # fmt: skip
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part.npz")
        np.savez_compressed(draft, meta=np.array(json.dumps(meta)), words=self.words, known=self.known)
        draft.replace(path)

    @classmethod
    def load(cls, path: Path) -> "SatisfactionModel | None":
        """What `save` wrote; None where there is no file, or one of an older form."""
        try:
            with np.load(path, allow_pickle=False) as file:
                meta, words, known = json.loads(str(file["meta"])), file["words"], file["known"]
            if tuple(meta["columns"]) != COLUMNS:
                return None
            return cls(
                learned_from(meta["low"]), learned_from(meta["high"]), words, tuple(meta["bias"]), known,
                Calibration(**meta["calibration"]), Limits(**meta["limits"]), meta["with_now"],
                tuple(meta["ignored"]), meta["figures"],
            )  # fmt: skip
        except (OSError, ValueError, KeyError):
            return None


def without(rows: Rows, ignored: Sequence[str]) -> Rows:
    """Rows of `COLUMNS` with some columns emptied."""
    if ignored:
        rows[:, [COLUMNS.index(name) for name in ignored]] = np.nan
    return rows


def _strongest(moved: Rows, count: int) -> tuple[tuple[str, float], ...]:
    order = np.argsort(-np.abs(moved), kind="stable")[:count]
    return tuple((COLUMNS[n], round(float(moved[n]), 4)) for n in order if moved[n])
