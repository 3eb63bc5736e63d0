"""What brings a code to its reader: e-mail, or stderr and a file for development."""

import json
import os
import sys
from pathlib import Path
from typing import Protocol

from assistant.clock import Clock
from assistant.mail.smtp import SmtpOut, smtp_of
from assistant.settings import Settings


class CodeSender(Protocol):
    """Sends a text to an e-mail address."""

    def send(self, address: str, text: str) -> None:
        """Send it; what can't be sent is logged, never told to the one who asked."""
        ...


class ConsoleSender:
    """Writes to stderr, so that whoever runs the assistant can read the code."""

    def send(self, address: str, text: str) -> None:
        """Write it."""
        print(f"[e-mail to {address}] {text}", file=sys.stderr, flush=True)


class FileSender:
    """Appends to a file that only its owner may read, one JSON object a line.

    Args:
        path: of the file; made when it is first needed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, address: str, text: str) -> None:
        """Append it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.write(json.dumps({"to": address, "text": text}, ensure_ascii=False) + "\n")


class SmtpSender:
    """Sends a letter.

    Args:
        out: sends it.
        shop_name: what its subject names.
    """

    def __init__(self, out: SmtpOut, shop_name: str) -> None:
        self._out = out
        self._shop_name = shop_name

    def send(self, address: str, text: str) -> None:
        """Send it; `OSError` where it can't be sent."""
        self._out.send(address, self._shop_name, text)


def sender_of(settings: Settings, clock: Clock) -> CodeSender | None:
    """The sender that the settings name; None where no codes are sent.

    Raises:
        OperatorError: codes go by e-mail, and the settings don't say how.
    """
    match settings.identity_codes:
        case "console":
            return ConsoleSender()
        case "file":
            return FileSender(settings.data_dir / "codes.jsonl")
        case "smtp":
            return SmtpSender(smtp_of(settings, clock), settings.shop_name)
        case _:
            return None
