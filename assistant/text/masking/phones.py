"""Phone numbers: international, Chinese, American, British and other European forms, and spelled digits.

A number without any mark of a phone (ten digits in a row may be an order or an article) counts as one only
after words like "call me at"; after "order number" nothing does.
"""

import re
from collections.abc import Iterator

from assistant.text.masking.folding import Found, before
from assistant.text.masking.numbers import NOT_PERSONAL

_S = r"(?: {0,2}[-./\n]? {0,2})"
_R = r"(?: {1,2}| ?[-./\n] ?)"
_LEFT = r"(?<![A-Za-z0-9#_$€£¥@])(?<!\d[.,:/-])"
_ALONE = r"(?<!\d )"
_RIGHT = r"(?! ?\d{3,})(?![A-Za-z0-9_@%])(?!\s?(?:USD|EUR|GBP|CNY|RMB|元|块|美元))(?![.,:/-]\d)"
_EXTENSION = r"(?:[ ,]{0,2}(?:ext(?:ension)?\.?|x|转|分机号?)[ :]{0,2}\d{1,6})?"
_COUNTRY_DIGITS = {
    "1": 10, "86": 11, "44": 10, "852": 8, "853": 8, "886": 9, "65": 8, "61": 9, "64": 10, "91": 10, "81": 10, "82": 10,
    "33": 9, "49": 11, "39": 10, "34": 9, "31": 9, "32": 9, "41": 9, "43": 11, "45": 8, "46": 9, "47": 8, "48": 9,
    "351": 9, "353": 9, "358": 10, "420": 9, "30": 10, "36": 9, "40": 9, "7": 10, "55": 11, "52": 10, "27": 9, "60": 10,
    "66": 9, "84": 10, "63": 10, "62": 12, "971": 9, "972": 9, "90": 10, "380": 9, "966": 9, "20": 10, "234": 10,
}  # fmt: skip
_PLUS = re.compile(r"(?<![A-Za-z0-9#_])(?P<plus>\+ ?|\(\+|(?<!\d )00(?=[1-9]\d))(?P<rest>\d)")
_MOBILE = (
    rf"1[3-9]\d(?:\d{{8}}|{_R}\d{{4}}{_R}\d{{4}}|\d{_R}\d{{3}}{_R}\d{{4}}|\d{{4}}{_R}\d{{4}}|\d{_R}\d{{4}}{_R}\d{{3}}|"
    rf"{_R}\d{{8}}|{_R}\d{{3}}{_R}\d{{5}})"
)
_FORMS = tuple(
    re.compile(f"{_LEFT}(?:{form}){_EXTENSION}{_RIGHT}")
    for form in (
        rf"(?:\(?86\)?{_S})?{_MOBILE}",  # Chinese mobile
        r"1(?:[ -]\d){10}",
        rf"{_ALONE}(?:\(0\d{{2,3}}\){_S}|0\d{{2,3}}{_R})[2-8]\d{{2,3}}{_S}\d{{4}}",  # Chinese landline
        rf"{_ALONE}(?:1{_R})?(?:\([2-9]\d\d\){_S}|[2-9]\d\d{_R})\d{{3}}{_R}\d{{4}}",  # American, 400 and 800 numbers
        rf"{_ALONE}(?:\(0\d{{2,4}}\){_S}|0\d{{2,4}}{_R})\d{{3,4}}{_S}\d{{3,4}}",  # British
        rf"{_ALONE}(?:(?:\(0\d{{4}}\)|0\d{{4}})[ -]?\d{{6}}|0\d{{4}} \d{{2,3}} \d{{3}}|07\d{{3}} ?\d{{3}} ?\d{{3}})",
        rf"{_ALONE}0[1-9](?:[ .-]\d{{2}}){{4}}",  # French
        rf"{_ALONE}(?:07\d{{9}}|0(?:10|2\d)[2-8]\d{{7}}|0[3-9]\d\d[2-8]\d{{6,7}})",
        rf"{_ALONE}0\d{{2,4}}[ /-]\d{{6,8}}",  # German
    )
)
_AMERICAN = re.compile(r"(?<![\d(])\([2-9]\d\d\) ?\d{3}[ -.]?\d{4}" + _EXTENSION + r"(?!\d)")
_CUE = re.compile(
    r"(?:\b(?:phone|mobile|cell(?:phone)?|tel(?:ephone)?|landline|whatsapp|fax|dial|call(?:ing)?|text(?: "
    r"me)?|sms|ring|reach(?: me)?|"
    r"contact|my (?:new |other |work )?(?:number|no\.))\b|电话|手机|座机|固话|联系方式|联系我?|热线|致电|"
    r"打给我|拨打?|短信|来电|号码)"
    r"[^\d+(\n.!?。！？]{0,18}$",
    re.IGNORECASE,
)
_CUE_BEHIND = re.compile(
    r"(?:\W{0,2}(?:is|would be|are))?\W{1,3}(?:my|the|our) (?:new |other |work )?(?:phone|mobile|cell|"
    r"number|landline)\b|\W{0,2}(?:这)?是我的?(?:手机|电话|号)",
    re.IGNORECASE,
)
_ANY = re.compile(rf"{_LEFT}\(?\d(?:[ .()/\-\n]{{0,2}}\d){{6,11}}{_EXTENSION}(?![A-Za-z0-9_@%])")
_DATE = re.compile(r"(?:19|20)\d\d[-./](?:0?\d|1[0-2])[-./]\d|\d{1,2}[-./]\d{1,2}[-./](?:19|20)\d\d")
_WORD = (
    r"(?:zero|oh|o|one|two|three|four|five|six|seven|eight|nine|double (?:zero|oh|one|two|three|four|"
    r"five|six|seven|eight|nine))"
)
_SPELLED = re.compile(rf"\b(?:(?:plus )?{_WORD}[ ,\-]{{1,2}}){{6,}}{_WORD}\b", re.IGNORECASE)


