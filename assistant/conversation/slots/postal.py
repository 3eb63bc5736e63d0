"""Postal addresses in customers' words, English and Chinese, whole or in part."""

import re
from collections.abc import Mapping

from assistant.shop.places import region_of
from assistant.text.language import has_han

FIELDS = ("address1", "address2", "city", "state", "zip", "country")

_ZIP = re.compile(
    r"(?<![\w-])(?:\d{5}-\d{4}|\d{6}|\d{5}|\d{4} ?[A-Z]{2}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})(?![\w-])", re.IGNORECASE
)
_TYPES = (
    "street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|way|court|ct|terrace|place|pl|close|square|sq|row|parkway"
    "|pkwy|hill|gardens?|crescent|highway|hwy|circle|mews|quay|walk|broadway"
)
_STREET = re.compile(rf"\b(\d{{1,5}}[A-Za-z]?(?:-\d+)?\s+(?:[\w.'-]+\s+){{0,4}}?(?:{_TYPES})\b\.?)", re.IGNORECASE)
_UNIT = re.compile(
    r"^(?:(?:apt|apartment|suite|ste|flat|unit|floor|room|building|bldg|block|c/o)\b\.? ?"
    r"#?[\w -]*|#\s?\w+|\d+(?:st|nd|rd|th) floor)$",
    re.IGNORECASE,
)
_UNIT_IN = re.compile(
    r"\b((?:apt|apartment|suite|ste|flat|unit|room|building|bldg)\b\.? ?#?[\w-]+|\d+(?:st|nd|rd|th) floor)\b",
    re.IGNORECASE,
)
_STATE = re.compile(r"^[A-Z]{2}$")
_TAIL = re.compile(r"[.!?]*\s*(?:\b(?:please|thanks?|thank you|instead)\b[.! ]*)*$", re.IGNORECASE)
_CITY = re.compile(r"^[A-Za-z][A-Za-z .'-]{1,40}$")
_NUMBER = re.compile(
    r"\b(?:house |street )?number(?: is| should be|'s)? (\d{1,5}[a-z]?)\b"
    r"|\b(?:it's|its|should be|i meant?|not \d+,? but)\s+"
    r"(?:number |no\.? ?)?(\d{1,4}[a-z]?)\b(?!\s+[a-z]{3,}\s+(?:" + _TYPES + r"))|\b(\d{1,5}[a-z]?),? not \d+"
    r"|(?:是|应该是|改成|应为|门牌号?是?)\s*(\d{1,5})\s*号",
    re.IGNORECASE,
)
_NAMED_CITY = re.compile(
    r"\b(?:city|town)(?: name)?(?: is| should be|:|'s) +"
    r"((?!not\b)[A-Za-z][A-Za-z.'-]*(?: (?!and\b|with\b|the\b|zip\b|post)[A-Za-z.'-]+){0,2})",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"\b(?:in|city(?: is|:)|town(?: is|:)|and|the|is|it's|zip(?: ?code)?|post ?code|postal code|to|at"
    r"|actually|sorry|no|should|be|wait)\b[:,]?",
    re.IGNORECASE,
)
_HAN_LEAD = re.compile(r"^.*?(?:改到|改成|改为|换成|换到|寄到|寄去|送到|送去|发到|地址[是为：:]|地址改)[：:，, ]*")
_HAN_STREET = re.compile(
    r"(?P<state>[\u4e00-\u9fff]{2,7}?(?:省|自治区|特别行政区))?(?P<city>[\u4e00-\u9fff]{2,6}?市|(?:北京|上海|天津|重庆|广州|深圳|成都|杭州|南京|武汉|西安|苏州|青岛|厦门|长沙))?"
    r"(?P<district>[\u4e00-\u9fff]{1,7}?(?:区|县))?"
    r"(?P<street>[\u4e00-\u9fffA-Za-z0-9]{1,20}?(?:路|街|道|巷|弄|大道|胡同|里|村|镇|苑|园|小区)[\u4e00-\u9fff0-9A-Za-z-]{0,12}?"
    r"\d+(?:-\d+)?(?:号|弄))(?P<rest>[^，,。；;\s邮]*)"
)
_HAN_CITY = re.compile(
    r"([\u4e00-\u9fff]{2,6}?)市|(北京|上海|天津|重庆|广州|深圳|成都|杭州|南京|武汉|西安|苏州|青岛|厦门|长沙)"
)
_HAN_RUN = re.compile(r"[\u4e00-\u9fff，。；：！？、（）]+")
_HAN_PLACE = re.compile(
    r"^(?:去|到)?(?:我|他|她|您|你)?们?的?"
    r"(?:(?:公司|单位|家里?|学校|宿舍|办公室|老家|店里?)(?:[\s，,：:]+|的?地址[是为：: ]*)"
    r"|(?:那儿|那边|那里|这儿|这边|这里)[\s，,：:]*)"
)
"""Whose place it is, before the address itself ("公司 海淀区...")."""
_OF_CODE = {"10": "北京", "20": "上海", "30": "天津", "40": "重庆"}
"""Cities that the first two digits of a postcode tell."""
_MUNICIPAL = ("北京", "上海", "天津", "重庆")


