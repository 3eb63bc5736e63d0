"""Whether a training with corrections may replace the one before: no intent may lose more than a point."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

MOST_LOST = 0.01


class Loss(NamedTuple):
    """An intent that is read less well than before; accuracies are shares of its `messages`."""

    intent: str
    before: float
    after: float
    messages: int


def losses(labels: Sequence[str], before: Sequence[str], after: Sequence[str]) -> tuple[Loss, ...]:
    """The intents that lost, the heaviest loss first.

    Args:
        labels: what each message asks for.
        before: as what it was read.
        after: as what it is read now.
    """
    sizes = Counter(labels)
    old = Counter(label for label, got in zip(labels, before, strict=True) if got == label)
    new = Counter(label for label, got in zip(labels, after, strict=True) if got == label)
    found = [Loss(name, old[name] / size, new[name] / size, size) for name, size in sizes.items()]
    return tuple(sorted((one for one in found if one.after < one.before), key=lambda one: one.after - one.before))


def forbids(found: Sequence[Loss]) -> tuple[Loss, ...]:
    """The losses for which a training is refused."""
    return tuple(one for one in found if one.before - one.after > MOST_LOST)
