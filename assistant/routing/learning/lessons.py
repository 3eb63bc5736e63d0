"""What each detector learned from the examples, and what it says of those that it did not see.

The second half is what fusion and calibration are fitted on: every example is judged by classifiers that were
trained without it, and by the nearest of the *other* examples.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.routing.detectors.detector import OUT, Matrix, Query, Scores, SentenceEncoder
from assistant.routing.detectors.encoders import EncoderPlan
from assistant.routing.detectors.few import CLASSIFIER, MOST_EXAMPLES, Few, learn_few, names_as_examples
from assistant.routing.detectors.lexical import Lexical, fit_lexical
from assistant.routing.detectors.linear import Linear, fit_linear
from assistant.routing.detectors.nearest import scores_by_examples
from assistant.routing.detectors.rules import OutsideDetector, RuleDetector
from assistant.routing.detectors.vectors import Progress, example_vectors
from assistant.routing.fusion.pool import RULES
from assistant.routing.intents.catalogue import LANGUAGES, Catalogue
from assistant.routing.intents.intent import Example
from assistant.routing.learning.chosen import Chosen, covering
from assistant.routing.reading.wording import Wording, plain
from assistant.text.language import Language

NEAREST = "nearest"
WORDS = "words"
_FOLDS = 4
_ENOUGH = 8
_LEAST_SHARE = 0.1

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class HeldBack:
    """Votes on examples of one language by detectors that had not seen them.

    Args:
        votes: by detector, shape (n, classes); not a number but for a typical choice where a slow encoder did not
            read all examples.
        familiar: mean cosine to the nearest other examples, shape (n,).
        labels: their classes.
    """

    votes: Mapping[str, Scores]
    familiar: Scores
    labels: Labels


@dataclass(frozen=True)
class Lessons:
    """What was learned, before it is fused.

    Args:
        names: the classes, "out of scope" last.
        linear: classifier by encoder and language.
        few: classifiers of catalogues with few examples.
        lexical: by language.
        held_back: by language.
        joined: by language, the examples' vectors of the first stage's encoders, put together.
    """

    names: tuple[str, ...]
    linear: Mapping[tuple[str, Language], Linear]
    few: Few
    lexical: Mapping[Language, Lexical]
    held_back: Mapping[Language, HeldBack]
    joined: Mapping[Language, Matrix]


def learn_detectors(
    catalogue: Catalogue,
    encoders: Mapping[str, SentenceEncoder],
    keys: Mapping[str, str],
    wording: Wording,
    plan: EncoderPlan,
    folder: Path,
    progress: Progress | None = None,
    corrections: Collection[Example] = (),
) -> Lessons:
    """Train every detector on the catalogue's examples; where they are few, on the intents' names as well.

    Args:
        keys: names each encoder and its weights.
        folder: for the examples' vectors.
        progress: called while examples are embedded.
        corrections: those of the examples that are learned but never held back, so that what is held back, and in
            which company, is the same with them and without.
    """
    names = (*catalogue.names(), OUT)
    examples = (*catalogue.examples, *names_as_examples(catalogue))
    said_by_people = np.arange(len(examples)) < len(catalogue.examples)
    languages = np.array([example.language for example in examples])
    labels: Labels = np.array([names.index(example.intent) for example in examples])
    later = set(corrections)
    judged = said_by_people & np.array([example not in later for example in examples])
    folds = np.full(len(examples), -1)
    folds[judged] = _folds(labels[judged], languages[judged])
    vectors: dict[str, Matrix] = {}
    votes: dict[tuple[str, Language], Scores] = {}
    linear: dict[tuple[str, Language], Linear] = {}
    for name in plan.encoders():
        taught = np.isin(languages, plan.languages(name))
        typical = taught
        if len(catalogue.examples) > MOST_EXAMPLES and name in plan.later():
            chosen = _covering(vectors, labels, languages, plan, len(names) - 1)
            taught, typical = taught & chosen.read, taught & chosen.typical
        texts = [wording.of(e.text, e.language, name) for e, t in zip(examples, taught, strict=True) if t]
        rows = example_vectors(encoders[name], keys[name], texts, folder, progress)
        vectors[name] = np.zeros((len(examples), rows.shape[1]), dtype=np.float32)
        vectors[name][taught] = rows
        for language in plan.languages(name):
            own = languages[taught] == language
            if own.any() or (name, language) not in linear:
                school = _school(rows, labels[taught], own, len(names))
                linear[name, language] = school.fit()
                votes[name, language] = np.full((len(examples), len(names)), np.nan)
                held = school.votes(folds[taught])[own & typical[taught]]
                votes[name, language][typical & (languages == language)] = held
        known = [language for language in plan.languages(name) if (languages == language).any()]
        for language in plan.languages(name):
            if language not in known:
                linear[name, language] = linear[name, known[0]]
    few, few_votes = Few(), dict[str, Scores]()
    if len(catalogue.examples) <= MOST_EXAMPLES:
        read = {name: np.isin(languages, plan.languages(name)) for name in plan.encoders()}
        together = {heard: np.flatnonzero(np.all([read[n] for n in heard], axis=0)) for heard in plan.combinations()}
        few, few_votes = learn_few(
            {heard: rows for heard, rows in together.items() if len(rows)},
            vectors,
            labels,
            folds,
            len(names),
            lambda rows, own: fit_linear(rows, own.tolist(), len(names)),
        )
    held_back, joined, lexical = {}, {}, {}
    rules, outside = RuleDetector(catalogue), OutsideDetector(catalogue)
    for language in LANGUAGES:
        said = (languages == language) & said_by_people
        mine = said & judged
        joined[language] = _join([vectors[name][said] for name in plan.first(language)])
        if not mine.any():
            continue
        own_examples = [example for example in catalogue.examples if example.language == language]
        numbers = {text: number for number, text in enumerate(dict.fromkeys(e.text for e in own_examples))}
        same = np.array([numbers[example.text] for example in own_examples])
        nearest, familiar = scores_by_examples(joined[language], joined[language], labels[said], len(names), same)
        queries = [Query(e.text, plain(e.text, language), language) for e in own_examples]
        words = [query.plain for query in queries]
        lexical[language] = fit_lexical(words, labels[said].tolist(), len(names), language)
        votes_by_words = _lexical_votes(words, labels[said], folds[said], len(names), language)
        held = judged[said]
        queries = [query for query, kept in zip(queries, held, strict=True) if kept]
        held_back[language] = HeldBack(
            votes={
                **{f"{CLASSIFIER}{n}": votes[n, language][mine] for stage in plan.stages[language] for n in stage},
                **{name: values[mine] for name, values in few_votes.items()},
                WORDS: votes_by_words[held],
                NEAREST: nearest[held],
                RULES: rules.scores(queries),
                **({outside.name: outside.scores(queries)} if outside.speaks else {}),
            },
            familiar=familiar[held],
            labels=labels[mine],
        )
    return Lessons(names, linear, few, lexical, held_back, joined)


@dataclass(frozen=True)
class _School:
    """Examples as one language's classifier reads them.

    Those of the other language are moved by the difference of the languages' means, and count the less the more
    examples there are of the own one: a Chinese example teaches English too, where English ones are few.
    """

    vectors: Matrix
    labels: Labels
    shares: NDArray[np.float64]
    mean: Matrix
    classes: int

    def fit(self, rows: NDArray[np.bool_] | None = None) -> Linear:
        """The classifier that `rows` teach; all of them where none are named."""
        used = self.shares > 0 if rows is None else rows & (self.shares > 0)
        return fit_linear(
            self.vectors[used], self.labels[used].tolist(), self.classes, mean=self.mean, shares=self.shares[used]
        )

    def votes(self, folds: Labels) -> Scores:
        """Log-probabilities for each row from a classifier that has not seen it."""
        scores = np.zeros((len(self.labels), self.classes))
        for fold in range(_FOLDS):
            test = folds == fold
            if test.any() and not test.all():
                scores[test] = self.fit(~test).log_probabilities(self.vectors[test])
        return scores


def _school(vectors: Matrix, labels: Labels, own: NDArray[np.bool_], classes: int) -> _School:
    if own.all() or not own.any():
        return _School(vectors, labels, np.ones(len(labels)), vectors.mean(axis=0), classes)
    mean, other = vectors[own].mean(axis=0), vectors[~own].mean(axis=0)
    share = min(1.0, _ENOUGH * len(set(labels[own].tolist())) / int(own.sum()))
    moved = np.where(own[:, None], vectors, vectors - other + mean).astype(np.float32)
    return _School(moved, labels, np.where(own, 1.0, share if share >= _LEAST_SHARE else 0.0), mean, classes)


def _covering(
    vectors: Mapping[str, Matrix], labels: Labels, languages: NDArray[np.str_], plan: EncoderPlan, out: int
) -> Chosen:
    """The examples that encoders of later stages read, by the vectors of the first stage."""
    read, typical = np.zeros(len(labels), dtype=bool), np.zeros(len(labels), dtype=bool)
    for language in LANGUAGES:
        rows = np.flatnonzero(languages == language)
        if len(rows):
            joined = _join([vectors[name][rows] for name in plan.first(language)])
            read[rows], typical[rows] = covering(joined, labels[rows])
    outside = labels == out  # what lies outside has no middle: all of it is read
    return Chosen(read | outside, typical | outside)


def _lexical_votes(texts: list[str], labels: Labels, folds: Labels, classes: int, language: Language) -> Scores:
    """The same as `_School.votes`, for words."""
    scores = np.zeros((len(labels), classes))
    for fold in range(_FOLDS):
        test = folds == fold
        if test.any() and not test.all():
            taught = [text for text, held in zip(texts, test, strict=True) if not held]
            fitted = fit_lexical(taught, labels[~test].tolist(), classes, language)
            scores[test] = fitted.log_probabilities([t for t, held in zip(texts, test, strict=True) if held], language)
    return scores


def _folds(labels: Labels, languages: NDArray[np.str_]) -> Labels:
    """A fold for each example, so that every fold holds some of every class and language.

    Neighbours in the catalogue, which are often ways to say the same thing, are held back together.
    """
    folds = np.zeros(len(labels), dtype=np.int64)
    for label in set(labels.tolist()):
        for language in set(languages.tolist()):
            rows = np.flatnonzero((labels == label) & (languages == language))
            folds[rows] = np.arange(len(rows)) * _FOLDS // max(len(rows), 1)
    return folds


def _join(parts: list[Matrix]) -> Matrix:
    return np.asarray(np.concatenate(parts, axis=1) / np.sqrt(len(parts)), dtype=np.float32)
