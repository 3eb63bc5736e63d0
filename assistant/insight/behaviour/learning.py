"""The prior of a shop, learned from its log: what was done before each message, what was read, what was wanted."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from assistant.insight.behaviour.lately import BEFORE, MOST_ACTS
from assistant.insight.behaviour.prior import BehaviourPrior, Wanted
from assistant.insight.events.event import SHOP_KINDS, Event
from assistant.routing.learning.versions import Versions

PRIOR = "prior.json"
"""The file of a version."""
_OTHERS = 10


def examples_of(events: Iterable[Event]) -> list[Wanted]:
    """One example for each decision after which a customer's acts are known, in the order of time.

    What was wanted is what the decision was corrected to in its conversation, else what was decided; so the weight
    rests on corrections, and the prior stays silent where there are few.
    """
    by_who: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_who[event.customer or event.visitor].append(event)
    corrected: dict[str, list[Event]] = defaultdict(list)
    decisions: list[tuple[Event, tuple[str, ...]]] = []
    for own in by_who.values():
        own.sort(key=lambda event: (event.at, event.id))
        acts: list[Event] = []
        for event in own:
            if event.kind in SHOP_KINDS:
                acts.append(event)
            elif event.kind == "correction" and event.intent and event.conversation:
                corrected[event.conversation].append(event)
            elif event.kind == "decision" and event.intent and event.value is not None:
                before: list[str] = [act.kind for act in acts[::-1][:MOST_ACTS] if event.at - act.at <= BEFORE]
                if before:
                    decisions.append((event, tuple(before)))
    decisions.sort(key=lambda pair: (pair[0].at, pair[0].id))
    common = Counter(str(event.intent) for event, _ in decisions)
    examples = []
    for event, acted in decisions:
        later = [c for c in corrected.get(event.conversation or "", []) if c.at >= event.at]
        wanted = str(later[0].intent if later else event.intent)
        read = _read(str(event.intent), float(event.value or 0.0), common)
        examples.append(Wanted(acted, read, wanted, event.at))
    return examples


def _read(intent: str, probability: float, common: Mapping[str, int]) -> tuple[tuple[str, float], ...]:
    """The decided intent with its probability; the rest shared by how common the others are."""
    others = [(name, count) for name, count in sorted(common.items(), key=lambda e: (-e[1], e[0])) if name != intent]
    others = others[:_OTHERS]
    total = sum(count for _, count in others) or 1
    return ((intent, probability), *((name, (1.0 - probability) * count / total) for name, count in others))


class KeptPrior:
    """The prior in force, taken up anew when another comes into force; without one it says nothing.

    Args:
        folder: of its versions.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stamp: tuple[str, int, int] | None = None
        self._prior: BehaviourPrior | None = None

    @property
    def there(self) -> bool:
        """Whether a prior was learned."""
        return self._current() is not None

    def lift(self, acts: Sequence[str]) -> Mapping[str, float]:
        """See `IntentPrior.lift`."""
        prior = self._current()
        return prior.lift(acts) if prior is not None else {}

    def _current(self) -> BehaviourPrior | None:
        path = self._folder / Versions(self._folder).current / PRIOR
        try:
            found = path.stat()
        except FileNotFoundError:
            self._stamp = self._prior = None
            return None
        stamp = (path.parent.name, found.st_mtime_ns, found.st_size)
        if stamp != self._stamp:
            self._prior, self._stamp = BehaviourPrior.load(path), stamp
        return self._prior
