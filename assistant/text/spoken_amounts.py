"""Amounts in words as digits: "a hundred and fifty", "fifty bucks", "三百刀", "一百五左右"."""

import re

from assistant.text.quantity_patterns import EN_WORD, HAN_DIGITS, HAN_NUMBER, TENS, WORDS

_ENGLISH = re.compile(
    rf"\b(?:(?P<hundreds>one|two|three|four|five|six|seven|eight|nine|(?:a )?couple(?: of)?|a) hundred(?: and)?"
    rf"(?: (?P<rest>(?:{TENS})(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|(?:{EN_WORD})))?"
    rf"|(?P<tens>{TENS})(?:[- ](?P<ones>one|two|three|four|five|six|seven|eight|nine))?)\b",
    re.I,
)
_HAN = re.compile(
    rf"(?P<number>{HAN_NUMBER})(?P<more>[多来几])?"
    r"(?=\s*(?:刀|块|元|美元|美金|美刀|以内|以下|之内|左右|上下|出头)|\s*[，,。！!？?\s]|$)"
)
_DOLLARS = re.compile(r"(?<=\d)\s*美?刀(?![具架片座])")
_COUNTS = re.compile(r"[百千十]")


def amounts_in_digits(text: str) -> str:
    """`text` with amounts in words as digits, and 刀 for dollars as such; single digits in words stay as they are."""
    return _DOLLARS.sub("美元", _HAN.sub(_han, _ENGLISH.sub(_english, text)))


def _english(match: re.Match[str]) -> str:
    if match["hundreds"]:
        hundreds = WORDS.get(match["hundreds"].lower(), 2)
        return str(100 * hundreds + _summed(match["rest"] or ""))
    return str(_summed(match[0]))


def _summed(words: str) -> int:
    return sum(WORDS[part] for part in re.split(r"[- ]", words.lower()) if part in WORDS)


def _han(match: re.Match[str]) -> str:
    said = match["number"]
    if _COUNTS.search(said) is None or len(said) == 1:
        return match[0]
    total, digit, unit = 0, 0, 0
    for character in said:
        if character in "十百千":
            unit = {"十": 10, "百": 100, "千": 1000}[character]
            total += (digit or 1) * unit
            digit = 0
        else:
            digit = HAN_DIGITS.get(character, 0)
    spoken_short = digit and unit > 10 and said[-2] != "零"  # 一百五 is a hundred and fifty
    return str(total + (digit * unit // 10 if spoken_short else digit))
