"""Files of sessions in the public form: a line an event with columns SessionId, ItemId and Time, tabs or commas.

The form is that of the session-based recommendation benchmarks (RSC15 as prepared by Hidasi et al. 2016 and Ludewig
and Jannach 2018). Time is seconds or milliseconds since 1970 or an ISO 8601 moment. The clicks as RecSys 2015 published
them (`yoochoose-clicks.dat`: session, moment, item, category, without a line that names them) are read as well. A file
that ends in `_train_full.txt` (or `_train_tr.txt`) is read with its `_test.txt` (`_train_valid.txt`) beside it; any
other one is split by time as there: sessions that begin on the last day are tested.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from assistant.errors import OperatorError
from assistant.insight.recommend.sessions import Session, grouped

_DAY = 86_400.0
_LEAST_SUPPORT = 5
_LEAST_TESTED = 0.1
_PAIRS = (("_train_full.", "_test."), ("_train_tr.", "_train_valid."), ("_train.", "_test."))
_COLUMNS = {
    **{"sessionid": "session", "session_id": "session", "session": "session"},
    **{"itemid": "item", "item_id": "item", "item": "item"},
    **{"time": "at", "timestamp": "at", "ts": "at"},
}
_AS_PUBLISHED = {"session": 0, "at": 1, "item": 2}
_MILLISECONDS = 1e11
"""From this on a number is no second since 1970: it would be the year 5138."""
_FIX = "pass a file with the columns SessionId, ItemId and Time, separated by tabs or commas"


def read_sessions(path: Path) -> list[Session]:
    """The sessions of a file, in the order of their ends.

    Raises:
        OperatorError: it can't be read, or a line has not the form.
    """
    found = list(grouped(_events(path)))
    return sorted(found, key=lambda session: session.ended)


def read_split(path: Path, test: Path | None = None) -> tuple[list[Session], list[Session]]:
    """Sessions to learn from, and sessions to measure on; of the latter only items that the former know.

    Args:
        path: the file, or the one to learn from.
        test: the file to measure on; None finds it beside `path`, or splits `path` by time.

    Raises:
        OperatorError: a file can't be read or has not the form, or nothing is left to measure on.
    """
    test = test or _beside(path)
    if test is not None:
        train, tested = read_sessions(path), read_sessions(test)
    else:
        train, tested = by_time(read_sessions(path))
    known = {item for session in train for item in session.items}
    kept = [Session(tuple(item for item in s.items if item in known), s.ended) for s in tested]
    kept = [session for session in kept if len(session.items) > 1]
    if not train or not kept:
        raise OperatorError(f"{path} leaves no session to measure on", fix="pass a longer file, or --test FILE")
    return train, kept


def by_time(sessions: Sequence[Session]) -> tuple[list[Session], list[Session]]:
    """The usual split: items met 5 times, sessions of 2, the last day's sessions tested.

    Where all of it is two days or less, the newest tenth of the sessions is tested.
    """
    counts = Counter(item for session in sessions for item in session.items)
    kept = [Session(tuple(i for i in s.items if counts[i] >= _LEAST_SUPPORT), s.ended) for s in sessions]
    kept = sorted((session for session in kept if len(session.items) > 1), key=lambda session: session.ended)
    if not kept:
        return [], []
    first, last = kept[0].ended, kept[-1].ended
    if last - first > 2 * _DAY:
        return [s for s in kept if s.ended < last - _DAY], [s for s in kept if s.ended >= last - _DAY]
    cut = int(len(kept) * (1.0 - _LEAST_TESTED))
    return kept[:cut], kept[cut:]


def _beside(path: Path) -> Path | None:
    for ending, other in _PAIRS:
        if ending in path.name:
            candidate = path.with_name(path.name.replace(ending, other))
            if candidate.is_file():
                return candidate
    return None


def _events(path: Path) -> Iterator[tuple[str, str, float]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = file.readline()
            separator = "\t" if "\t" in header else ";" if ";" in header else ","
            names = [name.strip().strip('"').lower() for name in header.rstrip("\r\n").split(separator)]
            place = {_COLUMNS[name]: at for at, name in enumerate(names) if name in _COLUMNS}
            if set(place) != set(_AS_PUBLISHED):
                if not _is_published(names):
                    raise OperatorError(f"{path}: the first line doesn't name the columns", fix=_FIX)
                place = _AS_PUBLISHED
                file.seek(0)
            for number, row in enumerate(csv.reader(file, delimiter=separator), 1 if place is _AS_PUBLISHED else 2):
                if not row:
                    continue
                try:
                    yield row[place["session"]], row[place["item"]], _seconds(row[place["at"]])
                except (IndexError, ValueError) as error:
                    raise OperatorError(f"{path}:{number} is no event: {separator.join(row)!r}", fix=_FIX) from error
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError(f"{path} can't be read: {error}", fix=_FIX) from error


def _is_published(cells: Sequence[str]) -> bool:
    """Whether a first line is an event as RecSys published them: numbers around a moment."""
    if len(cells) not in (3, 4) or not (cells[0].isdigit() and cells[2].isdigit()):
        return False
    try:
        datetime.fromisoformat(cells[1].upper())
    except ValueError:
        return False
    return True


def _seconds(text: str) -> float:
    try:
        number = float(text)
        return number / 1000.0 if number >= _MILLISECONDS else number
    except ValueError:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
