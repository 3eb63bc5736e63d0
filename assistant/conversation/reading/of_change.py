"""Questions that a customer asks in the midst of a change, or just after it: "do I have to pay the postage?".

By their few words they are about shipping costs or delivery times; in the midst of a return they are about the
return. They are asked of the pages in full, in words that say what they are about.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.conversation.reading.signals import plain, signals
from assistant.conversation.turn import Turn
from assistant.routing.decision import RoutedIntent, RoutingDecision
from assistant.shop.analysis import names_kind
from assistant.shop.vocabulary import vocabulary
from assistant.text.language import has_han

_LONGEST = 90
_WORDS = 12
_SIGNS = 24
_HAN_ASKS = re.compile(r"哪|谁|多久|几|怎么|要不要|用不用")
_OTHER_TOPIC = re.compile(r"\b(?:warranty|guarantee|invoice|receipt)\b|保修|质保|发票", re.I)
"""Has rules of its own, whatever change is talked about."""
_METHOD = re.compile(r"\b(?:gift ?cards?|cards?|vouchers?)\b|礼品卡|储值卡", re.I)
"""What is paid with; here no thing to buy."""
_PAGES = "faq"
_BRINGS_NEW = ("report_damaged", "exchange_items")
Taken = Callable[[str, str], RoutedIntent]


def on_change(words: str, decision: RoutingDecision, turn: Turn, taken: Taken) -> RoutedIntent | None:
    """The question to the pages that a message asks of the change that is talked about; None where it asks none.

    Args:
        words: the message, masked.
        decision: what the router made of it; another wish in it is left alone.
        turn: the turn, with the state of the conversation.
        taken: makes a request.
    """
    change = _talked_about(turn)
    new = "" if change else _of_the_new_one(words, turn)
    asks = signals().asks(words) or signals().inquires(words) or _HAN_ASKS.search(words) is not None
    several = len(decision.intents) > 1 and any(intent.agent != _PAGES for intent in decision.intents)
    if several or len(words) > _LONGEST or _OTHER_TOPIC.search(words):
        return None
    told = {**_data()["any"], **_data()["questions"].get(change or new, {})}
    for name, pattern in _patterns().items():
        of_it = asks and _few(words) and (bool(new) or not names_kind(_METHOD.sub(" ", words), vocabulary()))
        question = told.get(name) if of_it or name in _data()["any"] else None
        if question is not None and pattern.search(plain(words)):
            return taken(question["intent"], question[turn.language])
    return None


def _few(words: str) -> bool:
    """Whether a question is short, whatever stands before it ("hmm wait, when would it arrive?")."""
    return len(words) <= _SIGNS if has_han(words) else len(words.split()) <= _WORDS


def _talked_about(turn: Turn) -> str:
    """The change under way, the one just carried out, or the one whose rules were just told."""
    state = turn.state
    if state.tasks:
        return state.tasks[-1].intent
    if state.last_done is not None and state.last_intent == state.last_done.intent:
        return state.last_intent
    return str(_data()["after"].get(state.last_intent, ""))


def _of_the_new_one(words: str, turn: Turn) -> str:
    """The report or the exchange that was carried out before, where words speak of what is to come for it."""
    done = turn.state.last_done
    speaks = re.search("|".join(_data()["new_one"]), plain(words), re.IGNORECASE) is not None
    return done.intent if done is not None and speaks and done.intent in _BRINGS_NEW else ""


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    return {name: re.compile("|".join(parts), re.I | re.A) for name, parts in _data()["asks"].items()}


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    import yaml

    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return found
