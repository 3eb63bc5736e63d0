"""A folder with a Whisper model says by its vocabulary whether it understands Chinese."""

import json
from pathlib import Path

import pytest

from assistant.errors import CustomerError
from assistant.media.reader import MediaReader, is_multilingual
from assistant.settings import PROJECT_DIR, Settings
from assistant.text.prompts import PromptLibrary


def folder_of(path: Path, words: int, name: str) -> Path:
    path.mkdir(exist_ok=True)
    listed = [f"word{n}" for n in range(words)]
    text = json.dumps(listed) if name.endswith(".json") else "\n".join(listed) + "\n"
    (path / name).write_text(text, encoding="utf-8")
    (path / "model.bin").write_bytes(b"")
    return path


@pytest.mark.parametrize("name", ["vocabulary.txt", "vocabulary.json"])
@pytest.mark.parametrize(("words", "many"), [(51_864, False), (51_865, True), (51_866, True)])
def test_the_english_models_have_a_word_less(tmp_path: Path, name: str, words: int, many: bool) -> None:
    assert is_multilingual(folder_of(tmp_path, words, name)) is many


def test_a_chinese_customer_is_told_so_where_the_model_knows_english_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.media.reader.find_spec", lambda _name: object())
    settings = Settings(data_dir=tmp_path, voice_model=str(folder_of(tmp_path / "tiny.en", 51_864, "vocabulary.txt")))
    prompts = PromptLibrary(PROJECT_DIR / "prompts")
    reader = MediaReader(settings, prompts)
    assert reader.languages == ("en",)
    with pytest.raises(CustomerError) as told:
        reader.read(b"RIFF\x24\x00\x00\x00WAVEfmt ", "zh")
    assert str(told.value) == prompts.render("replies/zh/media/language")
