"""Real mail servers on loopback: aiosmtpd takes letters, and a small IMAP server holds a mailbox."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from assistant.evaluation.load.processes import free_port


@dataclass
class Outbox:
    """What was sent. `refuse` makes the server turn the next letters away."""

    url: str = ""
    letters: list[EmailMessage] = field(default_factory=list)
    refuse: int = 0

    async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        if self.refuse:
            self.refuse -= 1
            return "451 come back later"
        self.letters.append(message_from_bytes(envelope.content, policy=default))
        return "250 taken"


@contextmanager
def smtp_server() -> Iterator[Outbox]:
    """An SMTP server; gives what it takes."""
    outbox = Outbox()
    controller = Controller(outbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    outbox.url = f"smtp://127.0.0.1:{controller.port}"
    try:
        yield outbox
    finally:
        controller.stop()


@dataclass
class Mailbox:
    """What is in the mailbox: letters by number, and which are read."""

    url: str = ""
    letters: list[bytes] = field(default_factory=list)
    read: set[int] = field(default_factory=set)

    def put(self, letter: EmailMessage | bytes) -> None:
        """A letter arrives."""
        self.letters.append(letter if isinstance(letter, bytes) else letter.as_bytes())


@contextmanager
def imap_server(password: str = "geheim") -> Iterator[Mailbox]:
    """An IMAP4rev1 server that knows what a reader of one folder needs."""
    mailbox = Mailbox()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say(b"* OK ready")
            for line in self.rfile:
                tag, command, *rest = line.decode().strip().split(" ", 2)
                if not self._serve(tag, command.upper(), rest[0] if rest else ""):
                    return

        def _serve(self, tag: str, command: str, rest: str) -> bool:
            if command == "CAPABILITY":
                self._say(b"* CAPABILITY IMAP4rev1")
            elif command == "LOGIN" and password not in rest:
                self._say(f"{tag} NO wrong password".encode())
                return True
            elif command == "SELECT":
                self._say(f"* {len(mailbox.letters)} EXISTS".encode())
            elif command == "UID":
                self._uid(rest)
            elif command == "LOGOUT":
                self._say(b"* BYE")
                self._say(f"{tag} OK".encode())
                return False
            self._say(f"{tag} OK done".encode())
            return True

        def _uid(self, rest: str) -> None:
            what, _, arguments = rest.partition(" ")
            if what.upper() == "SEARCH":
                unseen = [str(n) for n in range(1, len(mailbox.letters) + 1) if n not in mailbox.read]
                self._say(f"* SEARCH {' '.join(unseen)}".encode())
                return
            number = int(re.match(r"\d+", arguments).group())  # type: ignore[union-attr]
            if what.upper() == "STORE":
                mailbox.read.add(number)
                return
            letter = mailbox.letters[number - 1]
            self._say(f"* {number} FETCH (UID {number} BODY[]<0> {{{len(letter)}}}".encode())
            self.wfile.write(letter + b")\r\n")

        def _say(self, line: bytes) -> None:
            self.wfile.write(line + b"\r\n")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    mailbox.url = f"imap://help:{password}@127.0.0.1:{server.server_address[1]}/INBOX"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield mailbox
    finally:
        server.shutdown()
        server.server_close()
