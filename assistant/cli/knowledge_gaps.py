"""`assistant knowledge gaps`: what customers ask and no page answers."""

from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.parts import Parts
from assistant.errors import OperatorError

if TYPE_CHECKING:
    from assistant.knowledge.gaps import GapGroup, Status

_QUESTION_WIDTH = 68


def gaps(
    ctx: typer.Context,
    done: Annotated[str, typer.Option(metavar="GROUP", help="Mark a group: its page is written now.")] = "",
    ignored: Annotated[str, typer.Option(metavar="GROUP", help="Mark a group: there will be no page for it.")] = "",
    reopen: Annotated[str, typer.Option(metavar="GROUP", help="Take a mark back.")] = "",
    status: Annotated[str, typer.Option(help="Show groups that are open, done or ignored.")] = "open",
    count: Annotated[int, typer.Option("--count", "-k", min=1, help="Groups to show.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print all groups as JSON, with conversations.")] = False,
) -> None:
    """Show questions that no page answered, those that ask the same together, the most asked first.

    They are kept masked, with their conversations, and go when a customer is forgotten.
    """
    parts: Parts = ctx.obj
    marks: tuple[tuple[str, Status], ...] = ((done, "done"), (ignored, "ignored"), (reopen, "open"))
    wanted = [(name, mark) for name, mark in marks if name]
    for name, mark in wanted:
        typer.echo(f"{parts.gaps.mark(name, mark)} questions are {mark} now")
    if wanted:
        return
    found = parts.gaps.groups(_status(status))
    if as_json:
        import json

        typer.echo(json.dumps([group.model_dump(mode="json") for group in found], ensure_ascii=False, indent=2))
        return
    for group in found[:count]:
        _show(group)
    asked = sum(group.count for group in found)
    typer.echo(f"{len(found)} groups, {asked} questions are {status}" if found else f"no question is {status}")


def _status(name: str) -> "Status":
    known: dict[str, Status] = {"open": "open", "done": "done", "ignored": "ignored"}
    if name not in known:
        raise OperatorError(f"there is no status {name!r}", fix="pass --status open, done or ignored")
    return known[name]


def _show(group: "GapGroup") -> None:
    again = ", asked again after it was done" if group.asked_again else ""
    languages = " ".join(f"{language} {count}" for language, count in group.languages.items())
    typer.echo(f"{group.count:>4}  {_short(group.question)}")
    typer.echo(f"      {group.group}  {languages}  last {group.last_asked:%Y-%m-%d}  {', '.join(group.reasons)}{again}")
    for example in group.examples:
        typer.echo(f"      - {_short(example)}")
    if group.best_page:
        typer.echo(f"      nearest page: {group.best_page}")


def _short(question: str) -> str:
    return question if len(question) <= _QUESTION_WIDTH else f"{question[: _QUESTION_WIDTH - 1]}…"
