"""Chinese characters across scripts and spellings: traditional ones made simplified, and how they are read."""

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC


def simplified(text: str) -> str:
    """`text` in simplified characters (轉帳 becomes 转帐), by OpenCC's tables."""
    return text if text.isascii() else str(_converter().convert(text))


def syllables(text: str) -> list[str]:
    """How each character of `text` is read, without tones; what is no Chinese character stays as it is.

    Characters that sound alike are what input methods confuse: 退货 and 退祸 have the same syllables.
    """
    return [_syllable(character) for character in text]


@lru_cache(maxsize=8192)
def _syllable(character: str) -> str:
    from pypinyin import lazy_pinyin

    return lazy_pinyin(character)[0]


@lru_cache(maxsize=1)
def _converter() -> "OpenCC":
    from opencc import OpenCC

    return OpenCC("t2s")
