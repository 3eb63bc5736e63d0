"""E-mail addresses as people write them: plain, with spaces or a line break, or spelled ("mia at mail dot com")."""

import re
from collections.abc import Iterator

from assistant.text.masking.folding import Found, before

_LETTER = "A-Za-z0-9À-ɏ"
_LOCAL = rf"[{_LETTER}](?:[{_LETTER}._%+'-]*[{_LETTER}_])?"
_LABEL = rf"[{_LETTER}](?:[{_LETTER}-]*[{_LETTER}])?"
_ENDINGS = (
    "com|net|org|edu|gov|io|co|cn|uk|us|de|fr|it|es|nl|eu|ca|au|jp|kr|hk|tw|sg|in|ru|br|ch|at|be|se|no|dk|fi|pl|pt|ie|nz|"
    "info|biz|me|app|dev|shop|store|online|site|xyz|top|vip|mail|email|example|test|invalid|tech|cloud|ai"
)
_PLAIN = re.compile(rf"(?<![{_LETTER}._%+-]){_LOCAL}@{_LABEL}(?:\.{_LABEL})+", re.ASCII)
_SPACED = re.compile(
    rf"(?<![{_LETTER}._%+-])(?:[{_LETTER}_+-]+。){{0,2}}{_LOCAL}\s{{0,2}}@\s{{0,2}}{_LABEL}"
    rf"(?:\s{{0,2}}[.。]\s{{0,2}}{_LABEL}){{0,4}}\s{{0,2}}[.。]\s{{0,2}}(?:{_ENDINGS})(?:\s?[.。]\s?(?:cn|uk|au|hk|tw|jp|nz|br|sg))?"
    rf"(?![{_LETTER}])",
    re.IGNORECASE,
)
_AT = r"(?:\s*[\[({<]\s*(?:at|a|@|艾特)\s*[\])}>]\s*|\s*(?:艾特|圈a|小老鼠)\s*|\s+at\s+|\s+@\s+|\s*#at#\s*|\s*@\s*)"
_DOT = r"(?:\s*[\[({<]\s*(?:dot|\.|点|d)\s*[\])}>]\s*|\s+dot\s+|\s*点\s*|\s*#dot#\s*)"
_JOIN = (
    r"(?:\s+(?:dot|underscore|dash|hyphen|plus|minus)\s+|\s*(?:点|下划线|横杠|减号)\s*|"
    r"\s*[\[({]\s*(?:dot|点)\s*[\])}]\s*)"
)
_PART = rf"[{_LETTER}](?:[{_LETTER}._+-]*[{_LETTER}])?"
_SPELLED = re.compile(
    rf"(?<![{_LETTER}._%+-])(?:{_PART}{_JOIN}){{0,4}}{_PART}{_AT}"
    rf"{_LABEL}(?:(?:{_DOT}|\.){_LABEL}){{0,3}}(?:{_DOT})(?:{_ENDINGS})(?:(?:{_DOT}|\.)(?:cn|uk|au|hk|tw|jp|nz|br|sg))?"
    rf"(?![{_LETTER}])",
    re.IGNORECASE,
)
_HYPHENED = re.compile(
    rf"(?<![{_LETTER}])[{_LETTER}]+(?:[-_](?:dot[-_])?[{_LETTER}]+)*?[-_]at[-_][{_LETTER}]+(?:[-_](?:dot[-_])?[{_LETTER}]+)*?"
    rf"[-_]dot[-_](?:{_ENDINGS})(?![{_LETTER}])",
    re.IGNORECASE,
)
_HALF = re.compile(
    rf"(?<![{_LETTER}._%+-])(?:{_PART}{_JOIN}){{0,4}}{_PART}"
    rf"(?:\s*[\[({{<]\s*(?:at|a|@|艾特)\s*[\])}}>]\s*|\s*艾特\s*|\s*#at#\s*|(?P<bare>\s+at\s+))"
    rf"{_LABEL}(?:\.{_LABEL}){{0,4}}\.(?:{_ENDINGS})(?![{_LETTER}-])",
    re.IGNORECASE,
)
_CUE = re.compile(
    r"(?:e-?mails?|mail|邮箱|邮件|电邮|邮址|信箱)(?:\s*(?:address|地址|账号))?\W{0,3}(?:me|is|to|it's|:|"
    r"是|为|at|should be|=)?\W{0,3}$",
    re.I,
)


def emails(text: str) -> Iterator[Found]:
    """E-mail addresses in plain text."""
    for pattern in (_PLAIN, _SPACED, _SPELLED, _HYPHENED):
        for match in pattern.finditer(text):
            yield Found("EMAIL", match.start(), match.end())
    for match in _HALF.finditer(text):
        if match["bare"] is None or _surely(text, match):
            yield Found("EMAIL", match.start(), match.end())


def plain_email(written: str) -> str:
    """`written` as a program reads it: `mia at mail dot com` is `mia@mail.com`."""
    plain = re.sub(
        r"\s*(?:[\[({<]\s*(?:at|a|@|艾特)\s*[\])}>]|艾特|圈a|小老鼠|#at#)\s*|\s+at\s+", "@", written, flags=re.I
    )
    plain = re.sub(r"\s*(?:[\[({<]\s*(?:dot|\.|点|d)\s*[\])}>]|点|。|#dot#)\s*|\s+dot\s+", ".", plain, flags=re.I)
    for words, sign in (("underscore|下划线", "_"), ("dash|hyphen|minus|横杠|减号", "-"), ("plus", "+")):
        plain = re.sub(rf"\s*\b(?:{words})\b\s*", sign, plain, flags=re.I)
    return re.sub(r"\s+", "", plain)


def _surely(text: str, match: re.Match[str]) -> bool:
    """ "I bought it at example.com" is no address; what looks like a user's name, or follows "e-mail", is one."""
    local = match.group()[: match.start("bare") - match.start()]
    return bool(re.search(r"[\d._]|\b(?:dot|underscore)\b", local)) or bool(_CUE.search(before(text, match.start())))
