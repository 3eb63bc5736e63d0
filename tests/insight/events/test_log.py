"""What happened is in the log once, by day, and only when all of it is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.clock import FixedClock
from assistant.insight.events.event import Event
from assistant.insight.events.files import ODD_DAY
from assistant.insight.events.log import Log

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)


def a_view(number: int, at: datetime = NOW) -> Event:
    return Event(id=f"e{number}", at=at, kind="view", source="test", visitor="v1", item="P1", price_cents=1999)


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log.open(tmp_path / "events", FixedClock(NOW))


def test_what_was_written_is_read_again_to_the_microsecond(log: Log) -> None:
    at = NOW + timedelta(microseconds=123457)
    order = Event(
        id="o1", at=at, kind="order", source="chat", visitor="v1", customer="c1", item="P1", quantity=2,
        price_cents=1999, order="#W1", category="headphones", language="zh", value=0.5, page="/checkout",
    )  # fmt: skip

    assert log.append([order]) == 1
    assert list(log.read()) == [order]


def test_a_batch_that_is_told_twice_counts_once(log: Log) -> None:
    assert log.append([a_view(1), a_view(2)], batch="b1") == 2
    assert log.append([a_view(1), a_view(2)], batch="b1") == 0
    assert len(log) == 2


def test_events_lie_in_the_folder_of_their_day_and_impossible_days_together(log: Log) -> None:
    yesterday = NOW - timedelta(days=1)
    odd = datetime(1970, 1, 1, tzinfo=UTC), datetime(2038, 1, 19, tzinfo=UTC)
    log.append([a_view(1), a_view(2, yesterday), *(a_view(3 + n, at) for n, at in enumerate(odd))])

    assert {path.parent.name for path in log.paths()} == {"day=2026-11-27", "day=2026-11-26", ODD_DAY}
    assert [event.id for event in log.read(since=NOW, until=NOW + timedelta(days=1))] == ["e1"]
    assert len(list(log.read())) == 4


def test_a_file_that_a_crash_left_counts_for_nothing_and_is_swept_away(log: Log) -> None:
    log.append([a_view(1)])
    counted = log.paths()[0]
    left = counted.with_name("left.parquet")
    left.write_bytes(counted.read_bytes())

    assert [event.id for event in log.read()] == ["e1"]
    with log.writing():
        assert log.sweep() == 1
    assert not left.exists()
    assert counted.exists()


@pytest.mark.parametrize("wrong", [{"kind": "dance"}, {"at": datetime(2026, 11, 27)}, {"visitor": ""}])
def test_what_is_no_event_is_refused(wrong: dict[str, object]) -> None:
    right = {"id": "e1", "at": NOW, "kind": "view", "source": "test", "visitor": "v1"}
    with pytest.raises(ValueError, match=r"kind|timezone|needs"):
        Event(**{**right, **wrong})  # type: ignore[arg-type]
