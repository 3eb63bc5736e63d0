"""`assistant insight prior`: learn from the log of events what customers want after what they did."""

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
    from assistant.insight.behaviour.learning import examples_of
    from assistant.insight.behaviour.prior import BehaviourPrior
    from assistant.insight.events.event import SHOP_KINDS
    from assistant.insight.events.log import Log

    parts: Parts = ctx.obj
    path = parts.settings.data_dir / "insight" / "prior.json"
    if forget:
        path.unlink(missing_ok=True)
        typer.echo("the router goes by words alone")
        return
    log = Log.open(parts.settings.events_dir, parts.clock)
    examples = examples_of(log.read(kinds=[*SHOP_KINDS, "decision", "correction"]))
    learned = BehaviourPrior.learn(examples)
    for act in sorted(learned.after):
        lifts = sorted(
            BehaviourPrior(learned.intents, learned.after, 1.0, 1.0).lift((act,)).items(), key=lambda e: -e[1]
        )
        typer.echo(f"{act:14} {', '.join(f'{name} {value:+.2f}' for name, value in lifts[:_SHOWN])}")
    typer.echo(f"{len(examples)} messages with acts before them; weight {learned.weight:g}")
    if learned.weight <= 0:
        typer.echo("wishes aren't clearly foretold better with it, so it is not used")
    learned.save(path)
