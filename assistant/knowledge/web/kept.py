"""The pages of a list of addresses, as they were last fetched: a folder like any other folder of pages.

    # returns and delivery
    https://shop.example/help/returns      topic=returns
    https://shop.example/help/desk         topic=desk audience=agent

Each page lies as a file below `web/HOST/`, with its address and facts in the YAML beside it; `fetched.json` holds
what its server calls this version, so that an unchanged page isn't sent again. A page that can't be fetched, or
whose new version can't be read, keeps its old file. A page that is no longer on the list goes.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from assistant.errors import OperatorError
from assistant.knowledge.pages import FrontMatter, Page, load_pages, read_pages
from assistant.knowledge.readers.markdown import read_text
from assistant.knowledge.web.fetch import Bounds, Fetched, FetchFailed, client, fetch

_AT_ONCE = 4
_TEXTS = (".html", ".txt", ".csv")
_UNSAFE = re.compile(r"[^\w-]+")
_ENDING = re.compile(r"\.(html?|txt|pdf|docx|csv|md|php|aspx?)$", re.IGNORECASE)
_LONGEST_NAME = 60
_FACTS = frozenset(FrontMatter.model_fields) - {"rules", "url"}


@dataclass(frozen=True)
class Listed:
    """One line of the list: an address, and facts that the page doesn't say itself."""

    url: str
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WebReport:
    """What fetching brought: pages that came new, that had not changed, and that failed, with the reason."""

    fetched: int
    unchanged: int
    failed: tuple[tuple[str, str], ...]
    removed: int


@dataclass(frozen=True)
class _Kept:
    file: str
    etag: str
    last_modified: str
    facts: dict[str, Any]


def read_list(path: Path) -> list[Listed]:
    """The addresses of a file, one a line, each with facts as `name=value`; what follows ` #` is a comment.

    Raises:
        OperatorError: a line is no address of http or https, or names a fact that pages don't have.
    """
    listed: dict[str, Listed] = {}
    for number, line in enumerate(read_text(path).splitlines(), 1):
        words = re.split(r"(?:^|\s)#", line, maxsplit=1)[0].split()
        if not words:
            continue
        url = urlsplit(words[0])
        if url.scheme not in ("http", "https") or not url.hostname:
            raise OperatorError(
                f"{path}:{number}: {words[0]!r} is no address", fix="write https://HOST/PAGE, one on each line"
            )
        facts = dict(word.partition("=")[::2] for word in words[1:])
        if wrong := sorted(facts.keys() - _FACTS):
            raise OperatorError(
                f"{path}:{number}: pages have no {wrong[0]!r}", fix=f"name one of {', '.join(sorted(_FACTS))}"
            )
        listed[words[0]] = Listed(words[0], facts)
    if not listed:
        raise OperatorError(f"{path}: there is no address in it", fix="write https://HOST/PAGE, one on each line")
    return list(listed.values())


