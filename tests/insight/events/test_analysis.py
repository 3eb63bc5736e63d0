"""What is no behaviour of people is dropped and counted; sessions and features are the same on every engine."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.clock import FixedClock
from assistant.insight.events.analysis.engine import ServerEngine
from assistant.insight.events.analysis.features import features, normalised, tastes
from assistant.insight.events.analysis.pipeline import Pipeline
from assistant.insight.events.event import Event, Kind
from assistant.insight.events.importing.ingest import Ingest
from assistant.insight.events.importing.mapping import Mapping
from assistant.insight.events.log import Log

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
CLOCK = FixedClock(NOW)
AS_OF = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def log(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> Log:
    log = Log.open(tmp_path_factory.mktemp("log"), CLOCK)
    list(Ingest(log, Mapping.load(simulated / "mapping.yaml"), CLOCK).run(sorted(simulated.glob("*.jsonl"))))
    return log


def rows(log: Log, table: Any) -> list[dict[str, Any]]:
    return list(log.engine.rows(table))


def told(log: Log, *events: tuple[str, Kind, float, dict[str, Any]]) -> None:
    made = [
        Event(
            id=f"e{n}",
            at=NOW - timedelta(days=1) + timedelta(seconds=after),
            kind=kind,
            source="t",
            visitor=who,
            **more,
        )
        for n, (who, kind, after, more) in enumerate(events)
    ]
    log.append(made)


def test_cleaning_finds_the_dirt_that_was_planted_to_the_row(log: Log, planted: dict[str, int]) -> None:
    report = log.report()

    assert report.rows() == {
        "clock": planted["clock"],
        "absurd": planted["absurd"],
        "duplicate": planted["duplicates"],
        "repeat": planted["repeats"],
        "bot": planted["bots"],
    }
    assert (report.events, report.kept) == (planted["events"], planted["kept"])
    assert all(one.examples and one.examples[0].startswith("id=") for one in report.dropped)


def test_sessions_and_features_are_those_that_were_lived(log: Log, planted: dict[str, int]) -> None:
    sessions, people = rows(log, log.sessions()), rows(log, log.features(AS_OF))

    assert len(sessions) == planted["sessions"]
    assert sum(s["order_lines"] for s in sessions) == planted["orders"]
    assert sum(s["events"] for s in sessions) == planted["kept"]
    assert len(people) == planted["visitors"]
    assert sum(p["frequency"] for p in people) == planted["sessions"]
    assert {p["who"] == p["customer"] for p in people} == {True, False}
    assert all(0 <= p["top_share"] <= 1 and p["recency_days"] > 0 for p in people)


def test_thirty_minutes_of_silence_end_a_session_and_not_a_second_less(tmp_path: Path) -> None:
    log = Log.open(tmp_path, CLOCK)
    told(log, ("a", "view", 0, {}), ("a", "search", 1800, {}), ("a", "view", 3600.000001, {}), ("b", "view", 0, {}))

    found = sorted((s["visitor"], s["nth"], s["events"]) for s in rows(log, log.sessions()))
    assert found == [("a", 1, 2), ("a", 2, 1), ("b", 1, 1)]


def test_a_visitor_who_signs_in_is_the_customer_from_the_beginning(tmp_path: Path) -> None:
    log = Log.open(tmp_path, CLOCK)
    told(
        log,
        ("a", "view", 0, {"item": "P1", "category": "lamps"}),
        ("a", "order", 5000, {"item": "P1", "customer": "c1", "quantity": 2, "price_cents": 150, "order": "W1"}),
        ("b", "view", 9000, {"customer": "c1", "item": "P2", "language": "zh"}),
        ("shared", "view", 0, {"customer": "c2"}),
        ("shared", "view", 60, {"customer": "c3"}),
    )

    people = {p["who"]: p for p in rows(log, log.features())}
    assert people.keys() == {"c1", "shared"}
    assert (people["c1"]["frequency"], people["c1"]["orders"], people["c1"]["money_cents"]) == (3, 1, 300)
    assert (people["c1"]["top_category"], people["c1"]["chinese_share"]) == ("lamps", 1.0)


def test_items_come_by_session_in_the_order_of_time_and_orders_with_what_was_bought_together(tmp_path: Path) -> None:
    log = Log.open(tmp_path, CLOCK)
    told(
        log,
        ("a", "view", 20, {"item": "P2"}),
        ("a", "view", 0, {"item": "P1"}),
        ("a", "order", 40, {"item": "P2", "order": "W1"}),
        ("a", "order", 40, {"item": "P3", "order": "W1"}),
        ("b", "view", 0, {"item": "P9"}),
    )

    (session,) = log.items_by_session(at_least=2)
    assert (session.who, session.items) == ("a", ("P1", "P2", "P2", "P3"))
    assert session.kinds == ("view", "view", "order", "order")
    assert list(log.ordered_together()) == [("P2", "P3")]


def test_an_empty_log_has_no_sessions_and_nothing_to_report(tmp_path: Path) -> None:
    log = Log.open(tmp_path, CLOCK)

    assert rows(log, log.sessions()) == rows(log, log.features()) == rows(log, log.normalised()) == []
    assert (log.report().events, log.report().kept) == (0, 0)


def test_what_was_computed_is_computed_again_when_events_have_come_in(tmp_path: Path) -> None:
    log = Log.open(tmp_path, CLOCK)
    told(log, ("a", "view", 0, {}))
    assert len(rows(log, log.sessions())) == 1

    log.append([Event(id="late", at=NOW, kind="view", source="t", visitor="z")])
    assert len(rows(log, log.sessions())) == 2


def test_normalised_features_have_mean_zero_and_deviation_one(log: Log) -> None:
    import numpy as np

    values = np.array([[row[name] for name in row if name != "who"] for row in rows(log, log.normalised())])
    spread = values.std(axis=0)
    assert np.allclose(values.mean(axis=0), 0, atol=1e-9)
    assert np.allclose(spread[spread > 1e-9], 1)
    assert (spread > 1e-9).sum() >= 11


def test_postgresql_computes_the_same_from_the_same_expressions(log: Log, postgres_url: str) -> None:
    engine = ServerEngine(postgres_url.replace("postgresql+psycopg://", "postgres://"))
    engine.backend.create_table("events", log.engine.backend.to_pyarrow(log.engine.events()))
    there = Pipeline(engine)

    assert by_key(engine.rows(there.sessions())) == by_key(log.engine.rows(log.sessions()))
    assert by_key(engine.rows(there.features(AS_OF))) == nearly(log.engine.rows(log.features(AS_OF)))
    assert there.report().rows() == log.report().rows()
    assert by_key(engine.rows(there.normalised())) == nearly(log.engine.rows(log.normalised()))


def test_polars_computes_the_same_features_from_sessions(log: Log) -> None:
    import ibis

    polars, duck = ibis.polars.connect(), log.engine.backend
    clean = polars.create_table("clean", duck.to_pyarrow(log.clean()))
    sessions = polars.create_table("sessions", duck.to_pyarrow(log.sessions()))
    found = polars.create_table("found", polars.to_pyarrow(features(sessions, tastes(clean), AS_OF)))

    assert by_key(polars.to_pyarrow(found).to_pylist()) == nearly(log.engine.rows(log.features(AS_OF)))
    scaled = duck.to_pyarrow(normalised(log.features(AS_OF))).to_pylist()
    assert by_key(polars.to_pyarrow(normalised(found)).to_pylist()) == nearly(scaled)


def by_key(found: Any) -> list[dict[str, Any]]:
    """Rows in one order."""
    return sorted(found, key=lambda row: (str(row.get("visitor", row["who"])), row.get("nth", 0)))


def nearly(found: Any) -> list[dict[str, Any]]:
    """Rows in one order, where floating numbers may differ in the tenth digit."""
    near = [{k: pytest.approx(v, abs=1e-9) if isinstance(v, float) else v for k, v in row.items()} for row in found]
    return by_key(near)
