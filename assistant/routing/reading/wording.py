"""How a message is prepared before encoders read it: ids and masks become ordinary words, courtesies go."""

import re
import unicodedata
from collections.abc import Collection

from assistant.routing.reading.cues import load_cues
from assistant.routing.reading.products import ProductWords
from assistant.text.han import simplified
from assistant.text.language import Language
from assistant.text.masking import MASK

ORDER_ID = re.compile(r"(?<![\w#])#?\s?[Ww][\s-]?\d{6,8}(?!\w)", re.ASCII)
_ORDER_WORD = r"\b(?:my |the |this )?orders?(?: number| no\.?| nr\.?| id)?:?\s*"
_ORDER_EN = re.compile(rf"(?:{_ORDER_WORD})?{ORDER_ID.pattern}|{_ORDER_WORD}#?\d{{6,8}}(?!\w)", re.I)
_ORDER_ZH = re.compile(
    rf"(?:这个|我的)?(?:订单号?|单号|单子)?[:：\s]*{ORDER_ID.pattern}\s*(?:这一?单|这个订?单子?|订单)?", re.I
)
_LONG_NUMBER = re.compile(r"(?<![\w#])#?\d{9,}(?!\w)", re.ASCII)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_MASK_WORDS = {
    "en": {"EMAIL": "my email", "PHONE": "my phone number", "CARD": "my card", "ID": "my id", "IBAN": "my bank account"}
    | {"ADDRESS": "12 Oak Street", "NAME": "Sam", "ACCOUNT": "my customer number"},
    "zh": {"EMAIL": "我的邮箱", "PHONE": "我的手机号", "CARD": "我的卡", "ID": "我的证件", "IBAN": "我的银行账户"}
    | {"ADDRESS": "中山路12号", "NAME": "小王", "ACCOUNT": "我的客户号"},
}
_SPACES = re.compile(r"\s+")
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d]+")
_REPEATED = re.compile(r"([!?！？。.~～])\1+")


def plain(text: str, language: Language) -> str:
    """`text` in ordinary words, for encoders and classifiers.

    Ids, numbers and masks become words, short forms and dialect words standard ones, traditional characters
    simplified ones; emoji go.
    """
    folded = _EMOJI.sub(" ", unicodedata.normalize("NFKC", text))
    folded = load_cues().language[language].spellings.in_full(folded)
    if language == "zh":
        folded = simplified(folded)
    order, number = ("my order", "the tracking number") if language == "en" else ("这个订单", "运单号")
    folded = (_ORDER_EN if language == "en" else _ORDER_ZH).sub(f" {order} " if language == "en" else order, folded)
    folded = _LONG_NUMBER.sub(number, folded)
    folded = MASK.sub(lambda match: _MASK_WORDS[language][match[1]], folded)
    folded = _EMAIL.sub(_MASK_WORDS[language]["EMAIL"], folded)
    return _SPACES.sub(" ", _REPEATED.sub(r"\1", folded)).strip()


def spoken(text: str, language: Language) -> str:
    """What a message of nothing but emoji says ("👍" is a yes); other messages unchanged."""
    if any(character.isalnum() for character in text):
        return text
    said = load_cues().language[language].emoji
    return next((words for emoji, words in said.items() if emoji in text), text)


def without_courtesies(text: str, language: Language) -> str:
    """`text` without greetings before the request and thanks behind it; unchanged when nothing else is said."""
    cues = load_cues().language[language]
    shorter = cues.courtesy.sub("", text).strip()
    nothing_else = len(shorter) < cues.min_length or cues.hollow.match(shorter)
    return text if nothing_else else shorter


def length(text: str, language: Language) -> int:
    """Words of an English text, or characters of a Chinese one (Latin words count as two)."""
    if language == "en":
        return len(text.split())
    latin = re.findall(r"[A-Za-z0-9]+", text)
    return sum(1 for character in text if character >= "\u2e80" and character.isalpha()) + 2 * len(latin)


class Wording:
    """Prepares messages for encoders.

    Args:
        products: makes product words general; None leaves texts as they are.
        general_for: the encoders that read general words (USE gained a point by it, the others lost).
    """

    def __init__(self, products: ProductWords | None = None, general_for: Collection[str] = ("use",)) -> None:
        self._products = products
        self._general_for = frozenset(general_for)

    @property
    def fingerprint(self) -> str:
        """Names everything that decides the texts."""
        return f"4-{self._products.fingerprint if self._products else ''}-{','.join(sorted(self._general_for))}"

    def products(self, text: str) -> frozenset[str]:
        """The products that `text` names, in small letters; none where products aren't known."""
        return frozenset(words.lower() for words in self._products.find(text)) if self._products else frozenset()

    def of(self, text: str, language: Language, encoder: str) -> str:
        """`text` as `encoder` reads it."""
        prepared = plain(text, language)
        if self._products is not None and encoder in self._general_for:
            return self._products.general(prepared, language)
        return prepared
