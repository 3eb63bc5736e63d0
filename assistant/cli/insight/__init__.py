"""`assistant insight`: what visitors do and what conversations teach. One file for each group of commands."""

import typer

from assistant.cli.insight import learning, satisfaction
from assistant.cli.insight.behaviour import rules, segments
from assistant.cli.insight.discover import discover
from assistant.cli.insight.events import events_app, features, ingest, sessions
from assistant.cli.insight.prior import prior
from assistant.cli.insight.recommend import recommend

app = typer.Typer(
    help="What visitors do and what conversations teach: events, patterns, suggestions, satisfaction, learning.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command()(ingest)
app.command()(sessions)
app.command()(features)
app.command()(segments)
app.command()(rules)
app.command()(recommend)
satisfaction.add_to(app)
app.command()(discover)
app.command()(prior)
learning.add_to(app)
app.add_typer(events_app, name="events")


@app.callback()
def insight() -> None:
    """What visitors do and what conversations teach."""
