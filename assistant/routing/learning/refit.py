"""Whether a training with corrections may replace the one before: no intent may lose more than a point.

A strict comparison, for refits that nobody looks at, also refuses one that reads fewer held-back examples rightly.

Both trainings are compared on the catalogue's examples, each read by classifiers that had not seen it; the corrections
are learned by all of them and held back from none, so nothing but they makes a difference.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from assistant.routing.intents.catalogue import LANGUAGES, Catalogue
from assistant.routing.intents.intent import Example
from assistant.routing.learning.trained import Trained

MOST_LOST = 0.01
_ROUNDS = 3
_OUTSIDE = "out_of_scope"


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
    """The losses for which a training is refused; a single message is no loss to go by."""
    return tuple(
        one for one in found if round((one.before - one.after) * one.messages) > max(1, MOST_LOST * one.messages)
    )


@dataclass(frozen=True)
class Refit:
    """A training with corrections beside the one before.

    Args:
        trained: the new one.
        taken: the corrections that it learned; those that did harm were left out.
        before: share of the held-back examples that were read rightly, and `after`, that are now.
        lost: intents that lost, the heaviest loss first.
        strict: whether it must read at least as many rightly.
        pairs: how many held-back examples only the new one reads rightly, and how many only the old one.
    """

    trained: Trained
    taken: tuple[Example, ...]
    before: float
    after: float
    lost: tuple[Loss, ...]
    strict: bool = False
    pairs: tuple[int, int] = (0, 0)

    @property
    def passes(self) -> bool:
        """Whether it may replace the one before."""
        return bool(self.taken) and not (self.strict and self.after < self.before) and not forbids(self.lost)

    def figures(self) -> dict[str, object]:
        """The comparison as plain data."""
        lost = [{**one._asdict(), "intent": one.intent or _OUTSIDE} for one in self.lost]
        return {
            "corrections": len(self.taken),
            "before": round(self.before, 6),
            "after": round(self.after, 6),
            "lost": lost,
        }


def refit(
    catalogue: Catalogue,
    old: Trained,
    corrections: Sequence[Example],
    train: Callable[[Sequence[Example]], Trained],
    *,
    strict: bool = False,
) -> Refit:
    """Train with corrections. Where too much is lost, those to the intents that gained by it are left out.

    Args:
        catalogue: without corrections.
        old: the training before.
        corrections: to be learned as examples.
        train: trains with some of them.
        strict: see `Refit`.
    """
    labels = [e.intent for language in LANGUAGES for e in catalogue.examples if e.language == language]
    before = _readings(old)
    taken = tuple(corrections)
    for _ in range(_ROUNDS):
        trained = train(taken)
        after = _readings(trained)
        lost = losses(labels, before, after)
        rows = tuple(zip(labels, before, after, strict=True))
        won, gone = (
            sum(was != label == got for label, was, got in rows),
            sum(was == label != got for label, was, got in rows),
        )
        found = Refit(trained, taken, _share(labels, before), _share(labels, after), lost, strict, (won, gone))
        if found.passes or not taken:
            break
        harmed = {one.intent for one in forbids(lost) or lost}
        gained = {got for label, was, got in rows if label in harmed and was == label != got}
        taken = tuple(example for example in taken if example.intent not in gained)
    return found


def _readings(trained: Trained) -> list[str]:
    return [trained.names[number] for language in LANGUAGES for number in trained.held_back.get(language, ())]


def _share(labels: Sequence[str], readings: Sequence[str]) -> float:
    right = sum(label == got for label, got in zip(labels, readings, strict=True))
    return right / max(len(labels), 1)
