"""Pages from a list of addresses: fetched once, within bounds, and never lost because a server is down."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import OperatorError
from assistant.knowledge.web.fetch import Bounds
from assistant.knowledge.web.guard import Forbidden, addresses_of
from assistant.knowledge.web.kept import KeptPages, Listed, read_list
from tests.knowledge.conftest import House

LOOPBACK = Bounds(allow_private=True, seconds=5, bytes=20_000, redirects=2)
HTML = "<html lang='en'><title>Parcel lockers</title><body><h2>Pick-up</h2><p>A parcel waits {} days.</p></body></html>"


@dataclass
class Site:
    """A web server on loopback. `pages` maps a path to status, headers and body."""

    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    drip: bool = False
    port: int = 0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def show(self, path: str, html: str, etag: str = "", kind: str = "text/html; charset=utf-8") -> str:
        headers = {"Content-Type": kind, **({"ETag": etag} if etag else {})}
        self.pages[path] = 200, headers, html.encode()
        return self.url(path)


@pytest.fixture
def site() -> Iterator[Site]:
    """A web server that answers what the test puts in."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, dict(self.headers)))
            status, headers, body = site.pages.get(self.path, (404, {"Content-Type": "text/html"}, b"gone"))
            if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            for start in range(0, len(body), 1 if site.drip else 65536):
                try:
                    self.wfile.write(body[start : start + (1 if site.drip else 65536)])
                except OSError:
                    return
                time.sleep(0.05 if site.drip else 0)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield site
    server.shutdown()
    server.server_close()


def kept(tmp_path: Path, bounds: Bounds = LOOPBACK) -> KeptPages:
    return KeptPages(tmp_path / "web_pages", bounds)


def test_a_page_of_the_web_is_found_and_cited_by_its_address(house: House, site: Site, tmp_path: Path) -> None:
    url = site.show("/help/lockers.html", HTML.format(7))
    pages = kept(tmp_path)
    assert pages.refresh([Listed(url)]).fetched == 1
    assert house.search.sync_pages(pages.pages(), "web").added == 1
    hit = house.search.search("how long does a parcel stay in the locker?", "en")[0]
    assert (hit.passage.text, hit.passage.url, hit.passage.title) == ("A parcel waits 7 days.", url, "Parcel lockers")
    assert hit.passage.page.endswith("/help/lockers")


def test_folders_and_the_web_leave_each_other_alone(house: House, site: Site, tmp_path: Path) -> None:
    house.write("faq/en/contact.md", "## Phone\nWe answer the phone from nine to five.", title="Contact")
    pages = kept(tmp_path)
    pages.refresh([Listed(site.show("/lockers", HTML.format(7)))])
    house.sync()
    assert house.search.sync_pages(pages.pages(), "web").deleted == 0
    assert house.sync().deleted == 0
    assert house.search.count() == 2
    pages.refresh([Listed(site.show("/other", HTML.format(9)))])
    report = house.search.sync_pages(pages.pages(), "web")
    assert (report.added, report.deleted, house.search.count()) == (1, 1, 2)


def test_an_unchanged_page_is_not_sent_again_and_a_changed_one_is_taken_in(site: Site, tmp_path: Path) -> None:
    url = site.show("/lockers", HTML.format(7), etag='"one"')
    pages = kept(tmp_path)
    pages.refresh([Listed(url)])
    again = pages.refresh([Listed(url)])
    assert (again.fetched, again.unchanged, again.failed) == (0, 1, ())
    assert site.asked[-1][1]["If-None-Match"] == '"one"'
    site.show("/lockers", HTML.format(9), etag='"two"')
    assert pages.refresh([Listed(url)]).fetched == 1
    assert "9 days" in pages.pages()[0].body


def test_a_page_that_fails_stays_as_it_was(site: Site, tmp_path: Path) -> None:
    url = site.show("/lockers", HTML.format(7))
    pages = kept(tmp_path)
    pages.refresh([Listed(url)])
    for status, kind, body in (
        (500, "text/html", b"oops"),
        (404, "text/html", b"gone"),
        (200, "image/png", b"\x89PNG"),
        (200, "text/html", b"<html><title>Empty</title></html>"),
        (200, "application/pdf", b"no pdf"),
        (200, "text/html", b"<p>" + b"x" * LOOPBACK.bytes),
    ):
        site.pages["/lockers"] = status, {"Content-Type": kind}, body
        report = pages.refresh([Listed(url)])
        assert [failed for failed, _ in report.failed] == [url], (status, kind)
        assert [page.body for page in pages.pages()] == ["## Pick-up\n\nA parcel waits 7 days."]


