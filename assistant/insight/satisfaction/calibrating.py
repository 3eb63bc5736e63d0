"""From shares to probabilities that mean what they say, milder where a conversation is unlike those learned from.

Platt's method (1999), fitted on held-back dialogues twice over: held back at random, so that others like them were
learned from, and held back by kind, so that none were. The slope may fall with newness, the share of a moment's words
that no learned dialogue holds; how far it falls is what the kinds that were held back show. Where held-back moments
show clearly that a model is too modest about what it is nearly sure of, the line bends upwards there. Each language has
a shift of its own, as no measure reads two languages quite alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.insight.satisfaction.dialogues import Moment
from assistant.insight.satisfaction.learners import Rows, log_odds

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_TINY = 1e-6
_SHRINKS = 1.0
_BEND_AT = 1.0
"""Log-odds of a share from which the line may bend."""
_CLEARLY = 2 * 2.71
"""What twice the log-likelihood must gain by the bend: one-sided 5 %, doubled, as each moment is fitted on twice."""
_FOLDED = 512
_ROUNDED = 6


@dataclass(frozen=True)
class Calibration:
    """How shares become probabilities.

    Args:
        slope: of the log-odds of a share where every word is known.
        milder: by how much the slope falls where none is.
        shift: of the log-odds, and `chinese`, what is added to it where Chinese is spoken.
        bend: what is added to the slope from `_BEND_AT` on.
    """

    slope: float = 1.0
    milder: float = 0.0
    shift: float = 0.0
    chinese: float = 0.0
    bend: float = 0.0

    def chances(self, shares: Rows, newness: Rows, chinese: Rows) -> Rows:
        """Probabilities, shape (n,).

        Args:
            shares: 0 to 1, shape (n,).
            newness: of each moment, 0 to 1.
            chinese: 1 where it is Chinese, else 0.
        """
        slopes = np.maximum(self.slope - self.milder * newness, 0.0)
        said = log_odds(shares)
        odds = slopes * said + self.bend * _beyond(said) + self.shift + self.chinese * chinese
        return np.asarray(1.0 / (1.0 + np.exp(-odds)))


def fit(shares: Rows, newness: Rows, chinese: Rows, low: NDArray[np.bool_]) -> Calibration:
    """The calibration that fits held-back moments best, drawn towards a flat line by as much as one of them weighs.

    Args:
        shares: foreseen by models that hadn't seen the moment's dialogue, shape (n,).
        newness: of each moment to its model, and `chinese`, see `Calibration.chances`.
        low: whether the customer was dissatisfied.
    """
    if low.all() or not low.any():
        return Calibration()
    odds = log_odds(shares)
    straight, gain = _line(np.column_stack([odds, chinese, -odds * newness]), low)
    bent, bent_gain = _line(np.column_stack([odds, chinese, -odds * newness, _beyond(odds)]), low)
    return bent if bent.bend > 0 and 2.0 * (bent_gain - gain) > _CLEARLY else straight


def _line(columns: Rows, low: NDArray[np.bool_]) -> tuple[Calibration, float]:
    """The calibration by columns, with its log-likelihood.

    Args:
        columns: log-odds, language, newness and, where the line may bend, what lies beyond.
        low: see `fit`.
    """
    from sklearn.linear_model import LogisticRegression

    kept = [0, 1, 2, *range(3, columns.shape[1])]
    found = LogisticRegression(C=_SHRINKS, max_iter=1000).fit(columns, low)
    if found.coef_[0][2] < 0:  # surer of what is new than of what is known: chance, not a finding
        kept.remove(2)
        found = LogisticRegression(C=_SHRINKS, max_iter=1000).fit(columns[:, kept], low)
    weights = dict(zip(kept, map(float, found.coef_[0]), strict=True))
    chances = found.predict_proba(columns[:, kept])[np.arange(len(low)), low.astype(int)]
    likelihood = float(np.log(np.maximum(chances, _TINY)).sum())
    return Calibration(
        weights[0], weights.get(2, 0.0), float(found.intercept_[0]), weights[1], weights.get(3, 0.0)
    ), likelihood


def _beyond(odds: Rows) -> Rows:
    return np.maximum(odds - _BEND_AT, 0.0)


def known_words(words: "csr_matrix") -> NDArray[np.bool_]:
    """Which columns of words any row holds, shape (columns,)."""
    found = np.zeros(words.shape[1], dtype=np.bool_)
    found[words.indices] = True
    return found


def newness(words: "csr_matrix", known: NDArray[np.bool_]) -> Rows:
    """The share of each row's words that are not known, shape (n,); 1 where a row holds none."""
    new = np.concatenate([[0], np.cumsum(~known[words.indices])])[words.indptr]
    counts = np.diff(words.indptr)
    return np.asarray(np.where(counts > 0, np.diff(new) / np.maximum(counts, 1), 1.0))


def kinds_of(moments: Sequence[Moment], words: "csr_matrix", count: int) -> NDArray[np.int64]:
    """A fold for each moment so that dialogues about like things are held back together.

    Centres are chosen one after the other, each the dialogue least like those before it; every dialogue goes to the
    centre that it is most like, as long as that one is not full.

    Args:
        moments: rated.
        words: theirs, see `words.rows_of`.
        count: of folds, all of them equally large.
    """
    numbers = sorted({moment.dialogue for moment in moments})
    place = {number: row for row, number in enumerate(numbers)}
    own = np.array([place[moment.dialogue] for moment in moments])
    said = np.zeros((len(numbers), _FOLDED))
    np.add.at(said, (np.repeat(own, np.diff(words.indptr)), words.indices % _FOLDED), words.data)
    said -= said.mean(axis=0)
    said /= np.maximum(np.linalg.norm(said, axis=1, keepdims=True), _TINY)
    alike = np.round(said @ said.T, _ROUNDED)
    centres = [int(np.argmin(alike.sum(axis=1)))]
    while len(centres) < count:
        centres.append(int(np.argmin(alike[:, centres].max(axis=1))))
    most = -(-len(numbers) // count)
    found = np.full(len(numbers), -1)
    filled = np.zeros(count, dtype=int)
    for at in np.argsort(-alike[:, centres], axis=None, kind="stable"):
        row, centre = divmod(int(at), count)
        if found[row] < 0 and filled[centre] < most:
            found[row] = centre
            filled[centre] += 1
    return np.asarray(found[own], dtype=np.int64)
