"""Every line of a shop's log becomes one event or one line of the report, however often the import is broken off."""

import gzip
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.clock import FixedClock
from assistant.errors import OperatorError
from assistant.insight.events.event import Event
from assistant.insight.events.importing.ingest import Imported, Ingest
from assistant.insight.events.importing.mapping import Mapping
from assistant.insight.events.log import Log

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
AT = "2026-11-26T10:00:00Z"
FIELDS = {"id": "id", "at": "ts", "kind": "event", "visitor": "cookie", "item": "sku"}


def mapping(fields: dict[str, Any] | None = None, **more: Any) -> Mapping:
    return Mapping.model_validate({"source": "shop", "fields": fields or FIELDS, **more})


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log.open(tmp_path / "log", FixedClock(NOW))


def take_in(log: Log, *paths: Path, by: Mapping | None = None, again: bool = False, block: int = 1 << 20) -> Imported:
    return list(Ingest(log, by or mapping(), FixedClock(NOW), block_bytes=block).run(paths, again=again))[-1]


def line(number: int, **more: Any) -> str:
    return json.dumps({"id": f"e{number}", "ts": AT, "event": "view", "cookie": "v1", "sku": "P1", **more}) + "\n"


def ids(log: Log) -> list[str]:
    return sorted(event.id for event in log.read())


def only(log: Log) -> Event:
    (event,) = log.read()
    return event


def test_lines_that_cannot_be_read_are_named_and_the_others_kept(log: Log, tmp_path: Path) -> None:
    path = tmp_path / "shop.jsonl"
    lines = [
        line(1), "{broken\n", "\n", "[1]\n", line(2, event="dance"), line(3, ts="yesterday"), line(4, cookie=None),
        line(5, sku="x" * 600), line(6),
    ]  # fmt: skip
    path.write_text("".join(lines))

    found = take_in(log, path)

    assert ids(log) == ["e1", "e6"]
    assert found.reasons == (
        (2, "not valid JSON"),
        (4, "not a JSON object"),
        (5, "there is no kind 'dance'"),
        (6, "'yesterday' is no time"),
        (7, "no visitor and no customer"),
        (8, "item is too long"),
    )
    assert (found.added, found.rejected) == (2, 6)


@pytest.mark.parametrize("mark", [";", "\t", "|", ","])
def test_a_csv_file_tells_by_its_header_what_parts_its_columns(log: Log, tmp_path: Path, mark: str) -> None:
    path = tmp_path / "shop.csv"
    rows = [["ts", "event", "cookie", "sku", "Preis"], ["26.11.2026 10:00", "view", "v1", "P1", '"1.019,99"']]
    path.write_text("".join(mark.join(row) + "\r\n" for row in rows), encoding="utf-8-sig")
    fields = {
        "at": {"field": "ts", "format": "%d.%m.%Y %H:%M"}, "kind": "event", "visitor": "cookie", "item": "sku",
        "price_cents": {"field": "Preis", "times": 100, "decimal": ","},
    }  # fmt: skip
    take_in(log, path, by=mapping(fields))
    event = only(log)
    assert (event.item, event.price_cents, event.at.hour) == ("P1", 101_999, 10)


