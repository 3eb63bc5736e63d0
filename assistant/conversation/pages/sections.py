"""Questions that lean on the section that was just cited: "how long does that take?" after "how do I return it?".

The router reads such a message by its few words and takes it for a question about parcels or products. Here it stays
with the page: it is served as a question to the pages, and searched together with the section's title and heading.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.conversation.turn import Turn
from assistant.routing.decision import RoutedIntent
from assistant.routing.intents.catalogue import Catalogue
from assistant.text.language import has_han

_SEARCH = "search_knowledge"
_GENERAL = "shop_info"
_WORDS = 9
_BARE_WORDS = 5
_HAN = 16
_LEADS = ("and", "so", "but", "ok", "okay")
_ALSO = re.compile(
    r"\b(?:it|that|this)\b.*\b(?:also|too|as well|apply|count|the same)\b|\balso\b.*\bfor\b", re.IGNORECASE
)


def on_section(
    words: str, turn: Turn, catalogue: Catalogue, taken: Callable[[str, str], RoutedIntent]
) -> RoutedIntent | None:
    """The request that `words` make when they lean on the section cited last; None where they stand on their own.

    Args:
        words: the message, masked.
        turn: with the state of the conversation.
        catalogue: the intents.
        taken: makes a request of a name for some words.
    """
    state = turn.state
    if not state.last_section or state.tasks or state.asked is not None or not leans(words):
        return None
    last = state.last_intent
    name = last if last in catalogue and catalogue.get(last).direct == _SEARCH else _GENERAL
    return taken(name, words).model_copy(update={"follows_up": True}) if name in catalogue else None


def with_section(words: str, turn: Turn) -> str | None:
    """What to search for `words`: the section cited last, then the words; None where they don't lean on it."""
    if not turn.state.last_section or not leans(words):
        return None
    return f"{turn.state.last_section}{'：' if has_han(words) else ': '}{words}"


def remember_section(turn: Turn) -> None:
    """Keep which section was cited first in this turn; forget the one before when something else was looked up."""
    if turn.citations:
        first = turn.citations[0]
        turn.state.last_section = f"{first.title}, {first.heading}" if first.heading else first.title
    elif any(served.outcomes for served in turn.served):
        turn.state.last_section = ""


def leans(words: str) -> bool:
    """Whether a message asks something without saying of what."""
    data = _data()
    if not has_han(words):
        return _leans_in_english(words, data["en"])
    said = re.sub(r"[\W_]+", "", words)
    if len(said) > _HAN:
        return False
    if re.search(data["zh"]["also"], said):
        return True
    return re.search(data["zh"]["asks"], words) is not None and not _small_han().sub("", said)


def _leans_in_english(words: str, data: dict[str, Any]) -> bool:
    said = re.sub(r"[^a-z' ]+", " ", words.lower().replace("’", "'")).split()
    if not said or len(said) > _WORDS:
        return False
    small, back = set(data["small"].split()), set(data["back"].split())
    points = any(word in back for word in said)
    if points and _ALSO.search(words):
        return True
    first = next((word for word in said if word not in _LEADS), "")
    asks = first in data["asks"].split() and (points or len(said) <= _BARE_WORDS)
    return asks and all(word in small | back for word in said)


@lru_cache(maxsize=1)
def _data() -> dict[str, dict[str, Any]]:
    import yaml

    found: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def _small_han() -> re.Pattern[str]:
    words = sorted(_data()["zh"]["small"].split(), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))
