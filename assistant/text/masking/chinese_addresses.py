"""Postal addresses in Chinese: region, district, road and number, estate, building, unit and room."""

import re
from collections.abc import Iterator

from assistant.text.masking.folding import Found

_HAN = "\u4e00-\u9fff"
_PROVINCES = (
    "北京|上海|天津|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|"
    "甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
_CITIES = (
    "广州|深圳|成都|杭州|南京|武汉|西安|苏州|青岛|厦门|长沙|郑州|东莞|佛山|宁波|合肥|沈阳|大连|济南|昆明|福州|无锡|哈尔滨|长春|"
    "石家庄|南宁|贵阳|南昌|太原|兰州|海口|三亚|温州|珠海|中山|惠州|常州|徐州|烟台|潍坊|泉州|嘉兴|绍兴|金华|台州|扬州|南通|洛阳|"
    "桂林|银川|西宁|拉萨|乌鲁木齐|呼和浩特|唐山|保定|芜湖|襄阳|宜昌|株洲|汕头|江门|湛江|柳州|绵阳|遵义|大理|咸阳|包头|鞍山|威海|淄博"
)
_KNOWN = re.compile(rf"(?:中国)?(?:{_PROVINCES}|{_CITIES})")
_NUMBER = r"(?:\d{1,5}(?: ?[-~至] ?\d{1,5})?|[一二三四五六七八九十百零〇]{1,6}|[甲乙丙丁])"
_REGION = (
    rf"(?:[{_HAN}]{{2,8}}?(?:省|自治区|特别行政区)\s?)?(?:[{_HAN}]{{2,10}}?(?:市|自治州|地区)\s?)?"
    rf"(?:[{_HAN}]{{1,10}}?(?:新区|区|县|旗|市)\s?)?(?:[{_HAN}]{{2,8}}?(?:街道|镇|乡)\s?)?"
)
_FILLER = rf"(?:(?![请帮我你他她放的了吗谢吧呢麻前后])[{_HAN}A-Za-z·\d])"
_ROOMS = (
    rf"(?:\s?(?:{_FILLER}{{0,14}}?\s?)?(?:\d[\d-]{{0,7}}[A-Za-z]?|[A-Za-z]\d{{0,4}}|{_NUMBER})\s?"
    r"(?:号楼|号院|号店|号铺|栋楼|栋|幢|座|单元|层|楼|室|户|房|门|铺|号))*"
)
_ESTATE = (
    "小区|花园|家园|花苑|苑|公寓|大厦|广场|中心|新村|佳园|名苑|名邸|嘉园|雅苑|华庭|豪庭|公馆|别墅|写字楼|工业园|科技园|产业园|园区|"
    "校区|大学|学院|中学|小学|医院|宿舍|大楼|[合公学舍]楼|商城|国际城|城|里|府|湾|庄园|坊|SOHO|soho"
)
_BUILDING = rf"(?:\s?{_FILLER}{{1,12}}?(?:{_ESTATE})(?:{_NUMBER}期)?[A-Za-z]?(?:座|栋|塔|区)?)?"
_LAST = r"(?:\s?[A-Za-z]?-?\d{3,4}(?:室|房|户)?(?!\d))?"
_REST = _ROOMS + _BUILDING + _ROOMS + _LAST
_ROAD_KIND = "路|大街|街|大道|胡同|巷|弄|道|公路|环路|里|村|屯|条"
_ROAD = (
    rf"[{_HAN}A-Za-z\d]{{1,14}}?(?:{_ROAD_KIND})(?:[东西南北中]?[一二三四五六七八九十]?段|"
    rf"[东西南北]路?|[一二三四五六七八九十]巷)?"
)
_HOUSE = rf"\s?{_NUMBER}\s?(?:号院?|號|弄|巷)(?:院|之\d+|附\d+号)?"
_PATTERNS = (
    re.compile(rf"{_REGION}{_ROAD}(?:\s?{_NUMBER}弄)?{_HOUSE}{_REST}"),
    re.compile(
        rf"(?:[{_HAN}]{{1,10}}?(?:省|市|新区|区|县|镇|乡|街道)\s?){{1,4}}{_FILLER}{{1,16}}?"
        rf"(?:{_ESTATE}|[一二三四五六七八九十\d]+(?:组|队))?\s?{_NUMBER}\s?(?:号楼|号院|栋|幢|座|单元|室|号|组|弄){_REST}"
    ),
    re.compile(
        rf"(?:[{_HAN}]{{1,10}}?(?:省|市|新区|区|县)\s?){{0,3}}{_FILLER}{{2,12}}?(?:{_ESTATE})(?:[东西南北]区|{_NUMBER}期)?\s?"
        rf"(?:{_NUMBER}|[A-Za-z]\d?)\s?(?:号楼|栋|幢|座|单元){_REST}"
    ),
    re.compile(
        rf"(?:[{_HAN}]{{1,10}}?(?:省|市|新区|区|县|镇|街道)\s?){{1,4}}(?:{_FILLER}{{1,10}}?(?:{_ROAD_KIND}))?{_FILLER}{{2,12}}?"
        rf"(?:{_ESTATE})[A-Za-z]?(?:座|栋|塔)?\s?(?:{_NUMBER}(?:楼|层|室|栋|座)|\d{{3,4}}(?!\d)){_LAST}"
    ),
)
_ANCHOR = re.compile(
    rf"[{_HAN}][A-Za-z]?\s?{_NUMBER}\s?(?:号|號|弄|巷|栋|幢|座|单元|室|楼|层|组|院)|[{_HAN}][A-Za-z]?\s?\d{{3,4}}(?!\d)"
)
_AROUND = 60
_CUT = re.compile(
    r"改成了?|改到|改为|改送到?|改寄到?|换成|换到|寄到|寄往|寄去|寄给|寄回|送到|送往|送去|送货到|发到|发往|发去|发货到|搬到了?|搬去了?|搬至|"
    r"住在|位于|地址是|地址为|地址(?:改成|改为|改到|换成|改|是|为)?|收货地|家在|公司在|填成?的?是|应该是|就是|正确的是|[，,：:。；;！!？?\n]|送|寄|住|是|在|到|去|往|我家|我们|我"
)
_NO_ROAD = re.compile(
    r"(?:在|走|一|半|上|网|线|思|道|铁|高速公|马|同|逛|知|味|报|频|渠|难|人行|管|轨|过|跑|赶|问|带|顺|绕|修|哪条|这条|那条|几条|多少|"
    r"哪|这|那|家|手|心|公|夜|店|包|箱|盒|柜|屋|嘴|眼|城|地铁|公交|电|程)$"
)
_SHORT_ROAD = re.compile(rf"^([{_HAN}A-Za-z\d]*?)({_ROAD_KIND})")


def chinese_addresses(text: str) -> Iterator[Found]:
    """Chinese addresses in plain text; the whole of each as one, without the words that lead up to it."""
    seen = 0
    for anchor in _ANCHOR.finditer(text):
        if anchor.end() <= seen:
            continue
        window = (max(0, anchor.start() - _AROUND), anchor.end() + _AROUND)
        seen = window[1] - _AROUND // 2
        yield from _within(text, *window)


def _within(text: str, begin: int, end: int) -> Iterator[Found]:
    """Addresses between two places: the patterns are tried near a number only, so that long texts cost little."""
    for pattern in _PATTERNS:
        for match in pattern.finditer(text, begin, end):
            start = _begin(text, match.start(), match.end())
            words = text[start : match.end()]
            if len(words) >= 5 and not _not_a_road(words):
                last = match.start() + len(match.group().rstrip())
                yield Found("ADDRESS", start, _with_code(text, last))


def _begin(text: str, start: int, end: int) -> int:
    """Where the address itself begins: at a province or a city that everybody knows, or after "deliver to"."""
    inside = text[start + 1 : end]
    head = re.search(r"[省市区县路街镇弄巷号]", inside) or re.search(r"\d", inside)
    first = start + 1 + (head.start() if head else 0)
    cuts = [cut.end() for cut in _CUT.finditer(text, start, first) if cut.end() <= first]
    known = _KNOWN.search(text, start, end)
    if known and known.start() <= first:
        return known.start()
    begin = cuts[-1] if cuts and first - cuts[-1] >= 1 else start
    while begin < end and text[begin] in " \n，,：:":
        begin += 1
    return begin


def _not_a_road(words: str) -> bool:
    road = _SHORT_ROAD.match(words)
    if road is None or len(road[1]) > 4 or _KNOWN.match(words):
        return False
    return not road[1] or bool(_NO_ROAD.search(road[1]))


def _with_code(text: str, end: int) -> int:
    """Takes the postcode that follows."""
    code = re.compile(r"[\s,，(]{0,2}(?:邮编|邮政编码)?[:：是]?\s?[1-9]\d{5}(?!\d)").match(text, end)
    return code.end() if code else end
