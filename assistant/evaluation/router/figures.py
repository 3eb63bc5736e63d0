"""What a detector's probabilities over intents are worth, in the field's usual figures."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.routing.detectors.detector import Scores
from assistant.routing.fusion.calibration import calibration_error

Flags = NDArray[np.bool_]
Labels = NDArray[np.int64]
COVERAGES = (0.5, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True)
class Figures:
    """Shares are 0 to 1.

    Args:
        accuracy: of the messages in scope, the intent right (whether or not they would be turned away).
        macro_f1: mean F1 over the intents that occur.
        ece: expected calibration error of the best intent's probability (Guo et al. 2017), ten bins.
        risk: share of errors among the surest messages, by the share of messages that are answered.
        scope_recall: out-of-scope messages turned away; None where the set has none.
        scope_accuracy: in-scope messages that are not turned away and have the right intent.
        auroc: of the out-of-scope score; None where the set has no messages out of scope.
    """

    accuracy: float
    macro_f1: float
    ece: float
    risk: dict[str, float]
    scope_recall: float | None = None
    scope_accuracy: float | None = None
    auroc: float | None = None


def figures_of(
    log_probabilities: Scores, labels: Labels, outside: Scores | None = None, turned_away: Flags | None = None
) -> Figures:
    """Figures of one detector, or of all together.

    Args:
        log_probabilities: shape (n, classes), "out of scope" last.
        labels: the classes, "out of scope" as the last one.
        outside: how probably each message is out of scope.
        turned_away: whether it is decided to be.
    """
    classes = log_probabilities.shape[1]
    is_out = labels == classes - 1
    inside = log_probabilities[~is_out, :-1]
    found, sure = inside.argmax(axis=1), np.exp(inside.max(axis=1))
    right = found == labels[~is_out]
    scope_recall = scope_accuracy = area = None
    if outside is not None and turned_away is not None:
        scope_accuracy = float((right & ~turned_away[~is_out]).mean())
        if is_out.any():
            scope_recall = float(turned_away[is_out].mean())
            area = auroc(outside, is_out)
    return Figures(
        accuracy=float(right.mean()),
        macro_f1=macro_f1(labels[~is_out], found),
        ece=calibration_error(sure, right),
        risk={f"{share:.1f}": _risk(sure, right, share) for share in COVERAGES},
        scope_recall=scope_recall,
        scope_accuracy=scope_accuracy,
        auroc=area,
    )


def mean_of(runs: Sequence[Figures]) -> Figures:
    """Means over runs."""

    def mean(values: Sequence[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return sum(known) / len(known) if known else None

    return Figures(
        accuracy=float(np.mean([run.accuracy for run in runs])),
        macro_f1=float(np.mean([run.macro_f1 for run in runs])),
        ece=float(np.mean([run.ece for run in runs])),
        risk={share: float(np.mean([run.risk[share] for run in runs])) for share in runs[0].risk},
        scope_recall=mean([run.scope_recall for run in runs]),
        scope_accuracy=mean([run.scope_accuracy for run in runs]),
        auroc=mean([run.auroc for run in runs]),
    )


def macro_f1(labels: Labels, found: Labels) -> float:
    """Mean F1 over the classes that occur in `labels`."""
    scores = []
    for label in sorted(set(labels.tolist())):
        hits = int(((labels == label) & (found == label)).sum())
        scores.append(2 * hits / (int((labels == label).sum()) + int((found == label).sum())))
    return float(np.mean(scores)) if scores else 0.0


def auroc(scores: Scores, positive: Flags) -> float:
    """Area under the receiver's curve: how often a positive scores above a negative, ties half."""
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    ordered = scores[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    for start, end in zip(starts, np.r_[starts[1:], len(scores)], strict=True):
        ranks[order[start:end]] = (start + end + 1) / 2
    positives = int(positive.sum())
    negatives = len(positive) - positives
    return float((ranks[positive].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def _risk(sure: Scores, right: Flags, share: float) -> float:
    kept = np.argsort(-sure, kind="stable")[: max(1, round(share * len(sure)))]
    return float(1.0 - right[kept].mean())