def phones(text: str) -> Iterator[Found]:
    """Phone numbers in plain text."""
    yield from _international(text)
    for form in (*_FORMS, _AMERICAN):
        for match in form.finditer(text):
            if not _names_a_thing(text, match.start()) and not _DATE.match(match.group()):
                yield Found("PHONE", match.start(), match.end())
    for match in _ANY.finditer(text):
        ahead = before(text, match.start())
        if (
            (_CUE.search(ahead) or _CUE_BEHIND.match(text, match.end()))
            and not NOT_PERSONAL.search(ahead)
            and not _DATE.match(match.group())
        ):
            yield Found("PHONE", match.start(), match.end())
    for match in _SPELLED.finditer(text):
        if not _names_a_thing(text, match.start()):
            yield Found("PHONE", match.start(), match.end())


def _international(text: str) -> Iterator[Found]:
    """`+` or `00`, a country's code, and as many digits as numbers have there."""
    for match in _PLUS.finditer(text):
        digits = re.sub(r"\D", "", text[match.start("rest") : match.start("rest") + 8])
        country = next((digits[:size] for size in (3, 2, 1) if digits[:size] in _COUNTRY_DIGITS), "")
        if not country and not match["plus"].startswith("+"):
            continue
        if match["plus"] == "00" and NOT_PERSONAL.search(before(text, match.start())):
            continue
        most = len(country) + _COUNTRY_DIGITS.get(country, 12)
        end, count = _consume(text, match.start("rest"), most, len(country))
        if count - len(country) >= 7:
            yield Found("PHONE", match.start(), end)


def _consume(text: str, start: int, most: int, country: int) -> tuple[int, int]:
    """End of a number of at most `most` digits that begins at `start`, and how many it has; a trunk 0 is extra."""
    at, end, count, gap, extra = start, start, 0, 0, 0
    while at < len(text) and gap <= 3:
        character = text[at]
        if character.isdigit():
            glued = at > start and text[at - 1].isdigit()
            if count >= most + extra and not glued:
                break
            if count == country and character == "0":
                extra = 1
            count, end, gap = count + 1, at + 1, 0
        elif character in " -.()/\n":
            gap += 1
        else:
            break
        at += 1
    extension = re.compile(_EXTENSION).match(text, end)
    return (extension.end() if extension else end), count


def _names_a_thing(text: str, start: int) -> bool:
    return bool(NOT_PERSONAL.search(before(text, start)))