def read_address(text: str, known: Mapping[str, str]) -> dict[str, str]:
    """The parts of an address that a message gives.

    Args:
        text: the message.
        known: what is known so far; a bare house number or city completes it.

    Returns:
        Field to value; a new street empties `address2` unless the message gives one. Empty where the message
        holds no address.
    """
    if not has_han(text):
        return _english(text, known)
    western = " ".join(_HAN_RUN.sub(" ", text).split())
    return _english(western, known) if _STREET.search(western) else _chinese(text, known)


def _english(text: str, known: Mapping[str, str]) -> dict[str, str]:
    said = _TAIL.sub("", " ".join(text.replace("\n", ", ").split()))
    street = _STREET.search(said)
    found: dict[str, str] = {}
    rest = said[street.end() :] if street else said
    if street:
        found = {"address1": street.group(1).strip(" ."), "address2": ""}
    codes = list(_ZIP.finditer(rest))
    if codes:
        found["zip"] = codes[-1].group().upper()
        rest = f"{rest[: codes[-1].start()]},{rest[codes[-1].end() :]}"
    if (city := _NAMED_CITY.search(rest)) and (street or known.get("address1")):
        found["city"] = city.group(1).strip()
        rest = f"{rest[: city.start()]},{rest[city.end() :]}"
        rest = re.sub(r"\b(?:zip(?: ?code)?|post ?code|postal code)\b(?: is|:)?", ",", rest, flags=re.IGNORECASE)
    if unit := _UNIT_IN.search(rest):
        found["address2"] = unit.group(1).strip()
        rest = f"{rest[: unit.start()]},{rest[unit.end() :]}"
    if not street and known.get("address1") and (match := _NUMBER.search(said)) and "zip" not in found:
        number = next(filter(None, match.groups()))
        found["address1"] = re.sub(r"\d+\w*", number, known["address1"], count=1)
        return found
    if street or (found and known.get("address1")) or (known and not known.get("city")):
        _places(rest, found, known)
    return found


def _places(rest: str, found: dict[str, str], known: Mapping[str, str]) -> None:
    """City, state and country out of what is left between the commas."""
    for raw in rest.split(","):
        part = _LEAD.sub(" ", raw).strip(" .")
        words = part.split()
        if not words:
            continue
        if region_of(part):
            found["country"] = part
        elif _UNIT.match(part):
            found["address2"] = part
        elif _STATE.match(words[-1]) and not _STATE.match(part):
            found["state"] = words[-1]
            found.setdefault("city", " ".join(words[:-1]))
        elif _STATE.match(part):
            found["state"] = part
        elif (
            "city" not in found
            and _CITY.match(part)
            and len(words) <= 4
            and ("address1" in found or not known.get("city"))
        ):
            found["city"] = part
        elif "city" in found and "state" not in found and _CITY.match(part) and len(words) <= 2:
            found["state"] = part


def _chinese(text: str, known: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    codes = re.findall(r"(?<!\d)\d{6}(?!\d)", text)
    if codes:
        found["zip"] = codes[-1]
    said = _HAN_LEAD.sub("", re.sub(r"邮编[是为：: ]*|(?<!\d)\d{6}(?!\d)", " ", text)).strip()
    said = re.sub(r"^(?:(?:新|收货)?地址)?(?:应该|就|改)?(?:是|在)?(?:中国|中华人民共和国)?", "", said)
    said = re.sub(r"(?<=[，,。；;：:!！\s])(?:应该|就)?(?:是|在)(?=[\u4e00-\u9fff]{2,})", "", said)
    said = _HAN_PLACE.sub("", said)
    match = _HAN_STREET.search(re.sub(r"\s+(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff]),?\s+", "", said))
    if match and len(match.group("street")) >= 4:
        found["address1"] = (match.group("district") or "") + match.group("street")
        found["address2"] = re.sub(r"(?:吧|谢谢|可以吗|行吗|好吗)+$", "", match.group("rest"))
        if city := (match.group("city") or "").removesuffix("市"):
            found["city"] = city
            found["state"] = re.sub("(?:省|自治区|特别行政区)$", "", match.group("state") or "")
            if city in _MUNICIPAL:
                found["state"] = city
        elif city := _OF_CODE.get(found.get("zip", "")[:2]):
            found["city"] = found["state"] = city
    elif known.get("address1") and (number := _NUMBER.search(said)):
        found["address1"] = re.sub(r"\d+(?=号|弄)", next(filter(None, number.groups())), known["address1"], count=1)
    elif known.get("address1") and (city_match := _HAN_CITY.search(said)):
        found["city"] = next(filter(None, city_match.groups()))
        if found["city"] in _MUNICIPAL:
            found["state"] = found["city"]
    return found
