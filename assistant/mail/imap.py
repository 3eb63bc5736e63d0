"""Reading mail by IMAP: what is new in a folder, and marking it as read."""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from assistant.mail.address import mail_server

_TIMEOUT_S = 20.0
_PORTS = (143, 993)
_MOST = 50
_LARGEST = 512 * 1024


class ImapIn:
    """A mailbox.

    Args:
        url: `imaps://user:password@host/INBOX`, or `imap://...`, which turns to TLS by STARTTLS.

    Raises:
        OperatorError: it is no address of a mail server.
    """

    def __init__(self, url: str) -> None:
        self._server = mail_server(url, "imap", "imap_url", _PORTS)
        self._folder = self._server.path or "INBOX"

    @contextmanager
    def open(self) -> Iterator["OpenMailbox"]:
        """Connect, log in and select the folder.

        Raises:
            OSError: the server can't be reached, or refuses.
        """
        try:
            connection = self._connect()
            try:
                connection.login(self._server.user, self._server.password)
                status, _ = connection.select(self._folder)
                if status != "OK":
                    raise OSError(f"there is no folder {self._folder!r}")
                yield OpenMailbox(connection)
            finally:
                with suppress(OSError, imaplib.IMAP4.error):
                    connection.logout()
        except imaplib.IMAP4.error as error:
            raise OSError(f"the mailbox refused: {error}") from error

    def _connect(self) -> imaplib.IMAP4:
        server, context = self._server, ssl.create_default_context()
        if server.tls:
            return imaplib.IMAP4_SSL(server.host, server.port, ssl_context=context, timeout=_TIMEOUT_S)
        connection = imaplib.IMAP4(server.host, server.port, timeout=_TIMEOUT_S)
        if "STARTTLS" in connection.capabilities:
            connection.starttls(context)
        elif not server.on_this_machine:
            connection.shutdown()
            raise OSError(f"{server.host} offers no encryption; nothing was read")
        return connection


class OpenMailbox:
    """A folder that is open."""

    def __init__(self, connection: imaplib.IMAP4) -> None:
        self._connection = connection

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """Unread letters, oldest first: their number here, and the first half megabyte of each."""
        _, found = self._connection.uid("SEARCH", "UNSEEN")
        for uid in (found[0] or b"").split()[:_MOST]:
            _, data = self._connection.uid("FETCH", uid.decode(), f"(BODY.PEEK[]<0.{_LARGEST}>)")
            for part in data:
                if isinstance(part, tuple):
                    yield uid.decode(), part[1]

    def mark_read(self, uid: str) -> None:
        """Mark a letter as read."""
        self._connection.uid("STORE", uid, "+FLAGS", "(\\Seen)")
