"""Postal addresses in Latin script: a house number and a street, and whatever of town and postcode follows."""

import re
from collections.abc import Iterator

from assistant.text.masking.folding import Found, before

_SURE_TYPES = (
    "street|road|avenue|lane|boulevard|rd|ave|ln|blvd|drive|crescent|terrace|parkway|pkwy|highway|hwy|mews|broadway"
)
_TYPES = (
    f"{_SURE_TYPES}|st|dr|way|court|ct|place|pl|close|cl|square|sq|row|hill|gardens?|grove|circle|cir|quay|walk|trail|trl|"
    "loop|plaza|rise|view|park|green|wharf|bypass|path|pike|alley|cres|parade|vale|mount|heights|wood|end|gate|yard|field"
)
_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|"
    "SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC|ON|QC|BC|AB|MB|SK|NS|NB|NL|PE|NSW|VIC|QLD|TAS"
)
_STATE_NAMES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|"
    "Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|"
    "Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|"
    "Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West "
    "Virginia|Wisconsin|Wyoming"
)
_COUNTRIES = (
    "USA|U\\.S\\.A?\\.?|US|United States(?: of America)?|UK|U\\.K\\.|United Kingdom|Great Britain|"
    "England|Scotland|Wales|"
    "Northern Ireland|Ireland|Canada|Australia|China|Germany|France|Italy|Spain|Netherlands|Belgium|"
    "Austria|Switzerland|"
    "Sweden|Norway|Denmark|Finland|Poland|Portugal|Singapore|Hong Kong"
)
_STOP = (
    "of|my|a|an|in|for|to|and|or|is|are|was|with|by|from|this|that|your|our|it|its|days?|items?|orders?|questions?|weeks?|"
    "months?|hours?|minutes?|years?|pairs?|pieces?|times?|inch(?:es)?|dollars?|pounds?|percent|parcels?|packages?|boxes|"
    "more|other|different|things?|on|about|when|please|want|need|not|if|as|than|per|returns?|have|has|had|got|i|you|we|they"
)
_NUMBER = r"(?:(?:no\.?|number|#) ?)?\d{1,5}(?: ?[-/] ?\d{1,5})?(?: ?[a-hA-H](?![\w']))?(?: 1/2)?"
_SPELLED_NUMBER = r"(?:One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Eleven|Twelve)"
_WORD = rf"(?!(?:{_STOP})\b)(?:\d{{1,3}}(?:st|nd|rd|th)|[A-Za-zÀ-ɏ][\w'’.-]*)"
_CAPITAL = r"(?:\d{1,3}(?:st|nd|rd|th)|[NSEW]{1,2}\.?|[A-ZÀ-Þ][\w'’.-]*|of|the|de|la|du|des)"
_UNIT_WORD = r"(?:apt|apartment|flat|unit|suite|ste|room|rm|floor|fl|building|bldg|block|tower|level|#)"
_LEAD = rf"(?:(?i:{_UNIT_WORD})\.? ?#?[\w-]{{1,6}}(?: ?[,/]?[ \n]|[,/]))?"
_AFTER = r"(?: (?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\b\.?)?"
_STRICT = re.compile(
    rf"(?<![\w$€£¥#.,:/-]){_LEAD}(?:{_NUMBER}|{_SPELLED_NUMBER}),?\s"
    rf"(?:(?:{_CAPITAL}\s){{1,4}}?(?i:{_TYPES})|Broadway|BROADWAY)(?![\w'])\.?{_AFTER}"
)
_LOOSE = re.compile(
    rf"(?<![\w$€£¥#.,:/-]){_LEAD}(?:{_NUMBER}|{_SPELLED_NUMBER}),?\s(?:{_WORD}\s){{1,4}}?(?:{_SURE_TYPES}|st|dr|way|court|place|close|square)(?![\w'])\.?",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"(?<![\w$€£¥#.,:/-]){_LEAD}\d{{1,5}}[a-z]? [A-ZÀ-Þ][\w'’.-]*(?: [A-ZÀ-Þ][\w'’.-]*){{0,3}}(?=\s?[,\n])"
)
_LEAD_CUE = re.compile(
    r"(?:\baddress(?:ed)?\b|\b(?:live|living|lives|reside|moved?|ship|shipped|deliver|delivered|send|sent|post|mail|forward|redirect|bring)"
    r"\b[^.!?\n]{0,25}?\b(?:at|to|in|is)\b|\bto\b|\bat\b|地址|寄到|送到|寄往|住在|改成|改到|发到)\W{0,3}(?:is|to|now|be|:|as|是|为)?\W{0,3}$",
    re.IGNORECASE,
)
_POSTCODE = r"(?!M\d ?\d[GT]B)[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}"
_ZIP = r"\d{5}(?:-\d{4})?"
_CANADA = r"[A-Z]\d[A-Z][ -]?\d[A-Z]\d"
_CODE = rf"(?<!\w)(?:{_POSTCODE}|{_CANADA}|{_ZIP})(?!\w)"
_PLACE = r"[A-ZÀ-Þ][\w'’.-]*(?:[ -](?:[A-ZÀ-Þ][\w'’.-]*|of|upon|on|under|de|la|le|sur|am|an|der|in|y)(?!\w)){0,4}"
_NOT_PLACE = (
    r"(?!(?:please|thanks?|thx|you|asap|instead|now|ok|okay|cheers|not|and|but|i|i'm|we|it|can|could|will|would|my|is|the|or|so|"
    r"would|use|do|does|did|how|what|when|where|why|order|hi|hello|dear|no|yes|regards|best|kind)\b)"
)
_TAIL = (
    re.compile(rf"\s?[,\s]{{1,2}}{_UNIT_WORD}\.? ?#?[\w-]{{1,6}}(?![\w])", re.I),
    re.compile(r",? \d{1,2}(?:st|nd|rd|th) floor", re.I),
    re.compile(rf"(?:\s?[,\n]\s?|\s)(?:{_STATES}|{_STATE_NAMES})\.?,?\s{{1,2}}{_CODE}", re.I),
    re.compile(rf"(?:\s?[,\n]\s?|\s){_CODE}", re.I),
    re.compile(rf"\s?[,\n]\s?\d{{4,5}} (?:{_PLACE}|[a-zà-ɏ]+(?!\w))"),
    re.compile(rf"\s?[,\n]\s?{_NOT_PLACE}(?i:{_COUNTRIES})(?!\w)"),
    re.compile(rf"\s?[,\n]\s?(?:{_STATES})(?!\w)"),
    re.compile(rf"\s?[,\n]\s?(?:{_STATES})(?=\s*(?:$|[,.;!?)\n]|instead\b|please\b))", re.I),
    re.compile(
        rf"\s?[,\n]\s?(?i:{_NOT_PLACE}){_PLACE}"
        rf"(?=\s*(?:$|[,.;!?)\n]|\b(?:{_STATES})\b|{_CODE})"
        rf"|\s?[-(]|\s(?:{_STATE_NAMES})\b|\s[a-z])"
    ),
    re.compile(rf" (?i:{_NOT_PLACE}){_PLACE}(?=(?:,\s?|\s)(?:(?:{_STATES}|{_STATE_NAMES}),?\s+)?{_CODE})"),
    re.compile(r"(?:\s?[,\n]\s?|\s)(?:NSW|VIC|QLD|TAS|SA|WA|ACT|NT),? \d{4}(?!\w)"),
    re.compile(rf" (?i:{_NOT_PLACE}){_PLACE}(?=\s*(?:$|[.;!?)\n]))"),
    re.compile(rf" (?i:{_NOT_PLACE}){_PLACE}(?=,\s?(?:(?:{_STATES}|{_STATE_NAMES}|{_COUNTRIES})\b))"),
    re.compile(
        rf"(?:\s?[,\n]\s?|\s){_NOT_PLACE}[a-z][a-z'.-]*(?: {_NOT_PLACE}[a-z][a-z'.-]*){{0,2}}?"
        rf"(?=[,\s]\s?(?:(?:{_STATES}|{_STATE_NAMES}),?\s+)?(?:{_POSTCODE}|{_CANADA}|{_ZIP})(?!\w)|\s?,\s?(?:{_STATES}|{_STATE_NAMES}|{_COUNTRIES})(?!\w))",
        re.I,
    ),
    re.compile(
        rf"\s?[,\n]\s?{_NOT_PLACE}[a-z][a-z'-]+(?: {_NOT_PLACE}[a-z][a-z'-]+)?"
        r"(?=\s*(?:$|[.;!?)\n-])|\s(?:instead|please|and|but|for|thanks?|is|was|not|so|if)\b)"
    ),
)
_EUROPEAN = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!\w)(?i:[a-zäöüß-]{3,}(?:straße|strasse|str\.|allee|gasse|platz|straat)) \d{1,4} ?[a-z]?(?!\w)",
        r"(?<!\w)[A-ZÄÖÜ][\wäöüß-]*(?:straße|strasse|str\.|gasse|weg|platz|allee|"
        r"damm|ufer|straat|laan)"
        r" \d{1,4} ?[a-z]?(?!\w)",
        r"(?<!\w)[A-ZÄÖÜ][\wäöüß-]+ (?:Straße|Strasse|Str\.|Gasse|Weg|Platz|Allee) \d{1,4} ?[a-z]?(?!\w)",
        r"(?<![\w.])\d{1,4}(?: ?(?:bis|ter))?,? (?i:rue|avenue|boulevard|allée|chemin|place|quai|impasse|cours|route)"
        r" (?:(?:de|du|des|d'|de la|de l'|le|la|les) ?)*[A-ZÀ-Þ][\w'’À-ɏ-]+(?:[ -][A-ZÀ-Þ][\w'’À-ɏ-]+){0,3}",
        r"(?<!\w)(?:Via|Viale|Piazza|Corso|Calle|Avenida|Plaza|Rua|Paseo|Carrer) (?:[\w'’À-ɏ]+ ){1,4}?\d{1,4}(?!\w)",
        r"(?i:p\. ?o\. ?box|\bpo box|\bpostfach|\bpost office box) ?\d{1,6}",
    )
)
_POSTCODE_ALONE = re.compile(rf"(?<![\w-]){_POSTCODE}(?![\w-])")
_TOWN_ZIP = re.compile(rf"(?<!\w){_PLACE},? (?:{_STATES}),? {_ZIP}(?![\w-])")
_ZIP_CUED = re.compile(
    rf"(?:\bzip(?: ?code)?|\bpost ?code|\bpostal code|邮编|邮政编码)\W{{0,3}}(?:is|was|to|:|是|为|改成)?\W{{0,3}}"
    rf"(?P<code>\d{{6}}|{_ZIP}|(?i:{_POSTCODE}|{_CANADA}))(?!\w)",
    re.IGNORECASE,
)
_ALONE = re.compile(rf"(?: {_NOT_PLACE}[a-z][a-z'-]+){{1,2}}(?=[.!]?\s*(?:$|\n))", re.I)
_HOUSE = re.compile(
    rf"(?<![\w'’])(?:(?i:the) )?(?i:{_NOT_PLACE})[A-Z][\w'’-]*(?: (?i:{_NOT_PLACE})[A-Z][\w'’-]*){{1,3}} ?,\s$"
)
_BEFORE_CODE = re.compile(
    rf"(?:(?<![\w'’])(?:(?i:the) )?(?i:{_NOT_PLACE})[A-Z][\w'’-]*(?: (?:[A-Z][\w'’-]*|of|on|upon|the)){{0,4}},?\s)+$"
)


