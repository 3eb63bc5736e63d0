"""A part of an address put right against another: "it's building 8, not 3", "门牌号是98不是89"."""

import re
from collections.abc import Iterator, Mapping

from assistant.text.language import has_han

_PHRASE = r"[\w'#-]+(?: [\w'#-]+){0,3}"
_ENGLISH = (
    re.compile(
        rf"\bnot (?P<old>{_PHRASE}?),? (?:but(?: rather)?|it'?s|it is|that'?s|should be|i meant?) (?P<new>{_PHRASE})",
        re.I,
    ),
    re.compile(rf"(?P<new>{_PHRASE}),? (?:and |but )?not (?P<old>{_PHRASE})", re.I),
    re.compile(rf"(?P<new>{_PHRASE}),? (?:instead of|rather than) (?P<old>{_PHRASE})", re.I),
    re.compile(rf"\bfrom (?P<old>{_PHRASE}?) to (?P<new>{_PHRASE})", re.I),
    re.compile(
        rf"\b(?:change|swap|correct|replace) (?:the )?(?P<old>{_PHRASE}?) (?:to|into|with|by) (?P<new>{_PHRASE})", re.I
    ),
)
_CHINESE = (
    re.compile(r"不是(?P<old>[^，,。；;！!]{1,15}?)[，, ]*(?:而|应该|应当|其实)*是(?P<new>[^，,。；;！!]{1,15})"),
    re.compile(
        r"(?:是|改成|改为|写)(?P<new>[^，,。；;！!是]{1,15}?)[，, ]*(?:而)?(?:不是"
        r"|而非|别写)(?P<old>[^，,。；;！!]{1,15})"
    ),
    re.compile(r"把?(?P<old>[^，,。；;！!把]{1,15}?)(?:要|得|应该|请)?(?:改成|改为|换成)(?P<new>[^，,。；;！!]{1,15})"),
)
_LEAD = re.compile(
    r"^(?:.*\b(?:it'?s|it is|that'?s|that is|should be|should say|must be"
    r"|i meant?|to|make it|at|in|is|was|be|actually|sorry|no|oh|the)\b[ ,:]*)",
    re.I,
)
_TRAIL = re.compile(r"(?: (?:please|thanks|thank you|sorry|though|anymore|any more|at all))+$", re.I)
_HAN_TRIM = re.compile(r"^(?:门牌号?|楼号|房号|号码|应该|其实|那个|这个|的|写)+|(?:了|吧|啊|呢|哦|才对|的|呀)+$")
_UNIT = r"building|bldg|house|number|no|flat|apt|apartment|unit|suite|ste|floor|room|block"
_UNITED = re.compile(rf"^(?:(?P<unit>{_UNIT})\b\.? ?#?)?(?P<number>\d+[a-z]?)$", re.I)
_HAN_UNITED = re.compile(r"^(?P<number>\d+)(?P<unit>号楼|号院|单元|栋|幢|座|室|号|弄|层|楼)?$")
_OF_THE_STREET = ("house", "number", "no")
_FIELDS = ("address1", "address2", "city", "state", "zip")


def put_right(text: str, known: Mapping[str, str]) -> dict[str, str]:
    """The fields of an address with a part exchanged that a message says is another.

    Args:
        text: the message.
        known: the address that it speaks of.

    Returns:
        The changed field; empty where the message sets no part against another, or the address has no such part.
    """
    for new, old in _pairs(text):
        if found := _exchanged(new, old, known):
            return found
    return {}


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    said = " ".join(text.split()).rstrip(".!?。！？ ")
    for pattern in _CHINESE if has_han(text) else _ENGLISH:
        for match in pattern.finditer(said):
            if has_han(text):
                new, old = (_HAN_TRIM.sub("", match[name].strip()) for name in ("new", "old"))
            else:
                new, old = (_TRAIL.sub("", _LEAD.sub("", match[name])).strip() for name in ("new", "old"))
            if new and old and new != old:
                yield new, old


def _exchanged(new: str, old: str, known: Mapping[str, str]) -> dict[str, str]:
    one, other = _united(new), _united(old)
    if one is None or other is None:
        return _words_exchanged(new, old, known)
    (unit, number), before = (one[0] or other[0], one[1]), other[1]
    pattern = rf"(?<![\dA-Za-z]){re.escape(before)}(?![\dA-Za-z])"
    places = [(name, match) for name in _FIELDS for match in re.finditer(pattern, known.get(name, ""), re.I)]
    with_unit = [(name, match) for name, match in places if unit and _has_unit(known[name], match, unit)]
    for found in (with_unit, places):
        if len(found) == 1:
            name, match = found[0]
            return {name: f"{known[name][: match.start()]}{number}{known[name][match.end() :]}"}
    return _of_unit(unit, number, known) if unit and not places else {}


def _of_unit(unit: str, number: str, known: Mapping[str, str]) -> dict[str, str]:
    """The address with another number of the one building, flat or room that it names."""
    if unit in _OF_THE_STREET:
        street = known.get("address1", "")
        return {"address1": re.sub(r"\d+\w*", number, street, count=1)} if re.search(r"\d", street) else {}
    shape = rf"(?<!\d)\d+(?={unit}(?!楼|院))" if has_han(unit) else rf"(?<=\b{unit} )\d+\w*"
    for name in _FIELDS[:2]:
        found = re.findall(shape, known.get(name, ""), re.I)
        if len(found) == 1:
            return {name: re.sub(shape, number, known[name], flags=re.I)}
    return {}


def _words_exchanged(new: str, old: str, known: Mapping[str, str]) -> dict[str, str]:
    places = [name for name in _FIELDS if old.casefold() in known.get(name, "").casefold()]
    if len(places) != 1 or len(old) < 2:
        return {}
    value = known[places[0]]
    at = value.casefold().index(old.casefold())
    return {places[0]: f"{value[:at]}{new}{value[at + len(old) :]}"}


def _united(words: str) -> tuple[str, str] | None:
    """A unit (may be empty) and its number."""
    match = (_HAN_UNITED if has_han(words) else _UNITED).match(words)
    return None if match is None else ((match["unit"] or "").lower(), match["number"])


def _has_unit(value: str, match: re.Match[str], unit: str) -> bool:
    before, after = value[: match.start()].casefold(), value[match.end() :]
    if unit in _OF_THE_STREET:
        return not before.strip()
    return after.startswith(unit) or before.rstrip(" #.").endswith(unit)
