"""How many tokens a text takes: exactly where the encoding's table is on the machine, else by its length.

Nothing here touches the network. tiktoken by itself downloads its tables at first use, so it is only asked
for an encoding whose table is in place and has the right content.
"""

import hashlib
import logging
import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

_LOG = logging.getLogger(__name__)

_PIECE = re.compile(
    r"(?P<han>[\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef])|(?P<word>[^\W\d_]+)|(?P<digits>\d+)"
    r"|(?P<mark>[^\w\s]|_)|(?P<break>\n+)"
)
_HAN_TOKENS = 0.8
_LETTERS_PER_TOKEN = 9
_DIGITS_PER_TOKEN = 3


class TokenCounter(Protocol):
    """What counts the tokens of a text."""

    def count(self, text: str) -> int:
        """Tokens that `text` takes."""
        ...


def estimate_tokens(text: str) -> int:
    """Roughly how many tokens `text` takes, from its words, digits, marks and Chinese characters.

    Rather too many than too few: 4 to 15 % above o200k on English messages and documents and on Chinese
    messages of a sentence or more.
    """
    tokens = 0.0
    for piece in _PIECE.finditer(text):
        match piece.lastgroup:
            case "han":
                tokens += _HAN_TOKENS
            case "word":
                tokens += -(-len(piece[0]) // _LETTERS_PER_TOKEN)
            case "digits":
                tokens += -(-len(piece[0]) // _DIGITS_PER_TOKEN)
            case _:
                tokens += 1
    return round(tokens + 0.49) if tokens else 0


class EstimatedTokens:
    """A `TokenCounter` that goes by length."""

    def count(self, text: str) -> int:
        """Roughly how many tokens `text` takes."""
        return estimate_tokens(text)


@dataclass(frozen=True)
class EncodingTable:
    """A tiktoken table: where its maker publishes it, and the SHA-256 that tiktoken pins."""

    url: str
    sha256: str

    @property
    def file(self) -> str:
        """The name under which tiktoken looks for the table in `$TIKTOKEN_CACHE_DIR`."""
        return hashlib.sha1(self.url.encode(), usedforsecurity=False).hexdigest()


ENCODING_TABLES = {
    "o200k_base": EncodingTable(
        "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken",
        "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    ),
    "cl100k_base": EncodingTable(
        "https://openaipublic.blob.core.windows.net/encodings/cl100k_base.tiktoken",
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    ),
}


@dataclass(frozen=True)
class TiktokenCounter:
    """Exact counts of a hosted model's encoding; the estimate, with one warning, where its table is missing.

    Args:
        encoding: a key of `ENCODING_TABLES`.
        tables: folder of the tables, usually `Settings.tiktoken_dir`.
    """

    encoding: str
    tables: Path

    def __post_init__(self) -> None:
        if self.encoding not in ENCODING_TABLES:
            raise ValueError(f"unknown encoding {self.encoding!r}; known are {sorted(ENCODING_TABLES)}")

    @property
    def exact(self) -> bool:
        """Whether counts are the encoding's own rather than estimated."""
        return self._encoding is not None

    def count(self, text: str) -> int:
        """Tokens that `text` takes; special tokens written in it count as ordinary text."""
        if self._encoding is None:
            return estimate_tokens(text)
        return len(self._encoding.encode_ordinary(text))

    @cached_property
    def _encoding(self) -> Any:
        table = ENCODING_TABLES[self.encoding]
        path = self.tables / table.file
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != table.sha256:
            _LOG.warning(
                "the table of %s is not in %s: tokens are estimated by length (assistant models pull tiktoken-%s)",
                self.encoding,
                self.tables,
                self.encoding.partition("_")[0],
            )
            return None
        os.environ["TIKTOKEN_CACHE_DIR"] = str(self.tables)
        import tiktoken

        return tiktoken.get_encoding(self.encoding)
