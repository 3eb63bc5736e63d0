"""Sound as 16 kHz mono samples: WAV by ourselves, other forms by PyAV where it is installed (the `voice` extra)."""

import io
import struct
import wave
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from assistant.media.kinds import Unreadable

RATE = 16_000
"""Samples a second, as speech models take them."""
_QUIET = 0.003
"""A louder moment than this, of 1.0, must be in a voice note."""
_WIDTHS = {1: "u1", 2: "<i2", 4: "<i4"}


@dataclass(frozen=True)
class Sound:
    """Samples between -1 and 1, shape (n,), float32, at `RATE`."""

    samples: Any

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return round(len(self.samples) / RATE, 2)


def reads(media_type: str) -> bool:
    """Whether this installation can decode a type."""
    return media_type == "audio/wav" or find_spec("av") is not None


def decoded(content: bytes, media_type: str, most_s: float) -> Sound:
    """The samples of a file.

    Args:
        content: the file.
        media_type: as `kind_of` found it.
        most_s: seconds; a longer one is refused before it is decoded to its end.

    Raises:
        Unreadable: `broken`, `too_long`, `silent`, or `no_decoder`: nothing here can decode it.
    """
    import numpy

    if not reads(media_type):
        raise Unreadable("no_decoder", media_type)
    samples = _wav(content, most_s) if media_type == "audio/wav" else _av(content, most_s)
    samples = numpy.nan_to_num(samples).clip(-1.0, 1.0)
    if not len(samples) or float(numpy.abs(samples).max()) < _QUIET:
        raise Unreadable("silent")
    return Sound(samples.astype(numpy.float32))


def as_wav(sound: Sound) -> bytes:
    """A 16-bit WAV file of the samples."""
    import numpy

    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((sound.samples * 32767).astype(numpy.int16).tobytes())
    return out.getvalue()


def _wav(content: bytes, most_s: float) -> Any:
    import numpy

    try:
        with wave.open(io.BytesIO(content)) as file:
            rate, channels, width = file.getframerate(), file.getnchannels(), file.getsampwidth()
            if width not in _WIDTHS or not 4000 <= rate <= 192_000 or not 1 <= channels <= 8:
                raise Unreadable("broken", f"{rate} Hz, {channels} channels, {width} bytes")
            if file.getnframes() > most_s * rate:
                raise Unreadable("too_long", f"{file.getnframes() / rate:.0f} s")
            raw = file.readframes(int(most_s * rate))
    except (wave.Error, EOFError, struct.error, ValueError) as error:
        raise Unreadable("broken", type(error).__name__) from error
    whole = len(raw) // (width * channels) * (width * channels)
    samples: Any = numpy.frombuffer(raw[:whole], _WIDTHS[width]).astype(numpy.float32)
    samples = (samples - 128) / 128 if width == 1 else samples / float(2 ** (8 * width - 1))
    return _resampled(samples.reshape(-1, channels).mean(axis=1), rate)


def _resampled(samples: Any, rate: int) -> Any:
    """The same sound at `RATE`; what is above half of it is taken away first, lest it come back as noise."""
    import numpy
    from scipy.signal import resample_poly

    if rate == RATE or not len(samples):
        return samples
    shared = int(numpy.gcd(rate, RATE))
    return resample_poly(samples, RATE // shared, rate // shared)


def _av(content: bytes, most_s: float) -> Any:
    import av
    import numpy

    pieces: list[Any] = []
    length = 0
    try:
        with av.open(io.BytesIO(content), "r", metadata_errors="ignore") as file:
            if not file.streams.audio:
                raise Unreadable("broken", "no sound in it")
            resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
            for frame in file.decode(file.streams.audio[0]):
                for made in resampler.resample(frame):
                    pieces.append(made.to_ndarray().reshape(-1))
                    length += len(pieces[-1])
                if length > most_s * RATE:
                    raise Unreadable("too_long")
    except (av.FFmpegError, ValueError, OSError) as error:
        raise Unreadable("broken", type(error).__name__) from error
    return numpy.concatenate(pieces) if pieces else numpy.zeros(0, numpy.float32)
