"""Token counts: exact with the encoding's table, estimated without it, and never from the network."""

import importlib
import inspect
import itertools
import logging
import socket
from pathlib import Path

import pytest

from assistant.settings import Settings
from assistant.text.tokens import ENCODING_TABLES, EstimatedTokens, TiktokenCounter, estimate_tokens

ENGLISH = "Hi, I ordered two lamps last Tuesday and only one of them has arrived. Where is the other one?"
CHINESE = "你好，我上周二买了两盏台灯，只收到一盏，另一盏什么时候能到？"


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("", 0, 0),
        ("   \n ", 0, 1),
        ("?", 1, 1),
        (ENGLISH, 20, 30),
        (CHINESE, 20, 32),
        ("Order #W2378156 costs $149.99", 9, 16),
        ("订单 #W2378156 什么时候到", 8, 14),
    ],
)
def test_an_estimate_is_near_what_a_tokenizer_says(text: str, low: int, high: int) -> None:
    assert low <= estimate_tokens(text) <= high
    assert EstimatedTokens().count(text) == estimate_tokens(text)


def test_a_longer_text_never_takes_fewer_tokens() -> None:
    counts = [estimate_tokens(ENGLISH[:end]) for end in range(len(ENGLISH))]
    assert all(later >= earlier - 1 for earlier, later in itertools.pairwise(counts))


@pytest.mark.parametrize("spoiled", [False, True])
def test_without_its_table_a_count_is_estimated_with_one_warning_and_no_network(
    spoiled: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was touched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    if spoiled:
        (tmp_path / ENCODING_TABLES["o200k_base"].file).write_text("not a table")
    counter = TiktokenCounter("o200k_base", tmp_path)
    with caplog.at_level(logging.WARNING):
        assert counter.count(ENGLISH) == estimate_tokens(ENGLISH)
        assert counter.count(CHINESE) == estimate_tokens(CHINESE)
    assert len(caplog.records) == 1
    assert "assistant models pull tiktoken-o200k" in caplog.text
    assert not counter.exact


@pytest.mark.parametrize(("encoding", "english", "chinese"), [("o200k_base", 22, 25), ("cl100k_base", 22, 38)])
def test_with_its_table_a_count_is_the_encodings_own(
    encoding: str, english: int, chinese: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "")
    counter = TiktokenCounter(encoding, Settings().tiktoken_dir)
    if not counter.exact:
        pytest.skip("tiktoken's tables are not in the cache: assistant models pull tiktoken-o200k tiktoken-cl100k")
    assert counter.count(ENGLISH) == english
    assert counter.count(CHINESE) == chinese
    assert counter.count("<|endoftext|>") > 1


def test_an_unknown_encoding_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="p50k"):
        TiktokenCounter("p50k", tmp_path)


def test_the_tables_are_the_ones_that_tiktoken_pins() -> None:
    openai_public = importlib.import_module("tiktoken_ext.openai_public")

    for encoding, table in ENCODING_TABLES.items():
        source = inspect.getsource(getattr(openai_public, encoding))
        assert table.url in source
        assert table.sha256 in source
