"""What each detector learned from the examples, and what it says of those that it did not see.

The second half is what fusion and calibration are fitted on: every example is judged by classifiers that were
trained without it, and by the nearest of the *other* examples.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.routing.catalogue import LANGUAGES, Catalogue
from assistant.routing.detectors import OUT, Matrix, Query, Scores, SentenceEncoder
from assistant.routing.linear import Linear, fit_linear
from assistant.routing.nearest import scores_by_examples
from assistant.routing.plan import EncoderPlan
from assistant.routing.pool import RULES
from assistant.routing.rules import RuleDetector
from assistant.routing.vectors import example_vectors
from assistant.routing.wording import Wording, plain
from assistant.text.language import Language

NEAREST = "nearest"
_FOLDS = 4

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class HeldBack:
    """Votes on examples of one language by detectors that had not seen them.

    Args:
        votes: by detector, shape (n, classes).
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
        linear: classifier by encoder.
        held_back: by language.
        joined: by language, the examples' vectors of the first stage's encoders, put together.
    """

    names: tuple[str, ...]
    linear: Mapping[str, Linear]
    held_back: Mapping[Language, HeldBack]
    joined: Mapping[Language, Matrix]


def learn_detectors(
    catalogue: Catalogue,
    encoders: Mapping[str, SentenceEncoder],
    keys: Mapping[str, str],
    wording: Wording,
    plan: EncoderPlan,
    folder: Path,
) -> Lessons:
    """Train every detector on the catalogue's examples.

    Args:
        keys: names each encoder and its weights.
        folder: for the examples' vectors.
    """
    names = (*catalogue.names(), OUT)
    examples = catalogue.examples
    languages = np.array([example.language for example in examples])
    labels: Labels = np.array([names.index(example.intent) for example in examples])
    folds = _folds(labels, languages)
    vectors: dict[str, Matrix] = {}
    votes: dict[str, Scores] = {}
    linear = {}
    for name in plan.encoders():
        taught = np.isin(languages, plan.languages(name))
        texts = [wording.of(e.text, e.language, name) for e, t in zip(examples, taught, strict=True) if t]
        rows = example_vectors(encoders[name], keys[name], texts, folder)
        vectors[name] = np.zeros((len(examples), rows.shape[1]), dtype=np.float32)
        vectors[name][taught] = rows
        linear[name] = fit_linear(rows, labels[taught].tolist(), len(names))
        votes[name] = np.zeros((len(examples), len(names)))
        votes[name][taught] = _votes(rows, labels[taught], folds[taught], len(names))
    held_back, joined = {}, {}
    rules = RuleDetector(catalogue)
    for language in LANGUAGES:
        mine = languages == language
        own = [example for example in examples if example.language == language]
        joined[language] = _join([vectors[name][mine] for name in plan.first(language)])
        if not own:
            continue
        numbers = {text: number for number, text in enumerate(dict.fromkeys(example.text for example in own))}
        same = np.array([numbers[example.text] for example in own])
        nearest, familiar = scores_by_examples(joined[language], joined[language], labels[mine], len(names), same)
        queries = [Query(e.text, plain(e.text, language), language) for e in own]
        held_back[language] = HeldBack(
            votes={
                **{f"classifier:{name}": votes[name][mine] for stage in plan.stages[language] for name in stage},
                NEAREST: nearest,
                RULES: rules.scores(queries),
            },
            familiar=familiar,
            labels=labels[mine],
        )
    return Lessons(names, linear, held_back, joined)


def _folds(labels: Labels, languages: NDArray[np.str_]) -> Labels:
    """A fold for each example, so that every fold holds some of every class and language."""
    folds = np.zeros(len(labels), dtype=np.int64)
    for label in set(labels.tolist()):
        for language in set(languages.tolist()):
            rows = np.flatnonzero((labels == label) & (languages == language))
            folds[rows] = np.arange(len(rows)) % _FOLDS
    return folds


def _votes(vectors: Matrix, labels: Labels, folds: Labels, classes: int) -> Scores:
    """Log-probabilities for each row from a classifier that has not seen it."""
    scores = np.zeros((len(labels), classes))
    for fold in range(_FOLDS):
        test = folds == fold
        if test.any() and not test.all():
            fitted = fit_linear(vectors[~test], labels[~test].tolist(), classes)
            scores[test] = fitted.log_probabilities(vectors[test])
    return scores


def _join(parts: list[Matrix]) -> Matrix:
    return np.asarray(np.concatenate(parts, axis=1) / np.sqrt(len(parts)), dtype=np.float32)
