"""What a letter says, without what it quotes; and which letters must not be answered."""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr

_QUOTE_BEGINS = re.compile(
    r"^(?:On .{5,200} wrote:|Le .{5,200} a écrit ?:|在.{3,200}写道[:：]|-{2,} ?(?:Original Message|原始邮件) ?-{2,}"
    r"|_{10,}|From: .+|发件人[:：].+)\s*$",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^-- ?$")
_NOBODY = re.compile(r"^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)\b", re.IGNORECASE)
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_ID = re.compile(r"<[^<>\s]{3,250}>")


@dataclass(frozen=True)
class Letter:
    """A letter as far as it matters here.

    Attributes:
        sender: the address that it claims to come from. That proves nothing.
        thread: ids of the letters that it answers, the newest first.
        automatic: it was sent by a machine; answering it could go on for ever.
    """

    sender: str
    subject: str
    text: str
    message_id: str
    thread: tuple[str, ...]
    automatic: bool


def read_letter(raw: bytes) -> Letter:
    """Read a letter as it came over the wire; what can't be read of it is left out."""
    message = message_from_bytes(raw, policy=default)
    sender = parseaddr(_header(message, "From"))[1].strip().lower()
    thread = _ID.findall(_header(message, "In-Reply-To")) + _ID.findall(_header(message, "References"))[::-1]
    submitted = _header(message, "Auto-Submitted").lower()
    automatic = (
        (submitted not in ("", "no"))
        or _header(message, "Precedence").lower() in ("bulk", "list", "junk", "auto_reply")
        or bool(_header(message, "List-Id") or _header(message, "X-Autoreply"))
        or "@" not in sender
        or _NOBODY.match(sender) is not None
    )
    return Letter(
        sender=sender,
        subject=" ".join(_header(message, "Subject").split())[:200],
        text=_own_words(_text(message)),
        message_id=next(iter(_ID.findall(_header(message, "Message-ID"))), ""),
        thread=tuple(dict.fromkeys(thread)),
        automatic=automatic,
    )


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, "")).strip()
    except (ValueError, IndexError, AttributeError):  # the standard library's parser on broken headers
        return ""


def _text(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    try:
        content = str(body.get_content())
    except (LookupError, ValueError):  # an unknown charset
        payload = body.get_payload(decode=True)
        content = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    if body.get_content_subtype() == "html":
        from bs4 import BeautifulSoup

        content = BeautifulSoup(content, "html.parser").get_text("\n")
    return content


def _own_words(text: str) -> str:
    kept: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if _QUOTE_BEGINS.match(line.strip()) or _SIGNATURE.match(line):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line.rstrip())
    return re.sub(r"\n{3,}", "\n\n", _NO_TEXT.sub("", "\n".join(kept))).strip()
