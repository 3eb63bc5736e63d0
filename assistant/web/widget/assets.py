"""Files of the widget as they go over the wire: compressed once, recognised by a tag of their content."""

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from fastapi import Request, Response

from assistant.errors import OperatorError
from assistant.web.widget.bundle import bundle
from assistant.web.widget.minify import minify

STYLES = tuple("element bar messages sources cards products proposal welcome composer attach passage narrow".split())
"""Style sheets under `static/styles/`, in the order in which they are joined: later ones win."""
_DAY_S = 86_400
_WEB_WIDE = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


@dataclass(frozen=True)
class Asset:
    """One public file.

    Attributes:
        content: its bytes.
        media_type: with its character set.
        max_age_s: how long a browser may use it without asking again.
    """

    content: bytes
    media_type: str
    max_age_s: int = 300

    @cached_property
    def tag(self) -> str:
        """A short name of this very content."""
        return hashlib.sha256(self.content).hexdigest()[:16]

    @cached_property
    def compressed(self) -> bytes:
        """The content under gzip."""
        return gzip.compress(self.content, 9, mtime=0)

    def answer(self, request: Request) -> Response:
        """The file, or that the browser has it already. Pages of every origin may use it."""
        headers = {
            **_WEB_WIDE,
            "ETag": f'"{self.tag}"',
            "Cache-Control": f"public, max-age={self.max_age_s}",
            "Vary": "Accept-Encoding",
        }
        if self.tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(self.compressed, media_type=self.media_type, headers=headers)
        return Response(self.content, media_type=self.media_type, headers=headers)


class WidgetAssets:
    """Script, style sheet and texts of the widget, each made at its first use.

    Args:
        static: folder of the sources.
        texts_file: a shop's own words, laid over ours; None keeps ours.
    """

    def __init__(self, static: Path, texts_file: Path | None = None) -> None:
        self._static = static
        self._texts_file = texts_file

    @cached_property
    def script(self) -> Asset:
        """`widget.js`; it names the versions of the other two, which browsers may therefore keep for long."""
        constants = {"STYLES": self.styles.tag, "TEXTS": self.texts.tag, "ATTACH": self.attach.tag}
        script = bundle(self._static, "chat.js", constants)
        return Asset(script.encode(), "text/javascript; charset=utf-8")

    @cached_property
    def attach(self) -> Asset:
        """`attach.js`: voice notes and photos, a module of its own that only chats load where these are read."""
        source = (self._static / "attach.js").read_text("utf-8")
        return Asset(minify(source).encode(), "text/javascript; charset=utf-8", _DAY_S)

    @cached_property
    def events(self) -> Asset:
        """`events.js`, the small script that tells what happens on the shop's pages."""
        return Asset(bundle(self._static, "events.js").encode(), "text/javascript; charset=utf-8")

    @cached_property
    def styles(self) -> Asset:
        """`widget.css`."""
        sheets = "\n".join((self._static / "styles" / f"{name}.css").read_text("utf-8") for name in STYLES)
        return Asset(sheets.encode(), "text/css; charset=utf-8", _DAY_S)

    @cached_property
    def texts(self) -> Asset:
        """`widget.json`: all words, by language.

        Raises:
            OperatorError: the shop's file can't be read, or has keys that the widget doesn't know.
        """
        ours = json.loads((self._static / "texts.json").read_text(encoding="utf-8"))
        words = _laid_over(ours, _read(self._texts_file), "") if self._texts_file else ours
        return Asset(json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode(), "application/json", _DAY_S)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise OperatorError(
            f"widget_texts can't be used: {error}", fix=f"check {path}: a JSON object like static/texts.json"
        ) from error


def _laid_over(ours: Any, theirs: Any, where: str) -> Any:
    """Our words with a shop's in their place; what the shop leaves out stays as it is."""
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        if type(ours) is not type(theirs):
            raise OperatorError(
                f"widget_texts has a {type(theirs).__name__} at {where!r}", fix=f"put a {type(ours).__name__} there"
            )
        return theirs
    unknown = sorted(theirs.keys() - ours.keys())
    if unknown:
        raise OperatorError(
            f"widget_texts has {where + unknown[0]!r}, which the widget does not know",
            fix=f"known are: {', '.join(sorted(ours))}",
        )
    return {
        key: _laid_over(text, theirs[key], f"{where}{key}.") if key in theirs else text for key, text in ours.items()
    }