def addresses(text: str) -> Iterator[Found]:
    """Addresses in plain text; the whole of each as one."""
    for pattern in (_STRICT, *_EUROPEAN):
        for match in pattern.finditer(text):
            if pattern is not _STRICT or _is_street(match.group()):
                yield Found("ADDRESS", _with_house(text, match.start()), _with_tail(text, match.end()))
    for match in _LOOSE.finditer(text):
        end = _with_tail(text, match.end())
        cued = _LEAD_CUE.search(before(text, match.start()))
        alone = _ALONE.match(text, match.end()) if text[: match.start()].rpartition("\n")[2].strip() == "" else None
        if cued or alone or end > match.end() or re.match(r"\s*(?:$|[,.;!?\n])", text[match.end() :]):
            yield Found("ADDRESS", match.start(), max(end, alone.end() if alone else 0))
    for match in _BARE.finditer(text):
        end = _with_tail(text, match.end())
        if end > match.end() and _LEAD_CUE.search(before(text, match.start())):
            yield Found("ADDRESS", match.start(), end)
    for pattern in (_POSTCODE_ALONE, _TOWN_ZIP):
        for match in pattern.finditer(text):
            ahead = _BEFORE_CODE.search(text[: match.start()])
            yield Found("ADDRESS", ahead.start() if ahead else match.start(), _with_tail(text, match.end()))
    for match in _ZIP_CUED.finditer(text):
        yield Found("ADDRESS", match.start("code"), match.end("code"))


def _is_street(words: str) -> bool:
    """ "2 Park" and "30 Day Return Court" are no streets: a name stands between number and kind, or the "
    "kind is sure."""
    inner = words.split()[1:]
    if not inner or not inner[-1][0].isupper():
        return False
    return not any(re.fullmatch(rf"(?i:{_STOP})", word) for word in inner[:1])


def _with_house(text: str, start: int) -> int:
    """Takes the name of a house, or of whoever lives there, that stands before the number."""
    house = _HOUSE.search(text, max(0, start - 60), start)
    return house.start() if house else start


def _with_tail(text: str, end: int) -> int:
    """Where the address ends that goes on at `end`: flat, town, state, postcode, country, in any order."""
    for _ in range(8):
        further = max((match.end() for part in _TAIL if (match := part.match(text, end))), default=end)
        if further == end:
            return end
        end = further
    return end
