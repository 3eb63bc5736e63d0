"""Reading a message as the answer to what the assistant had asked."""

import re
from collections.abc import Sequence

_ORDINALS = (
    r"1|one|first|former|第一|一|头一个|前者",
    r"2|two|second|latter|第二|二|两|后者",
    r"3|three|third|第三|三",
    r"4|four|fourth|第四|四",
    r"5|five|fifth|第五|五",
)
_EN = r"^(?:the |number |no\.? ?|option |#)?(?:{})(?:st|nd|rd|th)?(?: one| order| option)?(?:,? please)?[.!]*$"
_ZH = r"^(?:选|是|就|要)?(?:{})(?:个|项|种|条)?(?:订单|吧|的)?[。！.]*$"
_LAST = re.compile(r"^(?:the )?last(?: one)?[.!]*$|^最后(?:一个|那个)?[。！]*$", re.IGNORECASE)


def pick(labels: Sequence[str], message: str) -> int | None:
    """Which of the offered options a message means.

    Args:
        labels: the options as the customer read them.
        message: what the customer wrote back.

    Returns:
        The option's index, or None when the message is no choice among them.
    """
    text = message.strip()
    for index, label in enumerate(labels):
        if text.casefold().strip(".。!！?？ ") == label.casefold().strip(".。!！?？ "):
            return index
    if _LAST.match(text) and labels:
        return len(labels) - 1
    for index, words in enumerate(_ORDINALS[: len(labels)]):
        if re.match(_EN.format(words), text, re.IGNORECASE) or re.match(_ZH.format(words), text):
            return index
    naming = [index for index, label in enumerate(labels) if _tokens(label) & _tokens(text)]
    return naming[0] if len(naming) == 1 and len(_tokens(text)) <= 6 else None


def _tokens(text: str) -> set[str]:
    return set(re.findall(r"[a-z]*\d{4,}", text.lower()))
