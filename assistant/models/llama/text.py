"""From token bytes to text that may be shown: whole characters, and nothing of a stop sequence."""

import codecs
from collections.abc import Sequence
from copy import copy


class TextStream:
    """Takes tokens' bytes and gives out text as soon as it is sure.

    Args:
        stop: texts that end the answer and aren't part of it.
    """

    def __init__(self, stop: Sequence[str] = ()) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._stop = [text for text in stop if text]
        self._held = ""
        self.stopped = False

    def feed(self, data: bytes) -> str:
        """The text that is sure after `data`; sets `stopped` once a stop sequence was met."""
        if self.stopped:
            return ""
        self._held += self._decoder.decode(data)
        found = [at for at in (self._held.find(text) for text in self._stop) if at >= 0]
        if found:
            self.stopped = True
            ready, self._held = self._held[: min(found)], ""
            return ready
        keep = max((_overlap(self._held, text) for text in self._stop), default=0)
        ready, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
        return ready

    def finish(self) -> str:
        """What was held back, at the end of the answer."""
        if self.stopped:
            return ""
        rest, self._held = self._held + self._decoder.decode(b"", final=True), ""
        return rest


class JsonEnd:
    """Tells when a JSON object or array that is written piece by piece is complete."""

    def __init__(self) -> None:
        self._depth = 0
        self._in_string = False
        self._escaped = False
        self.complete = False

    def feed(self, data: bytes) -> None:
        """Go on with the bytes of a token; structure is ASCII, so parts of characters do no harm."""
        for byte in data:
            if self._in_string:
                if self._escaped:
                    self._escaped = False
                elif byte == 0x5C:
                    self._escaped = True
                elif byte == 0x22:
                    self._in_string = False
            elif byte == 0x22:
                self._in_string = True
            elif byte in b"{[":
                self._depth += 1
            elif byte in b"}]":
                self._depth -= 1
                self.complete = self._depth == 0

    def completes(self, data: bytes) -> bool:
        """Whether the JSON would be complete after `data`."""
        ahead = copy(self)
        ahead.feed(data)
        return ahead.complete


def _overlap(text: str, stop: str) -> int:
    """The longest end of `text` with which `stop` begins."""
    for size in range(min(len(text), len(stop) - 1), 0, -1):
        if text.endswith(stop[:size]):
            return size
    return 0
