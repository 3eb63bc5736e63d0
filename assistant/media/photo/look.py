"""What stands in a photo: lines of text (rapidocr) and barcodes (zxing-cpp). Runs in the child process only."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

_SURE = 0.5
"""Lines that are read with less confidence are left out."""
_SMALL = 900
"""Pictures with a longest side under this are enlarged: small print reads better so."""
_READ_SIDE = 1400
"""Longest side, in pixels, at which text is looked for."""
_TURNED = 0.8
"""Below this mean confidence the picture is tried turned by 90, 180 and 270 degrees, if it may hold text at all."""
_HOPE = 0.35


def barcodes(picture: "Image") -> tuple[str, ...]:
    """The texts of all barcodes, linear and square."""
    import zxingcpp

    return tuple(dict.fromkeys(found.text for found in zxingcpp.read_barcodes(picture) if found.text))


def lines(picture: "Image") -> tuple[str, ...]:
    """The lines of text, from top to bottom; of a picture that lies on its side as well."""
    best = _read(picture)
    if best and _HOPE < _mean(best) < _TURNED:
        for turn in (90, 270, 180):
            other = _read(picture.rotate(turn, expand=True))
            if len(other) * _mean(other) > 1.2 * len(best) * _mean(best):
                best = other
    return tuple(text for text, score in best if score >= _SURE)


def warm_up() -> None:
    """Load the models."""
    _engine()


def _read(picture: "Image") -> list[tuple[str, float]]:
    import numpy

    longest = max(picture.size)
    if longest > _READ_SIDE:
        picture = picture.copy()
        picture.thumbnail((_READ_SIDE, _READ_SIDE))
    elif longest < _SMALL:
        factor = min(2.0, _SMALL / longest)
        picture = picture.resize((round(picture.width * factor), round(picture.height * factor)))
    found = _engine()(numpy.asarray(picture)[:, :, ::-1])
    if found.txts is None:
        return []
    return [(text.strip(), float(score)) for text, score in zip(found.txts, found.scores, strict=True) if text.strip()]


def _mean(found: list[tuple[str, float]]) -> float:
    return sum(score for _, score in found) / len(found) if found else 0.0


@lru_cache
def _engine() -> Any:
    import logging

    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.WARNING)
    return RapidOCR(params={"EngineConfig.onnxruntime.intra_op_num_threads": 1, "Global.log_level": "warning"})
