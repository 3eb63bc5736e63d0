"""Files over HTTP: is the maker's site within reach, what does the hub say of a file, and its bytes, resumed."""

import os
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from assistant.errors import OperatorError
from assistant.models.store.catalogue import HubFile
from assistant.models.store.partial import OnBytes, PartialFile

_CHUNK = 1024 * 1024
_READ_TIMEOUT_S = 30.0
_TRIES = 4


def hub_url(file: HubFile) -> str:
    """Where the hub serves a file; `$HF_ENDPOINT` names another hub."""
    return f"{_endpoint()}/{file.repo}/resolve/main/{file.file}"


def within_reach(url: str, timeout_s: float) -> bool:
    """Whether `url` answers a HEAD request in time. Waits no longer, even where names don't resolve."""
    answer: list[bool] = []

    def ask() -> None:
        try:
            answer.append(bool(_head(url, timeout_s)))
        except (OSError, HTTPException):
            answer.append(False)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(timeout_s)
    return answer == [True]


@dataclass(frozen=True)
class HubFacts:
    """What the hub says of a large file: its length in bytes and its SHA-256."""

    size: int
    sha256: str


def hub_facts(file: HubFile, timeout_s: float) -> HubFacts:
    """Ask the hub for the facts of a file that it keeps in its large-file storage.

    Raises:
        OperatorError: the hub can't be reached, has no such file, or publishes no SHA-256 for it.
    """
    url = hub_url(file)
    try:
        headers = _head(url, timeout_s)
    except (OSError, HTTPException) as error:
        raise OperatorError(
            f"the hub gives no file {url}: {error}",
            fix="check owner, repository and file name, the network, and HF_TOKEN for closed repositories",
        ) from error
    size, sha256 = headers.get("X-Linked-Size"), (headers.get("X-Linked-Etag") or "").strip('"')
    if not size or len(sha256) != 64:
        raise OperatorError(f"the hub publishes no SHA-256 for {url}", fix="choose a GGUF file of the repository")
    return HubFacts(int(size), sha256)


def fetch_url(url: str, size: int, partial: PartialFile, on_bytes: OnBytes) -> None:
    """Bring the rest of a file; a broken connection is taken up again where it broke.

    Args:
        url: of the whole file.
        size: its length in bytes.
        partial: what is there of it, and takes the rest.
        on_bytes: called with the length so far.

    Raises:
        OSError: the server refuses, or the connection kept breaking.
    """
    for attempt in range(1, _TRIES + 1):
        start = partial.resume_bytes()
        if start >= size:
            return
        try:
            with _open(url, start) as response:
                if start and response.status != 206:  # the server begins anew
                    partial.restart()
                partial.append(_chunks(response), on_bytes)
        except urllib.error.HTTPError:
            raise
        except (OSError, HTTPException) as error:
            if attempt == _TRIES:
                raise OSError(f"{url}: the connection broke {_TRIES} times ({error})") from error
    if partial.resume_bytes() < size:
        raise OSError(f"{url} ended after {partial.resume_bytes()} of {size} bytes")


def _open(url: str, start: int) -> Any:
    request = _request(url, "GET")
    if start:
        request.add_header("Range", f"bytes={start}-")
    return urllib.request.urlopen(request, timeout=_READ_TIMEOUT_S)


def _chunks(response: Any) -> Iterator[bytes]:
    while chunk := response.read(_CHUNK):
        yield chunk


class _StayHere(urllib.request.HTTPRedirectHandler):
    """A hub tells a file's facts in the answer that redirects to where its bytes lie."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _head(url: str, timeout_s: float) -> Any:
    opener = urllib.request.build_opener(_StayHere)
    try:
        with opener.open(_request(url, "HEAD"), timeout=timeout_s) as response:
            return response.headers
    except urllib.error.HTTPError as answer:
        if 300 <= answer.code < 400:
            return answer.headers
        raise


def _request(url: str, method: str) -> urllib.request.Request:
    request = urllib.request.Request(url, method=method, headers={"User-Agent": "shop-assistant"})
    token = os.environ.get("HF_TOKEN", "")
    if token and url.startswith(f"{_endpoint()}/"):
        request.add_unredirected_header("Authorization", f"Bearer {token}")
    return request


def _endpoint() -> str:
    return os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
