"""The commands: from log files to a report that a person can read."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from assistant.cli.insight import app
from assistant.clock import FixedClock
from assistant.settings import Settings

RUN = CliRunner()


@pytest.fixture
def parts(tmp_path: Path) -> SimpleNamespace:
    settings = Settings(data_dir=tmp_path / "data")
    drain = SimpleNamespace(once=lambda: 0)
    return SimpleNamespace(settings=settings, clock=FixedClock(datetime(2026, 11, 27, tzinfo=UTC)), event_drain=drain)


def test_made_events_are_imported_cleaned_and_counted(
    parts: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def told(*words: str) -> str:
        done = RUN.invoke(app, words, obj=parts, catch_exceptions=False)
        assert done.exit_code == 0
        return done.output

    made = told("events", "make", "visits", "--count", "2000", "--format", "csv", "--gzip")
    assert "written to visits" in made
    files = sorted(str(path) for path in Path("visits").glob("*.csv.gz"))
    Path("odd.csv.gz").write_bytes(Path(files[0]).read_bytes())
    imported = told("ingest", *files, "--mapping", "visits/mapping.yaml")
    assert "0 lines rejected, 0 skipped" in imported
    assert "0 events added" in told("ingest", "odd.csv.gz", "--mapping", "visits/mapping.yaml")

    report = told("sessions", "--to", "sessions.parquet")
    assert "duplicate" in report
    assert "id=e0000" in report
    assert "events each" in report
    features = told("features", "--to", "features.csv")
    assert "customers and visitors" in features
    assert Path("features.csv").read_text().startswith("who,customer,first_seen")
    assert Path("sessions.parquet").stat().st_size > 0
    assert "normalised" not in told("features", "--normalised")


def test_rejected_lines_go_to_the_file_that_is_named(parts: SimpleNamespace, tmp_path: Path) -> None:
    log, mapping, rejected = (tmp_path / name for name in ("a.jsonl", "m.yaml", "rejected.txt"))
    log.write_text('{"t": "2026-11-26T10:00:00Z", "k": "view", "v": "x"}\nbroken\n')
    mapping.write_text("source: a\nfields: {at: t, kind: k, visitor: v}\n")

    for _ in range(2):
        words = ["ingest", str(log), "--mapping", str(mapping), "--rejected", str(rejected)]
        assert "1 lines rejected" in RUN.invoke(app, words, obj=parts, catch_exceptions=False).output
    assert rejected.read_text() == f"{log}:2: not valid JSON\n"
