"""The rules by which facts are found, read from `fact_rules.yaml`.

Kinds: `name` (how to be called), `language`, `contact` (channel), `location`, `shoe_size`, `clothing_size`,
`ring_size`, `owns`, `allergy`, `gift_for`, `likes`, `dislikes`, `recommendations` (on or off), `note`.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from re import Match, Pattern
from typing import Any

from assistant.text.language import Language

SINGLE_VALUED = frozenset(
    {"name", "language", "contact", "location", "shoe_size", "clothing_size", "ring_size", "recommendations"}
)
"""Kinds of which a customer has one at a time: a new value supersedes the old one."""

NOTE = "note"
"""What a customer asks to be remembered, in their own words: only where no other kind of fact is found in it."""

OPPOSITE = {"likes": "dislikes", "dislikes": "likes"}
"""Saying the one of a thing supersedes the other."""

_FILE = Path(__file__).with_name("fact_rules.yaml")
_FRAGMENT = re.compile(r"\{([A-Z_]+)\}")
_SPELLINGS = {
    "email": ("e-mail", "emails", "e-mails", "邮件", "电子邮件", "邮箱"),
    "phone": ("phone call", "telephone", "电话"),
    "sms": ("text", "texts", "text message", "text messages", "短信"),
    "wechat": ("微信",),
    "Chinese": ("chinese", "mandarin", "中文", "普通话", "汉语"),
    "English": ("english", "英文", "英语"),
}
_ONE_SPELLING = {spelling: value for value, spellings in _SPELLINGS.items() for spelling in (value.lower(), *spellings)}
_SIZE_OF = {
    **dict.fromkeys(("shoe", "shoes", "sneakers", "鞋", "鞋子"), "shoe_size"),
    **dict.fromkeys(("ring", "戒指"), "ring_size"),
}
_SHOE = re.compile(r"(?:3[4-9]|4\d)(?:\.5)?")


@dataclass(frozen=True)
class Rule:
    """One pattern; its group `value` is the fact's value, unless that is `fixed`. A `wish` may be put as a question."""

    kind: str
    language: Language
    pattern: Pattern[str]
    confidence: float
    retracts: bool
    fixed: str = ""
    wish: bool = False

    def value(self, match: Match[str]) -> str:
        """The value that `match` found, in one spelling where there are several."""
        if self.fixed:
            return self.fixed
        words = match["value"].strip(" .,;!，。！、")
        if self.kind == "size" and len(words) <= 3:
            return words.upper()
        return _ONE_SPELLING.get(words.lower(), words)

    def kind_of(self, match: Match[str]) -> str:
        """The kind of fact; sizes are told apart by what they are a size of."""
        if self.kind != "size":
            return self.kind
        of = match.groupdict().get("of")
        guess = "shoe_size" if not of and _SHOE.fullmatch(self.value(match)) else "clothing_size"
        return _SIZE_OF.get((of or "").lower(), guess)


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, in the order of the file."""
    import yaml

    data = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    fragments = {name: re.sub(r"\|\s+", "|", text) for name, text in data["fragments"].items()}
    return (*_rules("en", data["en"], fragments), *_rules("zh", data["zh"], fragments))


@cache
def asides() -> Pattern[str]:
    """Words beside a fact that ask for nothing."""
    import yaml

    words = yaml.safe_load(_FILE.read_text(encoding="utf-8"))["asides"]
    return re.compile("|".join(words), re.IGNORECASE)


def _rules(language: Language, entries: list[dict[str, Any]], fragments: dict[str, str]) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            kind=entry["kind"],
            language=language,
            pattern=re.compile(_expand(entry["pattern"], fragments), 0 if entry.get("exact") else re.IGNORECASE),
            confidence=entry["confidence"],
            retracts=entry.get("retracts", False),
            fixed=entry.get("fixed", ""),
            wish=entry.get("wish", False),
        )
        for entry in entries
    )


def _expand(pattern: str, fragments: dict[str, str]) -> str:
    while _FRAGMENT.search(pattern):
        pattern = _FRAGMENT.sub(lambda name: fragments[name[1]], pattern)
    return pattern
