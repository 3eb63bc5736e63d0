"""Keeps the prior from behaviour up: trusts the one in force by what came in since it was learned, and counts anew."""

from dataclasses import asdict, dataclass

from assistant.clock import Clock
from assistant.insight.behaviour.learning import PRIOR, examples_of
from assistant.insight.behaviour.prior import BehaviourPrior
from assistant.insight.events.event import SHOP_KINDS
from assistant.insight.events.log import Log
from assistant.insight.learning.artefacts import Artefact, hash_of


@dataclass(frozen=True)
class KeptUp:
    """A prior that came into force.

    Args:
        prior: itself.
        messages: with acts before them that it was learned from, and `new`, those that the one before didn't know.
    """

    prior: BehaviourPrior
    messages: int
    new: int


def keep_up(artefact: Artefact, log: Log, clock: Clock) -> KeptUp:
    """Learn the prior from the log and put it into force.

    Args:
        artefact: of priors.
        log: of events.
        clock: tells now.

    Raises:
        OperatorError: the data folder can't be written, or holds something else.
    """
    examples = examples_of(log.read(kinds=[*SHOP_KINDS, "decision", "correction"]))
    path = artefact.file(PRIOR)
    before = (BehaviourPrior.load(path) if path else None) or BehaviourPrior()
    prior = before.kept_up(examples)
    figures = {"messages": len(examples), "weight": prior.weight, "trust": round(prior.trust, 4)}
    artefact.put(
        lambda folder: prior.save(folder / PRIOR), data_sha256=hash_of(asdict(prior)), figures=figures, at=clock.now()
    )
    return KeptUp(prior, len(examples), len(before.not_known(examples)))
