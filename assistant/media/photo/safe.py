"""A photo made safe: checked before it is decoded, decoded within bounds, and written anew from its pixels alone.

What comes out holds no EXIF (place, time, device), no colour profile, no comment, no second file behind the picture;
the orientation that EXIF told is applied. Runs in the child process only.
"""

import io
import re
import struct
from typing import TYPE_CHECKING

from assistant.media.kinds import Unreadable

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 50_000_000
MOST_SIDE = 16_000
LEAST_SIDE = 16
KEPT_SIDE = 2000
"""Longest side, in pixels, of the picture that is kept and read."""
_RATIO = 400
"""A picture that would decode to more than so many times its size..."""
_RATIO_FROM = 24_000_000
"""...and to more bytes than this is a bomb."""
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_ACTIVE = re.compile(
    rb"<\s*(?:script|html|svg|iframe|object|body)\b|<\?php|javascript:|%PDF-1|<!doctype", re.IGNORECASE
)
_BEHIND = (b"PK\x03\x04", b"%PDF", b"MZ", b"\x7fELF", b"Rar!", b"7z\xbc\xaf", b"<", b"GIF8")


def made_safe(content: bytes, media_type: str) -> "Image":
    """The picture as RGB pixels, upright, no longer than `KEPT_SIDE` on a side.

    Args:
        content: the file.
        media_type: as `kind_of` found it.

    Raises:
        Unreadable: `broken`, `too_many_pixels`, `animated` or `hostile`.
    """
    from PIL import Image as Images
    from PIL import ImageOps

    _refuse_two_faced(content, media_type)
    Images.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Images.open(io.BytesIO(content), formats=[_FORMATS[media_type]]) as picture:
            _refuse_bombs(picture.size, len(content))
            if media_type != "image/jpeg" and getattr(picture, "is_animated", False):
                raise Unreadable("animated")
            picture.seek(0)  # of the pictures that some telephones put into one JPEG, the first is the photo
            picture.draft("RGB", (KEPT_SIDE, KEPT_SIDE))
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            plain = _on_white(upright)
    except (Images.DecompressionBombError, Images.DecompressionBombWarning, MemoryError) as error:
        raise Unreadable("too_many_pixels", type(error).__name__) from error
    except (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, EOFError, struct.error) as error:
        raise Unreadable("broken", type(error).__name__) from error
    plain.thumbnail((KEPT_SIDE, KEPT_SIDE))
    plain.info = {}
    return plain


def as_jpeg(picture: "Image") -> bytes:
    """The picture as it is kept: a JPEG of its pixels and nothing else."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88, exif=b"", icc_profile=None)
    return out.getvalue()


def _on_white(picture: "Image") -> "Image":
    from PIL import Image as Images

    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        ground = Images.new("RGB", layered.size, "white")
        ground.paste(layered, mask=layered.getchannel("A"))
        return ground
    return picture.convert("RGB")


def _refuse_bombs(size: tuple[int, int], length: int) -> None:
    width, height = size
    if width * height > MOST_PIXELS or max(size) > MOST_SIDE:
        raise Unreadable("too_many_pixels", f"{width} x {height}")
    if min(size) < LEAST_SIDE:
        raise Unreadable("broken", f"{width} x {height}")
    unpacked = width * height * 3
    if unpacked > _RATIO_FROM and unpacked > _RATIO * length:
        raise Unreadable("hostile", f"{unpacked} bytes in {length}")


def _refuse_two_faced(content: bytes, media_type: str) -> None:
    """Files that are something else as well: a page, a script, an archive behind the picture, frames."""
    if _ACTIVE.search(content):
        raise Unreadable("hostile", "markup within a picture")
    end = {"image/png": _png_end, "image/webp": _webp_end, "image/jpeg": _jpeg_end}[media_type](content)
    behind = content[end:].lstrip(b"\x00\r\n\t ")
    strict = media_type != "image/jpeg"  # telephones put previews and films behind their JPEGs
    if behind and (strict or behind.startswith(_BEHIND) or b"PK\x05\x06" in behind[-66_000:]):
        raise Unreadable("hostile", f"{len(behind)} bytes behind the picture")


def _png_end(content: bytes) -> int:
    at = 8
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4])
        name = content[at + 4 : at + 8]
        if name == b"acTL":
            raise Unreadable("animated")
        at += 12 + length
        if name == b"IEND":
            return at
    raise Unreadable("broken", "no end")


def _webp_end(content: bytes) -> int:
    length = int.from_bytes(content[4:8], "little")
    end = 8 + length + length % 2
    if length < 4 or 8 + length > len(content):
        raise Unreadable("broken", "no end")
    if b"ANIM" in content[12:64] or b"ANMF" in content[12:4096]:
        raise Unreadable("animated")
    return end


def _jpeg_end(content: bytes) -> int:
    """Where the first picture of a JPEG ends: segments by their length, the scan by its markers."""
    at = 2
    while at + 4 <= len(content):
        if content[at] != 0xFF:
            raise Unreadable("broken", "no marker")
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xD9:
            return at + 2
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
        if marker == 0xDA:
            at = _scan_end(content, at)
    if at + 2 <= len(content) and content[at : at + 2] == b"\xff\xd9":
        return at + 2
    raise Unreadable("broken", "no end")


def _scan_end(content: bytes, at: int) -> int:
    while (at := content.find(b"\xff", at)) != -1 and at + 1 < len(content):
        following = content[at + 1]
        if following != 0 and not 0xD0 <= following <= 0xD7:
            return at
        at += 2
    raise Unreadable("broken", "no end")
