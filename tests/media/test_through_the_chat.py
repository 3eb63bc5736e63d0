"""Spoken sentences and photographed receipts through the whole chat: every one handled, nothing used unconfirmed.

A few of each in every run; all of them with `-m model`, and by `assistant bench insight media`, which prints figures.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.app import Wiring
from assistant.media.bench.run import MediaBench
from assistant.media.reader import MediaReader
from tests.conversation.conftest import house

__all__ = ["house"]


@pytest.fixture
def bench_of(house: Wiring, tmp_path: Path) -> Iterator[object]:
    """A bench over the shared house."""
    yield lambda reader: MediaBench(house, reader)
    shutil.rmtree(house.settings.attachments_dir, ignore_errors=True)


def needs_espeak() -> None:
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed (Debian: apt-get install espeak-ng)")


def test_spoken_sentences_are_asked_back_and_end_with_the_right_order(bench_of: object, ears: MediaReader) -> None:
    needs_espeak()
    found = bench_of(ears).voice(3)  # type: ignore[operator]
    assert found.files == found.handled == 6
    assert found.asked_first == found.understood - 3
    assert found.wrong == 0


def test_receipts_are_asked_back_and_end_with_the_right_order(bench_of: object, photos: MediaReader) -> None:
    found = bench_of(photos).photo(8)  # type: ignore[operator]
    assert found.files == found.handled == found.asked_first == 8
    assert found.offered >= 7
    assert found.wrong == 0


@pytest.mark.model
def test_all_thirty_sentences_are_handled(bench_of: object, ears: MediaReader) -> None:
    needs_espeak()
    found = bench_of(ears).voice()  # type: ignore[operator]
    assert found.files == found.handled == 30
    assert found.wrong == 0


@pytest.mark.model
def test_all_32_receipts_are_handled(bench_of: object, photos: MediaReader) -> None:
    found = bench_of(photos).photo()  # type: ignore[operator]
    assert found.files == found.handled == found.asked_first == 32
    assert found.wrong == 0
