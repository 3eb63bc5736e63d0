"""`assistant bench insight`: a registry of measurements, one file for each."""

import typer

from assistant.cli.bench.insight.discovery import discovery
from assistant.cli.bench.insight.events import events
from assistant.cli.bench.insight.media import media
from assistant.cli.bench.insight.prior import prior
from assistant.cli.bench.insight.recommender import recommender
from assistant.cli.bench.insight.refit import refit
from assistant.cli.bench.insight.satisfaction import satisfaction

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Measure what events and conversations teach.")
app.command()(events)
app.command()(satisfaction)
app.command()(recommender)
app.command()(refit)
app.command()(media)
app.command()(prior)
app.command()(discovery)


@app.callback()
def insight() -> None:
    """Measure what events and conversations teach."""
