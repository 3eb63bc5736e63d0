"""What of a product's data a question asks for: its weight, whether it may be washed, the sentence about the dock."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.shop.analysis import analyse
from assistant.shop.records import Product
from assistant.shop.vocabulary import vocabulary
from assistant.text.language import Language, has_han

_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-Z])|(?<=[。！？])")
_MOST_SENTENCES = 2
_ONE_CHARACTER = ("棉", "木", "钢")
_ADVICE = re.compile(r"\bshould i\b|\b(?:right|best|recommended) (?:size|weight|one)\b|合适|该选|怎么选|选多", re.I)
_ADVISES = re.compile(r"\bchoose\b|\brecommend\w*|建议|选择", re.I)
_STEM = 5
_IT = re.compile(r"\b(?:it|they|this|that|these|those)\b|它|这", re.I)
"""Names the product by no word of its name: "is it cotton?" of a cotton sheet set."""
_SHORTEST = 4
_TOLD_BY = 2
"""So many words of a remark must stand in one sentence of a description that tells of it."""
_SMALL = re.compile(
    r"^(?:about|also|another|available|buy|come|comes|coming|could|cost|does|doing|from|good|have|having|into|item|just"
    r"|know|like|made|make|many|more|most|much|need|nice|okay|only|other|over|please|price|product|really|right|same"
    r"|shop|should|some|something|still|than|that|them|then|there|these|they|thing|this|those|time|under|very|want|what"
    r"|when|where|which|will|with|without|work|works|would|year|years|your|hours?|minutes?|months?|days?|long|open|one)$"
)
_SMALL_HAN = re.compile(
    r"[我你您他她的吗呢了个这那它有多少钱怎么样请看一下款哪些可以是不能和卖买想要给么啥会在也都就还好吧啊]"
)


@dataclass(frozen=True)
class Asked:
    """What answers a question.

    Attributes:
        attributes: names of attributes, in the product's order.
        sentences: of its description, in their order.
    """

    attributes: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.attributes or self.sentences)


def asked_of(product: Product, question: str, language: Language) -> Asked:
    """The attributes that a question asks for by their names, their values or in other words, and what sentences say.

    Args:
        product: that is asked about.
        question: of the customer.
        language: of the description.
    """
    named = " ".join(filter(None, (product.name, product.name_zh, product.brand)))
    rest = _without(question, named)
    said = question if _IT.search(question) else rest
    attributes = tuple(name for name, value in product.attributes.items() if asks_for(name, rest) or _says(value, said))
    words = _words(rest) - _words(named)
    told = [sentence.strip() for sentence in _SENTENCES.split(product.text(language)) if sentence.strip()]
    fitting = [(sentence, sum(_holds(sentence, word) for word in words)) for sentence in told]
    if _ADVICE.search(question):
        fitting = [(sentence, count + bool(_ADVISES.search(sentence))) for sentence, count in fitting]
    best = max((count for _, count in fitting), default=0)
    sentences = tuple(sentence for sentence, count in fitting if count and count == best)[:_MOST_SENTENCES]
    return Asked(attributes, sentences)


def tells_of(product: Product, question: str, language: Language) -> bool:
    """Whether a product's attributes, description or options hold a word of a question."""
    if asked_of(product, question, language):
        return True
    options = " ".join(value for variant in product.variants for value in variant.options.values())
    words = _words(question) - _words(" ".join(filter(None, (product.name, product.name_zh))))
    return any(_holds(options, word) for word in words)


def tells_of_remark(product: Product, words: str, language: Language) -> bool:
    """Whether a product's data tell of what words remark: an attribute, an option, or two words of a sentence."""
    if asked_of(product, words, language).attributes or tells_of_option(product, words):
        return True
    said = _words(words) - _words(" ".join(filter(None, (product.name, product.name_zh))))
    told = _SENTENCES.split(product.text(language))
    return any(sum(_holds(sentence, word) for word in said) >= _TOLD_BY for sentence in told)


def tells_of_option(product: Product, question: str) -> bool:
    """Whether a question asks for an option in which a product's versions differ ("how big is its screen?")."""
    return any(asks_for(name, question) for name in {name for variant in product.variants for name in variant.options})


def asks_for(name: str, question: str) -> bool:
    """Whether a question asks for an attribute or option of that name, whatever it calls it."""
    lowered = question.lower()
    chinese = vocabulary().name(name, "zh")
    if chinese != name and len(chinese) > 1 and chinese in lowered:
        return True
    if re.search(rf"\b{re.escape(name.lower())}s?\b", lowered):
        return True
    return any(name in names and words.search(question) for names, words in _asking())


def asks_for_data(question: str) -> bool:
    """Whether a question asks for something that products' data tell ("is it waterproof"), whether this one's do."""
    return any(words.search(question) for _, words in _asking())


def _says(value: str, question: str) -> bool:
    """Whether a question says a value of an attribute ("is it cotton?"), but a plain yes or a mere number."""
    lowered = question.lower()
    chinese = vocabulary().value(value, "zh")
    if has_han(chinese) and len(chinese) > 1 and chinese in lowered:
        return True
    if chinese in _ONE_CHARACTER and chinese in lowered:
        return True
    words = [word for word in re.findall(r"[a-z][a-z-]{3,}", value.lower()) if not _SMALL.match(word)]
    return any(re.search(rf"\b{re.escape(word)}\b", lowered) for word in words)


def _words(text: str) -> set[str]:
    """What a sentence may share with a question: longer words by their beginnings, pairs of characters."""
    latin = (word for word in re.findall(r"[a-z]+", text.lower()) if len(word) >= _SHORTEST)
    found = {word[:_STEM] for word in latin if not _SMALL.match(word)}
    han = _SMALL_HAN.sub(" ", re.sub(r"[^\u4e00-\u9fff]", " ", text))
    return found | {han[at : at + 2] for at in range(len(han) - 1) if " " not in han[at : at + 2]}


def _holds(sentence: str, word: str) -> bool:
    if has_han(word):
        return word in sentence
    return re.search(rf"\b{re.escape(word)}", sentence.lower()) is not None


def _without(question: str, named: str) -> str:
    """The question without the product's name, and without the words for what kind of thing it is."""
    for word in sorted(set(re.findall(r"[\w-]{3,}", named)), key=len, reverse=True):
        if not has_han(word):
            question = re.sub(rf"\b{re.escape(word)}s?\b", " ", question, flags=re.IGNORECASE)
    words = vocabulary()
    kinds = analyse(named, words, document=True).kinds(words)
    for phrase, concepts in words.concepts.items():
        if has_han(phrase) and len(phrase) > 1 and concepts & set(kinds):
            question = question.replace(phrase, " ")
    return question


@lru_cache(maxsize=1)
def _asking() -> tuple[tuple[frozenset[str], re.Pattern[str]], ...]:
    import yaml

    data = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return tuple((frozenset(one["names"]), re.compile(one["words"], re.I)) for one in data)
