"""Options of variants in a message: "the black one in 24 inch", "要黑色的，大号"."""

import re
from collections.abc import Iterable, Mapping, Sequence

from assistant.conversation.reading.signals import plain
from assistant.shop.vocabulary import english_words, vocabulary
from assistant.text.language import has_han


def options_said(text: str, choices: Iterable[Mapping[str, str]]) -> dict[str, list[str]]:
    """Which values of which options a message names.

    Args:
        text: the message, in either language.
        choices: options of the variants that there are.

    Returns:
        Option name to the values named, in the order of the message; options that aren't named are left out.
    """
    said = plain(text)
    alone = _without_other_meanings(said)
    values: dict[str, list[str]] = {}
    for options in choices:
        for name, value in options.items():
            if value not in values.setdefault(name, []):
                values[name].append(value)
    found: dict[str, list[str]] = {}
    for name, known in values.items():
        hits = [hit for value in known if (hit := _hit(value, _spoken_of(name, value), said, alone)) is not None]
        hits = [hit for hit in hits if not any(_inside(hit, other) for other in hits)]
        if hits:
            found[name] = [value for _, _, value in sorted(hits)]
        elif shades := _shades(known, said, alone):
            found[name] = shades
    return found


def numbers_said(text: str, choices: Iterable[Mapping[str, str]]) -> dict[str, list[str]]:
    """The values whose number a message gives without its unit ("the 270 ones" of 160, 230 and 270 cm).

    Args:
        text: an answer to the question which version it shall be.
        choices: options of the variants that there are.
    """
    numbers = set(re.findall(r"(?<![A-Za-z0-9_.])\d+(?:\.\d+)?(?![A-Za-z0-9_.]|\s*(?:of|x)\b)", plain(text)))
    found: dict[str, list[str]] = {}
    for options in choices:
        for name, value in options.items():
            first = re.match(r"\d+(?:\.\d+)?", value)
            if first is not None and first[0] in numbers and value not in found.setdefault(name, []):
                found[name].append(value)
    told = {name: values for name, values in found.items() if len(values) == 1}
    return told if len(told) == 1 else {}


def _hit(value: str, words: Iterable[str], said: str, alone: str) -> tuple[int, int, str] | None:
    """Where a message first says a value, the longest of the words for it."""
    spoken = ((word, alone if len(word) == 1 else said) for word in words)
    places = [place for word, where in spoken if (place := _place(word, where)) is not None]
    return (*min(places, key=lambda place: (place[0], -place[1])), value) if places else None


def _shades(known: Sequence[str], said: str, alone: str) -> list[str]:
    """The shades of a plain colour that a message names, where that colour itself isn't among the values."""
    for colour, shades in vocabulary().families.items():
        if colour not in known and _hit(colour, _spoken(colour), said, alone) is not None:
            return [shade for shade in shades if shade in known]
    return []


def _without_other_meanings(said: str) -> str:
    """Words like "蓝牙" blanked out, in which "蓝" is no colour."""
    for word in vocabulary().other_meanings:
        said = said.replace(word, " " * len(word))
    return said


def _inside(hit: Sequence[object], other: Sequence[object]) -> bool:
    """Whether a value's words are part of a longer value's ("black" in "matte black")."""
    (start, end, _), (first, last, _) = hit, other
    return hit is not other and first <= start and end <= last and (start, end) != (first, last)  # type: ignore[operator]


def _spoken_of(name: str, value: str) -> set[str]:
    """What a customer may call a value: where it is only "yes" or "none", by the name of its option."""
    if value.lower() not in ("yes", "no", "none"):
        return _spoken(value)
    names = {plain(name), plain(vocabulary().name(name, "zh")), *_alike(name)}
    if value.lower() == "yes":
        return names
    return {f"{no}{name}" for name in names for no in ("no ", "without ", "不带", "无", "没有", "不")}


def _alike(name: str) -> set[str]:
    """Other words for what an option is about: "防水" for "water resistance"."""
    words = vocabulary()
    concepts = words.concepts.get("".join(english_words(name)), frozenset()) - words.kinds
    return {phrase for phrase, named in words.concepts.items() if named & concepts}


def _spoken(value: str) -> set[str]:
    words = vocabulary()
    english, chinese = plain(value), plain(words.value(value, "zh"))
    spoken = {english, english.replace(" ", ""), chinese, chinese.replace(" ", ""), *words.called.get(english, ())}
    spoken.update(words.spoken.get(english, ()))
    if chinese.endswith(("色", "式")) and len(chinese) > 1:
        spoken.add(chinese[:-1])
    if match := re.match(r"^(\d+)[ -]pieces?$", english):
        spoken |= _packs(match.group(1))
    if re.match(r"^[a-z]+-[a-z]+$", english):
        spoken.add(english.replace("-", ""))
    if "grey" in english:
        spoken.add(english.replace("grey", "gray"))
    if match := re.match(r"^(\d+(?:gb|tb|ml|mm|cm|w)) [a-z]+$", english):
        spoken.add(match.group(1))
    if match := re.match(r"^([\d.]+)[ -]?(ml|l|cm|m|w|gb|tb|inch)$", english):
        spoken |= {f"{match.group(1)}{between}{match.group(2)}" for between in ("", "-", " ")}
        spoken |= {f"{match.group(1)} {unit}" for unit in _LONG.get(match.group(2), ())}
        spoken |= {f"{match.group(1)}{unit}" for unit in _LONG.get(match.group(2), ())}
    if english.endswith(" card"):
        spoken.add(f"{english.removesuffix(' card')}卡")
    if match := re.match(r"^([1-9]|10)x$", english):
        spoken.add(f"{_DIGITS_HAN[int(match.group(1)) - 1]}倍")
    if match := re.match(r"^([\d.]+)x$", english):
        spoken |= {f"{match.group(1)}倍", f"x{match.group(1)}", f"{match.group(1)} times"}
    return {word for word in spoken if word}


def _packs(number: str) -> set[str]:
    """What customers call a pack of so many pieces: "pack of three", "3-pack", "两件套"."""
    words = {"1": ("one", "一"), "2": ("two", "两"), "3": ("three", "三"), "4": ("four", "四"), "5": ("five", "五")}
    english, chinese = words.get(number, (number, number))
    spoken = {form.format(n) for n in (number, english) for form in ("{} pack", "{}-pack", "pack of {}", "set of {}")}
    return spoken | {f"{n}{han}" for n in (number, chinese) for han in ("件套", "件装", "只装", "个装", "件")}


_DIGITS_HAN = "一二三四五六七八九十"
_LONG = {
    "ml": ("millilitres", "milliliters", "毫升"), "l": ("litre", "litres", "liter", "liters", "升"),
    "cm": ("centimetres", "centimeters", "厘米"), "m": ("metre", "metres", "meter", "meters", "米"),
    "inch": ("inches", '"', "英寸", "寸"),
}  # fmt: skip


def _place(word: str, said: str) -> tuple[int, int] | None:
    pattern = re.escape(word) if has_han(word) else rf"(?<![a-z0-9.'-]){re.escape(word)}(?![a-z0-9']|\.\d)"
    match = re.search(pattern, said)
    return match.span() if match else None
