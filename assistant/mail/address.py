"""Addresses of mail servers, as settings give them."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from assistant.errors import OperatorError

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class MailServer:
    """Where a mail server is, and who we are there. `tls` from the first byte; else it is asked for later."""

    host: str
    port: int
    tls: bool
    user: str
    password: str
    path: str

    @property
    def on_this_machine(self) -> bool:
        """Whether it listens on loopback, where nothing needs to be encrypted."""
        return self.host in LOOPBACK


def mail_server(url: str, scheme: str, setting: str, ports: tuple[int, int]) -> MailServer:
    """Read `scheme://user:password@host:port/path`; `schemes` with an s begins with TLS.

    Args:
        url: the setting's value; user and password are percent-encoded.
        scheme: `smtp` or `imap`.
        setting: its name, for the error.
        ports: without and with TLS from the first byte.

    Raises:
        OperatorError: it is no such address.
    """
    try:
        parts = urlsplit(url)
        tls = parts.scheme == f"{scheme}s"
        if not parts.hostname or not (tls or parts.scheme == scheme):
            raise ValueError
        port = parts.port or ports[tls]
    except ValueError:
        raise OperatorError(
            f"{setting} is no address of a mail server", fix=f"give {setting} the form {scheme}s://user:password@host"
        ) from None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.hostname, port, tls, user, password, parts.path.strip("/"))
