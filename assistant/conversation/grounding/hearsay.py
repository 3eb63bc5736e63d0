"""What only the customer has said: their own case may be told back to them, a rule of the shop may not rest on it.

"Since returns are open for 60 days, ..." doesn't make it 60 days, though the number stands in the conversation. A
quantity that no passage and no tool says is let through where the sentence tells it as the customer's ("your $45
order", "three weeks ago", "you said"), or denies it ("not 60 days").
"""

import re
from collections.abc import Callable, Iterator, Sequence

from assistant.text.quantities import Quantity, quantities

ANY = frozenset({"duration", "percent", "money", "number", "measure", "date", "time"})
"""Kinds of quantities that rules are made of."""
OF_RULES_ONLY = frozenset({"duration", "percent"})
"""Those that a customer's own wish hardly ever holds, where nothing of the shop's pages is told."""

_SENTENCE = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])|\n+")
_SAYS = (
    r"sa(?:y|id)|mention(?:ed)?|pa(?:y|id)|bought|order(?:ed)?|spen[dt]|wait(?:ed)?|wrote|ask(?:ed)?|told|read|heard"
    r"|thought|want(?:ed)?|need(?:ed)?|suggest(?:ed)?|assum(?:e|ed)|expect(?:ed)?"
)
_THINGS = "order|basket|cart|purchase|parcel|budget|item|product|payment|balance|points"
_THINGS_ZH = "订单|购物车|包裹|预算|商品|余额|积分"
_BEFORE = re.compile(
    rf"\byou(?:['’](?:ve|d)| have| had)? (?:{_SAYS})\b[^.;:!?]*$"
    rf"|\byour (?:\w+ ){{0,2}}(?:{_THINGS})(?: (?:of|worth|for|is|was|at|totals?|comes to|with))? $"
    r"|(?:\bnot|n['’]t|\bno|\brather than|\binstead of)(?: (?:the|a|for|in|within|up to|only|after|it is|be))* $"
    rf"|您(?:所|刚才|之前)?(?:说|提到|付|买|下单|花|等|以为)[^，。；！？]*$|您(?:的|这|那)?[^，。；！？]{{0,4}}(?:{_THINGS_ZH})[^，。；！？]{{0,4}}$"
    r"|(?:不是|并非|而非|不到|没有) ?$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    rf"^ ago\b|^[^.;:!?]*\b(?:as|that) you(?:['’]ve| have)? (?:{_SAYS})\b|^ ?(?:以?前|之前)(?:买|下|付|收|订)",
    re.IGNORECASE,
)
_YOURS = re.compile(r"\byour $|您(?:的|这|那) ?$", re.IGNORECASE)
_THING = re.compile(rf"^[- ]?(?:\w+ )?(?:{_THINGS})\b|^的?(?:{_THINGS_ZH})", re.IGNORECASE)


def hearsay(
    text: str,
    supported: Callable[[Quantity], bool],
    said: Callable[[Quantity], bool],
    kinds: frozenset[str] = ANY,
) -> tuple[str, ...]:
    """The words of quantities that a text tells as true though only the customer has said them.

    Args:
        text: what a model said, without citation marks.
        supported: whether passages and tools hold a quantity.
        said: whether the customer's words hold it.
        kinds: of quantities that are looked at.
    """
    return tuple(dict.fromkeys(words for part in sentences_of(text) for words in _told(part, supported, said, kinds)))


def sentences_of(text: str) -> Sequence[str]:
    """The sentences and list items of a text."""
    return [part for part in _SENTENCE.split(text) if part.strip()]


def tells_own_case(sentence: str, words: str, said: Callable[[Quantity], bool]) -> bool:
    """Whether `words` of a sentence are a quantity that the customer has said, told as the customer's or denied."""
    return is_own_case(sentence, words) and all(said(found) for found in quantities(words))


def is_own_case(sentence: str, words: str) -> bool:
    """Whether a sentence tells the quantity `words` as the customer's own, or denies it."""
    at = sentence.find(words)
    if at < 0:
        return False
    before, after = sentence[:at], sentence[at + len(words) :]
    if _BEFORE.search(before) or _AFTER.search(after):
        return True
    return _YOURS.search(before) is not None and _THING.search(after) is not None


def _told(
    sentence: str, supported: Callable[[Quantity], bool], said: Callable[[Quantity], bool], kinds: frozenset[str]
) -> Iterator[str]:
    for quantity in quantities(sentence):
        if (
            quantity.kind in kinds
            and said(quantity)
            and not supported(quantity)
            and not is_own_case(sentence, quantity.words)
        ):
            yield quantity.words
