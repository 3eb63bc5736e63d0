"""Ten files that no customer sends in good faith."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator


def hostile_files() -> Iterator[tuple[str, bytes]]:
    """Names and contents: what they pretend, hide or blow up to."""
    yield "svg with a script", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    yield "page with a picture's name", b"<!DOCTYPE html><html><body onload=alert(1)></body></html>"
    yield "pdf", b"%PDF-1.7\n1 0 obj\n<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>\nendobj\n"
    yield "moving gif", _moving("GIF")
    yield "moving png", _moving("PNG")
    yield "picture of ten thousand megapixels", _png(100_000, 100_000, zlib.compress(b"\x00" * 1000))
    yield "144 MB in a small file", _png(6900, 7000, _zeros(7000 * (1 + 6900 * 3)))
    yield "picture that breaks off", _jpeg()[:-400]
    yield "picture with an archive behind it", _plain_png() + _archive()
    yield "picture with a page in its comment", _jpeg(comment=b"<html><script>alert(document.cookie)</script></html>")


def _moving(form: str) -> bytes:
    from PIL import Image

    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _png(width: int, height: int, packed: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def _zeros(count: int) -> bytes:
    packer, out = zlib.compressobj(9), bytearray()
    block = bytes(1 << 20)
    for start in range(0, count, len(block)):
        out += packer.compress(block[: count - start])
    return bytes(out + packer.flush())


def _plain_png() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (64, 64), "white").save(out, "PNG")
    return out.getvalue()


def _jpeg(comment: bytes = b"") -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.effect_noise((200, 200), 80).convert("RGB").save(out, "JPEG", comment=comment)
    return out.getvalue()


def _archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("run.sh", "rm -rf /")
    return out.getvalue()