def test_a_page_that_drips_is_given_up_in_time(site: Site, tmp_path: Path) -> None:
    site.drip = True
    url = site.show("/lockers", HTML.format(7) * 20)
    started = time.monotonic()
    report = kept(tmp_path, Bounds(allow_private=True, seconds=0.5)).refresh([Listed(url)])
    assert "within 0.5 seconds" in report.failed[0][1]
    assert time.monotonic() - started < 5


def test_headers_that_drip_are_given_up_in_time(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                try:
                    connection.sendall(b"HTTP/1.1 200 OK\r\n")
                    while True:
                        connection.sendall(b"X: y\r\n")
                        time.sleep(0.05)
                except OSError:
                    return

        threading.Thread(target=drip, daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/slow"
        started = time.monotonic()
        report = kept(tmp_path, Bounds(allow_private=True, seconds=0.5)).refresh([Listed(url)])
    assert report.failed
    assert time.monotonic() - started < 5


def test_redirects_are_followed_to_their_end_and_not_for_ever(site: Site, tmp_path: Path) -> None:
    end = site.show("/end", HTML.format(7))
    site.pages["/moved"] = 301, {"Location": "/end"}, b""
    site.pages["/round"] = 302, {"Location": "/round"}, b""
    site.pages["/file"] = 302, {"Location": "file:///etc/passwd"}, b""
    pages = kept(tmp_path)
    report = pages.refresh([Listed(site.url("/moved")), Listed(site.url("/round")), Listed(site.url("/file"))])
    assert report.fetched == 1
    assert dict(report.failed).keys() == {site.url("/round"), site.url("/file")}
    assert end in {site.url(path) for path, _ in site.asked}


@pytest.mark.parametrize(
    "host",
    "127.0.0.1 localhost 10.1.2.3 192.168.0.1 169.254.169.254 172.16.0.9 0.0.0.0 100.64.0.1 224.0.0.1 "
    "::1 fe80::1 fd00::1 ::ffff:127.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: 2130706433 0x7f000001 127.1".split(),
)  # fmt: skip
def test_addresses_of_neighbours_are_not_asked(host: str) -> None:
    with pytest.raises(Forbidden):
        addresses_of(host, 80, allow_private=False)


def test_nothing_private_is_fetched_unless_it_is_allowed(site: Site, tmp_path: Path) -> None:
    url = site.show("/lockers", HTML.format(7))
    report = kept(tmp_path, Bounds()).refresh([Listed(url)])
    assert "not a public address" in report.failed[0][1]
    assert site.asked == []


def test_facts_beside_an_address_hold_for_its_page(house: House, site: Site, tmp_path: Path) -> None:
    url = site.show("/desk", HTML.format(7))
    listing = tmp_path / "pages.txt"
    listing.write_text(f"# the desk's own\n{url}  topic=desk audience=agent keywords=locker,box # not for customers\n")
    pages = kept(tmp_path)
    pages.refresh(read_list(listing))
    house.search.sync_pages(pages.pages(), "web")
    assert house.search.search("how long does a parcel wait?", "en") == []
    assert house.search.search("how long does a parcel wait?", "en", audience="agent")[0].passage.keywords


def test_two_languages_of_a_page_are_one_page(site: Site, tmp_path: Path) -> None:
    english = site.show("/en/lockers.html", HTML.format(7))
    chinese = site.show("/zh/lockers.html", "<html lang='zh'><title>快递柜</title><p>包裹保留7天。</p></html>")
    pages = kept(tmp_path)
    pages.refresh([Listed(english), Listed(chinese)])
    found = pages.pages()
    assert {page.page for page in found} == {found[0].page}
    assert {page.language for page in found} == {"en", "zh"}


def test_a_page_in_an_old_encoding_is_read(site: Site, tmp_path: Path) -> None:
    body = "<html lang='zh'><meta charset='gb2312'><title>快递柜</title><p>包裹保留七天。</p></html>".encode("gb2312")
    site.pages["/old"] = 200, {"Content-Type": "text/html"}, body
    pages = kept(tmp_path)
    pages.refresh([Listed(site.url("/old"))])
    assert "包裹保留七天" in pages.pages()[0].body


@pytest.mark.parametrize("line", ["ftp://shop.example/a", "shop.example/a", "https://shop.example/a colour=red", ""])
def test_a_wrong_list_is_named(tmp_path: Path, line: str) -> None:
    listing = tmp_path / "pages.txt"
    listing.write_text(f"{line}\n")
    with pytest.raises(OperatorError, match=r"pages\.txt"):
        read_list(listing)
