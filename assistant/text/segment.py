"""Cuts English and Chinese text into the terms that lexical search counts.

Chinese has no spaces: every character and every pair of neighbours is a term, which needs no dictionary and
does better than a word segmenter on shop texts. English words are lowered and lose their plural; codes such
as `W1234567` or `LM-204` stay whole beside their parts.
"""

import re

_PIECE = re.compile(r"(?P<han>[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+)|(?P<word>[^\W_]+(?:[-_./'’][^\W_]+)*)")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_JOINT = re.compile(r"[-_./]")
_CODE = re.compile(r"#?\b(?=[A-Za-z\d-]*\d)(?=[\d-]*[A-Za-z])[A-Za-z\d]+(?:-[A-Za-z\d]+)*\b|\b\d{5,}\b", re.ASCII)
_QUOTED = re.compile(r"[\"“「『《]([^\"”」』》]{2,60})[\"”」』》]")
_SHORTEST_CODE = 4

_ENGLISH_STOP = frozenset(
    "a an and are as at be been but by can could did do does for from had has have how i if in is it its me my of on "
    "or our shall should so that the their them then there they this to was we were what when where which who why "
    "will with would you your am about get got just into any some not no yes please want need".split()
)
_CHINESE_STOP = frozenset("的了吗呢吧啊是我你您他她它们有在和与或也都就还要会能可以吗么什怎")


def terms(text: str) -> list[str]:
    """The terms of `text`, in order, with repetitions; words that carry no meaning are left out."""
    found: list[str] = []
    for piece in _PIECE.finditer(_unjoined(text)):
        if piece.lastgroup == "han":
            found += _chinese(piece[0])
        else:
            found += _english(piece[0])
    return found


def codes(text: str) -> list[str]:
    """Codes and ids in `text` (four characters and more with a digit in them), lowered, without `#`."""
    found = (code.lstrip("#").lower() for code in _CODE.findall(text))
    return [code for code in found if len(code) >= _SHORTEST_CODE]


def quoted(text: str) -> list[str]:
    """What stands between quotation marks in `text`, lowered."""
    return [words.strip().lower() for words in _QUOTED.findall(text)]


def _unjoined(text: str) -> str:
    return _HAN.sub(lambda run: f" {run[0]} ", text)


def _chinese(run: str) -> list[str]:
    singles = [character for character in run if character not in _CHINESE_STOP]
    pairs = [run[at : at + 2] for at in range(len(run) - 1)]
    return singles + [pair for pair in pairs if not all(character in _CHINESE_STOP for character in pair)]


def _english(word: str) -> list[str]:
    whole = word.lower().replace("’", "'").removesuffix("'s")
    if whole in _ENGLISH_STOP:
        return []
    parts = _JOINT.split(whole)
    return [_singular(whole)] + ([_singular(part) for part in parts if part] if len(parts) > 1 else [])


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
