"""`assistant desk`: the accounts of the people who answer customers."""

import sys
from enum import StrEnum
from typing import Annotated

import typer

from assistant.cli.parts import Parts

app = typer.Typer(
    help="The accounts of the people who answer customers at the desk.", no_args_is_help=True, rich_markup_mode=None
)
user = typer.Typer(
    help="Add, list and disable accounts, and set their passwords.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(user, name="user")


class RoleName(StrEnum):
    """What somebody may do."""

    AGENT = "agent"
    LEAD = "lead"
    ENGINEER = "engineer"
    ADMIN = "admin"


class LanguageName(StrEnum):
    """In which language somebody works."""

    EN = "en"
    ZH = "zh"


_Name = Annotated[str, typer.Argument(help="The name that is typed to sign in.")]
_Stdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input, don't ask.")]


@app.callback()
def desk() -> None:
    """The accounts of the people who answer customers at the desk."""


@user.command()
def add(
    ctx: typer.Context,
    name: _Name,
    role: Annotated[
        RoleName,
        typer.Option(
            help="agent: answers; lead: figures and audit too; engineer: looks on and sees figures; admin: everything."
        ),
    ] = RoleName.AGENT,
    display_name: Annotated[str, typer.Option(help="What customers read; the name where none is given.")] = "",
    language: Annotated[LanguageName, typer.Option(help="In which language they work.")] = LanguageName.EN,
    password_stdin: _Stdin = False,
) -> None:
    """Make an account."""
    parts: Parts = ctx.obj
    password = _password(password_stdin)
    parts.desk.users.add(name, role.value, password, display_name=display_name, language=language.value)
    typer.echo(f"{name} may sign in at /desk as {role.value}")


@user.command("list")
def list_(ctx: typer.Context) -> None:
    """List all accounts."""
    parts: Parts = ctx.obj
    users = parts.desk.users.all()
    if not users:
        typer.echo("no accounts yet; make one: assistant desk user add NAME --role agent")
    for found in users:
        state = "disabled" if found.disabled else "active"
        typer.echo(f"{found.name:20} {found.role:9} {found.language}  {state:9} {found.display_name}")


@user.command()
def password(ctx: typer.Context, name: _Name, password_stdin: _Stdin = False) -> None:
    """Give an account another password; all its browsers are signed out."""
    parts: Parts = ctx.obj
    parts.desk.users.set_password(name, _password(password_stdin))
    typer.echo(f"{name} has a new password and must sign in again")


@user.command()
def disable(ctx: typer.Context, name: _Name) -> None:
    """Lock an account; it is signed out at once. What it did stays in the audit."""
    parts: Parts = ctx.obj
    parts.desk.users.disable(name)
    typer.echo(f"{name} can't sign in any more")


@user.command()
def enable(ctx: typer.Context, name: _Name) -> None:
    """Unlock an account."""
    parts: Parts = ctx.obj
    parts.desk.users.enable(name)
    typer.echo(f"{name} can sign in again")


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    asked: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return asked
