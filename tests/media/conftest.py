"""Files as customers send them: spoken by espeak-ng, drawn with PIL; and the reader over them."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.media.reader import MediaReader
from assistant.settings import Settings
from assistant.text.prompts import PromptLibrary

PHOTO = "the photo extra is not installed: uv pip install -e '.[photo]'"
VOICE = "the voice extra is not installed: uv pip install -e '.[voice]'"


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MediaReader]:
    """Reads photos only."""
    for name in ("PIL", "rapidocr", "zxingcpp"):
        pytest.importorskip(name, reason=PHOTO)
    settings = Settings(data_dir=tmp_path_factory.mktemp("photos"), photo=True, media_deadline_s=120)
    reader = MediaReader(settings, PromptLibrary(settings.prompts_dir))
    yield reader
    reader.close()


@pytest.fixture(scope="session")
def ears(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MediaReader]:
    """Hears English by the package's own model."""
    pytest.importorskip("moonshine_cpp", reason=VOICE)
    settings = Settings(data_dir=tmp_path_factory.mktemp("ears"), voice_model="moonshine", media_deadline_s=120)
    reader = MediaReader(settings, PromptLibrary(settings.prompts_dir))
    yield reader
    reader.close()


@pytest.fixture
def spoken(tmp_path: Path) -> "Speaker":
    """Says sentences."""
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed (Debian: apt-get install espeak-ng)")
    return Speaker(tmp_path)


class Speaker:
    """espeak-ng."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "said.wav"

    def __call__(self, words: str, voice: str = "en-us", speed: int = 140) -> bytes:
        """A WAV file of some words."""
        command = ["espeak-ng", "-v", voice, "-s", str(speed), "-w", str(self._file), words]
        subprocess.run(command, check=True, capture_output=True)
        return self._file.read_bytes()
