"""Which corrections a nightly refit sets aside: those that contradict all other evidence.

The idea of confident learning (Northcutt et al. 2021, arXiv:1911.00068), for single labels. A correction is a slip (or
malice) with some probability, and then its intent is any other one. What the router gives to that intent, having
learned no correction, says how likely the message is where the correction is right; where a slip is likelier, it is
set aside, unless corrections of other conversations say the same of messages much like it: then it is a discovery.
Nothing is lost: the correction goes on working on its own message, and a person may look at it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.routing.fusion.judge import Judge
from assistant.routing.learning.corrections import Correction
from assistant.text.segment import terms

SLIPS = 0.2
"""How many corrections are expected to be slips."""
_HARDLY = 0.01
"""What is more probable than this is never called a slip, however few intents there are."""
_AGREE = 2
_ALIKE = 0.5


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
    doubted: list[tuple[Correction, str]] = []
    for correction in corrections:
        reading = judge.read([correction.text], correction.language)[0]
        got = "" if reading.is_outside else reading.intent
        wanted = reading.of(correction.intent) if correction.intent else reading.outside
        slip = min(SLIPS / len(reading.probabilities), _HARDLY)
        if got != correction.intent and wanted * (1.0 - SLIPS) < slip:
            doubted.append((correction, got))
        else:
            kept.append(correction)
    words = {one.text: frozenset(terms(one.text)) for one in corrections}
    found = [one for one, _ in doubted if _agreed(one, corrections, words)]
    aside = tuple((one, got) for one, got in doubted if one not in found)
    return Screened(tuple(one for one in corrections if one in kept or one in found), aside)


def _agreed(correction: Correction, all_: Sequence[Correction], words: dict[str, frozenset[str]]) -> bool:
    """Whether corrections of two other conversations say the same of messages with mostly the same words."""
    own = words[correction.text]
    others = {
        one.conversation_id or one.text
        for one in all_
        if one.intent == correction.intent
        and one.text != correction.text
        and (not one.conversation_id or one.conversation_id != correction.conversation_id)
        and len(own & words[one.text]) >= _ALIKE * len(own | words[one.text])
    }
    return len(others) >= _AGREE
