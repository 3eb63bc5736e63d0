"""`assistant insight ingest | sessions | features | events`: the log of events, filled and read."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assistant.cli.parts import Parts

if TYPE_CHECKING:
    from assistant.insight.events.analysis.pipeline import CleaningReport
    from assistant.insight.events.log import Log

events_app = typer.Typer(help="Make events up, to try things with.", no_args_is_help=True, rich_markup_mode=None)
_Engine = Annotated[
    str,
    typer.Option(help="A server that has the events in a table: postgres://..., clickhouse://...; none: DuckDB here."),
]
_Log = Annotated[Path | None, typer.Option("--log", help="Folder of the log; none: events/ in data_dir.")]
_To = Annotated[Path | None, typer.Option("--to", help="Write the rows to this file: .csv or .parquet.")]


def ingest(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Log files: JSONL or CSV, plain or .gz, one event a line.")],
    mapping: Annotated[Path, typer.Option(help="Which field of the log is which of ours; see docs/insight.md.")],
    rejected: Annotated[
        Path | None, typer.Option(help="Write lines that are no events to this file, with why.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Take what these files gave before out first.")] = False,
    log: _Log = None,
) -> None:
    """Import log files of the shop, each event once.

    A run that was broken off goes on where it stopped.
    """
    from assistant.cli.progress import ProgressLine
    from assistant.insight.events.importing.ingest import Ingest
    from assistant.insight.events.importing.mapping import Mapping

    parts: Parts = ctx.obj
    line = ProgressLine("MB")
    opened = _open(parts, log)
    runs = Ingest(opened, Mapping.load(mapping), parts.clock, line.show).run(files, again=again)
    added = bad = skipped = 0
    if rejected is not None:
        rejected.write_text("", encoding="utf-8")
    shown = list[str]()
    for one in runs:
        added, bad, skipped = added + one.added, bad + one.rejected, skipped + one.skipped
        shown += [f"{one.path}:{number}: {reason}" for number, reason in one.reasons]
        if one.unended:
            shown.append(f"{one.path}: the last line has no line break yet, and waits for the next run")
        if rejected is not None and one.rejected:
            with rejected.open("a", encoding="utf-8") as file:
                for number, reason in opened.catalogue.rejects(one.source):
                    file.write(f"{one.path}:{number}: {reason}\n")
    line.end()
    for text in shown[:_SHOWN]:
        typer.echo(text, err=True)
    if len(shown) > _SHOWN:
        typer.echo("... and more; --rejected FILE writes all of them", err=True)
    typer.echo(f"{added:,} events added, {bad:,} lines rejected, {skipped:,} skipped; the log has {len(opened):,}")


def sessions(ctx: typer.Context, log: _Log = None, engine: _Engine = "", to: _To = None) -> None:
    """Clean the events and find the sessions.

    What was dropped is reported, with the rule and examples.
    """
    opened = _open(ctx.obj, log, engine)
    if log is None and not engine:
        ctx.obj.event_drain.once()
    if _is_empty(opened, engine):
        return
    report = opened.report()
    table = opened.sessions()
    if to is not None:
        _write(opened, table, to)
    found = _row(
        opened,
        table.aggregate(
            n=table.count(), visitors=table.visitor.nunique(), events=table.events.mean(),
            bought=table.count(where=table.orders > 0),
        ),
    )  # fmt: skip
    _tell(report)
    if found["n"]:
        typer.echo(
            f"{found['n']:,} sessions of {found['visitors']:,} visitors, {found['events']:.1f} events each; "
            f"{100 * found['bought'] / found['n']:.1f} % with an order"
        )


def features(
    ctx: typer.Context,
    log: _Log = None,
    engine: _Engine = "",
    to: _To = None,
    normalised: Annotated[bool, typer.Option("--normalised", help="On one scale: mean 0, deviation 1.")] = False,
) -> None:
    """Compute what customers are like.

    Recency, frequency, money, categories, language and contacts of each, as rows of a table.
    """
    opened = _open(ctx.obj, log, engine)
    if _is_empty(opened, engine):
        return
    table = opened.normalised() if normalised else opened.features()
    if to is not None:
        _write(opened, table, to)
    names = [name for name, kind in table.schema().items() if kind.is_numeric()]
    typer.echo(f"{_row(opened, table.aggregate(n=table.count()))['n']:,} customers and visitors")
    typer.echo(f"{'':15} {'mean':>12} {'median':>12} {'highest':>14}")
    means = _row(opened, table.aggregate(**{name: table[name].mean() for name in names}))
    middles = _row(opened, table.aggregate(**{name: table[name].median() for name in names}))
    most = _row(opened, table.aggregate(**{name: table[name].max() for name in names}))
    for name in names:
        if means[name] is not None:
            typer.echo(f"{name:15} {means[name]:12,.2f} {middles[name]:12,.2f} {most[name]:14,.2f}")


@events_app.command()
def make(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Gets a log file for each day, mapping.yaml and planted.json.")],
    count: Annotated[int, typer.Option(min=100, help="Events of visitors, about; dirt comes on top.")] = 1_000_000,
    seed: Annotated[int, typer.Option(help="Of chance; the same seed makes the same files.")] = 7,
    misleading: Annotated[
        float, typer.Option(min=0, max=1, help="Share of questions that the page seen before doesn't tell.")
    ] = 0.1,
    format_: Annotated[Literal["jsonl", "csv"], typer.Option("--format", help="Of the files.")] = "jsonl",
    zipped: Annotated[bool, typer.Option("--gzip", help="Compress the files.")] = False,
) -> None:
    """Simulate visitors with tastes, sessions, orders and questions, with bots and dirt among them."""
    from assistant.cli.progress import ProgressLine
    from assistant.insight.events.simulation.make import make as simulate

    line = ProgressLine()
    planted = simulate(
        folder, count=count, seed=seed, misleading=misleading, format_=format_, zipped=zipped, progress=line.show
    )
    line.end()
    for name, number in planted.plain().items():
        typer.echo(f"{name:12} {number:12,}")
    typer.echo(
        f"written to {folder}; import with: assistant insight ingest {folder}/0* --mapping {folder}/mapping.yaml"
    )


def _open(parts: Parts, folder: Path | None, engine: str = "") -> "Log":
    from assistant.cli.progress import ProgressLine
    from assistant.insight.events.analysis.engine import ServerEngine
    from assistant.insight.events.log import Log

    return Log(
        folder or parts.settings.events_dir,
        parts.clock,
        engine=ServerEngine(engine) if engine else None,
        memory=f"{parts.settings.insight_memory_mb}MB",
        progress=ProgressLine().show,
    )


def _is_empty(log: "Log", engine: str) -> bool:
    """Whether there is nothing to look at; says where events come from."""
    if engine or len(log):
        return False
    typer.echo(
        "the log of events is empty: chats fill it by themselves, `assistant insight ingest` takes log files, and "
        "`assistant insight events make FOLDER` makes some up to try"
    )
    return True


def _row(log: "Log", table: object) -> dict[str, float]:
    return next(iter(log.engine.rows(table)))


def _write(log: "Log", table: object, path: Path) -> None:
    from assistant.errors import OperatorError

    backend = log.engine.backend
    if path.suffix == ".parquet":
        backend.to_parquet(table, str(path))
    elif path.suffix == ".csv":
        backend.to_csv(table, str(path))
    else:
        raise OperatorError(f"can't tell how to write {path.name!r}", fix="name it .csv or .parquet")
    typer.echo(f"written to {path}")


def _tell(report: "CleaningReport") -> None:
    typer.echo(f"{report.events:,} events, {report.kept:,} kept; dropped:")
    for one in report.dropped:
        more = f" ({report.bots:,} visitors)" if one.rule == "bot" else ""
        typer.echo(f"  {one.rule:10} {one.rows:12,}{more}")
        for example in one.examples:
            typer.echo(f"             {example}")


_SHOWN = 20
