"""`assistant shop`: make, import, give out and look at the shop's data."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.parts import Parts

if TYPE_CHECKING:
    from assistant.shop.records import ShopInfo

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True)


class Format(StrEnum):
    """Databases of other shops that can be brought in."""

    TAU_RETAIL = "tau-retail"


_Replace = Annotated[bool, typer.Option("--replace", help="Delete the shop that is loaded first.")]
_Format = Annotated[Format, typer.Option("--format", help="What kind of database it is.")]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def seed(
    ctx: typer.Context,
    customers: Annotated[int, typer.Option(min=10, help="How many, the ten demo customers among them.")] = 500,
    orders: Annotated[int, typer.Option(min=0, help="How many, the demo customers' among them.")] = 5000,
    seed: Annotated[int, typer.Option(help="The same number makes the same shop.")] = 7,
    today: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day that orders are counted back from; today.")
    ] = None,
    replace: _Replace = False,
) -> None:
    """Make the sample shop: an electronics and home store with customers and orders in every state."""
    from assistant.shop.loading import load_shop
    from assistant.shop.seed.generator import sample_shop

    parts: Parts = ctx.obj
    now = parts.clock.now()
    day = today.date() if today else now.date()
    currency = parts.settings.currency
    rows = sample_shop(customers=customers, orders=orders, seed=seed, today=day, currency=currency)
    load_shop(parts.database, rows, kind="sample", currency=currency, at=now, seed=seed, today=day, replace=replace)
    _tell(parts.shop.info())


@app.command("import")
def import_(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(help="The database, such as tau-bench retail's db.json.")],
    format_: _Format = Format.TAU_RETAIL,
    replace: _Replace = False,
) -> None:
    """Bring in another shop's database, whole."""
    from assistant.shop.importers import tau_retail
    from assistant.shop.loading import load_shop

    parts: Parts = ctx.obj
    rows = list(tau_retail.rows_of(tau_retail.read_file(path)))
    load_shop(
        parts.database,
        rows,
        kind="tau-retail",
        currency=tau_retail.CURRENCY,
        at=parts.clock.now(),
        replace=replace,
    )
    _tell(parts.shop.info())


@app.command("export")
def export(
    ctx: typer.Context,
    path: Annotated[Path | None, typer.Argument(help="Where to; the terminal if none is given.")] = None,
    format_: _Format = Format.TAU_RETAIL,
) -> None:
    """Give the shop out as it is now, in the form in which another shop's database came in."""
    import json

    from assistant.shop.importers.tau_retail import database_of

    parts: Parts = ctx.obj
    with parts.database.read() as session:
        text = json.dumps(database_of(session), ensure_ascii=False, indent=2)
    if path is None:
        typer.echo(text)
    else:
        path.write_text(text + "\n", encoding="utf-8")


@app.command()
def customers(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 10,
    json_: _Json = False,
) -> None:
    """List customers whose e-mail can be given to `--as`."""
    import json

    parts: Parts = ctx.obj
    about: dict[str, str] = {}
    if parts.shop.is_sample():
        from assistant.shop.seed.generator import demo_customers

        about = {entry["customer"]["email"]: entry["about"] for entry in demo_customers()}
    found = parts.shop.customers(limit)
    if json_:
        listed = [
            {"email": c.email, "name": c.name, "language": c.language, "about": about.get(c.email, "")} for c in found
        ]
        typer.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    for customer in found:
        typer.echo(f"{customer.email:<36} {customer.language}  {about.get(customer.email, customer.name)}")


@app.command()
def info(ctx: typer.Context, json_: _Json = False) -> None:
    """Say which shop is loaded."""
    parts: Parts = ctx.obj
    found = parts.shop.info()
    if json_:
        typer.echo(found.model_dump_json(indent=2))
    else:
        _tell(found)


@app.command()
def exam(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(help="Folder with db.json, replay_*.jsonl and attacks.jsonl.")],
    json_: _Json = False,
) -> None:
    """Sit tau-bench retail's exam in memory: replays must end in the right state, attacks must change nothing."""
    from assistant.evaluation.retail.exam import run_exam
    from assistant.evaluation.retail.shop import RetailShop

    parts: Parts = ctx.obj
    report = run_exam(path, RetailShop(parts.settings, parts.clock))
    if json_:
        typer.echo(report.model_dump_json(indent=2))
    else:
        for replays in report.replays:
            count = replays.passed + len(replays.failing)
            typer.echo(f"{replays.file:24} {replays.passed} of {count} reach the expected state")
            _name("failing", replays.failing)
        for attacks in report.attacks:
            count = attacks.refused + len(attacks.executed)
            typer.echo(f"{attacks.category:24} {attacks.refused} of {count} refused")
            _name("executed", attacks.executed)
        refused, bad = (sum(f.refused for f in report.attacks), sum(len(f.executed) for f in report.attacks))
        typer.echo(f"attacks                  {refused} of {refused + bad} refused, with nothing changed")
        typer.echo(f"{report.calls} calls in {report.seconds} s")
    if not report.passed:
        raise typer.Exit(1)


def _name(what: str, ids: tuple[str, ...]) -> None:
    if ids:
        typer.echo(f"  {what}: {', '.join(ids)}")


def _tell(info: "ShopInfo") -> None:
    made = f", seed {info.seed}, made for {info.today}" if info.kind == "sample" else ""
    typer.echo(
        f"{info.kind} shop{made}: {info.customers} customers, {info.products} products, {info.orders} orders, "
        f"prices in {info.currency}"
    )
