"""Requests that go to public addresses only, so that a list of pages can't make this machine ask its neighbours.

The name is resolved here, every address of it is looked at, and the connection goes to the very address that was
looked at: a name that points elsewhere a moment later (DNS rebinding) gains nothing. Proxies are not used.
"""

import ipaddress
import socket
from contextlib import suppress
from threading import Timer
from typing import Any

import httpx2

from assistant.clock import current_deadline
from assistant.models.hosted.time import DeadlineTransport


class Forbidden(httpx2.ConnectError):
    """The address is not one that may be asked."""


def addresses_of(host: str, port: int, *, allow_private: bool) -> list[str]:
    """The IP addresses of `host`.

    Args:
        host: a name or an address.
        port: where the connection will go.
        allow_private: whether loopback, private and otherwise reserved addresses may be asked.

    Raises:
        Forbidden: one of the addresses isn't public.
        httpx2.ConnectError: there is no such host.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpx2.ConnectError(f"there is no host {host!r}") from error
    addresses = list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
    for address in addresses:
        if not allow_private and not _is_public(address):
            raise Forbidden(f"{host!r} is at {address}, which is not a public address")
    return addresses


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None and not _is_public(str(inner)):
            return False
    return ip.is_global and not ip.is_multicast


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class GuardedTransport(DeadlineTransport):
    """HTTP to public addresses, within the current deadline.

    Args:
        allow_private: whether other addresses may be asked too.
    """

    def __init__(self, *, allow_private: bool = False) -> None:
        # a kept connection would serve another host at the same address, under the first one's certificate
        super().__init__(trust_env=False, limits=httpx2.Limits(max_keepalive_connections=0))
        self._allow_private = allow_private

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request to an address that was looked at; name, certificate and Host header stay the host's.

        Raises:
            Forbidden: the host isn't public.
        """
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        failed: httpx2.ConnectError | None = None
        for address in addresses_of(host, port, allow_private=self._allow_private):
            watch = _Watch()
            try:
                return super().handle_request(
                    httpx2.Request(
                        request.method,
                        request.url.copy_with(host=address),
                        headers=request.headers,
                        extensions={**request.extensions, "sni_hostname": host, "trace": watch.see},
                    )
                )
            except httpx2.ConnectError as error:
                failed = error
            finally:
                watch.end()
        raise failed or httpx2.ConnectError(f"{host!r} has no address")


class _Watch:
    """Hangs up when the deadline passes before the headers have come, however slowly they drip."""

    def __init__(self) -> None:
        self._socket: Any = None
        deadline = current_deadline()
        self._timer = Timer(deadline.remaining, self._hang_up) if deadline is not None else None
        if self._timer is not None:
            self._timer.daemon = True
            self._timer.start()

    def see(self, event: str, info: dict[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = info["return_value"].get_extra_info("socket")

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _hang_up(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
