"""Write what simulated visitors did as the log files of a shop, one a day, with the mapping that reads them.

The files have a shop's own names for things, so that an import of them is an import like any other.
"""

import gzip
import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from assistant.insight.events.event import KINDS

if TYPE_CHECKING:
    from assistant.insight.events.simulation.dirt import Planted
    from assistant.insight.events.simulation.world import Columns

Format = Literal["jsonl", "csv"]
VISITORS_A_CHUNK = 50_000
_EVENTS_A_VISITOR = 20.2
_COLUMNS = (
    "ts", "event_id", "event", "cookie", "user_id", "sku", "category", "search", "pieces", "price", "order_no",
    "intent", "locale",
)  # fmt: skip
_MAPPING = """# How the files beside this one are read: our field, and where the log has it.
source: simulated-shop
format: {format}
fields:
  id: event_id
  at: ts
  kind:
    field: event
    values: {{pageview: view, purchase: order, basket: cart_add}}
  visitor: cookie
  customer: user_id
  item: sku
  category: category
  query: search
  quantity: pieces
  price_cents:
    field: price
    times: 100
  order: order_no
  intent: intent
  language: locale
"""
_NAMES = {"view": "pageview", "order": "purchase", "cart_add": "basket"}


def make(
    folder: Path,
    *,
    count: int,
    seed: int,
    misleading: float = 0.1,
    format_: Format = "jsonl",
    zipped: bool = False,
    progress: Callable[[str, float, float], None] = lambda *_: None,
) -> "Planted":
    """Simulate and write; the same arguments make the same bytes.

    Args:
        folder: gets `DAY.jsonl` (or `.csv`, `.gz`) files, `mapping.yaml` and `planted.json`.
        count: events of visitors, about; dirt comes on top.
        seed: of chance.
        misleading: share of questions before which the page that was looked at tells nothing.
        format_: of the files.
        zipped: compress them.
        progress: told title, done and total.

    Returns:
        What was planted.
    """
    import numpy as np

    from assistant.insight.events.simulation.dirt import Shares, plant
    from assistant.insight.events.simulation.world import World, behave

    world = World.made(seed)
    visitors = max(1, round(count / _EVENTS_A_VISITOR))
    chunks: list[Columns] = []
    for first in range(0, visitors, VISITORS_A_CHUNK):
        progress("simulating visitors", first, visitors)
        rng = np.random.default_rng([seed, 2, first])
        chunks.append(behave(world, rng, first, min(VISITORS_A_CHUNK, visitors - first), misleading))
    clean = {name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]}
    chunks.clear()
    columns, planted = plant(clean, world, np.random.default_rng([seed, 3]), Shares())
    del clean
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mapping.yaml").write_text(_MAPPING.format(format=format_), encoding="utf-8")
    (folder / "planted.json").write_text(json.dumps(planted.plain(), indent=2) + "\n", encoding="utf-8")
    days = columns["at"] // 86_400_000_000
    edges = [0, *(np.flatnonzero(np.diff(days)) + 1).tolist(), len(days)]
    broken = planted.broken
    writer = _Writer(world.category, format_)
    for number, (start, end) in enumerate(pairwise(edges)):
        progress("writing files", start, len(days))
        cut = min(broken, -(-planted.broken // (len(edges) - 1)))
        broken -= cut
        text = writer.text({name: column[start:end] for name, column in columns.items()}, cut)
        day = np.datetime64(int(days[start]), "D")
        name = f"{number:03d}-{day}.{format_}"
        if zipped:
            (folder / f"{name}.gz").write_bytes(gzip.compress(text, 3, mtime=0))
        else:
            (folder / name).write_bytes(text)
    return planted


class _Writer:
    """Rows as lines of text.

    Args:
        category: of each item.
        format_: `jsonl` or `csv`.
    """

    def __init__(self, category: object, format_: Format) -> None:
        import duckdb
        import pyarrow as pa

        from assistant.insight.events.simulation.world import CATEGORIES, INTENTS

        self._connection = duckdb.connect()
        self._connection.execute("SET threads=2")
        self._format = format_
        names = [_NAMES.get(kind, kind) for kind in KINDS]
        self._lists = {"kinds": names, "categories": list(CATEGORIES), "intents": list(INTENTS)}
        self._connection.register("shelf", pa.table({"category": pa.array(category)}))
        self._connection.execute("CREATE TABLE shelves AS SELECT list(category) AS of_item FROM shelf")

    def text(self, columns: "Columns", broken: int) -> bytes:
        """The lines of some rows, with `broken` lines cut short at the end."""
        import pyarrow as pa

        self._connection.register("rows", pa.table(columns))
        sql = _SQL.format(line=self._line())
        lines: list[str] = self._connection.execute(sql, self._lists).fetchnumpy()["line"].tolist()
        head = [",".join(_COLUMNS)] if self._format == "csv" else []
        cut = [lines[number % len(lines)][:25] for number in range(broken)]
        return "\n".join([*head, *lines, *cut, ""]).encode()

    def _line(self) -> str:
        if self._format == "csv":
            return " || ',' || ".join(f"coalesce({name}, '')" for name in _COLUMNS)
        numbers = ("pieces", "price")
        parts = [
            f"""CASE WHEN {name} IS NULL THEN '' ELSE ',"{name}":' || """
            f"""{name if name in numbers else _quoted(name)} END"""
            for name in _COLUMNS[1:]
        ]
        return f"""'{{"ts":"' || ts || '"' || {" || ".join(parts)} || '}}'"""


def _quoted(name: str) -> str:
    return f"""'"' || {name} || '"'"""


_SQL = """
WITH named AS (
    SELECT *, $kinds[kind + 1] AS event, visitor % 5 < 2 AS signed_in,
        (item >= 0 AND event IN ('pageview', 'basket', 'purchase')) AS with_item,
        CASE WHEN item >= 0 AND (with_item OR event = 'search')
            THEN $categories[(SELECT of_item FROM shelves)[item + 1] + 1] END AS category
    FROM rows
), worded AS (
    SELECT strftime(make_timestamp("at"), '%Y-%m-%dT%H:%M:%S.%fZ') AS ts, printf('e%09d', id) AS event_id, event,
        printf('v%07d', visitor) AS cookie, CASE WHEN signed_in THEN printf('c%07d', visitor) END AS user_id,
        CASE WHEN with_item THEN printf('P%04d', item) END AS sku, category,
        CASE WHEN event = 'search' THEN category END AS search,
        CASE WHEN quantity > 0 THEN quantity::VARCHAR END AS pieces,
        CASE WHEN with_item OR price_cents < 0
            THEN printf('%d.%02d', price_cents // 100, abs(price_cents) % 100) END AS price,
        CASE WHEN "order" >= 0 THEN printf('W%010d', "order") END AS order_no,
        CASE WHEN intent >= 0 THEN $intents[intent + 1] END AS intent,
        CASE WHEN visitor % 3 = 0 THEN 'zh-CN' ELSE 'en-US' END AS locale
    FROM named
)
SELECT {line} AS line FROM worded
"""
