"""Whether a customer wants more or fewer pieces in an order: that is no exchange, no tool can do it, a page says so."""

import re

from assistant.text.language import Language

AS_ASKED: dict[Language, str] = {
    "en": "can I add an item to my order",
    "zh": "订单能加一件吗，数量可以改吗",
}
"""How the pages are asked for it: the customer's own words tell of the thing, too, and find its guide."""
_OTHER_COUNT = re.compile(
    r"\b(?:add|put|include|squeeze|throw)(?:ing)?\b.{0,40}\b(?:to|into|in|onto)\b"
    r".{0,12}(?:\border\b|#\w|\bit\b|\bparcel\b|\bbox\b)"
    r"|\badd(?:ing)? (?:one|an?other|some|two|a few|\d+)? ?(?:more|extra|another)\b"
    r"|\b(?:one|two|three|four|\d+) more of\b"
    r"|\bmake (?:it|that|them) (?:two|three|four|five|\d+|double)\b(?! \w*(?:size|inch|cm))"
    r"|\b(?:two|three|four|five|[2-9])\b (?:\w+ ){0,2}instead of (?:just |only )?(?:one|a single|two|three|1|2)\b"
    r"|\b(?:change|increase|raise|double|reduce|lower)\b.{0,14}\b(?:quantity|number of|amount of)\b"
    r"|(?:多|再|加|追)加?(?:[一两二三四五几\d]|多少)?[件个台双条份样盏只](?!月)|追加|加购"
    r"|(?:改|换|变)成?[两二三四五六2-9十]\d*[件个台双条份盏只](?!月|套)|数量.{0,8}(?:改|调|增|减|加|换)|(?:改|调|加|换)一?下?数量",
    re.IGNORECASE,
)


def wants_other_count(words: str) -> bool:
    """Whether words ask for another number of pieces ("add one more to my order", "改成两件")."""
    return _OTHER_COUNT.search(words) is not None
