"""What kind of thing a question asks for: a name, a place, a size; and whether a text holds such a thing.

"Which courier brings it?" is near to everything that is said of couriers, and none of it names one. The kinds and the
words that ask for them stand in `asked_for.yaml`.
"""

import re
from functools import lru_cache
from pathlib import Path

from assistant.shop.places import regions_in
from assistant.text.language import Language
from assistant.text.quantities import quantities

_HOLDS = {
    "colour": r"\b(?:black|white|blue|green|gr[ea]y|red|navy|sage|brown|silver|gold|colou?rs?)\b"
    r"|[黑白蓝绿灰红棕银金]色|颜色",
    "material": r"\b(?:cotton|linen|silk|bamboo|wood(?:en)?|steel|iron|plastic|metal|glass|leather|wool|down|microfibre"
    r"|silicone|cardboard|paper|foam|alumin\w+)\b|[棉麻丝竹木钢铁塑皮毛绒纸]|硅胶|玻璃|金属|陶瓷",
    "length": r"\d ?(?:×|x\b|cm|mm?\b|inch|厘米|毫米|米|英寸)",
    "mass": r"\d ?(?:kg|g\b|公斤|千克|克)",
    "sound": r"\d ?(?:dB|decibel|分贝)",
    "power": r"\d ?(?:W\b|watt|瓦)",
    "light": r"\d ?(?:lux|lumen|K\b|勒克斯|流明)",
    "volume": r"\d ?(?:litre|l\b|ml|升|毫升)",
    "count": r"\d|\b(?:one|two|three|four|five|once|twice|only)\b|[一二两三四五六七八九十]",
}
_KINDS_HELD = {"percent": {"percent", "money"}, "date": {"date", "duration", "time"}}
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][A-Za-z]{2,}")
_LATIN_NAME = re.compile(r"[A-Z][A-Za-z]{2,}")
_PLACE = re.compile(r"\b(?:in|from) [A-Z][a-z]")
_CLOCK = re.compile(r"\d:\d\d|day\b|周[一二三四五六日]")


def asked_kinds(question: str, language: Language) -> tuple[str, ...]:
    """The kinds of things that a question asks for ("name", "place", "sound"); none where anything may answer it."""
    return tuple(kind for kind, pattern in _patterns(language).items() if pattern.search(question))


def holds_kind(kind: str, text: str, language: Language) -> bool:
    """Whether a text holds a thing of a kind: a name of somebody, a place, a number with such a unit."""
    if kind == "name":
        return (_LATIN_NAME if language == "zh" else _NAME).search(text) is not None
    if kind == "place":
        return bool(regions_in(text)) or _PLACE.search(text) is not None
    if kind in _KINDS_HELD:
        held = {found.kind for found in quantities(text)}
        return bool(held & _KINDS_HELD[kind]) or (kind == "date" and _CLOCK.search(text) is not None)
    return re.search(_HOLDS[kind], text, re.IGNORECASE) is not None


@lru_cache(maxsize=2)
def _patterns(language: Language) -> dict[str, re.Pattern[str]]:
    import yaml

    listed: dict[str, dict[str, list[str]]] = yaml.safe_load(
        Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    )
    return {kind: re.compile("|".join(said[language]), re.IGNORECASE) for kind, said in listed.items()}
