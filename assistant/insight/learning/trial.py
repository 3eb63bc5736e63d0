"""Whether a refit would read customers' messages better: tried on corrections that it has not learned.

The catalogue's own examples are held back as well (`routing.learning.refit`), but one hand wrote them; corrections are
what customers wrote. They are learned in two halves, each refit reading the other half; so does the training in force,
which remembers the half that the refit learned, as it does in service. Both readings of a message are a pair: what is
read rightly is better than what the customer is asked back about, and that is better than what is read wrongly. The
refit must win so many more pairs than it loses that chance alone would do so once in twenty times (sign test; McNemar
1947): of the corrections and the catalogue's examples together, and, as there are fewer of them, once in five times of
the corrections alone. A few wrong corrections on either side are noise that both share.
"""

import hashlib
import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.routing.build import build_judge, router_around
from assistant.routing.learning.corrections import Correction, CorrectionFile
from assistant.routing.learning.refits import as_examples, latest
from assistant.routing.refitting import Refitting, reads
from assistant.routing.router import Router, RoutingContext

BY_CHANCE = 0.05
"""The chance, at most, that a refit no better than what is in force passes."""
_BY_CHANCE_ALONE = 0.2
_HALVES = 2


@dataclass(frozen=True)
class Trial:
    """What the two read of corrections that neither had learned or remembered.

    Args:
        messages: how many corrections were read.
        before: how many the training in force read as they were corrected, and `after`, how many the refit did.
        gained: read better by the refit, and `lost`, by the training in force.
    """

    messages: int
    before: int
    after: int
    gained: int
    lost: int

    @property
    def chance(self) -> float:
        """The probability of winning as many pairs, or more, if either were as likely to win each of them."""
        return by_chance(self.gained, self.lost)

    def passes(self, held_back: tuple[int, int] = (0, 0)) -> bool:
        """Whether the refit is better by more than chance.

        Args:
            held_back: pairs of the catalogue's held-back examples that it won, and lost.
        """
        both = by_chance(self.gained + held_back[0], self.lost + held_back[1])
        return self.chance <= _BY_CHANCE_ALONE and both <= BY_CHANCE

    def figures(self) -> dict[str, float]:
        """As plain data."""
        return {**{f"unseen_{name}": value for name, value in vars(self).items()}, "chance": round(self.chance, 6)}


def by_chance(won: int, lost: int) -> float:
    """The probability that one of two equals wins so many pairs, or more, of those that aren't drawn."""
    pairs = won + lost
    return float(sum(math.comb(pairs, more) for more in range(won, pairs + 1)) / 2**pairs)


def tried(refitting: Refitting, waiting: Sequence[Correction]) -> Trial:
    """Try a refit with these corrections, half by half.

    Args:
        refitting: with the refits in force.
        waiting: corrections that would become examples; several of one conversation stay in one half.
    """
    corrections = latest(waiting)
    half = [_half(one) for one in corrections]
    before = after = gained = lost = 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(_HALVES):
            learned = [one for one, own in zip(corrections, half, strict=True) if own != number]
            held = [one for one, own in zip(corrections, half, strict=True) if own == number]
            if not learned or not held:
                continue
            now, then = _routers(refitting, learned, Path(folder) / str(number))
            for one in held:
                was, became = _worth(now, one), _worth(then, one)
                before, after = before + (was > 0), after + (became > 0)
                gained, lost = gained + (became > was), lost + (became < was)
    return Trial(len(corrections), before, after, gained, lost)


def _routers(refitting: Refitting, learned: Sequence[Correction], folder: Path) -> tuple[Router, Router]:
    """What is in force with these corrections remembered, and a refit with them as it would stand in service."""
    taken = refitting.taught.refits.taken()
    catalogue, encoders, cache = refitting.catalogue, refitting.encoders, refitting.cache_dir
    remembered, left = CorrectionFile(folder / "before.jsonl"), CorrectionFile(folder / "after.jsonl")
    remembered.rewrite(learned)
    now = build_judge(catalogue, encoders, cache_dir=cache, corrections=remembered, taken=as_examples(taken))
    examples = as_examples(latest((*taken, *learned)))
    then = build_judge(catalogue, encoders, cache_dir=cache, corrections=left, taken=examples, keep=False)
    left.rewrite([one for one in learned if not reads(then, one)])
    return router_around(catalogue, now), router_around(catalogue, then)


def _worth(router: Router, correction: Correction) -> int:
    """1 where a message is read as it was corrected, 0 where its customer is asked back, -1 where it is misread."""
    decision = router.decide(correction.text, RoutingContext(language=correction.language))
    if decision.outcome == "ambiguous":
        return 0
    read = [found.intent for found in decision.intents]
    return 1 if read == ([correction.intent] if correction.intent else []) else -1


def _half(correction: Correction) -> int:
    """By its conversation, or its words: the same whenever it is asked."""
    key = correction.conversation_id or correction.text
    return hashlib.sha256(key.encode()).digest()[0] % _HALVES
