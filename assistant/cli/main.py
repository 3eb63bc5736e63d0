"""The `assistant` command. Sub-commands are modules that are imported only when they are typed."""

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from assistant.cli.parts import Parts

COMMANDS: dict[str, tuple[str, str]] = {
    "ask": ("assistant.cli.ask", "Answer one message, as text or as JSON."),
    "bench": ("assistant.cli.bench.commands", "Measure; every figure is printed by a command."),
    "chat": ("assistant.cli.chat", "Talk with the assistant in the terminal."),
    "desk": ("assistant.cli.desk", "Accounts of the people who answer customers."),
    "doctor": ("assistant.cli.doctor", "Check every part and say how to mend what is wrong."),
    "eval": ("assistant.cli.evals.app", "Run suites of cases over prompts and models; compare runs."),
    "insight": ("assistant.cli.insight", "What visitors do and what conversations teach."),
    "intents": ("assistant.cli.intents", "List and check the intent catalogue."),
    "knowledge": ("assistant.cli.knowledge", "Index and search the shop's pages."),
    "mail": ("assistant.cli.mail", "Answer e-mail, and try whether it works."),
    "memory": ("assistant.cli.memory", "Show, rebuild and forget what is remembered."),
    "models": ("assistant.cli.models", "List, pull and verify models."),
    "prompts": ("assistant.cli.prompts", "Versions of the prompts: make, compare, check, promote."),
    "router": ("assistant.cli.router", "Explain and evaluate routing."),
    "serve": ("assistant.cli.serve", "Serve the chat page and the API."),
    "shop": ("assistant.cli.shop", "Make, import and look at the shop's data."),
    "token": ("assistant.cli.token", "Sign a customer's token for the API."),
    "webhooks": ("assistant.cli.webhooks", "List, retry and test webhooks to the shop's systems."),
}


class _LazyCommand(TyperCommand):
    """Stands for a sub-command in `--help`; becomes the real one when it is run."""

    def __init__(self, name: str, module: str, summary: str) -> None:
        super().__init__(name, help=summary, short_help=summary, callback=None)
        self._module = module

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """The context of the real command."""
        real: Any = typer.main.get_command(import_module(self._module).app)
        return real.make_context(info_name, args, parent=parent, **extra)


class _LazyGroup(TyperGroup):
    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module, summary = COMMANDS[cmd_name]
        return _LazyCommand(cmd_name, module, summary)


def build_cli(parts_factory: Callable[[], Parts]) -> typer.Typer:
    """The command line over parts that are built when a command first needs them.

    Args:
        parts_factory: called once, when a sub-command runs.
    """
    cli = typer.Typer(
        cls=_LazyGroup,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,  # formatting by rich would treble the time of --help
        pretty_exceptions_enable=False,
        help="The customer-service assistant that an online shop can run itself.",
    )

    @cli.callback(invoke_without_command=True)
    def root(
        ctx: typer.Context,
        version: bool = typer.Option(False, "--version", help="Print the version and stop."),
    ) -> None:
        if version:
            from assistant import __version__

            typer.echo(__version__)
            raise typer.Exit
        if ctx.invoked_subcommand is None:
            typer.echo(ctx.get_help())
            raise typer.Exit(2)
        from assistant.text.logs import configure_logs

        configure_logs()
        ctx.obj = parts_factory()

    return cli


def run(parts_factory: Callable[[], Parts]) -> None:
    """Run the command line; errors for operators and customers are printed without a traceback, exit code 1."""
    from assistant.errors import AssistantError

    try:
        build_cli(parts_factory)()
    except AssistantError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(1)
