"""`assistant bench insight refit`: wrong corrections before the gate, and a refit taken back."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.insight.learning.nightly import Nightly, Step
from assistant.insight.learning.trial import BY_CHANCE, by_chance
from assistant.routing.build import build_judge, build_router, router_around
from assistant.routing.decision import RoutingDecision
from assistant.routing.intents.intent import Example
from assistant.routing.learning.corrections import Correction
from assistant.routing.learning.refits import as_examples, latest
from assistant.routing.refitting import Refitting
from assistant.routing.router import Router, RoutingContext


@dataclass(frozen=True)
class Poisoned:
    """One run.

    Args:
        seed: chose which corrections are wrong.
        corrections: how many there are, and `wrong`, how many of them.
        before: share of messages read rightly by the router in service before the refit (corrections remembered one
            by one), `untaught` without any corrections, `ungated` with all of them as examples, `judged` by the refit
            that the last gate looked at (as before where none came so far), `after` in service.
        step: what the nightly refit did.
        caught: wrong ones among those that it set aside or left out, and `lost`, right ones.
        won: messages that are read rightly only after the refit, and `given_up`, only before it.
        restored: whether the rollback brought every former answer back, byte for byte, and `answers`, how many.
    """

    seed: int
    corrections: int
    wrong: int
    untaught: float
    before: float
    ungated: float
    judged: float
    after: float
    step: Step
    caught: int
    lost: int
    won: int
    given_up: int
    restored: bool
    answers: int

    @property
    def lowered(self) -> bool:
        """Whether unseen messages are read less well by more than chance (sign test, one in twenty)."""
        return by_chance(self.given_up, self.won) <= BY_CHANCE

    @property
    def holds(self) -> bool:
        """Whether nothing was lost: on the gate's own held-back examples, on unseen messages, and former answers."""
        figures = self.step.figures
        kept = self.step.outcome != "in force" or figures["after"] >= figures["before"]
        return self.restored and kept and not self.lowered


def poison(pool: Sequence[Example], names: Sequence[str], share: float, seed: int) -> tuple[list[Correction], set[str]]:
    """Corrections of which a share says a wrong intent; and the texts of those.

    Args:
        pool: messages with their right intents.
        names: of the intents to choose from.
        share: of wrong ones.
        seed: decides which, and what they say.
    """
    chance = random.Random(seed)
    unique = list({example.text: example for example in pool}.values())
    wrong = {example.text for example in chance.sample(unique, round(share * len(unique)))}
    found = []
    for example in unique:
        intent = example.intent
        if example.text in wrong:
            intent = chance.choice([name for name in names if name != example.intent])
        found.append(Correction(example.text, intent, example.language))
    return found, wrong


def bench_refit(
    nightly: Nightly,
    pool: Sequence[Example],
    exam: Sequence[Example],
    *,
    share: float = 0.2,
    seed: int = 7,
    progress: Callable[[str], None] = lambda _: None,
) -> Poisoned:
    """Poison corrections, refit, measure what is in service, take the refit back.

    Args:
        nightly: over empty folders.
        pool: messages that are corrected.
        exam: messages to measure on; neither catalogue nor corrections hold them.
        share: of wrong corrections.
        seed: decides which are wrong.
        progress: told of each step.
    """
    refitting = nightly.refitting
    catalogue, taught = refitting.catalogue, refitting.taught
    corrections, wrong = poison(pool, catalogue.names(), share, seed)
    built = build_router(catalogue, refitting.encoders, cache_dir=refitting.cache_dir, taught=taught)
    progress("reading the exam without corrections")
    untaught = _share(_decided(built, exam), exam)
    taught.corrections.rewrite(corrections)
    progress("reading it with corrections remembered")
    answers = _decided(built, exam)
    progress("training on all corrections, without a gate")
    everything = as_examples(latest(corrections))
    ungated = _share(_decided(_taught(refitting, everything), exam), exam)
    progress("refitting behind the gate")
    aside = {one.text for one, _ in nightly.screened(corrections).aside}
    step = nightly.router()
    taken = {one.text for one in taught.refits.taken()}
    left = {one.text for one in corrections} - taken if taken else aside
    progress("reading the exam after the refit")
    later = _decided(_served(built), exam)
    progress("taking it back")
    if step.outcome == "in force":
        nightly.rollback("router")
    restored = _bytes(_decided(_served(built), exam)) == _bytes(answers)
    judged = _share(answers, exam)
    if step.outcome == "refused":
        progress("reading it as the refit would that was refused")
        found, _ = refitting.compare(nightly.screened(corrections).kept, strict=True)
        judged = _share(_decided(_taught(refitting, found.taken), exam), exam)
    was, is_ = _right(answers, exam), _right(later, exam)
    return Poisoned(
        seed, len(corrections), len(wrong), untaught, _share(answers, exam), ungated,
        _share(later, exam) if step.outcome == "in force" else judged, _share(later, exam), step,
        len(left & wrong), len(left - wrong), sum(b and not a for a, b in zip(was, is_, strict=True)),
        sum(a and not b for a, b in zip(was, is_, strict=True)), restored, len(exam),
    )  # fmt: skip


def _taught(refitting: Refitting, taken: Sequence[Example]) -> Router:
    """A router that learned these as examples and remembers nothing."""
    catalogue, encoders = refitting.catalogue, refitting.encoders
    return router_around(catalogue, build_judge(catalogue, encoders, cache_dir=refitting.cache_dir, taken=taken))


def _served(router: Router) -> Router:
    """The same running router, when it has taken up what is in force."""
    router.renew(wait=True)
    return router


def _decided(router: Router, exam: Sequence[Example]) -> list[RoutingDecision]:
    return [router.decide(one.text, RoutingContext(language=one.language)) for one in exam]


def _right(decisions: Sequence[RoutingDecision], exam: Sequence[Example]) -> list[bool]:
    names = [[found.intent for found in decision.intents] for decision in decisions]
    return [got == ([one.intent] if one.intent else []) for got, one in zip(names, exam, strict=True)]


def _share(decisions: Sequence[RoutingDecision], exam: Sequence[Example]) -> float:
    return sum(_right(decisions, exam)) / len(exam)


def _bytes(decisions: Sequence[RoutingDecision]) -> bytes:
    """Every decision with all that explains it, but for the time that it took."""
    told = [_untimed(decision.explain()) for decision in decisions]
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode()


def _untimed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _untimed(item) for key, item in value.items() if key != "milliseconds"}
    return [_untimed(item) for item in value] if isinstance(value, list | tuple) else value
