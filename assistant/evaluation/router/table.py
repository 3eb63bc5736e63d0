"""The router bench's table: our figures, and the published ones beside them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.evaluation.router.bench import Outcome
from assistant.evaluation.router.intent_sets import FULL

_HEAD = ("shots", "detector", "accuracy", "±", "F1", "ECE", "risk@80%", "OOS recall", "acc. in scope", "AUROC")


def published(name: str) -> list[dict[Any, Any]]:
    """Published figures of a data set, by its folder's name; empty where none are known."""
    import yaml

    data = yaml.safe_load(Path(__file__).with_name("published.yaml").read_text(encoding="utf-8"))
    found: list[dict[Any, Any]] = data.get(name.casefold(), [])
    return found


def table(outcome: Outcome) -> str:
    """The table as text, shares in percent."""
    lines = [
        f"{outcome.name}, {outcome.split}: {outcome.messages} messages, {outcome.intents} intents",
        _line(_HEAD),
        *(_line(cells) for cells in _cells(outcome)),
        "",
        "one message at a time, warm, without a language model",
        *(
            f"  {_shots(t.shots):>5}-shot: p50 {t.p50_ms:.1f} ms, p95 {t.p95_ms:.1f}, model calls {t.model_calls:g}, "
            f"later stage {t.later_stage:.0%}, same as in batch {t.same_as_batch:.0%}, trained in {t.train_s:.1f} s"
            for t in outcome.timings
        ),
    ]
    return "\n".join(lines)


def _cells(outcome: Outcome) -> Iterator[tuple[str, ...]]:
    known = published(outcome.name)
    for shots in dict.fromkeys(row.shots for row in outcome.rows):
        for row in outcome.rows:
            if row.shots == shots:
                f = row.figures
                yield (
                    _shots(shots),
                    row.detector,
                    _percent(f.accuracy),
                    f"{row.spread * 100:.1f}" if row.seeds > 1 else "",
                    _percent(f.macro_f1),
                    _percent(f.ece),
                    _percent(f.risk["0.8"]),
                    _percent(f.scope_recall),
                    _percent(f.scope_accuracy),
                    "" if f.auroc is None else f"{f.auroc:.3f}",
                )
        for entry in known:
            if shots in entry:
                recall = str(entry.get("scope_recall", ""))
                yield (
                    _shots(shots),
                    f"published: {entry['method']}",
                    f"{entry[shots]:.1f}",
                    "",
                    "",
                    "",
                    "",
                    recall,
                    "",
                    f"  {entry['source']}",
                )


def _line(cells: tuple[str, ...]) -> str:
    first, second, *rest = cells
    return f"{first:>5}  {second:38}" + " ".join(f"{cell:>10}" for cell in rest)


def _shots(shots: int) -> str:
    return "full" if shots == FULL else str(shots)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share * 100:.1f}"
