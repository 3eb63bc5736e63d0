"""Chinese characters across scripts and spellings: traditional ones made simplified, and how they are read."""

from functools import lru_cache
from pathlib import Path


def simplified(text: str) -> str:
    """`text` in simplified characters, one for one (轉帳 becomes 转帐)."""
    return text.translate(_simplified())


def syllables(text: str) -> list[str]:
    """How each character of `text` is read, without tones; what is no Chinese character stays as it is.

    Characters that sound alike are what input methods confuse: 退货 and 退祸 have the same syllables.
    """
    readings = _readings()
    return [readings.get(character, character) for character in text]


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    pairs = "".join(_lines("traditional.txt"))
    return {ord(pairs[at]): pairs[at + 1] for at in range(0, len(pairs), 2)}


@lru_cache(maxsize=1)
def _readings() -> dict[str, str]:
    entries = (line.split(" ", 1) for line in _lines("pinyin.txt"))
    return {character: syllable for syllable, characters in entries for character in characters}


def _lines(name: str) -> list[str]:
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
