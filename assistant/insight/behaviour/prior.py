"""The prior that behaviour gives the router, learned from what customers did before they wrote and what they wanted.

    lift(i | acts) = weight * max(0, 2 * trust - 1) * (log P(i | acts) - log P(i))

P(i | acts) is a smoothed count for each act, and the acts are added up, older ones counting less. `weight` is learned
on examples that the counts weren't taken from, beside what the router made of the words; it is 0 unless the wishes are
foretold better with it than without, clearly (one-sided 1 %). `trust` follows what comes in since, night by night: two
forecasters, one with the prior and one without, share it by how well each foretold what was wanted (fixed share;
Herbster and Warmuth 1998). Where the forecaster without it is ahead, the prior says nothing at all. Messages about
which both say the same tell nothing of either.
"""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

from assistant.errors import OperatorError
from assistant.routing.fusion.prior import leaned

_SMOOTHING = 5.0
_FADES = 0.3
_MOST_ACTS = 4
_WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
_CLEARLY = 2.326
_SHIFTS = 0.01
_LEAST = 100
_FLOOR = 1e-4
_LEARNED = 0.6
"""Trust in what helped on the examples that it was learned from; more is earned on messages that come later."""
_RESERVE = 0.5
"""What trust drifts back to, a little with each message, so that a prior can win it again."""


@dataclass(frozen=True)
class Wanted:
    """A message that was served: what the customer had done before, what the router read, what was wanted.

    Args:
        acts: what was done just before, the newest first.
        read: the router's probabilities by the words alone, best first.
        intent: what the customer turned out to want.
        at: when it was written, as far as that is known.
    """

    acts: tuple[str, ...]
    read: tuple[tuple[str, float], ...]
    intent: str
    at: datetime | None = None


@dataclass(frozen=True)
class BehaviourPrior:
    """An implementation of `assistant.routing.fusion.prior.IntentPrior`.

    Args:
        intents: how many messages wanted each intent.
        after: for each act, how many messages after it wanted each intent, older acts counting less.
        weight: 0 to 1; 0 where it doesn't help.
        trust: 0 to 1, by what came in since.
        until: when the last message was written that it knows, in ISO 8601; empty where that isn't known.
    """

    intents: Mapping[str, int] = field(default_factory=dict)
    after: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    weight: float = 0.0
    trust: float = _LEARNED
    until: str = ""

    @classmethod
    def learn(cls, examples: Sequence[Wanted]) -> "BehaviourPrior":
        """Counts from all examples, the weight by two halves of which each is foretold by the other.

        Args:
            examples: in the order of time.
        """
        halves = [examples[0::2], examples[1::2]]
        gains: dict[float, list[float]] = {weight: [] for weight in _WEIGHTS}
        for learned, foretold in (halves, halves[::-1]):
            counted = _counted(learned)
            for weight in _WEIGHTS:
                prior = replace(counted, weight=weight, trust=1.0)
                gains[weight] += [prior.gain(example) for example in foretold]
        best = max(_WEIGHTS, key=lambda weight: (sum(gains[weight]), -weight))
        if len(examples) < _LEAST or not _clearly_above_zero(gains[best]):
            best = 0.0
        last = max((example.at for example in examples if example.at is not None), default=None)
        return replace(_counted(examples), weight=best, until=last.isoformat() if last is not None else "")

    def kept_up(self, examples: Sequence[Wanted]) -> "BehaviourPrior":
        """The prior of today: learned from all examples, trusted by how this one foretold those that came since.

        Args:
            examples: all of them, in the order of time.
        """
        if self.weight <= 0:
            return BehaviourPrior.learn(examples)
        followed = self
        for example in self.not_known(examples):
            followed = followed.after_seeing(example)
        return replace(BehaviourPrior.learn(examples), trust=followed.trust)

    def not_known(self, examples: Sequence[Wanted]) -> list[Wanted]:
        """Those that were written since it was learned."""
        until = datetime.fromisoformat(self.until) if self.until else None
        return [one for one in examples if one.at is not None and (until is None or one.at > until)]

    def lift(self, acts: Sequence[str]) -> dict[str, float]:
        """See `IntentPrior.lift`."""
        scale = self.weight * max(0.0, 2.0 * self.trust - 1.0)
        return {name: scale * value for name, value in self._lift(acts).items()} if scale > 0 else {}

    def gain(self, example: Wanted) -> float:
        """By how much the logarithm of the wanted intent's probability rises with the prior."""
        without = dict(example.read).get(example.intent, 0.0)
        with_prior = dict(leaned(example.read, self.lift(example.acts))).get(example.intent, 0.0)
        return math.log(max(with_prior, _FLOOR)) - math.log(max(without, _FLOOR))

    def after_seeing(self, example: Wanted) -> "BehaviourPrior":
        """The prior with its trust moved by one more message, whose intent is known now."""
        if self.weight <= 0:
            return self
        gain = replace(self, trust=1.0).gain(example)
        if gain == 0:
            return self
        ratio = math.exp(gain)
        held = self.trust * ratio / (self.trust * ratio + 1.0 - self.trust)
        return replace(self, trust=(1.0 - _SHIFTS) * held + _SHIFTS * _RESERVE)

    def save(self, path: Path) -> None:
        """Write it, whole or not at all."""
        data = asdict(self)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        draft.write_text(json.dumps(data, ensure_ascii=False, sort_keys=True), encoding="utf-8")
        draft.replace(path)

    @classmethod
    def load(cls, path: Path) -> "BehaviourPrior | None":
        """The prior in a file; None where there is none.

        Raises:
            OperatorError: the file holds something else.
        """
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError) as error:
            raise OperatorError(f"{path} is no prior: {error}", fix="assistant insight prior") from error

    def _lift(self, acts: Sequence[str]) -> dict[str, float]:
        total = sum(self.intents.values())
        known = [(act, _FADES**age) for age, act in enumerate(acts[:_MOST_ACTS]) if act in self.after]
        if not known or not total:
            return {}
        lifts: dict[str, float] = {}
        for act, weight in known:
            counts = self.after[act]
            seen = sum(counts.values())
            for intent, count in self.intents.items():
                base = count / total
                given = (counts.get(intent, 0) + _SMOOTHING * base) / (seen + _SMOOTHING)
                lifts[intent] = lifts.get(intent, 0.0) + weight * math.log(given / base)
        return lifts


def _counted(examples: Sequence[Wanted]) -> BehaviourPrior:
    after: dict[str, dict[str, float]] = {}
    for example in examples:
        for age, act in enumerate(example.acts[:_MOST_ACTS]):
            after.setdefault(act, {}).setdefault(example.intent, 0.0)
            after[act][example.intent] += _FADES**age
    intents = Counter(example.intent for example in examples)
    return BehaviourPrior(dict(intents), after)


def _clearly_above_zero(gains: Sequence[float]) -> bool:
    mean = sum(gains) / len(gains)
    spread = math.sqrt(sum((gain - mean) ** 2 for gain in gains) / max(len(gains) - 1, 1))
    return mean > _CLEARLY * spread / math.sqrt(len(gains)) and mean > 0
