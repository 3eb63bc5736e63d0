"""Plots as inline SVG, drawn by hand: a few hundred bytes each, readable without colours."""

from html import escape

from assistant.evaluation.suites.figures.summary import Column

_WIDTH, _ROW, _LEFT, _RIGHT = 360, 24, 118, 56
_MOST = 14


def bars(column: Column) -> str:
    """Pass rates by suite, language and tag with their 95 % intervals."""
    rates = {**column.suites, **column.languages}
    common = sorted(column.tags.items(), key=lambda item: -item[1].cases)
    rates |= {name: rate for name, rate in common if name not in rates}
    shown = list(rates.items())[:_MOST]
    span = _WIDTH - _LEFT - _RIGHT
    parts = []
    for row, (name, rate) in enumerate(shown):
        y = row * _ROW + 4
        parts.append(
            f'<text x="{_LEFT - 6}" y="{y + 12}" text-anchor="end">{escape(name[:18])}</text>'
            f'<rect class="ground" x="{_LEFT}" y="{y}" width="{span}" height="16"/>'
            f'<rect class="bar" x="{_LEFT}" y="{y}" width="{span * rate.rate:.1f}" height="16"/>'
            f'<line class="ci" x1="{_LEFT + span * rate.low:.1f}" x2="{_LEFT + span * rate.high:.1f}"'
            f' y1="{y + 8}" y2="{y + 8}"/>'
            f'<text x="{_WIDTH - _RIGHT + 6}" y="{y + 12}">{rate.rate:.1%}</text>'
        )
    told = ", ".join(f"{name} {rate.rate:.0%}" for name, rate in shown)
    return _svg(_WIDTH, len(shown) * _ROW + 4, f"Pass rates: {told}", "".join(parts))


def stages(column: Column) -> str:
    """Milliseconds of each stage, median and 95th percentile; empty where nothing was timed."""
    found = sorted(column.stages.items(), key=lambda item: -item[1].p95)[:8]
    most = max((times.p95 for _, times in found), default=0.0)
    if not most:
        return ""
    span = _WIDTH - _LEFT - _RIGHT
    parts = []
    for row, (name, times) in enumerate(found):
        y = row * _ROW + 4
        parts.append(
            f'<text x="{_LEFT - 6}" y="{y + 12}" text-anchor="end">{escape(name[:18])}</text>'
            f'<rect class="ground" x="{_LEFT}" y="{y}" width="{span * times.p95 / most:.1f}" height="16"/>'
            f'<rect class="bar" x="{_LEFT}" y="{y}" width="{span * times.p50 / most:.1f}" height="16"/>'
            f'<text x="{_WIDTH - _RIGHT + 6}" y="{y + 12}">{times.p95:.0f}</text>'
        )
    told = ", ".join(f"{name} {times.p50:g} to {times.p95:g}" for name, times in found)
    return _svg(_WIDTH, len(found) * _ROW + 4, f"Milliseconds by stage, median and 95 %: {told}", "".join(parts))


def _svg(width: int, height: int, label: str, body: str) -> str:
    return f'<svg role="img" aria-label="{escape(label)}" viewBox="0 0 {width} {height}" width="100%">{body}</svg>'
