"""Weights of the signals: a logistic regression, judged on pages that it wasn't fitted on.

Classes are balanced and signals standardised; the penalty on squared weights (C = 0.3) was chosen once. Examples of one
page go into one fold, or a page's own words would be known.
"""

import random
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np
from numpy.typing import NDArray

from assistant.conversation.pages.answerable import Fit, Signals
from assistant.evaluation.answering.collect import Example

_C = 0.3
_FOLDS = 6
_SEED = 0
_NAMES = tuple(field.name for field in fields(Signals))


@dataclass(frozen=True)
class Figures:
    """How well passages that answer are told from others, on pages not fitted on.

    Attributes:
        examples: how many; `answering` of them answer.
        auroc: of the probability; `auroc_of_score`: of the search's score alone.
        kept: by probability, the share of answering passages at or above it, and of others.
    """

    examples: int
    answering: int
    auroc: float
    auroc_of_score: float
    kept: dict[float, tuple[float, float]]


def fit(examples: Sequence[Example]) -> Fit:
    """The weights learned on examples of one language, rounded to three digits.

    Raises:
        ValueError: all of them answer, or none.
    """
    weights, offset = _fitted(_matrix(examples), _labels(examples))
    named = {name: round(float(weight), 3) for name, weight in zip(_NAMES, weights, strict=True)}
    return Fit(named, round(float(offset), 3))


def leave_page_out(examples: Sequence[Example], at: Sequence[float]) -> Figures:
    """Figures on folds of pages.

    Args:
        examples: of one language.
        at: the probabilities for which `kept` is told.
    """
    from sklearn.metrics import roc_auc_score

    signals, labels = _matrix(examples), _labels(examples)
    pages = sorted({one.page for one in examples})
    random.Random(_SEED).shuffle(pages)
    fold_of = {page: place % _FOLDS for place, page in enumerate(pages)}
    folds = np.array([fold_of[one.page] for one in examples])
    sure = np.zeros(len(examples))
    for fold in range(min(_FOLDS, len(pages))):
        weights, offset = _fitted(signals[folds != fold], labels[folds != fold])
        sure[folds == fold] = 1 / (1 + np.exp(-(signals[folds == fold] @ weights + offset)))
    return Figures(
        examples=len(examples),
        answering=int(labels.sum()),
        auroc=float(roc_auc_score(labels, sure)),
        auroc_of_score=float(roc_auc_score(labels, signals[:, _NAMES.index("logit")])),
        kept={p: (float((sure[labels == 1] >= p).mean()), float((sure[labels == 0] >= p).mean())) for p in at},
    )


def _fitted(signals: NDArray[np.float64], labels: NDArray[np.int64]) -> tuple[NDArray[np.float64], float]:
    from sklearn.linear_model import LogisticRegression

    mean, spread = signals.mean(axis=0), signals.std(axis=0) + 1e-9
    model = LogisticRegression(C=_C, max_iter=3000, class_weight="balanced").fit((signals - mean) / spread, labels)
    weights = model.coef_[0] / spread
    return weights, float(model.intercept_[0] - weights @ mean)


def _matrix(examples: Sequence[Example]) -> NDArray[np.float64]:
    return np.array([astuple(one.signals) for one in examples], dtype=np.float64)


def _labels(examples: Sequence[Example]) -> NDArray[np.int64]:
    return np.array([int(one.answers) for one in examples], dtype=np.int64)
