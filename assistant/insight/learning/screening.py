"""Which corrections a nightly refit sets aside: those that contradict all other evidence.

The idea of confident learning (Northcutt et al. 2021, arXiv:1911.00068), for single labels: a message that the router
reads very surely as something else, and hardly at all as what the correction says, is more probably a slip (or malice)
than a discovery. Nothing is lost: the correction goes on working on its own message, and a person may look at it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.routing.fusion.judge import Judge
from assistant.routing.learning.corrections import Correction

SURE = 0.9
HARDLY = 0.03


@dataclass(frozen=True)
class Screened:
    """Corrections to learn from, and those set aside with the intent that they were read as."""

    kept: tuple[Correction, ...]
    aside: tuple[tuple[Correction, str], ...]


def screen(corrections: Sequence[Correction], judge: Judge) -> Screened:
    """Set corrections aside.

    Args:
        corrections: at most one of a message.
        judge: reads without any of them.
    """
    kept: list[Correction] = []
    aside: list[tuple[Correction, str]] = []
    for correction in corrections:
        reading = judge.read([correction.text], correction.language)[0]
        got = "" if reading.is_outside else reading.intent
        sure = reading.outside if reading.is_outside else reading.probability
        wanted = reading.of(correction.intent) if correction.intent else reading.outside
        if got != correction.intent and sure >= SURE and wanted <= HARDLY:
            aside.append((correction, got))
        else:
            kept.append(correction)
    return Screened(tuple(kept), tuple(aside))
