"""How well a reply reads, by rule: repetition, mixed languages, length, register, bad endings.

No model judges here: the same text always gets the same faults. What counts as a fault is what customers notice
first in the words of small models.
"""

import re
from dataclasses import dataclass

from assistant.text.language import Language, has_han
from assistant.text.sentences import split_sentences

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]{2,}")
_MARK = re.compile(r"\s?\[\d+\]")
_ENDS = re.compile(r"[.!?。！？)）”\"'」]$")
_LOUD = re.compile(r"[!！]{2,}|[?？]{2,}|[\U0001F300-\U0001FAFF\u2600-\u27BF]|\b[A-Z]{5,}\b")
_CHATTY = {
    "en": re.compile(
        r"\b(?:as an ai|language model|according to the (?:facts|passages?|context)|the facts? (?:say|state)s?"
        r"|based on the (?:provided|given)|gonna|wanna|dude|lol|hope this helps|feel free to)\b",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        "作为(?:一个)?(?:人工智能|语言模型)|根据(?:提供的|上述|以上)?(?:事实|资料|文段|信息)|亲[，,～~]|哈哈|呵呵|(?<![您])你"
    ),
}
_LONGEST = {"en": 90, "zh": 160}
"""Words of an English answer, characters of a Chinese one, beyond which it is long."""
_SHORTEST = {"en": 2, "zh": 4}
_LATIN_SHARE = 0.5
_PIECE = 4
_COST = {"repeats": 0.4, "mixed": 0.4, "long": 0.2, "short": 0.2, "register": 0.3, "ending": 0.1, "loud": 0.2}


@dataclass(frozen=True)
class Fluency:
    """What is wrong with the way a text reads.

    Attributes:
        faults: of `repeats`, `mixed` (languages), `long`, `short`, `register`, `ending`, `loud`.
    """

    faults: tuple[str, ...] = ()

    @property
    def score(self) -> float:
        """1 for a text without faults, less for each, 0 at the least."""
        return max(0.0, round(1 - sum(_COST[fault] for fault in self.faults), 2))


def fluency(text: str, language: Language) -> Fluency:
    """The faults of a reply in `language`.

    Args:
        text: the words of a reply; citation marks don't count.
        language: that it should be in.
    """
    plain = _MARK.sub("", text).strip()
    found = {
        "repeats": _repeats(plain, language),
        "mixed": _mixed(plain, language),
        "long": _length(plain, language) > _LONGEST[language],
        "short": _length(plain, language) < _SHORTEST[language],
        "register": _CHATTY[language].search(plain) is not None,
        "ending": bool(plain) and "\n" not in plain and _ENDS.search(plain) is None,
        "loud": _LOUD.search(plain) is not None,
    }
    return Fluency(tuple(fault for fault, there in found.items() if there))


def _repeats(text: str, language: Language) -> bool:
    """Whether a sentence comes twice, or a stretch of words does right after itself."""
    said = [re.sub(r"\W+", "", sentence).casefold() for sentence in split_sentences(text)]
    said = [sentence for sentence in said if sentence]
    if len(said) != len(set(said)):
        return True
    units = _HAN.findall(text) if language == "zh" else re.findall(r"[\w'’]+", text.casefold())
    length = _PIECE + 2 if language == "zh" else _PIECE
    pieces = [tuple(units[at : at + length]) for at in range(len(units) - length + 1)]
    return any(piece in pieces[at + length : at + 3 * length] for at, piece in enumerate(pieces))


def _mixed(text: str, language: Language) -> bool:
    if language == "en":
        return has_han(text)
    han, latin = len(_HAN.findall(text)), sum(len(word) for word in _LATIN.findall(text)) / 3
    return han == 0 or latin > _LATIN_SHARE * (han + latin)


def _length(text: str, language: Language) -> int:
    return len(_HAN.findall(text)) if language == "zh" else len(re.findall(r"[\w'’$%.]+", text))
