"""Commands that take long say what they do, how far they are and how long still."""

import pytest

from assistant.cli import progress
from assistant.cli.progress import ProgressLine


def test_in_a_log_a_step_tells_its_beginning_and_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    line = ProgressLine("MB", digits=1)
    for done in (0.0, 512.0, 1024.0):
        line.show("model", done, 1024.0)
    line.end()
    told = capsys.readouterr().err.splitlines()
    assert told == ["model: 0.0 of 1,024.0 MB (0 %)", "model: 1,024.0 of 1,024.0 MB (100 %)"]


def test_the_time_left_is_reckoned_from_what_was_done_so_far(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    times = iter((100.0, 130.0))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(times))
    line = ProgressLine()
    line.show("embedding", 10, 100)
    line.show("embedding", 40, 100)
    assert capsys.readouterr().err.splitlines()[-1] == "embedding: 40 of 100 (40 %), 60 s left"
