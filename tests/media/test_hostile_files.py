"""What customers don't send in good faith is refused in their language; what they do send loses all but its pixels."""

import io
import struct
import wave

import pytest

from assistant.errors import CustomerError, OperatorError
from assistant.media.bench.hostile import hostile_files
from assistant.media.kinds import Unreadable
from assistant.media.reader import MediaReader, media_reader
from assistant.media.worker import MediaWorker
from assistant.settings import Settings
from assistant.text.prompts import PromptLibrary

PIL = pytest.importorskip("PIL.Image", reason="the photo extra is not installed: uv pip install -e '.[photo]'")
NAMES = [name for name, _ in hostile_files()]


def jpeg(size: tuple[int, int] = (300, 200), **options: object) -> bytes:
    """A photo: left half red, right half blue."""
    picture = PIL.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    picture.save(out, "JPEG", **options)
    return out.getvalue()


def wav(seconds: float, rate: int = 8000, level: int = 0, frames: int | None = None) -> bytes:
    """A WAV file of a constant level; `frames` is what its head claims."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(struct.pack("<h", level) * int(seconds * rate))
    content = bytearray(out.getvalue())
    if frames is not None:
        content[40:44] = struct.pack("<I", 2 * frames)
    return bytes(content)


def test_there_are_ten_of_them() -> None:
    assert len(NAMES) == len(set(NAMES)) == 10


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_hostile_files_are_refused_with_a_sentence(photos: MediaReader, name: str, language: str) -> None:
    with pytest.raises(CustomerError) as refused:
        photos.read(dict(hostile_files())[name], language)  # type: ignore[arg-type]
    said = str(refused.value)
    assert said.endswith("." if language == "en" else "。")
    assert any("\u4e00" <= char <= "\u9fff" for char in said) is (language == "zh")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8\xff" + b"\x00" * 500,
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 500,
        b"RIFF\xff\xff\xff\xffWEBPVP8 " + b"\x00" * 100,
        jpeg() + b"PK\x03\x04" + b"x" * 100,
        jpeg() + b"<html>",
        jpeg((300, 8)),
        jpeg() * 8000,
        b"hello",
    ],
)
def test_broken_and_strange_files_are_refused_too(photos: MediaReader, content: bytes) -> None:
    with pytest.raises(CustomerError):
        photos.read(content, "en")


def test_the_reader_lives_on_after_all_of_that(photos: MediaReader) -> None:
    assert photos.read(jpeg(), "en").text == "Photo"


def test_place_time_and_device_are_gone_and_the_picture_stands_upright(photos: MediaReader) -> None:
    exif = PIL.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "SecretPhone"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    content = jpeg(exif=exif.tobytes(), comment=b"at home")
    assert b"SecretPhone" in content
    kept = photos.read(content, "en").picture
    assert kept is not None
    assert b"SecretPhone" not in kept
    assert b"at home" not in kept
    with PIL.open(io.BytesIO(kept)) as picture:
        assert dict(picture.getexif()) == {}
        assert picture.size == (200, 300)
        top, bottom = picture.getpixel((100, 20)), picture.getpixel((100, 280))
    assert top[0] > 200 > bottom[0]
    assert bottom[2] > 200 > top[2]


def test_what_telephones_put_behind_a_photo_is_no_offence(photos: MediaReader) -> None:
    assert photos.read(jpeg() + jpeg((64, 64)), "en").kind == "photo"
    assert photos.read(jpeg() + b"\x00" * 64, "en").kind == "photo"
    out = io.BytesIO()
    PIL.new("RGB", (300, 200), "red").save(out, "MPO", save_all=True, append_images=[PIL.new("RGB", (300, 200))])
    assert photos.read(out.getvalue(), "en").kind == "photo"


@pytest.mark.parametrize(
    ("mode", "form", "options"),
    [
        ("RGB", "JPEG", {"progressive": True}),
        ("CMYK", "JPEG", {}),
        ("RGBA", "WEBP", {}),
        ("P", "PNG", {}),
        ("L", "PNG", {}),
    ],
)
def test_all_ways_to_store_a_still_picture_are_taken(
    photos: MediaReader, mode: str, form: str, options: dict[str, object]
) -> None:
    out = io.BytesIO()
    PIL.linear_gradient("L").convert(mode).save(out, form, **options)
    assert photos.read(out.getvalue(), "en").kind == "photo"


def test_a_file_that_takes_too_long_ends_with_the_child_and_the_next_one_is_read(tmp_path: object) -> None:
    settings = Settings(photo=True, media_deadline_s=0.01)
    hasty = MediaReader(settings, PromptLibrary(settings.prompts_dir))
    with pytest.raises(CustomerError, match="took too long"):
        hasty.read(jpeg(), "en")
    hasty.close()
    patient = MediaReader(settings, PromptLibrary(settings.prompts_dir), MediaWorker(120))
    assert patient.read(jpeg(), "en").kind == "photo"
    patient.close()


class Blind(MediaWorker):
    """Cleans pictures and can't read them in time."""

    def call(self, job: dict[str, object], content: bytes) -> tuple[dict[str, object], bytes]:
        """One job."""
        if job["do"] == "look":
            raise Unreadable("too_slow")
        return super().call(job, content)


