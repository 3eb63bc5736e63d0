"""Values in a customer's words, each with the words that it came from. Nothing is guessed or completed."""

import re
from collections.abc import Callable, Iterator, Mapping

from assistant.routing.decision import SlotValue
from assistant.routing.intents.intent import Intent, Slot
from assistant.routing.reading.cues import load_cues
from assistant.routing.reading.products import ProductWords
from assistant.routing.reading.wording import ORDER_ID
from assistant.shop.order_numbers import normalise_order_number
from assistant.shop.price_words import price_wish
from assistant.text.language import Language, has_han
from assistant.text.masking import MASK

_Found = Iterator[tuple[str, str]]
_NAMED_ORDER = re.compile(
    r"(?:\border(?: (?:number|no\.?|nr\.?|id))?|订单号?|单号)\s*(?:is|是|为)?\s*[:：#]?\s*#?(\d{6,10})(?!\d)", re.I
)
_TRACKING = re.compile(
    r"(?<![\w#])(1Z[0-9A-Z]{16}|[A-Z]{2}\d{9}[A-Z]{2}|[A-Z]{2}\d{12,15}|\d{10,20})(?!\w)", re.I | re.A
)
_EMAIL = re.compile(r"<EMAIL_\d+>|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.A)
_DIGITS = re.compile(
    r"(?<![\w#.$¥￥-])(\d{1,2})(?![\w.%-]|\s*(?:inch|cm|mm|gb|tb|days?|weeks?|hours?|寸|厘米|天|周|小时|号))",
    re.I | re.A,
)
_ADDRESS_EN = re.compile(
    r"\b\d+[a-z]?\s+(?:[A-Z0-9][\w'.-]*\s+){1,4}(?:street|st|road|rd|avenue|ave|drive|dr|lane|ln|way|boulevard|blvd|court"
    r"|ct|place|pl|square|terrace|parkway)\b\.?(?:,?\s*(?:apt|apartment|unit|suite|#)\.?\s*\w+)?"
    r"(?:,\s*[A-Z][\w .'-]+)*(?:,?\s*[A-Z]{2})?(?:\s+\d{5})?",
    re.I,
)
_ADDRESS_ZH = re.compile(
    r"(?:[\u4e00-\u9fff]{2,8}(?:省|市|区|县))*[\u4e00-\u9fff]{1,8}(?:路|街|道|巷|弄|里)\s*\d+\s*(?:号|弄)?"
    r"(?:\s*[\u4e00-\u9fffA-Za-z\d]{0,12}(?:楼|室|栋|单元|座))?"
)
_LEADING_HAN = re.compile(r"^.*?(?:改成|改到|改为|换成|换到|送到|寄到|送去|寄去|是)")
_EN_COUNTERS = r"(?:\s+(?:of|more|pieces?|items?|units?))?"
_ZH_COUNTERS = r"(?:个|件|把|条|只|台|套|双|盏|副|份|床|块|张)"


class SlotFinder:
    """Finds the values of an intent's slots.

    Args:
        slots: all slots of the catalogue, by name.
        products: finds product words; None where there is nothing to sell.
    """

    def __init__(self, slots: Mapping[str, Slot], products: ProductWords | None = None) -> None:
        self._slots = slots
        self._products = products
        self._finders: dict[str, Callable[[str, Slot], _Found]] = {
            "order_id": _orders,
            "tracking_id": _trackings,
            "email": _emails,
            "product": self._product,
            "color": lambda text, _: _spoken(text, load_cues().colors),
            "size": lambda text, _: _spoken(text, load_cues().sizes),
            "quantity": _quantities,
            "max_price": _prices,
            "choice": lambda text, slot: _spoken(text, slot.choices),
            "address": _addresses,
        }

    def find(self, text: str, intent: Intent) -> tuple[SlotValue, ...]:
        """The values that `text` gives for the slots of `intent`; one a slot, or all where it takes several."""
        found: list[SlotValue] = []
        for name in intent.slots:
            slot = self._slots[name]
            values = dict(self._finders[slot.type](text, slot))
            chosen = list(values.items())[: None if slot.several else 1]
            found += [SlotValue(name=name, value=value, words=words) for value, words in chosen]
        return tuple(found)

    def only_values(self, text: str, language: Language) -> bool:
        """Whether `text` is nothing but values and small words ("the blue one", "W1234567")."""
        kinds, rest = ("order_id", "tracking_id", "email", "color", "size", "product"), text
        found = [words for kind in kinds for _, words in self._finders[kind](text, Slot(type="choice"))]
        for words in sorted(found, key=len, reverse=True):  # "white earbuds" before "white"
            rest = rest.replace(words, " ")
        if rest == text:
            return False
        stop = load_cues().language[language].stop_words
        if language == "zh":
            for word in sorted(stop, key=len, reverse=True):
                rest = rest.replace(word, " ")
        return all(word in stop for word in re.findall(r"[\w'-]+", rest.lower()))

    def _product(self, text: str, _slot: Slot) -> _Found:
        for words in self._products.find(text) if self._products else ():
            yield words, words


def _orders(text: str, _slot: Slot) -> _Found:
    for match in ORDER_ID.finditer(text):
        yield normalise_order_number(match[0]), match[0].strip()
    for match in _NAMED_ORDER.finditer(text):
        yield normalise_order_number(match[1]), match[1]


def _trackings(text: str, _slot: Slot) -> _Found:
    for match in _TRACKING.finditer(text):
        yield match[1].upper(), match[1]


def _emails(text: str, _slot: Slot) -> _Found:
    for match in _EMAIL.finditer(text):
        yield match[0], match[0]


def _prices(text: str, _slot: Slot) -> _Found:
    cents = price_wish(text).max_cents
    if cents is not None:
        value = f"{cents / 100:.2f}".removesuffix(".00")
        yield value, value


def _quantities(text: str, _slot: Slot) -> _Found:
    spoken = {word: value for value, words in load_cues().numbers.items() for word in words}
    bare = ORDER_ID.sub(" ", text)
    for match in re.finditer(rf"(\d{{1,2}}|[一二两三四五六七八九十])\s*{_ZH_COUNTERS}", bare, re.A):
        yield spoken.get(match[1], match[1]), match[0]
    if not has_han(text):
        for match in _DIGITS.finditer(bare):
            yield match[1], match[0]
        english = "|".join(word for word in spoken if word.isascii() and word != "one")
        for match in re.finditer(rf"\b({english})\b{_EN_COUNTERS}", bare, re.I):
            yield spoken[match[1].lower()], match[0]


def _addresses(text: str, _slot: Slot) -> _Found:
    for mask in MASK.finditer(text):
        if mask[1] == "ADDRESS":
            yield mask[0], mask[0]
    for match in _ADDRESS_EN.finditer(text):
        yield match[0].strip(), match[0].strip()
    for match in _ADDRESS_ZH.finditer(text):
        words = _LEADING_HAN.sub("", match[0])
        yield words, words


def _spoken(text: str, values: Mapping[str, tuple[str, ...]]) -> _Found:
    """Values in the order in which their words stand in the text; longer words win over their parts."""
    found: list[tuple[int, int, str, str]] = []
    for value, spellings in values.items():
        for word in spellings:
            pattern = rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])" if word.isascii() else re.escape(word)
            found += [(m.start(), m.end(), value, m[0]) for m in re.finditer(pattern, text, re.I)]
    end = 0
    for start, stop, value, words in sorted(found, key=lambda entry: (entry[0], -entry[1])):
        if start >= end:
            yield value, words
            end = stop
