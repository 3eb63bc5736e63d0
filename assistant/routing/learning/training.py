"""Training from the catalogue's examples: deterministic, and only when something changed.

Each language's examples teach their own classifiers (see `lessons`). What fuses and judges their votes is fitted on
predictions for examples held back.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np

from assistant.routing.detectors.blend import blend_name
from assistant.routing.detectors.detector import Scores, SentenceEncoder
from assistant.routing.detectors.encoders import EncoderPlan
from assistant.routing.detectors.few import CLASSIFIER, KERNEL, NAMES, PROFILE, names_as_examples
from assistant.routing.detectors.rules import OutsideDetector
from assistant.routing.detectors.vectors import Progress
from assistant.routing.fusion.calibration import calibration_error
from assistant.routing.fusion.pool import RULES, Pool, fit_pool
from assistant.routing.fusion.risk import choose_limits
from assistant.routing.fusion.scope import fit_scope
from assistant.routing.intents.catalogue import LANGUAGES, Catalogue
from assistant.routing.intents.intent import Example
from assistant.routing.learning.lessons import NEAREST, WORDS, HeldBack, Lessons, learn_detectors
from assistant.routing.learning.school import Labels
from assistant.routing.learning.trained import Stage, Trained
from assistant.routing.reading.wording import Wording
from assistant.text.language import Language

_VERSION = 29
_RISK = 0.08
_FEW_TRUST = 0.88
"""Few examples that one hand wrote are more alike than messages are: on three public sets probabilities fitted on
them came out too sure by this factor of the logarithm."""


def train(
    catalogue: Catalogue,
    encoders: Mapping[str, SentenceEncoder],
    wording: Wording,
    plan: EncoderPlan,
    folder: Path,
    progress: Progress | None = None,
    corrections: Collection[Example] = (),
    keep: bool = True,
) -> Trained:
    """What the catalogue teaches; read from `folder` when nothing changed since it was written there.

    Args:
        encoders: by name; those that the plan names are needed.
        wording: how texts are prepared for each encoder.
        plan: which encoders are heard for which language.
        folder: for what was learned and the examples' vectors.
        progress: called while examples are embedded.
        corrections: those of the examples that are never held back.
        keep: whether what is learned is written there.
    """
    keys = {name: weights_of(name, encoders[name]) for name in plan.encoders()}
    taught = [catalogue.fingerprint, [example.text for example in names_as_examples(catalogue)], sorted(corrections)]
    described = json.dumps([_VERSION, taught, plan.describe(), wording.fingerprint, keys])
    path = folder / f"trained-{hashlib.sha256(described.encode()).hexdigest()[:16]}.npz"
    if (found := Trained.load(path)) is not None:
        return found
    lessons = learn_detectors(catalogue, encoders, keys, wording, plan, folder, progress, corrections)
    trained = fuse(lessons, plan).as_kept()
    if keep:
        trained.save(path)
    return trained


def fuse(lessons: Lessons, plan: EncoderPlan, only: Collection[str] | None = None) -> Trained:
    """Fit what fuses the votes and tells the scope.

    Args:
        only: the detectors to be heard; None for all.
    """
    stages: dict[Language, tuple[Stage, ...]] = {}
    found: dict[Language, Labels] = {}
    for language in LANGUAGES:
        # a language without examples is read as the others are, by the encoders that it has
        held = lessons.held_back.get(language) or next(iter(lessons.held_back.values()))
        fitted = [_stage(heard, held, only) for heard in plan.heard(language)]
        stages[language] = tuple(stage for stage, _ in fitted)
        if language in lessons.held_back:
            found[language] = np.full(len(held.labels), -1)
            for _, classes in fitted:  # the last stage that read an example has the word
                found[language] = np.where(classes >= 0, classes, found[language])
    return Trained(
        lessons.names,
        lessons.linear,
        lessons.few,
        lessons.lexical,
        stages,
        lessons.joined,
        found,
        lessons.apart,
    )


def _stage(heard: tuple[str, ...], held: HeldBack, only: Collection[str] | None) -> tuple[Stage, Labels]:
    """The stage, and as which class it reads each example held back; -1 for those that it did not read."""
    together = blend_name(heard)
    kernel = f"{KERNEL}{together}"
    wanted = [*(f"{CLASSIFIER}{name}" for name in heard), f"{CLASSIFIER}{together}", kernel]
    wanted += [f"{NAMES}{together}", f"{PROFILE}{together}"]
    if kernel not in held.votes or (only is not None and kernel not in only):
        wanted += [WORDS, NEAREST]  # beside the kernel they add nothing
    wanted = [name for name in dict.fromkeys([*wanted, RULES, OutsideDetector.name]) if name in held.votes]
    votes = {name: held.votes[name] for name in wanted if only is None or name in only}
    read = ~np.any([np.isnan(values).any(axis=1) for values in votes.values()], axis=0)
    votes = {name: values[read] for name, values in votes.items()}
    labels = held.labels[read]
    pool = fit_pool(votes, labels.tolist())
    if kernel in votes:
        pool = Pool({name: weight * _FEW_TRUST for name, weight in pool.weights.items()})
    pooled = pool.log_probabilities(votes)
    outside = labels == pooled.shape[1] - 1
    scope = fit_scope(pooled, held.familiar[read], outside)
    found = np.full(len(held.labels), -1)
    found[read] = pooled.argmax(axis=1)
    return Stage(heard, pool, scope, _figures(pooled[~outside], labels[~outside])), found


def _figures(pooled: Scores, labels: Labels) -> dict[str, float]:
    inside = pooled[:, :-1]
    probability, right = np.exp(inside.max(axis=1)), inside.argmax(axis=1) == labels
    wrong = np.cumsum(~right[np.argsort(-probability)]) / np.arange(1, len(right) + 1)
    allowed = np.flatnonzero(wrong <= _RISK)
    return {
        "accuracy": float(right.mean()),
        "coverage": float(allowed[-1] + 1) / len(right) if len(allowed) else 0.0,
        "calibration_error": calibration_error(probability, right),
        **choose_limits(probability, right).figures(),
    }


def weights_of(name: str, encoder: SentenceEncoder) -> str:
    """Names an encoder and its weights."""
    hashes = "".join(getattr(encoder, "sha256", ()))
    return f"{name}-{hashlib.sha256(hashes.encode()).hexdigest()[:12]}"
