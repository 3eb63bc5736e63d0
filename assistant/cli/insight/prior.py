"""`assistant insight prior`: learn from the log of events what customers want after what they did."""

import shutil
from typing import Annotated

import typer

from assistant.cli.parts import Parts

_SHOWN = 3


def prior(
    ctx: typer.Context,
    forget: Annotated[
        bool, typer.Option("--forget", help="Remove what was learned; the router goes by words alone.")
    ] = False,
) -> None:
    """Learn the router's prior from behaviour and show it. Running servers take it up at their next message."""
    from assistant.insight.behaviour.prior import BehaviourPrior
    from assistant.insight.events.log import Log
    from assistant.insight.learning.artefacts import artefacts
    from assistant.insight.learning.wishes import keep_up

    parts: Parts = ctx.obj
    artefact = artefacts(parts.settings.data_dir)["prior"]
    if forget:
        shutil.rmtree(artefact.folder, ignore_errors=True)
        typer.echo("the router goes by words alone")
        return
    found = keep_up(artefact, Log.open(parts.settings.events_dir, parts.clock), parts.clock)
    learned = found.prior
    for act in sorted(learned.after):
        lifts = sorted(
            BehaviourPrior(learned.intents, learned.after, 1.0, 1.0).lift((act,)).items(), key=lambda e: -e[1]
        )
        typer.echo(f"{act:14} {', '.join(f'{name} {value:+.2f}' for name, value in lifts[:_SHOWN])}")
    typer.echo(
        f"{found.messages} messages with acts before them; weight {learned.weight:g}, trust {learned.trust:.2f} "
        f"by {found.new} that came since"
    )
    if learned.weight <= 0:
        typer.echo("wishes aren't clearly foretold better with it, so it is not used")
