"""A yes that says once more what was shown: "yes, the black one", "对 就这个地址"; whatever it adds makes it none."""

import re

from assistant.conversation.reading.signals import plain, signals
from assistant.conversation.slots.case import Case
from assistant.conversation.slots.several import siblings
from assistant.conversation.tasks.filling import changes
from assistant.conversation.tasks.forms import Form
from assistant.text.language import has_han

_BOTH = re.compile(r"\bboth\b|\btwo\b|两个?|都|一起")
"""Means the change of another order too, which is shown next and has its own yes."""
_TOO = re.compile(r"\b(?:as well|too|also)\b|也")
_AGAINST = re.compile(
    r"\b(?:not?|but|only|just|except|without|don't|dont|never|instead|rather|other|another|if|unless|when|after|until)\b"
    r"|\b(?:my|our) (?:\w+ )?(?:address|home|house|place|card|account)\b|(?:我的|我家|家里)"
    r"|[不没别勿]|但|只|除|另|其他|如果|要是|等"
)
"""Takes something of the yes back, or makes a condition of it."""
_PAIR = 2
_SHORTEST = 2
"""Characters that a Chinese word must share with what was shown."""


def restates(case: Case, form: Form, shown: str) -> bool:
    """Whether a message is a yes whose other words all stand in the proposal that was shown.

    Args:
        case: the task, with the message.
        form: its form.
        shown: the proposal as the customer read it.
    """
    rest = signals().behind_yes(case.words, form.intent)
    if not shown or rest is None or signals().asks(case.words) or _AGAINST.search(rest):
        return False
    if _of_several(case):
        rest = _TOO.sub(" ", _BOTH.sub(" ", rest))
    return _all_shown(rest, plain(shown)) and changes(case, form) is None


def _of_several(case: Case) -> bool:
    """Whether the proposal is one of several alike, or of two pieces: "both" says nothing new then."""
    done = case.turn.state.last_done
    alike = done is not None and done.intent == case.task.intent
    return bool(siblings(case.task, case.turn.state.tasks)) or alike or len(case.positions) == _PAIR


def _all_shown(rest: str, shown: str) -> bool:
    """Whether each word of a message stands in what was shown; Chinese has no spaces, so the longest that fits."""
    words = re.findall(r"[a-z0-9#$.'-]*[a-z0-9]", rest)
    if any(re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", shown) is None for word in words):
        return False
    return all(_covered(run, shown) for run in re.findall(r"[\u4e00-\u9fff]+", rest)) if has_han(rest) else True


def _covered(run: str, shown: str) -> bool:
    at = 0
    while at < len(run):
        end = next((end for end in range(len(run), at, -1) if run[at:end] in shown), at)
        if end - at < min(_SHORTEST, len(run)):
            return False
        at = end
    return True
