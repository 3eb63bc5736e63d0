"""Recordings of other clients: webm, ogg, m4a, mp3 and flac are heard where PyAV is installed."""

import io
import math
import struct
import wave

import pytest

from assistant.media.kinds import Unreadable, kind_of
from assistant.media.voice.decode import RATE, as_wav, decoded, reads

FORMS = [("webm", "libopus", "audio/webm"), ("ogg", "libopus", "audio/ogg"), ("mp4", "aac", "audio/mp4")]
FORMS += [("mp3", "libmp3lame", "audio/mpeg"), ("flac", "flac", "audio/flac")]


def tone(seconds: float = 2.0, rate: int = 44_100, channels: int = 2) -> bytes:
    """A WAV file of 440 Hz at half loudness."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        samples = (round(16_000 * math.sin(2 * math.pi * 440 * at / rate)) for at in range(int(seconds * rate)))
        file.writeframes(b"".join(struct.pack("<h", sample) * channels for sample in samples))
    return out.getvalue()


def loudness(samples: object) -> tuple[float, float]:
    """How loud it is, and its pitch in Hz."""
    numpy = pytest.importorskip("numpy")
    spectrum = numpy.abs(numpy.fft.rfft(samples))
    return float(numpy.abs(samples).max()), float(spectrum.argmax() * RATE / len(samples))


@pytest.mark.parametrize(("rate", "channels"), [(44_100, 2), (8_000, 1), (48_000, 1), (16_000, 1)])
def test_a_wav_file_of_any_rate_becomes_16_khz_in_one_channel(rate: int, channels: int) -> None:
    sound = decoded(tone(rate=rate, channels=channels), "audio/wav", 60)
    level, pitch = loudness(sound.samples)
    assert sound.seconds == pytest.approx(2.0, abs=0.01)
    assert level == pytest.approx(0.49, abs=0.05)
    assert pitch == pytest.approx(440, abs=2)
    assert decoded(as_wav(sound), "audio/wav", 60).seconds == sound.seconds


@pytest.mark.parametrize(("form", "codec", "media_type"), FORMS)
def test_other_forms_are_decoded_by_pyav(form: str, codec: str, media_type: str) -> None:
    av = pytest.importorskip("av", reason="PyAV is not installed: uv pip install -e '.[voice]'")
    out = io.BytesIO()
    with av.open(io.BytesIO(tone(rate=48_000))) as source, av.open(out, "w", format=form) as made:
        stream = made.add_stream(codec, rate=48_000)
        resampler = av.AudioResampler(format=stream.codec_context.format, layout="stereo", rate=48_000)
        fifo = av.AudioFifo()
        for frame in source.decode(audio=0):
            for part in resampler.resample(frame):
                part.pts = None
                fifo.write(part)
        while part := fifo.read(stream.codec_context.frame_size or 960, partial=True):
            made.mux(stream.encode(part))
        made.mux(stream.encode(None))
    content = out.getvalue()
    assert kind_of(content) == media_type
    sound = decoded(content, media_type, 60)
    assert sound.seconds == pytest.approx(2.0, abs=0.15)
    assert loudness(sound.samples)[1] == pytest.approx(440, abs=3)
    with pytest.raises(Unreadable, match="too_long"):
        decoded(content, media_type, 1)
    with pytest.raises(Unreadable):
        decoded(content[:40] + bytes(200), media_type, 60)


def test_where_nothing_can_decode_it_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.media.voice.decode.find_spec", lambda _name: None)
    assert reads("audio/wav")
    assert not reads("audio/webm")
    with pytest.raises(Unreadable, match="no_decoder"):
        decoded(b"\x1aE\xdf\xa3", "audio/webm", 60)
