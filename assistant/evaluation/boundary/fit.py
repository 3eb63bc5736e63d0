"""Weights of the signs: a logistic regression, judged on messages that it wasn't fitted on.

A message counts once, however many places it has: the right ones share its weight, wrong ones beside them half of it;
those of one request weigh by the square root of their number, since one is enough to cut it wrongly. Ordinary messages
count three times: half of the others hold two requests, of what customers write about every tenth does. Signs are
standardised; the penalty on squared weights (C = 0.2) was chosen once. In doubt it is cut: a second request that was
not heard has to be made again, one heard too much is only answered.
"""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.evaluation.boundary.collect import Message, Place
from assistant.routing.reading.boundary import ALWAYS, SET, Signs

_C = 0.2
_WRONG = 0.5
_ORDINARY = 3.0
_DOUBT = 0.5
_FOLDS = 5
_SEED = 0

Weights = dict[str, float]


@dataclass(frozen=True)
class Figures:
    """What comes of cutting messages that weren't fitted on.

    Attributes:
        two: messages of two requests; in `possible` of them some place parts both.
        found: messages of two requests that are cut where it is right.
        one: messages of one request, `split` of which are cut.
    """

    two: int
    possible: int
    found: int
    one: int
    split: int


def fit(messages: Sequence[Message], *, without: Sequence[str] = ()) -> Weights:
    """The weights learned, rounded to two digits.

    Args:
        without: signs that aren't known.

    Raises:
        ValueError: there is no right place, or no wrong one.
    """
    from sklearn.linear_model import LogisticRegression

    names = [name for name in _names(messages) if name not in (ALWAYS, *SET, *without)]
    rows, right, weight, given = _table(messages, names)
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    # what was set by hand is left out of what is learned: such messages say nothing about the rest
    kept = given == 0.0
    model = LogisticRegression(C=_C, max_iter=5000)
    fitted = model.fit(((rows - mean) / spread)[kept], right[kept], sample_weight=weight[kept])
    learned = fitted.coef_[0] / spread
    always = float(fitted.intercept_[0] - learned @ mean) + _DOUBT
    return {
        ALWAYS: round(always, 2),
        **{name: round(float(value), 2) for name, value in zip(names, learned, strict=True)},
        **SET,
    }


def fit_some(messages: Sequence[Message], kept: Weights, new: Sequence[str]) -> Weights:
    """The kept weights; those of the signs named `new`, and the threshold, are learned beside them."""
    from scipy.optimize import minimize

    names = [name for name in _names(messages) if name not in (ALWAYS, *SET)]
    kept = {name: weight for name, weight in kept.items() if name not in new}
    rows, right, weight, given = _table(messages, names)
    before = rows @ np.array([kept.get(name, 0.0) for name in names]) + kept[ALWAYS]
    known = given == 0.0
    found = rows[known][:, [names.index(name) for name in new]]
    mean, spread = found.mean(axis=0), found.std(axis=0) + 1e-9
    standard = np.column_stack([np.ones(len(found)), (found - mean) / spread])

    def loss(learned: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = before[known] + standard @ learned
        missed = weight[known] * (1.0 / (1.0 + np.exp(-odds)) - right[known])
        penalty = np.concatenate([[0.0], learned[1:] / _C])
        total = weight[known] @ (np.logaddexp(0.0, odds) - right[known] * odds) + learned @ penalty / 2
        return float(total), standard.T @ missed + penalty

    learned = minimize(loss, np.zeros(standard.shape[1]), jac=True).x
    weights = learned[1:] / spread
    always = kept[ALWAYS] + float(learned[0] - weights @ mean) + _DOUBT
    return {
        **kept,
        ALWAYS: round(always, 2),
        **{name: round(float(value), 2) for name, value in zip(new, weights, strict=True)},
    }


def leave_messages_out(messages: Sequence[Message], learn: Callable[[Sequence[Message]], Weights] = fit) -> Figures:
    """Figures on folds of messages, each with weights fitted on the other folds.

    Args:
        learn: how weights are fitted.
    """
    shuffled = list(messages)
    random.Random(_SEED).shuffle(shuffled)
    judged = []
    for fold in range(_FOLDS):
        weights = learn([message for place, message in enumerate(shuffled) if place % _FOLDS != fold])
        judged += [(message, _best(message, weights)) for message in shuffled[fold::_FOLDS]]
    return _figures(judged)


def with_weights(messages: Sequence[Message], weights: Weights) -> Figures:
    """Figures of weights on messages."""
    return _figures([(message, _best(message, weights)) for message in messages])


def _figures(judged: Sequence[tuple[Message, Place | None]]) -> Figures:
    two = [(message, cut) for message, cut in judged if message.two]
    return Figures(
        two=len(two),
        possible=sum(any(place.right for place in message.places) for message, _ in two),
        found=sum(cut is not None and cut.right for _, cut in two),
        one=len(judged) - len(two),
        split=sum(cut is not None for message, cut in judged if not message.two),
    )


def _best(message: Message, weights: Weights) -> Place | None:
    """Where the message is cut, if it is."""
    best = max(message.places, key=lambda place: _score(place.signs, weights), default=None)
    return best if best is not None and _score(best.signs, weights) > 0 else None


def _score(signs: Signs, weights: Weights) -> float:
    return sum(weight * signs[name] for name, weight in weights.items())


def _names(messages: Sequence[Message]) -> list[str]:
    return next((list(place.signs) for message in messages for place in message.places), [])


def _table(
    messages: Sequence[Message], names: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64], NDArray[np.float64]]:
    """The places' signs, which are right, what each weighs, and the sum of the signs that are set by hand."""
    rows, right, weight, given = [], [], [], []
    for message in messages:
        rights = sum(place.right for place in message.places)
        if message.two and not rights:
            continue
        wrongs = len(message.places) - rights
        share = _ORDINARY if message.ordinary else 1.0
        for place in message.places:
            rows.append([place.signs[name] for name in names])
            right.append(place.right)
            mine = 1 / rights if place.right else _WRONG / wrongs if message.two else 1 / math.sqrt(wrongs)
            weight.append(share * mine)
            given.append(sum(place.signs[name] for name in SET))
    return np.array(rows, dtype=np.float64), np.array(right), np.array(weight), np.array(given)