def test_a_photo_that_can_not_be_read_in_time_is_still_a_photo_for_a_person() -> None:
    settings = Settings(photo=True)
    reader = MediaReader(settings, PromptLibrary(settings.prompts_dir), Blind(120))
    shown = reader.read(jpeg(), "en")
    reader.close()
    assert (shown.text, bool(shown.values)) == ("Photo", False)
    assert shown.picture is not None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (wav(1.0), "I hear nothing"),
        (wav(61.0, level=3000), "too long"),
        (wav(0.0), "I hear nothing"),
        (wav(1.0, level=3000)[:30], "damaged"),
        (wav(1.0, level=3000, frames=400_000_000), "too long"),
        (b"OggS" + b"\x00" * 200, "damaged|can’t open"),
        (b"\x1aE\xdf\xa3" + b"\x00" * 200, "damaged|can’t open"),
    ],
)
def test_sounds_that_can_not_be_heard_are_told(ears: MediaReader, content: bytes, said: str) -> None:
    with pytest.raises(CustomerError, match=said):
        ears.read(content, "en")


def test_a_chinese_voice_note_is_answered_honestly_where_only_english_is_heard(ears: MediaReader) -> None:
    with pytest.raises(CustomerError) as refused:
        ears.read(wav(1.0, level=3000), "zh")
    assert "暂不支持中文语音" in str(refused.value)


def test_each_kind_is_told_that_it_is_not_set_up(photos: MediaReader, ears: MediaReader) -> None:
    with pytest.raises(CustomerError, match="can’t listen"):
        photos.read(wav(1.0, level=3000), "en")
    with pytest.raises(CustomerError, match="can’t look at photos"):
        ears.read(jpeg(), "en")


@pytest.mark.parametrize(
    ("changes", "fix"),
    [
        ({"voice_model": "/nowhere"}, "hosted:MODEL"),
        ({"voice_model": "hosted:whisper-1"}, "ASSISTANT_HOSTED_BASE_URL"),
        ({"photo": True, "vision_model": "gpt"}, "ASSISTANT_HOSTED_BASE_URL"),
    ],
)
def test_an_operator_is_told_what_to_type(changes: dict[str, object], fix: str) -> None:
    settings = Settings(**changes)  # type: ignore[arg-type]
    with pytest.raises(OperatorError) as wrong:
        media_reader(settings, PromptLibrary(settings.prompts_dir))
    assert fix in wrong.value.fix


def test_nothing_is_read_unless_it_is_switched_on() -> None:
    settings = Settings()
    assert media_reader(settings, PromptLibrary(settings.prompts_dir)) is None
