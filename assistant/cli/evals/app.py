"""`assistant eval`: its commands, and what their exit codes mean.

0: good. 1: below the threshold, or a regression. 2: a case, a choice or a setting that can't be used. 3: something
around the assistant broke (a model that is not there, a disk that is full), or a limit stopped the run.
"""

import functools
from collections.abc import Callable
from typing import Any

import typer

from assistant.cli.evals import adding, attacks, checking, comparing, judging, looking, running, tau
from assistant.errors import AssistantError, ModelUnavailable, OperatorError

_BAD = 2
_BROKEN = 3

app = typer.Typer(
    help="Suites of cases over versions of the prompts and models. Exit codes: 0 good, 1 below the threshold or a "
    "regression, 2 a bad case or setting, 3 infrastructure.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def _coded(command: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except (ModelUnavailable, OSError) as error:
            typer.echo(f"error: {error}", err=True)
            raise typer.Exit(_BROKEN) from None
        except OperatorError as error:
            typer.echo(f"error: {error}", err=True)
            raise typer.Exit(_BAD) from None
        except AssistantError as error:
            typer.echo(f"error: {error}", err=True)
            raise typer.Exit(_BROKEN) from None

    return run


for _name, _command in (
    ("run", running.run),
    ("resume", running.resume),
    ("add", adding.add),
    ("attack", attacks.attack),
    ("tau", tau.tau),
    ("list", looking.list_suites),
    ("schema", looking.schema),
    ("runs", looking.list_runs),
    ("show", looking.show),
    ("figures", looking.figures),
    ("table", looking.table),
    ("report", looking.report),
    ("rescore", looking.rescore),
    ("check", checking.check),
    ("diff", comparing.diff),
    ("bless", comparing.bless),
):
    app.command(_name)(_coded(_command))

_judge = typer.Typer(help="Models as judges.", no_args_is_help=True, rich_markup_mode=None)
_judge.command("check")(_coded(judging.check))
app.add_typer(_judge, name="judge")
