"""Reversible masking of personal data: models, logs and vectors see `<EMAIL_1>`, tools get the value back.

Recognised: e-mail addresses, payment card numbers (Luhn, ISO/IEC 7812-1), Chinese identity numbers
(GB 11643 check digit) and phone numbers. Order numbers and tracking numbers are left alone.
"""

import re
from collections.abc import Callable

_CARD = re.compile(r"(?<![\w#])\d(?:[ -]?\d){12,18}(?!\w)", re.ASCII)
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("EMAIL", re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")),
    ("ID", re.compile(r"(?<!\w)\d{17}[\dXx](?!\w)", re.ASCII)),
    ("CARD", _CARD),
    (
        "PHONE",
        re.compile(
            r"(?<![\w#])(?:\+\d{1,3}[ -]?)?(?:1[3-9]\d{9}|1[3-9]\d[ -]\d{4}[ -]\d{4}"
            r"|\(\d{3}\) ?\d{3}[ -]\d{4}|\d{3}[ -.]\d{3}[ -.]\d{4}|0\d{2,4}[ -]\d{6,8})(?!\w)"
            r"|(?<![\w#])\+\d{1,3}(?:[ -]?\d{2,4}){2,4}(?!\w)",
            re.ASCII,
        ),
    ),
)
_MASK = re.compile(r"<(?:EMAIL|ID|CARD|PHONE)_\d+>")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class Masker:
    """Masks of one conversation: the same value always gets the same mask.

    Args:
        known: masks given out earlier in the conversation, mask to value.
    """

    def __init__(self, known: dict[str, str] | None = None) -> None:
        self._values: dict[str, str] = dict(known or {})

    @property
    def known(self) -> dict[str, str]:
        """All masks so far, mask to value."""
        return dict(self._values)

    def mask(self, text: str) -> str:
        """`text` with personal data replaced by masks."""
        for kind, pattern in _PATTERNS:
            text = pattern.sub(self._replacer(kind), text)
        return text

    def unmask(self, text: str) -> str:
        """`text` with this conversation's masks replaced by their values; other masks stay as they are."""
        return _MASK.sub(lambda match: self._values.get(match.group(), match.group()), text)

    def _replacer(self, kind: str) -> Callable[[re.Match[str]], str]:
        def replace(match: re.Match[str]) -> str:
            value = match.group()
            if not _plausible(kind, value):
                return value
            for mask, known in self._values.items():
                if known == value and mask.startswith(f"<{kind}_"):
                    return mask
            number = sum(mask.startswith(f"<{kind}_") for mask in self._values) + 1
            self._values[f"<{kind}_{number}>"] = value
            return f"<{kind}_{number}>"

        return replace


def _plausible(kind: str, value: str) -> bool:
    if kind == "CARD":
        return _luhn([int(digit) for digit in value if digit.isdigit()])
    if kind == "ID":
        total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, value, strict=False))
        return "10X98765432"[total % 11] == value[-1].upper()
    return True


def _luhn(digits: list[int]) -> bool:
    doubled = (digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
