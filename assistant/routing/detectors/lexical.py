"""The lexical detector: a linear classifier over words and pieces of words, beside those over sentence vectors.

Sentence encoders read what is meant; letters and characters tell set phrases, slang, dialects and misspelt words
that encoders have never met. With fewer than about ten examples an intent it adds nothing; with fifty and more it
is the best single reader of short Chinese messages. One-vs-rest linear support vector machines over TF-IDF
weighted n-grams (Joachims 1998); the pool's weight turns their margins into probabilities.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.routing.detectors.detector import Matrix, Query, Scores, log_softmax
from assistant.text.han import syllables
from assistant.text.language import Language

_C = 1.0
_SHARPNESS = 3.0
_ABSENT = -3.0
_PIECES = (3, 4, 5)
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[?]")
_SKIPPED = re.compile(r"[\s，。！!、,.~～…\"“”()（）]+")


def grams(text: str, language: Language) -> Iterator[str]:
    """The n-grams of a prepared text.

    Chinese: characters, pairs of them, and pairs of their syllables, which outlive a wrongly chosen character.
    English: words, pairs of them, and pieces of them, which outlive a typing error.
    """
    if language == "zh":
        run = _SKIPPED.sub(" ", text.lower()).strip()
        padded = f"^{run}$"
        yield from run.replace(" ", "")
        yield from (padded[at : at + 2] for at in range(len(padded) - 1))
        sounds = syllables(padded)
        yield from (f"~{one}~{other}" for one, other in pairwise(sounds))
        return
    words = _TOKEN.findall(text.lower().replace("’", "'"))
    yield from words
    yield from (f"{one} {other}" for one, other in zip(["^", *words], [*words, "$"], strict=True))
    for word in words:
        padded = f"<{word}>"
        yield from (padded[at : at + size] for size in _PIECES for at in range(len(padded) - size + 1))


@dataclass(frozen=True)
class Lexical:
    """What was learned for one language.

    Args:
        rows: n-gram to its row.
        idf: shape (n-grams,).
        weights: shape (n-grams, classes), half precision.
        bias: shape (classes,).
    """

    rows: Mapping[str, int]
    idf: Matrix
    weights: NDArray[np.float16]
    bias: Matrix

    def log_probabilities(self, texts: Sequence[str], language: Language) -> Scores:
        """Shape (n, classes)."""
        return log_softmax(_SHARPNESS * self.margins(texts, language))

    def margins(self, texts: Sequence[str], language: Language) -> Scores:
        """How far each text lies on each class's side, shape (n, classes)."""
        margins = np.tile(self.bias.astype(np.float64), (len(texts), 1))
        for row, text in enumerate(texts):
            found, values = weighted(text, language, self.rows, self.idf)
            if len(found):
                margins[row] += values @ self.weights[found].astype(np.float32)
        return margins


@dataclass(frozen=True)
class LexicalDetector:
    """A classifier over the words of a message."""

    model: Lexical
    name: str = "words"

    def scores(self, queries: Sequence[Query]) -> Scores:
        """See `Detector`."""
        return self.model.log_probabilities([query.plain for query in queries], queries[0].language)


def weighted(text: str, language: Language, rows: Mapping[str, int], idf: Matrix) -> tuple[np.ndarray, Matrix]:
    """The known n-grams of a text and their TF-IDF weights, of length 1 together."""
    counts: dict[int, int] = {}
    for gram in grams(text, language):
        row = rows.get(gram)
        if row is not None:
            counts[row] = counts.get(row, 0) + 1
    found = np.fromiter(counts, dtype=np.int64, count=len(counts))
    values = (1.0 + np.log(np.fromiter(counts.values(), dtype=np.float64, count=len(counts)))) * idf[found]
    size = float(np.linalg.norm(values))
    return found, np.asarray(values / size if size else values, dtype=np.float32)


@dataclass(frozen=True)
class Without:
    """A classifier that was taught without some of the texts.

    Args:
        test: marks those texts, shape (texts,).
        known: the n-grams that the others have, shape (n,).
        idf: and `weights`, `bias`: see `Lexical`, for those n-grams.
    """

    test: NDArray[np.bool_]
    known: NDArray[np.int64]
    idf: Matrix
    weights: NDArray[np.float16]
    bias: Matrix

    def lexical(self, names: Sequence[str]) -> Lexical:
        """The classifier for any text.

        Args:
            names: of all n-grams.
        """
        rows = {names[at]: row for row, at in enumerate(self.known.tolist())}
        return Lexical(rows, self.idf, self.weights, self.bias)


