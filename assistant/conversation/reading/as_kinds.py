"""Products' names in a question, said as pages say them: a page knows headphones, and no Aria 300."""

import re
from collections.abc import Iterable

_OF_MONEY = re.compile(r"\b(?:fees?|costs?|postage|shipping|delivery|charge[sd]?)\b|费|多少钱", re.IGNORECASE)
"""What things cost to send is told for all kinds alike: the kind would only draw the search to its own page."""


def of_kinds(words: str, names: Iterable[str]) -> str:
    """Words with the beginnings of products' names replaced by the rest: "Aria 300" by "Wireless Headphones".

    Args:
        words: the question.
        names: of the products that it names, whole.
    """
    for name in () if _OF_MONEY.search(words) else names:
        parts = name.split()
        for at in range(len(parts) - 1, 0, -1):
            beginning = re.escape(" ".join(parts[:at]))
            if re.search(rf"(?<![A-Za-z0-9]){beginning}(?![A-Za-z0-9])", words, re.IGNORECASE):
                rest = "" if " ".join(parts).casefold() in words.casefold() else " ".join(parts[at:])
                words = re.sub(rf"(?<![A-Za-z0-9]){beginning}(?![A-Za-z0-9])", rest, words, flags=re.IGNORECASE)
                break
    return " ".join(words.split())
