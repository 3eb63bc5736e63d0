"""Text in one plain form, with the way back: what people type in many forms is looked for in one.

Full-width letters and digits become plain, dashes and spaces one kind each, invisible characters go, and long
runs of Chinese digits become digits. Every character of the plain form knows where it stood.
"""

import re
import unicodedata
from dataclasses import dataclass

_INVISIBLE = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u202a\u202b\u202c\u202d\u202e\u2066\u2069")
_SAME = {
    **dict.fromkeys("‐‑‒–—―−﹣－⁃", "-"),
    **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u202f\u3000\t", " "),
    **dict.fromkeys("＠﹫", "@"),
    "（": "(", "）": ")", "［": "[", "］": "]", "【": "[", "】": "]", "．": ".", "\r": "\n",
}  # fmt: skip
_HAN_DIGITS = dict(zip("零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "001234567891123456789", strict=True))
_HAN_RUN = re.compile(f"[{''.join(_HAN_DIGITS)}](?:[ -]?[{''.join(_HAN_DIGITS)}]){{6,}}")


@dataclass(frozen=True)
class Folded:
    """`text` in plain form; `places` holds, for each of its characters, the index in the original."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that a span of the plain form comes from."""
        return self.places[start], self.places[end - 1] + 1


def fold(text: str) -> Folded:
    """`text` in plain form."""
    plain: list[str] = []
    places: list[int] = []
    for at, character in enumerate(text):
        if character in _INVISIBLE:
            continue
        plain.append(_one(character))
        places.append(at)
    folded = _HAN_RUN.sub(lambda run: "".join(_HAN_DIGITS.get(c, c) for c in run.group()), "".join(plain))
    return Folded(folded, tuple(places))


def _one(character: str) -> str:
    if character in _SAME:
        return _SAME[character]
    if character.isascii():
        return character
    if (digit := unicodedata.digit(character, None)) is not None and character.isdecimal():
        return str(digit)
    normal = unicodedata.normalize("NFKC", character)
    return normal if len(normal) == 1 else character


@dataclass(frozen=True)
class Found:
    """Personal data of one kind between `start` and `end` of the plain form."""

    kind: str
    start: int
    end: int


def before(text: str, at: int, width: int = 40) -> str:
    """What stands before `at`, for cues."""
    return text[max(0, at - width) : at]