@dataclass(frozen=True)
class Bags:
    """Texts as the n-grams that are in them.

    Args:
        names: of the n-grams, as they first occur.
        counts: sparse, shape (texts, n-grams).
    """

    names: tuple[str, ...]
    counts: Any

    @classmethod
    def of(cls, texts: Sequence[str], language: Language) -> "Bags":
        """Count them; `texts` are prepared as queries are."""
        from scipy.sparse import csr_matrix

        rows: dict[str, int] = {}
        found, ends = [], [0]
        for text in texts:
            found += [rows.setdefault(gram, len(rows)) for gram in grams(text, language)]
            ends.append(len(found))
        counts = csr_matrix((np.ones(len(found)), found, ends), shape=(len(texts), len(rows)))
        counts.sum_duplicates()
        return cls(tuple(rows), counts)

    def fit(self, labels: Sequence[int], classes: int) -> Lexical:
        """The classifier that all of them teach.

        Args:
            labels: class of each text.
            classes: how many there are; those without an example get a low score.
        """
        idf, weights, bias = _fitted(self.counts, np.asarray(labels), classes)
        return Lexical({gram: row for row, gram in enumerate(self.names)}, idf, weights, bias)

    def without_each(self, labels: NDArray[np.int64], folds: NDArray[np.int64], classes: int) -> Iterator[Without]:
        """For each fold the classifier that the others teach; see `held_back`."""
        for fold in range(int(folds.max(initial=-1)) + 1):
            test = folds == fold
            if not test.any() or test.all():
                continue
            taught = self.counts[~test]
            known = np.flatnonzero(taught.getnnz(axis=0))
            yield Without(test, known, *_fitted(taught[:, known], labels[~test], classes))

    def held_back(
        self,
        labels: NDArray[np.int64],
        folds: NDArray[np.int64],
        classes: int,
        fitted: Iterable[Without] | None = None,
    ) -> Scores:
        """Log-probabilities of shape (texts, classes) for each text from a classifier that has not seen it.

        Args:
            labels: class of each text.
            folds: which texts are held back together; those of a negative one never are, and get zeros.
            fitted: what `without_each` gives, where that is at hand.
        """
        scores = np.zeros((len(labels), classes))
        for held in self.without_each(labels, folds, classes) if fitted is None else fitted:
            tested = tf_idf(self.counts[held.test][:, held.known], held.idf)
            margins = tested @ held.weights.astype(np.float32) + held.bias
            scores[held.test] = log_softmax(_SHARPNESS * margins.astype(np.float64))
        return scores


def fit_lexical(texts: Sequence[str], labels: Sequence[int], classes: int, language: Language) -> Lexical:
    """Fit a classifier; see `Bags.fit`."""
    return Bags.of(texts, language).fit(labels, classes)


def _fitted(counts: Any, labels: NDArray[np.int64], classes: int) -> tuple[Matrix, NDArray[np.float16], Matrix]:
    """Inverse document frequencies, weights and bias, as `Lexical` has them."""
    from sklearn.svm import LinearSVC

    texts, size = counts.shape
    idf = np.asarray(np.log((1 + texts) / (1 + counts.getnnz(axis=0))) + 1, dtype=np.float32)
    weights = np.zeros((size, classes), dtype=np.float16)
    bias = np.full(classes, _ABSENT, dtype=np.float32)
    known = np.unique(labels)
    if len(known) < 2:
        bias[known] = 0.0
        return idf, weights, bias
    fitted = LinearSVC(C=_C, random_state=0).fit(tf_idf(counts, idf), labels)
    coefficients, intercepts = fitted.coef_, fitted.intercept_
    if len(known) == 2:
        coefficients, intercepts = np.vstack([-coefficients, coefficients]), np.concatenate([-intercepts, intercepts])
    weights[:, known] = coefficients.T
    bias[known] = intercepts
    return idf, weights, bias


def tf_idf(counts: Any, idf: Matrix) -> Any:
    """Rows of length 1, sparse; see `weighted`."""
    from scipy.sparse import csr_matrix

    values = (1.0 + np.log(counts.data)) * idf[counts.indices]
    squares = csr_matrix((values**2, counts.indices, counts.indptr), shape=counts.shape).sum(axis=1)
    lengths = np.repeat(np.sqrt(np.asarray(squares).ravel()), np.diff(counts.indptr))
    return csr_matrix((np.asarray(values / lengths, dtype=np.float32), counts.indices, counts.indptr), counts.shape)
