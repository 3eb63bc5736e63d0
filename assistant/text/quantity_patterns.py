"""Patterns of quantities in English and Chinese text: what `quantities` looks for."""

import re

WORDS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
} | {word: 10 * (i + 2) for i, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split())}
WORDS |= {"a": 1, "an": 1}
WORDS |= {"hundred": 100, "dozen": 12}
HAN_DIGITS = {digit: i for i, digit in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
MONTHS = {name: i + 1 for i, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split())}
UNITS = {
    "second": "second", "sec": "second", "minute": "minute", "min": "minute", "hour": "hour", "hr": "hour",
    "day": "day", "week": "week", "month": "month", "year": "year",
    "秒": "second", "秒钟": "second", "分钟": "minute", "小时": "hour", "个小时": "hour",
    "个钟头": "hour", "钟头": "hour",
    "天": "day", "日": "day", "个工作日": "business day", "工作日": "business day", "个营业日": "business day",
    "周": "week", "星期": "week", "个星期": "week", "礼拜": "week", "个礼拜": "week",
    "个月": "month", "月": "month", "年": "year", "岁": "year",
}  # fmt: skip

NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
EN_WORD = (
    r"(?:(?:one|two|three|four|five|six|seven|eight|nine|a) hundred(?: and (?:\w+))?)"
    rf"|(?:{TENS})(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|"
    + "|".join(sorted((w for w in WORDS if w not in ("a", "an", "hundred", "dozen")), key=len, reverse=True))
)
HAN_NUMBER = "[零〇一二两三四五六七八九十百千廿卅]+"
AS_WRITTEN = str.maketrans(
    "０１２３４５６７８９％壹贰叁肆伍陆柒捌玖拾佰仟俩仨", "0123456789%一二三四五六七八九十百千两三"
)
"""Full-width digits and the numerals of cheques, each as the character that is read."""
MONTH_NAME = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
WEEKDAYS = {name: name[:3] for name in "monday tuesday wednesday thursday friday saturday sunday".split()} | {
    day: name for day, name in zip("一二三四五六日天", "mon tue wed thu fri sat sun sun".split(), strict=True)
}
MEASURES = {
    "kg": "kg", "kgs": "kg", "kilos": "kg", "kilograms": "kg", "公斤": "kg", "千克": "kg",
    "g": "g", "grams": "g", "克": "g", "lb": "lb", "lbs": "lb", "pounds": "lb",
    "cm": "cm", "厘米": "cm", "公分": "cm", "mm": "mm", "毫米": "mm",
    "m": "m", "metre": "m", "metres": "m", "meter": "m", "meters": "m", "米": "m", "m²": "m²", "平方米": "m²",
    "inch": "inch", "inches": "inch", "英寸": "inch",
    "l": "l", "litre": "l", "litres": "l", "liter": "l", "liters": "l", "升": "l", "ml": "ml", "毫升": "ml",
    "w": "w", "watt": "w", "watts": "w", "瓦": "w", "wh": "wh", "瓦时": "wh", "v": "v", "volts": "v", "伏": "v",
    "mah": "mah", "毫安时": "mah", "db": "db", "decibels": "db", "分贝": "db", "hz": "hz", "赫兹": "hz", "ghz": "ghz",
    "°c": "°c", "℃": "°c", "摄氏度": "°c", "degrees": "°", "度": "°", "lux": "lux", "勒克斯": "lux",
    "point": "point", "points": "point", "积分": "point", "个积分": "point", "分": "point",
    "characters": "character", "字符": "character", "个字符": "character",
}  # fmt: skip
COUNTERS = "次个件张种条项单台副双位份页倍笔家封部套只支瓶块颗回遍档口级排"

