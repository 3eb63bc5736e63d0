"""What somebody who was asked who they are has written: an address, a code, a name with a postcode."""

import re
import unicodedata
from dataclasses import dataclass

from assistant.conversation.identification.codes import DIGITS
from assistant.text.language import has_han
from assistant.text.masking.emails import emails, plain_email

_CODE = re.compile(rf"(?<![\w#])(?:\d[ -]?){{{DIGITS - 1}}}\d(?!\w)", re.ASCII)
_RESEND = re.compile(
    r"\b(?:re-?send|send (?:it|one|me one|me another|another|a new|the code)|new code|another code|again"
    r"|(?:did(?:n't| not)|have(?:n't| not)|no) (?:get|got|receive|received|arrive|code|e-?mail)"
    r"|nothing (?:came|arrived))\b"
    r"|重新?发|再发|没(?:有)?收到|没来|新的?验证码|换个验证码",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:hi|hello|sure|ok|okay)?[\s,.!]*"
    r"(?:i am|i'm|my name is|name is|name|this is|it's|it is|我是|我叫|姓名|名字)[\s:：是]*",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"[,，;；:：、\s]+(?:and\s+)?(?:my\s+)?(?:zip|post)?\s?(?:code|postcode|邮编|邮政编码)?(?:\s+is)?[是:：\s]*", re.I
)
_ZIP = re.compile(
    r"\d{3,6}(?:-\d{4})?$|[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}$|[a-z]\d[a-z] ?\d[a-z]\d$|\d{4} ?[a-z]{2}$", re.IGNORECASE
)
_NO_NAME = re.compile(
    r"\d|\b(?:order|where|what|when|is|are|show|track|return|cancel)\b|订单|哪|退|取消", re.IGNORECASE
)
_CLAIMS = re.compile(
    r"\b(?:birthdays?|date of birth|born on|maiden name|passport|driving licen[cs]e)\b"
    r"|\b(?:her|his|their|my (?:mum|mom|mother|dad|father|wife|husband|friend)'?s?) name(?: is|'s)\b"
    r"|\b(?:it(?:'s| is| was)|that's|they(?:'re| are)) (?:mine|(?:meant )?for me|my (?:parcel|order|present))\b"
    r"|\bi(?:'m| am) (?:the (?:one|recipient|receiver)|(?:her|his|their) \w+)\b"
    r"|生日|身份[证證]|驾照|我是(?:他|她|它)的?|(?:他|她)(?:的名字)?叫|是我(?:要)?(?:收|的)|(?:寄|送)給?给?我的|收件人(?:就)?是我",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class NameZip:
    """A name and a postcode, as somebody wrote them."""

    first_name: str
    last_name: str
    zip: str


def address_in(text: str) -> str | None:
    """The first e-mail address, as it is sent to."""
    text = unicodedata.normalize("NFKC", text)
    found = next(iter(emails(text)), None)
    return None if found is None else plain_email(text[found.start : found.end])


def code_in(text: str) -> str | None:
    """A code, also with spaces or full-width digits; None where none stands there."""
    match = _CODE.search(unicodedata.normalize("NFKC", text))
    return re.sub(r"\D", "", match.group()) if match else None


def asks_again(text: str) -> bool:
    """Whether another code is wanted."""
    return _RESEND.search(text) is not None


def name_zip_in(text: str) -> NameZip | None:
    """A name with a postcode behind it ("Mia Chen, 94110"; "陈美 200040"); None where it is none."""
    words = _LEAD.sub("", unicodedata.normalize("NFKC", text).strip()).rstrip(".!。！ ")
    for split in _BETWEEN.finditer(words):
        name, postcode = words[: split.start()].strip(), words[split.end() :].strip()
        parts = name.split()
        if not _ZIP.match(postcode) or _NO_NAME.search(name) or len(parts) > 4:
            continue
        if len(parts) == 1 and has_han(name) and 2 <= len(name) <= 4:
            return NameZip(first_name=name[1:], last_name=name[:1], zip=postcode)
        if len(parts) >= 2:
            return NameZip(first_name=" ".join(parts[:-1]), last_name=parts[-1], zip=postcode)
    return None


def claims_to_be(text: str) -> bool:
    """Whether a stranger says who they are, or whose the parcel is, by what proves nothing: a birthday, a kinship."""
    return _CLAIMS.search(text) is not None
