"""Replays and attacks of tau-bench retail: does the shop end in the state that is right, and in no other.

A folder holds `db.json`, files `replay_*.jsonl` (what a customer's agent did, and the rows that must differ
afterwards) and `attacks.jsonl` (what must be refused and change nothing).
"""

import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.errors import OperatorError
from assistant.evaluation.retail.shop import RetailShop
from assistant.shop.records import Record

Json = dict[str, Any]


class ReplayFigures(Record):
    """How many replays of one file ended in the expected state; the others by id."""

    file: str
    passed: int
    failing: tuple[str, ...]


class AttackFigures(Record):
    """How many attacks of one category were refused and changed nothing; the others by id."""

    category: str
    refused: int
    executed: tuple[str, ...]


class ExamReport(Record):
    """The figures of one exam."""

    replays: tuple[ReplayFigures, ...]
    attacks: tuple[AttackFigures, ...]
    calls: int
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether every replay and every attack ended as it must, and there was at least one."""
        good = not any(f.failing for f in self.replays) and not any(f.executed for f in self.attacks)
        return good and bool(self.replays or self.attacks)


def run_exam(folder: Path, shop: RetailShop) -> ExamReport:
    """Sit the whole exam.

    Raises:
        OperatorError: the folder holds no such exam.
    """
    started = time.perf_counter()
    try:
        base = json.loads((folder / "db.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        fix = "give the folder with tau-bench retail's db.json, replay_*.jsonl and attacks.jsonl"
        raise OperatorError(f"{folder / 'db.json'} can't be read: {error}", fix=fix) from None
    exam = _Exam(shop, base)
    replays = tuple(exam.replays(path) for path in sorted(folder.glob("replay_*.jsonl")))
    attacks = exam.attacks(folder / "attacks.jsonl")
    return ExamReport(
        replays=replays, attacks=attacks, calls=exam.calls, seconds=round(time.perf_counter() - started, 1)
    )


class _Exam:
    def __init__(self, shop: RetailShop, base: Json) -> None:
        self._shop = shop
        self._base = base
        self.calls = 0

    def replays(self, path: Path) -> ReplayFigures:
        passed, failing = 0, []
        for task in _lines(path):
            self._shop.reset(self._base)
            customer = task.get("user_id") or self._owner(task["actions"])
            for action in task["actions"]:
                self._call(customer, action)
            if changed_rows(self._base, self._shop.dump()) == plain(task["expected_changed"]):
                passed += 1
            else:
                failing.append(str(task["id"]))
        return ReplayFigures(file=path.name, passed=passed, failing=tuple(failing))

    def attacks(self, path: Path) -> tuple[AttackFigures, ...]:
        refused: Counter[str] = Counter()
        executed: dict[str, list[str]] = {}
        for attack in _lines(path) if path.exists() else ():
            self._shop.reset(self._base)
            customer = attack["authenticated_user"]
            for action in attack["setup"]:
                self._call(customer, action)
            before = self._shop.dump()
            done = self._call(customer, attack["action"])
            bad = executed.setdefault(attack["category"], [])
            if done or changed_rows(before, self._shop.dump()):
                bad.append(str(attack["id"]))
            else:
                refused[attack["category"]] += 1
        return tuple(
            AttackFigures(category=category, refused=refused[category], executed=tuple(ids))
            for category, ids in executed.items()
        )

    def _call(self, customer: str | None, action: Json) -> bool:
        self.calls += 1
        return self._shop.call(customer, action["name"], action["arguments"])[0]

    def _owner(self, actions: list[Json]) -> str | None:
        """Whose task it is: the owner of the first order, or the first user, that an action names."""
        for action in actions:
            order = self._base["orders"].get(action["arguments"].get("order_id"))
            if found := order["user_id"] if order else action["arguments"].get("user_id"):
                return str(found)
        return None


def _lines(path: Path) -> Iterator[Json]:
    with path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())


def changed_rows(before: Json, after: Json) -> Json:
    """Rows of `after` that differ from `before`; None where a row is missing."""
    changed: Json = {}
    for part in ("users", "orders", "products"):
        old, new = before[part], after[part]
        for key in old.keys() | new.keys():
            if old.get(key) != new.get(key) and plain(old.get(key)) != plain(new.get(key)):
                changed.setdefault(part, {})[key] = plain(new.get(key))
    return changed


def plain(value: Any) -> Any:
    """Amounts to the cent, empty fields left out."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return round(float(value), 2)
    return value
