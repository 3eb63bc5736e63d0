"""One POST to an address that an operator configured, without being led anywhere else.

The name is resolved once, every address of it is looked at, and the connection goes to one that was looked at: a
name can't point elsewhere between check and use. Redirects are not followed.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from assistant.errors import AssistantError, OperatorError

TIMEOUT_S = 10.0
_READ_MOST = 2048


class NotDelivered(AssistantError):
    """The receiver did not take it; the message says why. `gone` says that it wants no more (410)."""

    def __init__(self, message: str, *, gone: bool = False) -> None:
        super().__init__(message)
        self.gone = gone


@dataclass(frozen=True)
class Target:
    """Where webhooks go.

    Args:
        url: https, or http to this very machine.
        private: whether addresses within private networks are allowed.
    """

    url: str
    private: bool = False

    def check(self) -> None:
        """Pass where the address can be used at all.

        Raises:
            OperatorError: it is no https address, or names a user.
        """
        parts = urlsplit(self.url)
        loopback = parts.hostname in ("127.0.0.1", "::1", "localhost")
        if not parts.hostname or parts.username or parts.scheme not in ("https", "http"):
            raise OperatorError(f"{self.url!r} is no address for webhooks", fix="give webhook_urls https addresses")
        if parts.scheme == "http" and not (loopback or self.private):
            raise OperatorError(
                f"{self.url!r} would send customers' data in the open",
                fix="use https, or set webhook_private = true for receivers within your own network",
            )

    def addresses(self) -> list[str]:
        """The addresses of its host that may be connected to.

        Raises:
            NotDelivered: the name can't be resolved, or leads into a private network that is not allowed.
        """
        parts = urlsplit(self.url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise NotDelivered(f"{parts.hostname!r} can't be resolved: {error}") from None
        addresses = [str(entry[4][0]) for entry in found]
        for address in addresses:
            if not self._allowed(address):
                raise NotDelivered(f"{parts.hostname!r} leads to {address}, which is not a public address")
        return addresses

    def _allowed(self, address: str) -> bool:
        parsed = ipaddress.ip_address(address.partition("%")[0])
        if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
            parsed = parsed.ipv4_mapped
        if parsed.is_link_local or parsed.is_multicast or parsed.is_unspecified:  # cloud metadata is link-local
            return False
        return parsed.is_global or self.private


def post(target: Target, body: bytes, headers: Mapping[str, str], timeout_s: float = TIMEOUT_S) -> None:
    """Send `body`; returns when the receiver said 2xx.

    Raises:
        NotDelivered: it said anything else (a redirect too), or nothing in time.
    """
    parts = urlsplit(target.url)
    connection = _Pinned(target.addresses()[0], parts.scheme == "https", parts.hostname or "", parts.port, timeout_s)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
        response = connection.getresponse()
        response.read(_READ_MOST)
    except (OSError, http.client.HTTPException) as error:
        raise NotDelivered(f"{type(error).__name__}: {error}") from None
    finally:
        connection.close()
    if not 200 <= response.status < 300:
        raise NotDelivered(f"the receiver said {response.status}", gone=response.status == 410)


class _Pinned(http.client.HTTPConnection):
    """A connection to one address, whatever the name resolves to by now."""

    def __init__(self, address: str, tls: bool, host: str, port: int | None, timeout_s: float) -> None:
        super().__init__(host, port or (443 if tls else 80), timeout=timeout_s)
        self._address = address
        self._tls = ssl.create_default_context() if tls else None

    def connect(self) -> None:
        """Connect to the address that was looked at."""
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._tls is not None:
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)
