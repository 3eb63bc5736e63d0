"""The small words by which the router cuts, shortens and connects messages; they are data in `cues.yaml`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.text.language import Language


@dataclass(frozen=True)
class Spellings:
    """Replaces short forms by the words that they stand for.

    Args:
        words: by short form.
        pattern: finds them.
    """

    words: Mapping[str, str]
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, words: Mapping[str, str]) -> "Spellings":
        """Latin short forms are whole words (in Chinese: alone among Chinese words); Chinese ones stand anywhere."""
        ordered = sorted(words, key=len, reverse=True)
        latin = "|".join(re.escape(word) for word in ordered if word.isascii())
        other = "|".join(re.escape(word) for word in ordered if not word.isascii())
        alone = r"(?<![A-Za-z] )", r"(?! ?[A-Za-z])"
        before, after = alone if other else ("", "")
        whole = rf"{before}(?<![\w'’])(?:{latin})(?![\w'’]){after}"
        return cls(words, re.compile(f"{whole}|{other}" if other else whole, re.IGNORECASE | re.ASCII))

    def in_full(self, text: str) -> str:
        """`text` with every short form written in full."""
        return self.pattern.sub(lambda match: self.words[match[0].lower()], text)


@dataclass(frozen=True)
class LanguageCues:
    """Cues of one language.

    Args:
        additive: says that another request follows.
        sentence: stands between two sentences, each of which may be a request.
        weak: may stand between two requests, if what follows matches `begins`.
        begins: how requests begin.
        asks: found in requests, but not in the story around them.
        follows_up: a message that leans on the one before it.
        closes: a message so short that it may lean on the one before it.
        vague_topic: a whole message that names what it is about, but not what is wanted.
        vague: a whole message that says nothing at all.
        courtesy: greetings before and thanks behind a request.
        hollow: what may be left of a greeting or of thanks, and is no request by itself.
        refers: how a part begins that goes on about what was said before it.
        hence: between a reason and the request that follows from it.
        adds: how a part begins that adds something to what was said before it.
        condition: how a part begins that hangs on the answer to what was asked before it.
        bare: a part that asks how much, how long or when, and not of what.
        lead: how a message begins that leans on the one before.
        predicate: words with which something of its own is asked or said, or a topic of its own is named.
        stop_words: words that ask for nothing.
        unfinished: how a stretch ends that goes on: no request ends there.
        leaning: how a stretch begins that goes on from the one before: no request begins so.
        apposed: how a stretch ends that only says which thing is meant: the request about it follows.
        reports: how a stretch begins that asks until when one must tell of what was said before it.
        min_length: least words (Chinese: characters) of a request.
        spellings: short forms and words of dialects, with the standard words for them.
        emoji: those that say something by themselves, and what.
    """

    additive: re.Pattern[str]
    sentence: re.Pattern[str]
    weak: re.Pattern[str]
    begins: re.Pattern[str]
    asks: re.Pattern[str]
    follows_up: re.Pattern[str]
    closes: re.Pattern[str]
    vague_topic: re.Pattern[str]
    vague: re.Pattern[str]
    courtesy: re.Pattern[str]
    hollow: re.Pattern[str]
    refers: re.Pattern[str]
    hence: re.Pattern[str]
    adds: re.Pattern[str]
    condition: re.Pattern[str]
    bare: re.Pattern[str]
    unfinished: re.Pattern[str]
    leaning: re.Pattern[str]
    apposed: re.Pattern[str]
    reports: re.Pattern[str]
    lead: re.Pattern[str]
    predicate: re.Pattern[str]
    stop_words: frozenset[str]
    min_length: int
    spellings: Spellings
    emoji: Mapping[str, str]


@dataclass(frozen=True)
class Cues:
    """All cues: by language, and the words of option values by value."""

    language: dict[Language, LanguageCues]
    colors: dict[str, tuple[str, ...]]
    sizes: dict[str, tuple[str, ...]]
    numbers: dict[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def load_cues() -> Cues:
    """The cues of the package, read once."""
    import yaml

    data: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("cues.yaml").read_text(encoding="utf-8"))
    words = {
        name: {str(value): tuple(spoken) for value, spoken in data[name].items()}
        for name in ("colors", "sizes", "numbers")
    }
    return Cues(language={"en": _cues(data["language"]["en"]), "zh": _cues(data["language"]["zh"])}, **words)


def _cues(data: dict[str, Any]) -> LanguageCues:
    patterns = (
        "additive",
        "sentence",
        "weak",
        "begins",
        "asks",
        "follows_up",
        "closes",
        "courtesy",
        "vague_topic",
        "vague",
        "hollow",
        "refers",
        "hence",
        "adds",
        "condition",
        "bare",
        "unfinished",
        "leaning",
        "apposed",
        "reports",
        "lead",
        "predicate",
    )
    return LanguageCues(
        **{name: re.compile(data[name], re.IGNORECASE) for name in patterns},
        stop_words=frozenset(data["stop_words"].split()),
        min_length=data["min_length"],
        spellings=Spellings.of({str(short): str(full) for short, full in data["spellings"].items()}),
        emoji=data["emoji"],
    )
