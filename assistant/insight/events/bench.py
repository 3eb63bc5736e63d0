"""What import, cleaning, sessions and features cost on many events, and whether a killed import loses or doubles any.

Every step is a command of its own process, as an operator types it, so that its memory is its own peak.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path


@dataclass(frozen=True)
class Step:
    """What a command cost.

    Attributes:
        name: the command.
        wall_s: seconds on the wall.
        cpu_s: seconds of processors, its threads together.
        peak_mb: most memory that it held at once.
    """

    name: str
    wall_s: float
    cpu_s: float
    peak_mb: float


@dataclass(frozen=True)
class EventsBench:
    """Outcome of the bench.

    Attributes:
        count: lines of events in the files.
        steps: each command's cost; those that were killed count into `ingest`.
        kills: how often the import was killed.
        logged: events in the log afterwards.
        wrong: what differs from what was planted, in words; empty where all is right.
    """

    count: int
    steps: tuple[Step, ...]
    kills: int
    logged: int
    wrong: tuple[str, ...]

    def step(self, name: str) -> Step:
        """The step of that name."""
        return next(step for step in self.steps if step.name == name)


def run(folder: Path, *, count: int, seed: int, kills: int, format_: str, tell: Callable[[str], None]) -> EventsBench:
    """Make events in `folder`, import them (killing the import now and then), compute, and compare.

    Args:
        folder: an empty one; keeps the files and the log.
        count: events of visitors, about.
        seed: of the events and of the moments of the kills.
        kills: how often the import is killed with SIGKILL and begun again.
        format_: of the files: `jsonl` or `csv`.
        tell: told what is done.
    """
    data, log = folder / "files", folder / "log"
    steps = [_run("events make", ["events", "make", data, "--count", count, "--seed", seed, "--format", format_], tell)]
    files = sorted(data.glob(f"*.{format_}"))
    ingest = ["ingest", *files, "--mapping", data / "mapping.yaml", "--log", log]
    chance, parts = random.Random(seed), list[Step]()
    whole = sum(path.stat().st_size for path in files)
    for number in range(kills):
        share = (number + chance.random()) / kills
        parts.append(_run("ingest", ingest, tell, kill=partial(_read_to, log, share * whole)))
    parts.append(_run("ingest", ingest, tell))
    cost = sum(part.wall_s for part in parts), sum(part.cpu_s for part in parts), max(part.peak_mb for part in parts)
    steps.append(Step("ingest", *cost))
    steps += [_run(name, [name, "--log", log], tell) for name in ("sessions", "features")]
    logged, wrong = _compare(log, json.loads((data / "planted.json").read_text(encoding="utf-8")))
    return EventsBench(logged, tuple(steps), kills, logged, wrong)


def _run(
    name: str, arguments: Sequence[object], tell: Callable[[str], None], kill: Callable[[], bool] | None = None
) -> Step:
    tell(f"insight {name}{' (to be killed)' if kill else ''}")
    command = [sys.executable, "-m", "assistant", "insight", *map(str, arguments)]
    began = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    if kill is not None:
        while child.poll() is None and not kill():
            time.sleep(0.05)
        if child.returncode is None:
            child.send_signal(signal.SIGKILL)
    _, status, usage = os.wait4(child.pid, 0) if child.returncode is None else (0, child.returncode, None)
    if kill is None and status != 0:
        raise RuntimeError(f"{' '.join(command[:5])} ended with {status}")
    cpu = usage.ru_utime + usage.ru_stime if usage else 0.0
    return Step(name, time.monotonic() - began, cpu, usage.ru_maxrss / 1024 if usage else 0.0)


def _read_to(log: Path, offset: float) -> bool:
    from assistant.insight.events.catalogue import Catalogue

    path = log / "catalogue.db"
    return path.is_file() and sum(position.offset for position in Catalogue(path).positions()) >= offset


def _compare(log: Path, planted: dict[str, int]) -> tuple[int, tuple[str, ...]]:
    from assistant.insight.events.log import Log

    opened = Log.open(log)
    rows = opened.engine.rows
    events = opened.engine.events()
    report, sessions = opened.report(), opened.sessions()
    (found,) = rows(events.aggregate(n=events.count(), ids=events.id.nunique()))
    (made,) = rows(sessions.aggregate(n=sessions.count(), orders=sessions.order_lines.sum()))
    features = opened.features()
    (people,) = rows(features.aggregate(n=features.count()))
    pairs = [
        ("events", found["n"], planted["events"]),
        ("distinct events", found["ids"], planted["events"] - planted["duplicates"]),
        (
            "rejected lines",
            sum(opened.catalogue.reject_count(p.source) for p in opened.catalogue.positions()),
            planted["broken"],
        ),
        ("kept", report.kept, planted["kept"]),
        ("sessions", made["n"], planted["sessions"]),
        ("order lines", made["orders"], planted["orders"]),
        ("visitors", people["n"], planted["visitors"]),
        *((rule, rows, planted[_PLANTED.get(rule, rule)]) for rule, rows in report.rows().items()),
    ]
    wrong = tuple(f"{name}: {got:,} instead of {want:,}" for name, got, want in pairs if got != want)
    return int(found["n"]), wrong


_PLANTED = {"bot": "bots", "duplicate": "duplicates", "repeat": "repeats"}
