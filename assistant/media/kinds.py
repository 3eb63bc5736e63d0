"""What a file is, by its first bytes; what it claims to be is not believed."""

from typing import Literal

from assistant.errors import AssistantError

Medium = Literal["voice", "photo"]

PICTURES = ("image/jpeg", "image/png", "image/webp")
SOUNDS = ("audio/wav", "audio/webm", "audio/ogg", "audio/mp4", "audio/mpeg", "audio/flac")
MOST_BYTES = 8 * 1024 * 1024
_AUDIO_BRANDS = (b"M4A ", b"M4B ", b"mp42", b"mp41", b"isom", b"iso5", b"iso6", b"dash")
_WRITTEN = (b"<!doctype", b"<html", b"<svg", b"<script", b"<?xml", b"<?php", b"%pdf", b"pk\x03\x04", b"mz\x90")


class Unreadable(AssistantError):
    """A file that is not taken.

    Args:
        code: which refusal it is: the customer's sentence is `media/<code>` of the reply texts.
        detail: for the log; never holds content of the file.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


def kind_of(content: bytes) -> str:
    """The media type of a file that we may read.

    Raises:
        Unreadable: `empty`, `too_large`, or `kind`: it is none of those.
    """
    if not content:
        raise Unreadable("empty")
    if len(content) > MOST_BYTES:
        raise Unreadable("too_large", f"{len(content)} bytes")
    head = content[:64]
    found = _picture(head) or _sound(head)
    if found is None:
        raise Unreadable("kind", "written text or a document" if _is_written(content) else "unknown first bytes")
    return found


def medium_of(media_type: str) -> Medium:
    """Whether a type of `kind_of` is looked at or listened to."""
    return "photo" if media_type in PICTURES else "voice"


def _picture(head: bytes) -> str | None:
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "image/webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else None


def _sound(head: bytes) -> str | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "audio/webm"
    if head.startswith(b"OggS"):
        return "audio/ogg"
    if head.startswith(b"fLaC"):
        return "audio/flac"
    if head[4:8] == b"ftyp" and head[8:12] in _AUDIO_BRANDS:
        return "audio/mp4"
    mpeg = len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2
    return "audio/mpeg" if head.startswith(b"ID3") or mpeg else None


def _is_written(content: bytes) -> bool:
    start = content[:256].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith(_WRITTEN)