ID = re.compile(
    r"#\w{4,}|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://[^\s)\]，。；]+|\b(?=\w*\d)(?=\w*[A-Za-z])\w{8,}\b|\b\d{8,}\b"
    r"|(?<![\w.-])\+?(?!\d{4}-\d{2}-\d{2}\b)\d{1,4}(?:[ -]\d{3,4}){2,}(?![\w-])",
    re.A,
)
ISO = re.compile(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b", re.A)
HAN_DATE = re.compile(rf"(?:(\d{{4}}) ?年 ?)?(\d{{1,2}}|{HAN_NUMBER}) ?月 ?(\d{{1,2}}|{HAN_NUMBER}) ?[日号]", re.A)
EN_DATE = re.compile(
    rf"\b(?:({MONTH_NAME}) (?:the )?(\d{{1,2}})(?:st|nd|rd|th)?(?!\d)"
    rf"|(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({MONTH_NAME}))(?:,? (\d{{4}}))?(?![a-z])",
    re.I | re.A,
)
MONTH = re.compile(
    r"\b(?:in|until|till|by|from|since|through|of|end of|early|late|mid|to|and|next|before|after) "
    rf"(?!(?<=and )may (?!and\b|or\b|to\b|until\b|each\b|the\b)[a-z])({MONTH_NAME})(?![a-z])"
    r"|(?<![\d个零〇一二两三四五六七八九十])(\d{1,2}|[一二三四五六七八九十]{1,2}) ?月(?![\d内日])"
    r"(?=份|底|初|中|末|之|，|。|,|$|[^\w])",
    re.I | re.A,
)
DAY_OF_MONTH = re.compile(
    r"\bthe (\d{1,2})(?:st|nd|rd|th)\b"
    r"|(?<![\d#号第])(\d{1,2}|[一二三四五六七八九十廿卅]{1,3}) ?号(?![码线楼店院机称召])",
    re.I | re.A,
)
WEEKDAY = re.compile(
    r"\b(monday|tuesday|wednesday|thursday|friday|saturday|sunday)s?\b|(?:周|星期|礼拜)([一二三四五六日天])(?![次个天])",
    re.I,
)
SOON = re.compile(r"\b(tomorrow|tonight|next week|next month)\b|(明天|明日|后天|今晚|下周|下个月)", re.I)
SOON_NAMES = {"明天": "tomorrow", "明日": "tomorrow", "今晚": "tonight", "下周": "next week", "下个月": "next month"}
TIME = re.compile(
    r"\b(\d{1,2}):(\d{2})(?: ?([ap])\.?m\b\.?)?|\b(\d{1,2}) ?([ap])\.?m\b\.?"
    r"|(凌晨|早上|上午|中午|下午|晚上|傍晚)? ?(\d{1,2}) ?[点時时](?!间|效)(?:(半)|(\d{1,2}) ?分)?"
    rf"|(凌晨|早上|上午|中午|下午|晚上|傍晚) ?({HAN_NUMBER}) ?点(半)?",
    re.I | re.A,
)
MONEY = re.compile(
    rf"(?:US|USD ?)?\$ ?({NUMBER})"
    rf"|(?:({NUMBER}) ?(?:[-–至到~]|to|and) ?)?({NUMBER})[ -]?(?:USD|(?:US )?dollars?|bucks?|美元|美金|刀)(?![A-Za-z])"
    rf"|(?:US|USD) ({NUMBER})|[¥￥€£] ?({NUMBER})"
    rf"|({NUMBER}) ?(?:元|块钱?|欧元|英镑|人民币|CNY|RMB|EUR|GBP|euros?|pounds sterling|yuan)"
    rf"|\b({EN_WORD}) (?:dollars?|bucks?|euros?|yuan)\b|({HAN_NUMBER}) ?(?:美元|美金|元|块钱?|欧元|英镑)",
    re.I | re.A,
)
PERCENT = re.compile(
    rf"({NUMBER}) ?(?:%|％|percent\b|per cent\b)|百分之({HAN_NUMBER}|\d+(?:\.\d+)?)"
    rf"|\b({EN_WORD}) (?:percent|per cent)\b"
    r"|(?<![\d第])([一二三四五六七八九]{1,2}|\d(?:\.\d)?) ?折(?!旧|叠|扣价)|(half) (?:price|off)\b|(半价)"
    r"|(?<![\d第变当作译完形组])([一二三四五六七八九])成(?![为功本分员果品立交年人长就绩都了]|[一二三四五六七八九])",
    re.I | re.A,
)
SHARES = {
    part: place for place, part in enumerate("half third quarter fifth sixth seventh eighth ninth tenth".split(), 2)
}
SHARE = re.compile(
    rf"\b(?<!and )(an?|one|two|three|four) ({'|'.join(SHARES)})s?\b(?= (?:of|off)\b(?! an? (?:hour|year))|[.,;!?]|$)"
    r"|\b(half)(?= (?:of (?:the|your|it|its|that|what)|the|your|its)\b)"
    rf"|({HAN_NUMBER.replace('百千', '')}) ?分之 ?({HAN_NUMBER.replace('百千', '')})|(一半|对半)",
    re.I,
)
SPAN = re.compile(
    r"(?!四周(?:、|的(?!时)|[围环墙都有留空]))"
    rf"({NUMBER}|\b(?:{EN_WORD})"
    r"|\b(?:a )?couple of(?= (?:\w+ )?(?:minute|hour|day|week|month|year)s\b)"
    r"|\ban?(?= (?:business |working |calendar |full |whole )?(?:minute|hour|day|week|month|year)\b)"
    rf"|{HAN_NUMBER}|半(?=个?(?:小时|钟头|天|年|月)))"
    rf"(?:\s*(?:-|–|to|or|至|到|~|—|或)\s*({NUMBER}|(?:{EN_WORD})|{HAN_NUMBER}))?"
    r"(?:[ -]?(business|working|calendar|full|whole)?[ -]?(second|sec|minute|min|hour|hr|day|week|month|year)s?\b"
    r"|\s*(秒钟|秒|分钟|个小时|小时|个钟头|钟头|个工作日|工作日|个营业日|天|日(?!元)|个星期|星期"
    r"|周(?![一二三四五六日天](?![次个天]))|个礼拜|礼拜|个月|月(?=[之以]?内)|年(?!级|货)|岁(?!数)))(半| and a half\b)?",
    re.I | re.A,
)
HALF = re.compile(r"\bhalf (?:an? )?(hour|day|year|month)\b", re.I)
NIGHT = re.compile(r"\b(fortnight)s?\b|半个?(月)(?!底)", re.I)
MEASURE_NAME = "|".join(sorted(map(re.escape, MEASURES), key=len, reverse=True))
MEASURE = re.compile(rf"(?<![\w.])({NUMBER}) ?({MEASURE_NAME})(?![A-Za-z²钟之折])", re.I)
PLAIN = re.compile(rf"(?<![\w.])({NUMBER})(?![\w]*@)", re.A)
COUNTED = re.compile(rf"(?<![第])({HAN_NUMBER})(?=[{COUNTERS}])")
EN_COUNTED = re.compile(
    rf"\b(?!one\b)((?:{EN_WORD})|dozen|twice|thrice)\b"
    r"|\b(one)(?= (?!of\b|or\b|is\b|was\b|that\b|who\b|another\b|day\b)[a-z])",
    re.I,
)
CURRENCIES = {
    "eur": re.compile("€|欧元|EUR|euro", re.I),
    "gbp": re.compile("£|英镑|GBP|sterling", re.I),
    "cny": re.compile("[¥￥]|(?<!美)元|块|人民币|CNY|RMB|yuan", re.I),
}
TWICE = {"twice": "2", "thrice": "3", "dozen": "12"}
