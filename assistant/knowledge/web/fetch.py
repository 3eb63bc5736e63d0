"""One page from a web server, within bounds of size, time, kind and redirects, and only if it has changed."""

from dataclasses import dataclass
from urllib.parse import urljoin

import httpx2

from assistant.clock import Deadline, deadline_scope
from assistant.errors import AssistantError
from assistant.knowledge.web.guard import GuardedTransport

KINDS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".txt",
    "text/csv": ".csv",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
"""Content types that pages may have, and the ending of a file of that kind."""

_REDIRECTS = (301, 302, 303, 307, 308)
_HEADERS = {"User-Agent": "shop-assistant (knowledge sync)", "Accept": ", ".join(KINDS), "Accept-Encoding": "identity"}


class FetchFailed(AssistantError):
    """A page could not be fetched; the message says why."""


@dataclass(frozen=True)
class Bounds:
    """What a page may cost.

    Attributes:
        bytes: its greatest size.
        seconds: within which it must have arrived, redirects included.
        redirects: how many are followed.
        allow_private: whether addresses that are not public may be asked.
    """

    bytes: int = 5_000_000
    seconds: float = 20.0
    redirects: int = 5
    allow_private: bool = False


@dataclass(frozen=True)
class Fetched:
    """A page that has arrived.

    Attributes:
        body: as it was sent.
        ending: of a file of its kind, such as `.html`.
        charset: that the server names; empty where it names none.
        etag: names this version to the server; empty where it gave none.
        last_modified: the same by its date.
    """

    body: bytes
    ending: str
    charset: str
    etag: str
    last_modified: str


def client(bounds: Bounds) -> httpx2.Client:
    """What `fetch` asks with; close it afterwards. Safe to use from several threads."""
    return httpx2.Client(
        transport=GuardedTransport(allow_private=bounds.allow_private),
        headers=_HEADERS,
        timeout=bounds.seconds,
        trust_env=False,
    )


def fetch(
    asking: httpx2.Client, url: str, bounds: Bounds, *, etag: str = "", last_modified: str = ""
) -> Fetched | None:
    """The page at `url`; None when it is still the version that `etag` and `last_modified` name.

    Raises:
        FetchFailed: it did not arrive whole within the bounds, or is of no kind that can be read.
    """
    known = {"If-None-Match": etag} if etag else {"If-Modified-Since": last_modified} if last_modified else {}
    try:
        with deadline_scope(Deadline(bounds.seconds)):
            return _follow(asking, url, bounds, known)
    except httpx2.TimeoutException as error:
        raise FetchFailed(f"nothing whole within {bounds.seconds:g} seconds") from error
    except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as error:
        raise FetchFailed(str(error) or type(error).__name__) from error


def _follow(asking: httpx2.Client, url: str, bounds: Bounds, known: dict[str, str]) -> Fetched | None:
    for _ in range(bounds.redirects + 1):
        if httpx2.URL(url).scheme not in ("http", "https"):
            raise FetchFailed(f"{url!r} is neither http nor https")
        with asking.stream("GET", url, headers=known, follow_redirects=False) as response:
            if response.status_code in _REDIRECTS and "location" in response.headers:
                url = urljoin(url, response.headers["location"])
                continue
            if response.status_code == 304 and known:
                return None
            if response.status_code != 200:
                raise FetchFailed(f"the server answers {response.status_code}")
            return _take(response, bounds)
    raise FetchFailed(f"more than {bounds.redirects} redirects")


def _take(response: httpx2.Response, bounds: Bounds) -> Fetched:
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in KINDS:
        raise FetchFailed(f"it is {kind or 'of no kind that the server names'}, not a page")
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise FetchFailed("it is compressed, although that was not asked for")
    body = bytearray()
    for part in response.iter_raw():
        body += part
        if len(body) > bounds.bytes:
            raise FetchFailed(f"it is larger than {bounds.bytes} bytes")
    return Fetched(
        body=bytes(body),
        ending=KINDS[kind],
        charset=response.charset_encoding or "",
        etag=response.headers.get("etag", ""),
        last_modified=response.headers.get("last-modified", ""),
    )
