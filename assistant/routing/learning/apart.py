"""Learns to tell requests of one message apart: from pairs of examples put together, from examples cut in pieces, and
from messages that people wrote with two requests.

Pairs need no joined text: the n-grams of two messages are those of the one and those of the other. Pieces of an
example need no label by hand: one that is read as its example's intent by a classifier that has not seen the example
asks for it; one that is read as anything else tells the story around it. Where a second request begins is marked in
the catalogue's messages of two; every other place where one might cut them or an example is none.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.routing.detectors.apart import Apart, GramOdds, clause_grams, place_grams
from assistant.routing.detectors.lexical import Bags, Lexical, Without, tf_idf
from assistant.routing.intents.catalogue import BEGINS
from assistant.routing.learning.school import Labels
from assistant.routing.reading.pieces import pieces
from assistant.routing.reading.wording import length, plain, spoken, without_courtesies
from assistant.text.language import Language

_PAIRS = 20_000
_LONGEST = {"en": 13, "zh": 22}
_SEVERAL_C = 0.5
_OWN, _OTHER = 0.5, 0.2
_WHOLE_SHARE = 1.5
_RARE = 4
_ABSENT = -3.0
_ASKING_C, _PARTING_C = 1.0, 3.0
_WRONG = 0.5
_OFF = 1


def learn_apart(
    texts: Sequence[str],
    language: Language,
    labels: Labels,
    bags: Bags,
    without: Sequence[Without],
    asking: NDArray[np.bool_],
    classes: int,
    two_requests: Sequence[str] = (),
) -> Apart:
    """What the examples of one language teach.

    Args:
        texts: as people said them.
        labels: class of each.
        bags: the texts' n-grams.
        without: by fold, the classifier that has not seen the fold.
        asking: marks the texts that ask for something; greetings don't, nor does what is no business of the shop.
        two_requests: messages of two, marked where the second one begins.
    """
    short = asking & np.array([length(text, language) <= _LONGEST[language] for text in texts])
    several = _several(bags, labels, short, classes)
    ones = [text for text, asks in zip(texts, asking, strict=True) if asks]
    return Apart(
        several,
        _asking(texts, language, labels, bags.names, without, asking),
        _parting(ones, two_requests, language),
    )


def _several(bags: Bags, labels: Labels, joinable: NDArray[np.bool_], classes: int) -> Lexical:
    """One-vs-rest over the texts and pairs of those that are short enough to be half a message."""
    from scipy.sparse import vstack
    from sklearn.svm import LinearSVC

    random = np.random.default_rng(0)
    rows = {int(label): np.flatnonzero(joinable & (labels == label)) for label in np.unique(labels[joinable])}
    pairs = np.zeros((0, 2), dtype=np.int64)
    if len(rows) > 1:
        chosen = [random.choice(list(rows), 2, replace=False) for _ in range(_PAIRS)]
        pairs = np.array([[random.choice(rows[int(one)]), random.choice(rows[int(other)])] for one, other in chosen])
    found_in = bags.counts.getnnz(axis=0)
    known = np.flatnonzero(found_in > 1)
    idf = np.asarray(np.log((1 + len(labels)) / (1 + found_in[known])) + 1, dtype=np.float32)
    counts = bags.counts[:, known]
    put_together = vstack([counts, counts[pairs[:, 0]] + counts[pairs[:, 1]]]).tocsr()
    wanted = np.zeros((put_together.shape[0], classes), dtype=bool)
    wanted[np.arange(len(labels)), labels] = True
    for column in (0, 1):
        wanted[len(labels) + np.arange(len(pairs)), labels[pairs[:, column]]] = True
    weighed: Any = tf_idf(put_together, idf)
    weights = np.zeros((len(known), classes), dtype=np.float16)
    bias = np.full(classes, _ABSENT, dtype=np.float32)
    for label in np.flatnonzero(wanted.any(axis=0) & ~wanted.all(axis=0)):
        # the dual adds in one order on every machine; the primal leaves that to the threads of BLAS
        fitted = LinearSVC(C=_SEVERAL_C, dual=True, random_state=0).fit(weighed, wanted[:, label])
        weights[:, label], bias[label] = fitted.coef_[0], fitted.intercept_[0]
    return Lexical({bags.names[at]: row for row, at in enumerate(known.tolist())}, idf, weights, bias)


def _asking(
    texts: Sequence[str],
    language: Language,
    labels: Labels,
    names: Sequence[str],
    without: Sequence[Without],
    asking: NDArray[np.bool_],
) -> GramOdds:
    """A logistic regression over stretches of the texts."""
    asks: list[str] = []
    tells: list[str] = []
    whole: list[str] = []
    for held in without:
        judge = held.lexical(names)
        for at in np.flatnonzero(held.test & asking).tolist():
            stretches = _stretches(texts[at], language)
            if not stretches:
                whole.append(texts[at])
                continue
            shares = np.exp(judge.log_probabilities([plain(stretch, language) for stretch in stretches], language))
            own, best = shares[:, labels[at]], shares.max(axis=1)
            asks += [s for s, mine, most in zip(stretches, own, best, strict=True) if mine == most and mine > _OWN]
            tells += [s for s, mine in zip(stretches, own, strict=True) if mine < _OTHER]
    step = max(1, round(len(whole) / max(len(asks) * _WHOLE_SHARE, 1)))
    asks += whole[::step]
    truth = np.arange(len(asks) + len(tells)) < len(asks)
    return _fit([clause_grams(text, language) for text in [*asks, *tells]], truth, c=_ASKING_C)


def _stretches(text: str, language: Language) -> list[str]:
    """Both sides of every place where a text may be cut."""
    said = _said(text, language)
    found = pieces(said, language)
    sides = [
        (said[found[0].start : found[at - 1].end], said[found[at].start : found[-1].end]) for at in range(1, len(found))
    ]
    return [side.strip() for pair in sides for side in pair]


def _said(text: str, language: Language) -> str:
    return spoken(without_courtesies(text.strip(), language), language)


def _parting(ones: Sequence[str], twos: Sequence[str], language: Language) -> GramOdds:
    """A logistic regression over the places where messages of one and of two requests might be cut.

    A place in a message of two that isn't the marked one weighs half: what is cut there is cut rightly all the same,
    if not in the right place.
    """
    grams: list[Iterator[str]] = []
    truth: list[bool] = []
    weight: list[float] = []
    for text in ones if twos else ():
        said = _said(text, language)
        places = _places(said, language)
        grams += [_at(said, place, language) for place in places]
        truth += [False] * len(places)
        weight += [1.0] * len(places)
    for text in twos:
        said = _said(text, language)
        begins = said.find(BEGINS)
        if begins < 0:
            continue
        said = said.replace(BEGINS, "")
        places = _places(said, language)
        right = [start - _OFF <= begins <= end + _OFF for start, end in places]
        if not any(right):
            places, right = [*places, (begins, begins)], [*right, True]
        grams += [_at(said, place, language) for place in places]
        truth += right
        weight += [1.0 if begun else _WRONG for begun in right]
    return _fit(grams, np.array(truth, dtype=bool), np.array(weight), c=_PARTING_C)


def _places(said: str, language: Language) -> list[tuple[int, int]]:
    """Where a text may be cut: the ends of one piece and the beginnings of the next."""
    return [(one.end, other.start) for one, other in pairwise(pieces(said, language))]


def _at(said: str, place: tuple[int, int], language: Language) -> Iterator[str]:
    start, end = place
    return place_grams(said[:start], said[start:end], said[end:], language)


def _fit(
    texts: Sequence[Iterable[str]], truth: NDArray[np.bool_], weight: NDArray[np.float64] | None = None, *, c: float
) -> GramOdds:
    """The regression over the n-grams of each text; one that knows nothing where only one answer is known."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    if truth.all() or not truth.any():
        return GramOdds({}, np.zeros((0, 2), dtype=np.float32), 0.0)
    rows: dict[str, int] = {}
    found, ends = [], [0]
    for grams in texts:
        found += [rows.setdefault(gram, len(rows)) for gram in grams]
        ends.append(len(found))
    counts = csr_matrix((np.ones(len(found)), found, ends), shape=(len(ends) - 1, len(rows)))
    counts.sum_duplicates()
    found_in = counts.getnnz(axis=0)
    known = np.flatnonzero(found_in >= _RARE)
    idf = np.asarray(np.log((1 + counts.shape[0]) / (1 + found_in[known])) + 1, dtype=np.float32)
    model = LogisticRegression(C=c, max_iter=1000, class_weight="balanced")
    fitted = model.fit(tf_idf(counts[:, known], idf), truth, sample_weight=weight)
    names = list(rows)
    weights = np.stack([idf, fitted.coef_[0]], axis=1).astype(np.float32)
    return GramOdds({names[at]: row for row, at in enumerate(known.tolist())}, weights, float(fitted.intercept_[0]))
