"""Signals that a text tries to instruct a model, by rule, in English and Chinese.

They are for people to see and for counting. Nothing is allowed or refused by them: whoever writes differently isn't
found, and what can't be changed without the customer's yes can't be changed by any text.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("injections.yaml")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\U000e0000-\U000e007f]")
_JOINER = "\u200d"
_INVISIBLE_MANY = 3


def injection_signals(text: str) -> tuple[str, ...]:
    """Names of the kinds of signals in `text`, in the order of `injections.yaml`; mostly none."""
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).replace("’", "'").lower()
    found = {kind: pattern.search(plain) is not None for kind, pattern in _patterns().items()}
    if len(_INVISIBLE.findall(text.replace(_JOINER, ""))) >= _INVISIBLE_MANY:
        found["hidden"] = True
    return tuple(kind for kind, is_there in found.items() if is_there)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    import yaml

    read: dict[str, list[str]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {kind: re.compile("|".join(f"(?:{pattern})" for pattern in patterns)) for kind, patterns in read.items()}
