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

_FEW = 4
_SMALL = frozenset("the my an it is to of one please about with for me want what that thi or and no ye in on".split())


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


def by_words(labels: Sequence[str], message: str) -> int | None:
    """The one label that has all of a short message's words that matter ("the wrong item one")."""
    words = _content(message)
    if not words or len(words) > _FEW:
        return None
    fitting = [index for index, label in enumerate(labels) if words <= _content(label)]
    return fitting[0] if len(fitting) == 1 else None


def _content(text: str) -> set[str]:
    """Words of a text that matter, without endings; pairs of characters of a Chinese one."""
    lowered = text.lower()
    latin = {re.sub(r"(?:ing|ed|s)$", "", word) for word in re.findall(r"[a-z]{2,}", lowered)} - _SMALL
    han = re.sub(r"[^\u4e00-\u9fff]|[我的是要想选就那个吧呢了]", " ", lowered)
    return latin | {han[at : at + 2] for at in range(len(han) - 1) if " " not in han[at : at + 2]}


def _tokens(text: str) -> set[str]:
    return set(re.findall(r"[a-z]*\d{4,}", text.lower()))
