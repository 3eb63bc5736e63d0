"""Countries by any of their names, and the region whose shipping prices they have."""

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from assistant.shop.policy import Region


class Place(NamedTuple):
    """A country: its ISO 3166 code, and the region that it counts to."""

    code: str
    region: Region


_NAMES: dict[Region, str] = {
    "US": "US=usa,united states,united states of america,u.s.,u.s.a.,america,美国",
    "UK": "GB=uk,united kingdom,great britain,britain,u.k.,england,scotland,wales,northern ireland,英国",
    "CN": "CN=china,mainland china,people's republic of china,prc,中国,中国大陆,中华人民共和国",
    "EU": (
        "AT=austria,österreich,奥地利;BE=belgium,比利时;BG=bulgaria,保加利亚;HR=croatia,克罗地亚;CY=cyprus,塞浦路斯;"
        "CZ=czechia,czech republic,捷克;DK=denmark,丹麦;EE=estonia,爱沙尼亚;FI=finland,芬兰;FR=france,法国;"
        "DE=germany,deutschland,德国;GR=greece,希腊;HU=hungary,匈牙利;IE=ireland,爱尔兰;IT=italy,italia,意大利;"
        "LV=latvia,拉脱维亚;LT=lithuania,立陶宛;LU=luxembourg,卢森堡;MT=malta,马耳他;NL=netherlands,the netherlands,"
        "holland,荷兰;PL=poland,波兰;PT=portugal,葡萄牙;RO=romania,罗马尼亚;SK=slovakia,斯洛伐克;SI=slovenia,斯洛文尼亚;"
        "ES=spain,españa,西班牙;SE=sweden,瑞典"
    ),
}


def region_of(country: str) -> Place | None:
    """The place that a country's name means ("USA", "United States", "美国", "DE"); None where we don't go."""
    return _places().get(country.strip().casefold())


@lru_cache(maxsize=1)
def _places() -> dict[str, Place]:
    found: dict[str, Place] = {}
    for region, text in _NAMES.items():
        for entry in text.split(";"):
            code, _, names = entry.partition("=")
            for name in (code, *names.split(",")):
                found[name.casefold()] = Place(code, region)
    return found


@lru_cache(maxsize=1)
def place_names() -> tuple[str, ...]:
    """Every name of a country that we know, but for the codes of two letters other than US and UK."""
    return tuple(name for name in _places() if len(name) > 2 or name in ("us", "uk", "eu") or not name.isascii())


_SAID: dict[Region, tuple[str, str]] = {
    "US": ("United States", "美国"),
    "UK": ("United Kingdom", "英国"),
    "EU": ("European Union", "欧盟"),
    "CN": ("Mainland China", "中国大陆"),
}


def regions_in(text: str) -> dict[Region, tuple[str, str]]:
    """The regions of the countries, parts and large cities that a text names, each with its name in both languages."""
    said = text.casefold()
    names = [name for name in place_names() if _stands_in(name, said)]
    found = {place.region for name in names if (place := _places().get(name)) is not None}
    found |= {region for region, parts in _within().items() if parts.search(said)}
    if _stands_in("eu", said) or _stands_in("european union", said) or "欧盟" in said:
        found.add("EU")
    return {region: _SAID[region] for region in sorted(found)}


def elsewhere_in(text: str) -> tuple[str, ...]:
    """The countries and regions that a text names, lowered, to none of which a region of ours belongs ("canada")."""
    said = text.casefold()
    return tuple(name for name in _elsewhere() if _stands_in(name, said))


@lru_cache(maxsize=1)
def _within() -> dict[Region, re.Pattern[str]]:
    """What finds parts and cities of each region in lowered words."""
    import yaml

    listed: dict[Region, dict[str, str]] = yaml.safe_load(
        Path(__file__).with_name("within.yaml").read_text(encoding="utf-8")
    )
    found = {}
    for region, of in listed.items():
        latin, han = ("|".join(re.escape(name.strip()) for name in of[lang].split(",")) for lang in ("en", "zh"))
        found[region] = re.compile(rf"(?<![a-z])(?:{latin})(?![a-z])|{han}")
    return found


@lru_cache(maxsize=1)
def _elsewhere() -> tuple[str, ...]:
    import yaml

    listed: dict[str, str] = yaml.safe_load(Path(__file__).with_name("elsewhere.yaml").read_text(encoding="utf-8"))
    return tuple(name.strip() for names in listed.values() for name in names.split(","))


def _stands_in(name: str, said: str) -> bool:
    return re.search(rf"(?<![a-z]){re.escape(name)}(?![a-z])", said) is not None if name.isascii() else name in said
