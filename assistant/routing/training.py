"""Training from the catalogue's examples: deterministic, and only when something changed.

One classifier an encoder, on the examples of both languages (a Chinese example teaches English too, where the
encoder knows both). What fuses and judges their votes is fitted on predictions for examples held back.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.routing.catalogue import LANGUAGES, Catalogue
from assistant.routing.detectors import OUT, Matrix, Query, Scores, SentenceEncoder
from assistant.routing.intents import Example
from assistant.routing.linear import fit_linear
from assistant.routing.nearest import K, MemoryIndex, NearestDetector, familiarity
from assistant.routing.plan import EncoderPlan
from assistant.routing.pool import RULES, fit_pool
from assistant.routing.rules import RuleDetector
from assistant.routing.scope import fit_scope
from assistant.routing.trained import Stage, Trained
from assistant.routing.vectors import example_vectors
from assistant.routing.wording import Wording, plain
from assistant.text.language import Language

_VERSION = 3
_FOLDS = 4
_RISK = 0.08

Labels = NDArray[np.int64]


def train(
    catalogue: Catalogue,
    encoders: Mapping[str, SentenceEncoder],
    wording: Wording,
    plan: EncoderPlan,
    folder: Path,
) -> Trained:
    """What the catalogue teaches; read from `folder` when nothing changed since it was written there.

    Args:
        encoders: by name; those that the plan names are needed.
        wording: how texts are prepared for each encoder.
        plan: which encoders are heard for which language.
        folder: for what was learned and the examples' vectors.
    """
    keys = {name: _weights_of(name, encoders[name]) for name in plan.encoders()}
    described = json.dumps([_VERSION, catalogue.fingerprint, plan.describe(), wording.fingerprint, keys])
    path = folder / f"trained-{hashlib.sha256(described.encode()).hexdigest()[:16]}.npz"
    if (found := Trained.load(path)) is not None:
        return found
    names = (*catalogue.names(), OUT)
    examples = catalogue.examples
    languages = np.array([example.language for example in examples])
    labels: Labels = np.array([names.index(example.intent) for example in examples])
    folds = _folds(labels, languages)
    vectors: dict[str, Matrix] = {}
    held_back: dict[str, Scores] = {}
    linear = {}
    for name in plan.encoders():
        taught = np.isin(languages, plan.languages(name))
        texts = [wording.of(e.text, e.language, name) for e, t in zip(examples, taught, strict=True) if t]
        rows = example_vectors(encoders[name], keys[name], texts, folder)
        vectors[name] = np.zeros((len(examples), rows.shape[1]), dtype=np.float32)
        vectors[name][taught] = rows
        linear[name] = fit_linear(rows, labels[taught].tolist(), len(names))
        held_back[name] = np.zeros((len(examples), len(names)))
        held_back[name][taught] = _held_back(rows, labels[taught], folds[taught], len(names))
    stages, joined = {}, {}
    for language in LANGUAGES:
        mine = languages == language
        own = [example for example in examples if example.language == language]
        joined[language] = _join([vectors[name][mine] for name in plan.first(language)])
        nearest, familiar = _without_itself(language, own, joined[language], names)
        queries = [Query(e.text, plain(e.text, language), language) for e in own]
        others = {"nearest": nearest, RULES: RuleDetector(catalogue).scores(queries)}
        stages[language] = tuple(
            _stage(heard, {n: held_back[n][mine] for n in heard}, others, familiar, labels[mine])
            for heard in plan.heard(language)
        )
    trained = Trained(names, linear, stages, joined)
    trained.save(path)
    return trained


def _stage(
    heard: tuple[str, ...],
    votes: Mapping[str, Scores],
    others: Mapping[str, Scores],
    familiar: Sequence[float],
    labels: Labels,
) -> Stage:
    scores = {**{f"classifier:{name}": values for name, values in votes.items()}, **others}
    pool = fit_pool(scores, labels.tolist())
    pooled = pool.log_probabilities(scores)
    outside = labels == pooled.shape[1] - 1
    scope = fit_scope(pooled, familiar, outside.tolist())
    return Stage(heard, pool, scope, _figures(pooled[~outside], labels[~outside]))


def _folds(labels: Labels, languages: NDArray[np.str_]) -> Labels:
    """A fold for each example, so that every fold holds some of every class and language."""
    folds = np.zeros(len(labels), dtype=np.int64)
    for label in set(labels.tolist()):
        for language in set(languages.tolist()):
            rows = np.flatnonzero((labels == label) & (languages == language))
            folds[rows] = np.arange(len(rows)) % _FOLDS
    return folds


def _held_back(vectors: Matrix, labels: Labels, folds: Labels, classes: int) -> Scores:
    """Log-probabilities for each row from a classifier that has not seen it."""
    scores = np.zeros((len(labels), classes))
    for fold in range(_FOLDS):
        test = folds == fold
        if test.any() and not test.all():
            fitted = fit_linear(vectors[~test], labels[~test].tolist(), classes)
            scores[test] = fitted.log_probabilities(vectors[test])
    return scores


def _without_itself(
    language: Language, examples: Sequence[Example], vectors: Matrix, names: tuple[str, ...]
) -> tuple[Scores, list[float]]:
    """Scores by the nearest other examples, and how familiar each example is to the others."""
    index = MemoryIndex(examples, {language: vectors})
    found = [
        [near for near in index.nearest(vector, language, K + 1) if near.text != example.text][:K]
        for example, vector in zip(examples, vectors, strict=True)
    ]
    return NearestDetector(names, index, {}).scores_of(found), [familiarity(near) for near in found]


def _join(parts: Sequence[Matrix]) -> Matrix:
    return np.asarray(np.concatenate(parts, axis=1) / np.sqrt(len(parts)), dtype=np.float32)


def _figures(pooled: Scores, labels: Labels) -> dict[str, float]:
    inside = pooled[:, :-1]
    probability, right = np.exp(inside.max(axis=1)), inside.argmax(axis=1) == labels
    wrong = np.cumsum(~right[np.argsort(-probability)]) / np.arange(1, len(right) + 1)
    allowed = np.flatnonzero(wrong <= _RISK)
    return {
        "accuracy": float(right.mean()),
        "coverage": float(allowed[-1] + 1) / len(right) if len(allowed) else 0.0,
        "calibration_error": _calibration_error(probability, right),
    }


def _calibration_error(probability: Scores, right: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error over equal bins of probability (Guo et al. 2017)."""
    slots = np.minimum((probability * bins).astype(int), bins - 1)
    gaps = (abs(probability[slots == b].mean() - right[slots == b].mean()) * (slots == b).mean() for b in set(slots))
    return float(sum(gaps))


def _weights_of(name: str, encoder: SentenceEncoder) -> str:
    hashes = "".join(getattr(encoder, "sha256", ()))
    return f"{name}-{hashlib.sha256(hashes.encode()).hexdigest()[:12]}"
