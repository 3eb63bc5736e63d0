"""Speech to words, by a model on this machine. Runs in the child process only.

Moonshine (Jeffries et al. 2024, arXiv 2410.15608): the package `moonshine-cpp` carries the English base model. Whisper
(Radford et al. 2022, arXiv 2212.04356): `faster-whisper` over a folder that the operator names; many languages.
"""

import ctypes
import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.media.kinds import Unreadable
from assistant.media.voice.decode import RATE, Sound

MOONSHINE = "moonshine"
PINS = {
    "encoder_model.ort": "9d1a19e044cbf89a207723d1adb667de89a5671a1e3e611b8ebe721b2c31219c",
    "decoder_model_merged.ort": "370e0c1f161d68dc1c2264c1a82024fb123380da3b73f47f05531d1e8d3308c3",
    "tokenizer.bin": "04670d78994d030185c3dd843c60591788fed0a56cc6750747bd326825f13ca9",
}
"""SHA-256 of the files of moonshine-cpp 0.1.4, as published."""
_PIECE_S = 20.0
"""Longer sound is cut at its quietest moments: the model was trained on short pieces."""
_FRAME = RATE // 20
_LEAD_S = 0.4
_CUT_FROM_S = 2.0
_RUNAWAY = re.compile(r"(\d)\1{7}|\b(\w+)(?:\W+\2\b){3}", re.IGNORECASE)
"""A model that has lost the thread says one thing again and again; that is no transcript."""


def heard(sound: Sound, model: str, language: str) -> str:
    """What is said in a sound.

    Args:
        sound: the samples.
        model: `moonshine`, or a folder with a Whisper model.
        language: that is expected, `en` or `zh`.

    Raises:
        Unreadable: `no_words`.
    """
    if model == MOONSHINE:
        text = " ".join(filter(None, (_moonshine(piece) for piece in _pieces(sound.samples))))
    else:
        found, _ = _whisper_model(model).transcribe(sound.samples, language=language, beam_size=5)
        text = " ".join(part.text.strip() for part in found)
    if not text.strip():
        raise Unreadable("no_words")
    return " ".join(text.split())


def warm_up(model: str) -> None:
    """Load a model."""
    if model == MOONSHINE:
        _moonshine_model()
    else:
        _whisper_model(model)


def _moonshine(samples: Any) -> str:
    """The words of a piece. The model ends some at once; with silence before them, or cut in two, it hears them."""
    if text := _moonshine_led(samples):
        return text
    if len(samples) < _CUT_FROM_S * RATE:
        return ""
    cut = _quietest(samples, len(samples) // 3, 2 * len(samples) // 3)
    return " ".join(filter(None, (_moonshine_led(part) for part in (samples[:cut], samples[cut:]))))


def _moonshine_led(samples: Any) -> str:
    import numpy

    for lead in (0.0, _LEAD_S):
        quiet = numpy.zeros(int(lead * RATE), numpy.float32)
        text = _moonshine_once(numpy.concatenate([quiet, samples]))
        if text and not _RUNAWAY.search(text):
            return text
    return ""


def _moonshine_once(samples: Any) -> str:
    import numpy
    from moonshine_cpp import moonshine_lib

    whole = numpy.ascontiguousarray(samples, dtype=numpy.float32)
    out = ctypes.c_char_p()
    first = whole.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
    if moonshine_lib.moonshine_transcribe(_moonshine_model().model_handle, first, len(whole), ctypes.byref(out)) != 0:
        raise RuntimeError("moonshine failed")
    text = (out.value or b"").decode("utf-8", "replace")
    moonshine_lib.moonshine_free_text(out)
    return text.strip()


def _pieces(samples: Any) -> list[Any]:
    most = int(_PIECE_S * RATE)
    pieces = []
    while len(samples) > most:
        cut = _quietest(samples, most // 2, most)
        pieces.append(samples[:cut])
        samples = samples[cut:]
    return [*pieces, samples]


def _quietest(samples: Any, first: int, last: int) -> int:
    """The middle of the quietest moment between two places."""
    import numpy

    part = samples[first:last]
    frames = part[: len(part) // _FRAME * _FRAME].reshape(-1, _FRAME)
    return first + int(numpy.square(frames).mean(axis=1).argmin()) * _FRAME + _FRAME // 2


@lru_cache
def _moonshine_model() -> Any:
    import moonshine_cpp

    folder = Path(moonshine_cpp.__file__).parent / "models" / "base-en"
    for name, pin in PINS.items():
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != pin:
            raise RuntimeError(f"{name} of moonshine-cpp is not the file that we know")
    return moonshine_cpp.MoonshineModel(model_dir_path=str(folder))


@lru_cache
def _whisper_model(folder: str) -> Any:
    from faster_whisper import WhisperModel

    return WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)