def test_a_csv_file_is_read_by_its_header_and_odd_lines_are_named(log: Log, tmp_path: Path) -> None:
    path = tmp_path / "shop.csv.gz"
    rows = ['v1,e1,"P,1",x', "v1", 'v2,e2,P2,"unended', "v2,e3,P3,"]
    text = "ts,event,cookie,id,sku,extra\n" + "".join(f"{AT},view,{row}\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode()))

    found = take_in(log, path)

    assert {event.id: event.item for event in log.read()} == {"e1": "P,1", "e3": "P3"}
    assert [number for number, _ in found.reasons] == [3, 4]
    assert found.reasons[0][1] == "3 columns instead of 6"


@pytest.mark.parametrize(
    ("written", "how"),
    [
        ("2026-11-26T11:30:00+01:00", "iso"),
        ("2026-11-26 10:30:00", "iso"),
        (1795689000, "unix_s"),
        ("1795689000000", "unix_ms"),
        (1795689000.0, "unix_s"),
        ("26/Nov/2026:05:30:00 -0500", "%d/%b/%Y:%H:%M:%S %z"),
        ("26.11.2026 10:30", "%d.%m.%Y %H:%M"),
    ],
)
def test_times_are_read_as_the_mapping_says(log: Log, tmp_path: Path, written: object, how: str) -> None:
    path = tmp_path / "shop.jsonl"
    path.write_text(line(1, ts=written))

    take_in(log, path, by=mapping({**FIELDS, "at": {"field": "ts", "format": how}}))

    assert only(log).at == datetime(2026, 11, 26, 10, 30, tzinfo=UTC)


def test_a_time_without_a_zone_is_of_the_zone_that_the_mapping_names(log: Log, tmp_path: Path) -> None:
    path = tmp_path / "shop.jsonl"
    path.write_text(line(1, ts="2026-07-01T12:00:00"))

    take_in(log, path, by=mapping(timezone="Asia/Shanghai"))

    assert only(log).at == datetime(2026, 7, 1, 4, tzinfo=UTC)


def test_fields_are_renamed_reckoned_masked_and_found_within_objects(log: Log, tmp_path: Path) -> None:
    path = tmp_path / "shop.jsonl"
    record = {
        "when": AT, "what": "purchase", "who": {"id": 17}, "product": {"sku": "P1", "price": "19.99"}, "n": 2,
        "q": "lamp for mia.chen@example.com", "lang": "zh-Hans-CN",
    }  # fmt: skip
    path.write_text(json.dumps(record) + "\n" + json.dumps({**record, "what": "heartbeat"}) + "\n")
    fields = {
        "at": "when", "kind": {"field": "what", "values": {"purchase": "order"}}, "customer": "who.id",
        "item": "product.sku", "price_cents": {"field": "product.price", "times": 100}, "quantity": "n", "query": "q",
        "language": "lang",
    }  # fmt: skip

    found = take_in(log, path, by=mapping(fields, skip=["heartbeat"], constants={"category": "lamps"}))

    event = only(log)
    assert (event.kind, event.customer, event.visitor, event.item) == ("order", "17", "customer:17", "P1")
    assert (event.price_cents, event.quantity, event.language, event.category) == (1999, 2, "zh", "lamps")
    assert event.query is not None
    assert "mia" not in event.query
    assert (found.skipped, found.rejected, event.source) == (1, 0, "shop")


def test_values_of_mixed_types_are_taken_as_they_are_meant(log: Log, tmp_path: Path) -> None:
    path = tmp_path / "shop.jsonl"
    path.write_text(line(1, sku=17) + line(2, sku="P2") + line(3, sku=None))

    take_in(log, path)

    assert sorted((event.id, event.item) for event in log.read()) == [("e1", "17"), ("e2", "P2"), ("e3", None)]


def test_a_file_that_has_grown_gives_only_what_is_new_and_waits_for_a_line_that_is_being_written(
    log: Log, tmp_path: Path
) -> None:
    path = tmp_path / "shop.jsonl"
    path.write_text(line(1) + line(2)[:20])
    assert (take_in(log, path).unended, ids(log)) == (True, ["e1"])

    path.write_text(line(1) + line(2) + line(3))
    found = take_in(log, path)
    assert (found.added, found.unended, ids(log)) == (2, False, ["e1", "e2", "e3"])
    assert take_in(log, path).added == 0


def test_a_rotated_file_is_known_by_its_content_and_another_with_the_same_beginning_is_not_taken_for_it(
    log: Log, tmp_path: Path
) -> None:
    path = tmp_path / "shop.jsonl"
    path.write_text(line(1) + line(2))
    take_in(log, path)
    renamed = path.rename(tmp_path / "shop.1.jsonl")
    path.write_text(line(1) + line(3))

    assert take_in(log, renamed).added == 0
    assert take_in(log, path).added == 2
    assert ids(log) == ["e1", "e1", "e2", "e3"]


def test_events_without_ids_get_them_of_their_file_and_line(log: Log, tmp_path: Path) -> None:
    path = tmp_path / "shop.jsonl"
    path.write_text(line(1) + line(1))
    fields = {name: field for name, field in FIELDS.items() if name != "id"}

    take_in(log, path, by=mapping(fields))

    assert len(set(ids(log))) == 2


def test_a_mapping_that_fits_nothing_is_refused_before_anything_is_taken(log: Log, tmp_path: Path) -> None:
    path = tmp_path / "shop.jsonl"
    path.write_text(line(1) + line(2))

    with pytest.raises(OperatorError, match=r"none of the first 2 lines is an event; line 1: no time"):
        take_in(log, path, by=mapping({**FIELDS, "at": "time"}))
    assert take_in(log, path).added == 2


def test_importing_again_takes_out_what_the_file_gave_before(log: Log, tmp_path: Path) -> None:
    path = tmp_path / "shop.jsonl"
    path.write_text(line(1) + "broken\n")
    take_in(log, path)

    found = take_in(log, path, by=mapping(constants={"category": "lamps"}), again=True)

    assert (ids(log), only(log).category, found.rejected) == (["e1"], "lamps", 1)
    assert len(list(log.folder.glob("day=*/*"))) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"fields": {**FIELDS, "colour": "c"}}, "there is no field 'colour'"),
        ({"fields": {"at": "ts", "kind": "event"}}, "'visitor' must be mapped"),
        ({"fields": {**FIELDS, "kind": {"field": "e", "values": {"a": "dance"}}}}, "'dance' is no kind"),
        ({"timezone": "Mars"}, "'Mars' is no timezone"),
    ],
)
def test_a_mapping_that_says_what_cannot_be_is_refused_with_the_place(
    tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(json.dumps({"source": "shop", "fields": FIELDS, **change}))

    with pytest.raises(OperatorError, match=reason):
        Mapping.load(path)


_CHILD = """
import os, signal, sys
from pathlib import Path
from assistant.clock import SystemClock
from assistant.insight.events.importing.ingest import Ingest
from assistant.insight.events.importing.mapping import Mapping
from assistant.insight.events.log import Log

left = int(sys.argv[3])

def count(event, arguments):
    global left
    if event in ("open", "os.rename", "sqlite3.connect", "os.listdir", "os.mkdir"):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

files = sorted(Path(sys.argv[1]).glob("*.jsonl"))[:12]
mapping = Mapping.load(Path(sys.argv[1]) / "mapping.yaml")
log = Log.open(Path(sys.argv[2]))
ingest = Ingest(log, mapping, SystemClock(), block_bytes=20_000)
import pyarrow.parquet, pyarrow.json, pyarrow.csv, sqlite3
sys.addaudithook(count)
list(ingest.run(files))
"""


def test_an_import_killed_at_any_moment_loses_nothing_and_doubles_nothing(simulated: Path, tmp_path: Path) -> None:
    folder = tmp_path / "log"
    for moment in (25, 77, 160, 0):  # which of its next openings and renamings of files is the last
        child = subprocess.run([sys.executable, "-c", _CHILD, simulated, folder, str(moment)], check=False)
        assert child.returncode == (-9 if moment else 0)
    log = Log.open(folder)

    lines = [line for path in sorted(simulated.glob("*.jsonl"))[:12] for line in path.read_text().splitlines()]
    assert ids(log) == sorted(json.loads(line)["event_id"] for line in lines if line.endswith("}"))
    assert len(list(folder.glob("day=*/*"))) == len(log.paths())