class KeptPages:
    """Pages of web servers in a folder.

    Args:
        folder: where they are kept.
        bounds: what each may cost.
    """

    def __init__(self, folder: Path, bounds: Bounds) -> None:
        self._folder = folder
        self._bounds = bounds

    def refresh(self, listed: Sequence[Listed], progress: Callable[[int, int], None] | None = None) -> WebReport:
        """Fetch what has changed; `progress(done, all)` after each page."""
        self._folder.mkdir(parents=True, exist_ok=True)
        known, names = self._known(), _names([one.url for one in listed])
        kept: dict[str, _Kept] = {}
        failed: list[tuple[str, str]] = []
        new = unchanged = 0
        with client(self._bounds) as asking, ThreadPoolExecutor(_AT_ONCE) as pool:

            def ask(one: Listed) -> Fetched | FetchFailed | None:
                before = known.get(one.url)
                try:
                    named = before is not None and before.file.rpartition(".")[0] == names[one.url]
                    if before is None or not named or not (self._folder / before.file).is_file():
                        return fetch(asking, one.url, self._bounds)
                    etag, date = before.etag, before.last_modified
                    return fetch(asking, one.url, self._bounds, etag=etag, last_modified=date)
                except FetchFailed as error:
                    return error

            for done, (one, answer) in enumerate(zip(listed, pool.map(ask, listed), strict=True), 1):
                before = known.get(one.url)
                try:
                    if isinstance(answer, FetchFailed):
                        raise answer
                    if answer is None and before is not None:
                        kept[one.url] = self._described(one, before)
                        unchanged += 1
                    elif answer is not None:
                        kept[one.url] = self._take(one, names[one.url], answer)
                        new += 1
                except FetchFailed as error:
                    failed.append((one.url, str(error)))
                    if before is not None:
                        kept[one.url] = before
                if progress:
                    progress(done, len(listed))
        _write(self._folder / "fetched.json", json.dumps({url: asdict(page) for url, page in kept.items()}, indent=1))
        self._drop_others({page.file for page in kept.values()})
        return WebReport(new, unchanged, tuple(failed), len(known.keys() - {one.url for one in listed}))

    def pages(self) -> list[Page]:
        """The pages as they were last fetched; the address of each is its path."""
        return [page.model_copy(update={"path": page.front.url}) for page in load_pages(self._folder)]

    def _known(self) -> dict[str, _Kept]:
        file = self._folder / "fetched.json"
        if not file.is_file():
            return {}
        try:
            return {url: _Kept(**fields) for url, fields in json.loads(read_text(file)).items()}
        except (ValueError, TypeError, AttributeError) as error:
            raise OperatorError(f"{file}: can't be read ({error})", fix=f"delete {file}, then sync again") from error

    def _take(self, one: Listed, name: str, fetched: Fetched) -> _Kept:
        """Write a new version where it can be read as a page.

        Raises:
            FetchFailed: it can't.
        """
        file = f"{name}{fetched.ending}"
        trial = self._folder / f"trial-{os.getpid()}" / file
        facts = _facts(one)
        try:
            _write(trial, _body(fetched))
            _write(trial.with_name(f"{trial.name}.yaml"), json.dumps(facts, ensure_ascii=False))
            read_pages(trial.parents[file.count("/")], trial)
        except OperatorError as error:
            raise FetchFailed(error.message.replace(str(trial), "what came")) from error
        finally:
            for path in (trial, trial.with_name(f"{trial.name}.yaml")):
                path.unlink(missing_ok=True)
        # the facts first: a file without them would be a page that everybody may see
        _write(self._folder / f"{file}.yaml", json.dumps(facts, ensure_ascii=False))
        _write(self._folder / file, _body(fetched))
        return _Kept(file, fetched.etag, fetched.last_modified, facts)

    def _described(self, one: Listed, before: _Kept) -> _Kept:
        facts = _facts(one)
        if facts != before.facts:
            _write(self._folder / f"{before.file}.yaml", json.dumps(facts, ensure_ascii=False))
        return _Kept(before.file, before.etag, before.last_modified, facts)

    def _drop_others(self, files: set[str]) -> None:
        keep = {self._folder / "fetched.json"}
        keep |= {self._folder / file for file in files} | {self._folder / f"{file}.yaml" for file in files}
        for path in sorted(self._folder.rglob("*"), reverse=True):
            if path.is_dir():
                if not any(path.iterdir()):
                    path.rmdir()
            elif path not in keep:
                path.unlink()


def _facts(one: Listed) -> dict[str, Any]:
    words = one.facts.get("keywords", "")
    keywords = {"keywords": [word for word in re.split(r"[,，、;]", words) if word]} if words else {}
    return {"url": one.url, **one.facts, **keywords}


def _names(urls: Sequence[str]) -> dict[str, str]:
    """The names of pages below the folder: readable, and each page's own."""
    names: dict[str, str] = {}
    for url in urls:
        parts = urlsplit(url)
        stem = re.sub(
            r"\.(html?|txt|pdf|docx|csv|md|php|aspx?)$", "", unquote(parts.path).strip("/"), flags=re.IGNORECASE
        )
        pieces = [_UNSAFE.sub("-", piece).strip("-")[:_LONGEST_NAME] for piece in stem.split("/")]
        pieces = [piece for piece in pieces if piece] or ["index"]
        name = "/".join(("web", _UNSAFE.sub("-", parts.netloc.lower()).strip("-"), *pieces))
        if parts.query or pieces[-1].lower() == "readme" or name in names.values():
            name += f"-{hashlib.sha256(url.encode()).hexdigest()[:8]}"
        names[url] = name
    return names


def _body(fetched: Fetched) -> bytes:
    """The body, in UTF-8 where it is text."""
    if fetched.ending not in _TEXTS:
        return fetched.body
    from bs4.dammit import UnicodeDammit

    named = [fetched.charset] if fetched.charset else ["utf-8"]
    text = UnicodeDammit(fetched.body, known_definite_encodings=named, is_html=fetched.ending == ".html").unicode_markup
    if text is None:
        raise FetchFailed("its characters are in no encoding that can be told")
    return text.encode("utf-8", "replace")


def _write(path: Path, content: str | bytes) -> None:
    """Write a file so that it is whole or not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    new.write_bytes(content.encode() if isinstance(content, str) else content)
    new.replace(path)
