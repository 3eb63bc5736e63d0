"""The router bench as one HTML file: table, calibration, risk and coverage, confusions; own inline SVG."""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from assistant.evaluation.router.bench import Measured, Outcome
from assistant.evaluation.router.table import published, table

_BINS = 10
_SIDE = 260.0
_SHOWN = 24


def write_report(outcome: Outcome, file: Path) -> None:
    """Write the report of `outcome`, whose last run is plotted."""
    from jinja2 import Environment, FileSystemLoader, select_autoescape

    pages = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=select_autoescape())
    plots = _plots(outcome.last) if outcome.last is not None else {}
    page = pages.get_template("report.html").render(
        outcome=outcome, table=table(outcome), published=published(outcome.name), side=_SIDE, **plots
    )
    file.write_text(page, encoding="utf-8")


def _plots(last: Measured) -> dict[str, Any]:
    inside = last.labels < len(last.names) - 1
    pooled, labels = last.pooled[inside, :-1], last.labels[inside]
    found, sure = pooled.argmax(axis=1), np.exp(pooled.max(axis=1))
    right = found == labels
    return {
        "bars": _calibration(sure, right),
        "curve": _risk(sure, right),
        "risk_top": max(0.05, float(1 - right.mean())),
        "confusions": _confusions(last.names, labels, found),
        "matrix": _matrix(last.names, labels, found),
    }


def _calibration(sure: np.ndarray, right: np.ndarray) -> list[dict[str, float]]:
    slots = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    width = _SIDE / _BINS
    bars = []
    for slot in range(_BINS):
        mine = slots == slot
        if mine.any():
            share = float(right[mine].mean())
            bars.append(
                {
                    "x": slot * width,
                    "y": _SIDE * (1 - share),
                    "width": width - 1,
                    "height": _SIDE * share,
                    "sure": float(sure[mine].mean()),
                    "right": share,
                    "count": int(mine.sum()),
                }
            )
    return bars


def _risk(sure: np.ndarray, right: np.ndarray) -> str:
    """Points of a polyline: coverage to the right, risk upwards."""
    wrong = ~right[np.argsort(-sure, kind="stable")]
    risk = np.cumsum(wrong) / np.arange(1, len(wrong) + 1)
    top = max(0.05, float(risk[-1]))
    at = np.unique(np.linspace(0, len(risk) - 1, 200).astype(int))
    return " ".join(f"{_SIDE * (i + 1) / len(risk):.1f},{_SIDE * (1 - min(1.0, float(risk[i]) / top)):.1f}" for i in at)


def _confusions(names: tuple[str, ...], labels: np.ndarray, found: np.ndarray) -> list[tuple[str, str, int]]:
    counts = Counter((names[a], names[b]) for a, b in zip(labels, found, strict=True) if a != b)
    return [(wanted, got, count) for (wanted, got), count in counts.most_common(_SHOWN)]


def _matrix(names: tuple[str, ...], labels: np.ndarray, found: np.ndarray) -> dict[str, Any]:
    """The intents with the most errors, each against each."""
    errors = Counter(names[a] for a, b in zip(labels, found, strict=True) if a != b)
    errors.update(names[b] for a, b in zip(labels, found, strict=True) if a != b)
    shown = sorted(name for name, _ in errors.most_common(_SHOWN))
    counts = Counter((names[a], names[b]) for a, b in zip(labels, found, strict=True))
    sizes = Counter(names[a] for a in labels)
    cells = [
        {"x": x, "y": y, "count": counts[wanted, got], "share": counts[wanted, got] / max(1, sizes[wanted])}
        for y, wanted in enumerate(shown)
        for x, got in enumerate(shown)
        if counts[wanted, got]
    ]
    return {"names": shown, "cells": cells}
