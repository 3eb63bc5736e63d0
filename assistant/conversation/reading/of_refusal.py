"""Why something was refused: "why not?" after "it has been sent, so I can't cancel it" is a question about that rule.

Code refuses, by the shop's rules; the page that states the rule says why.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.conversation.reading.signals import brief, plain, signals
from assistant.conversation.turn import Turn
from assistant.routing.decision import RoutedIntent
from assistant.text.language import has_han

Taken = Callable[[str, str], RoutedIntent]
_PROTEST = re.compile(r"\W*(?:but|come on|seriously|that's (?:ridiculous|unfair|not fair)|可是|但是?|不是吧|太)", re.I)
_WORDS, _HAN = 12, 24
"""How long an objection may be."""
_BY_STATE = "refusals/order_state"
_KINDS_OF_STATE = {
    "pending (item modified)": "changed_once",
    "return requested": "requested",
    "exchange requested": "requested",
}


def on_refusal(words: str, turn: Turn, taken: Taken) -> RoutedIntent | None:
    """The question to the pages for "why not?" after a refusal; None where nothing was refused or something else asked.

    Args:
        words: the message, masked.
        turn: the turn, with the state of the conversation.
        taken: makes a request.
    """
    instead = _asks_instead(words)
    if not turn.state.last_refusal or not (asks_reason(words) or _protests(words) or instead):
        return None
    name, _, change = turn.state.last_refusal.partition(" ")
    told = _data()["instead" if instead else "because"].get(name, {})
    question = told.get(change) or told.get("any")
    return None if question is None else taken(question["intent"], question[turn.language])


def asks_reason(words: str) -> bool:
    """Whether a message asks why something isn't possible, and nothing else."""
    return brief(words) and any(pattern.search(plain(words)) for pattern in _compiled("why"))


def _asks_instead(words: str) -> bool:
    """Whether a message asks what can be done then."""
    return brief(words) and any(pattern.search(plain(words)) for pattern in _compiled("what_then"))


def _protests(words: str) -> bool:
    """Whether a message objects to the refusal without asking or wishing for anything else ("but it's only a day!")."""
    said = plain(words)
    wishes = signals().asks(words) or signals().wishes(words) or signals().bids(words)
    short = len(words) <= _HAN if has_han(words) else len(words.split()) <= _WORDS
    return short and _PROTEST.match(said) is not None and not wishes


def remember_refusal(turn: Turn) -> None:
    """Keep what this turn refused, for "why not?" in the next; whoever is told why may ask on."""
    on = asks_reason(turn.masked) or _protests(turn.masked) or _asks_instead(turn.masked)
    asked_why = turn.state.last_refusal if on else ""
    turn.state.last_refusal = asked_why
    for served in turn.served:
        name, variables = served.reply or ("", {})
        if served.intent is not None and name in _data()["because"]:
            kind = _KINDS_OF_STATE.get(str(variables.get("state", ""))) if name == _BY_STATE else None
            turn.state.last_refusal = f"{name}/{kind}" if kind else f"{name} {served.intent.intent}"


@lru_cache(maxsize=2)
def _compiled(name: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.I | re.A) for pattern in _data()[name])


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    import yaml

    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return found
