"""How a customer feels and how pressing it is, told by words and marks; no model is asked.

A desk sorts by it, and a reply may begin with regret. It decides nothing about what is asked for.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from assistant.text.han import simplified
from assistant.text.language import Language

Sentiment = Literal["angry", "unhappy", "neutral", "pleased"]
Urgency = Literal["high", "normal"]

_SHOUTED = re.compile(r"\b[A-Z]{3,}\b(?:\W+\b[A-Z]{2,}\b)+")
_MARKS = re.compile(r"[!！]{2,}|[?？][!！]|[!！][?？]|[?？]{3,}")
_CROSS = re.compile("[😠😡🤬👿💢]")
_SAD = re.compile("[😞😢😭😤😒🙄☹]")
_GLAD = re.compile("[😊😀😃😄😍🥰🙏❤👍]")


@dataclass(frozen=True)
class Mood:
    """A mood, and the words that showed it."""

    sentiment: Sentiment
    urgency: Urgency
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Words:
    angry: re.Pattern[str]
    unhappy: re.Pattern[str]
    pleased: re.Pattern[str]
    turned: re.Pattern[str]
    urgent: re.Pattern[str]


def mood_of(text: str, language: Language) -> Mood:
    """The mood of a message.

    Args:
        text: as the customer wrote it.
        language: of the message.
    """
    words = _load()[language]
    said = simplified(text) if language == "zh" else text.replace("’", "'")
    angry = [*_found(words.angry, said), *_found(_CROSS, said)]
    unhappy = [*_found(words.unhappy, said), *_found(_SAD, said)]
    praise = [match for match in words.pleased.finditer(said)]
    pleased = [match[0] for match in praise if not words.turned.search(said[: match.start()])]
    unhappy += [match[0] for match in praise if words.turned.search(said[: match.start()])]
    pleased += _found(_GLAD, said)
    urgent = _found(words.urgent, said)
    loud = bool(_SHOUTED.search(said)) or bool(_MARKS.search(said))
    sentiment: Sentiment = "neutral"
    if angry or (unhappy and loud):
        sentiment = "angry"
    elif unhappy:
        sentiment = "unhappy"
    elif pleased:
        sentiment = "pleased"
    shown = {"angry": [*angry, *unhappy], "unhappy": unhappy, "neutral": [], "pleased": pleased}[sentiment]
    return Mood(sentiment, "high" if urgent else "normal", tuple(dict.fromkeys([*shown, *urgent])))


def _found(pattern: re.Pattern[str], text: str) -> list[str]:
    return [match[0] for match in pattern.finditer(text)]


@lru_cache(maxsize=1)
def _load() -> dict[Language, _Words]:
    import yaml

    data: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("mood.yaml").read_text(encoding="utf-8"))
    return {
        language: _Words(**{name: re.compile(pattern, re.IGNORECASE) for name, pattern in data[language].items()})
        for language in ("en", "zh")
    }
