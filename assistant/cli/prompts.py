"""`assistant prompts`: versions of the prompts: what there is, what differs, what is served."""

from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import prompts_trial
from assistant.cli.prompts_optimise import optimise

if TYPE_CHECKING:
    from assistant.cli.parts import Parts

app = typer.Typer(help="Versions of the prompts.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(prompts_trial.app, name="trial")
app.command("optimise")(optimise)

Version = Annotated[str, typer.Option("--version", help="A version's name, `base`, `current` (served), or a hash.")]


@app.command("list")
def list_versions(
    ctx: typer.Context,
    files: Annotated[bool, typer.Option("--files", help="List the prompts and files of the served version.")] = False,
) -> None:
    """Show every version: the served one is marked *, with hash, number of overrides and note."""
    versions = _parts(ctx).prompt_versions
    if files:
        for path in versions.get("current").files:
            typer.echo(path.removesuffix(".md"))
        return
    for name in versions.names():
        version = versions.get(name)
        mark = "*" if name == versions.served else " "
        typer.echo(f"{mark} {name:<24} {version.hash}  {len(version.overrides):>3} files  {version.note}")


@app.command()
def show(
    ctx: typer.Context,
    version: Annotated[str, typer.Argument(help="A version's name, `base`, `current`, or a hash.")] = "current",
    prompt: Annotated[str, typer.Argument(help="One prompt of it, such as faq/choose.")] = "",
) -> None:
    """Show what a version overrides, or the text of one of its prompts."""
    versions = _parts(ctx).prompt_versions
    found = versions.get(version)
    if prompt:
        typer.echo(found.files[versions.path_in(found, prompt)].read_text(encoding="utf-8"), nl=False)
        return
    typer.echo(f"{found.name}  {found.hash}  {found.note}")
    for path in found.overrides:
        typer.echo(f"  {path}")


@app.command()
def diff(
    ctx: typer.Context,
    old: Annotated[str, typer.Argument(help="A version or a hash.")],
    new: Annotated[str, typer.Argument(help="A version or a hash.")] = "current",
) -> None:
    """Show what differs between two versions, as a unified diff."""
    from assistant.text.prompt_versions import differences

    versions = _parts(ctx).prompt_versions
    before, after = versions.get(old), versions.get(new)
    typer.echo(f"{before.name} {before.hash} -> {after.name} {after.hash}")
    for line in differences(before, after):
        typer.echo(line)


@app.command()
def new(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Of the new version.")],
    prompts: Annotated[list[str] | None, typer.Argument(help="Prompts to change in it, such as faq/choose.")] = None,
    note: Annotated[str, typer.Option(help="Why there is this version.")] = "",
    like: Annotated[str, typer.Option(help="Begin with this version's overrides.")] = "base",
) -> None:
    """Make a version: a folder with copies of the prompts that you want to change."""
    made = _parts(ctx).prompt_versions.new(name, note=note, paths=tuple(prompts or ()), like=like)
    typer.echo(f"{made.folder}")
    for path in made.overrides:
        typer.echo(f"  {path}")
    typer.echo(f"edit them, then: assistant prompts lint {name} && assistant eval run smoke --prompts current,{name}")


@app.command()
def lint(
    ctx: typer.Context,
    version: Annotated[str, typer.Argument(help="A version; all of them where none is named.")] = "",
) -> None:
    """Check variables, includes, both languages and YAML of a version; exit code 2 on errors."""
    from assistant.text.prompt_lint import lint as findings_of

    versions = _parts(ctx).prompt_versions
    errors = 0
    for name in (version,) if version else versions.names():
        findings = findings_of(versions, name)
        errors += sum(finding.level == "error" for finding in findings)
        for finding in findings:
            typer.echo(f"{finding}")
        typer.echo(f"{name}: {'in order' if not findings else f'{len(findings)} findings'}")
    if errors:
        raise typer.Exit(2)


@app.command()
def render(
    ctx: typer.Context,
    prompt: Annotated[str, typer.Argument(help="Such as faq/question.")],
    version: Version = "current",
    values: Annotated[list[str] | None, typer.Option("--set", help="VARIABLE=VALUE; once for each variable.")] = None,
) -> None:
    """Show a prompt with its variables filled in, as a model would get it."""
    from assistant.errors import OperatorError

    pairs = [value.partition("=") for value in values or ()]
    if wrong := [name for name, mark, _ in pairs if not mark]:
        raise OperatorError(f"{wrong[0]!r} has no value", fix=f"--set {wrong[0]}=VALUE")
    library = _parts(ctx).prompt_versions.library(version)
    typer.echo(library.render(prompt.removesuffix(".md"), **{name: value for name, _, value in pairs}))


@app.command()
def promote(
    ctx: typer.Context,
    version: Annotated[str, typer.Argument(help="The version to serve.")],
) -> None:
    """Serve a version from the server's next start on; refused while it has errors."""
    from assistant.errors import OperatorError
    from assistant.text.prompt_lint import lint as findings_of

    parts = _parts(ctx)
    versions = parts.prompt_versions
    if any(finding.level == "error" for finding in findings_of(versions, version)):
        raise OperatorError(
            f"version {version!r} has errors and is not served", fix=f"assistant prompts lint {version}"
        )
    found = versions.get(version)
    if found.name not in versions.names():
        raise OperatorError(f"{version!r} is a hash and no version", fix="assistant prompts list")
    versions.promotions.promote(found.name, versions.keep(version), parts.clock.now())
    _tell_served(parts, found.name)


@app.command()
def rollback(ctx: typer.Context) -> None:
    """Serve again what was served before the last promotion, from the server's next start on."""
    parts = _parts(ctx)
    versions = parts.prompt_versions
    name = versions.promotions.before() or "base"
    versions.promotions.promote(name, versions.keep(name), parts.clock.now())
    _tell_served(parts, name)


def _tell_served(parts: "Parts", name: str) -> None:
    trials = parts.prompt_versions.trials
    if trials.running() is not None:
        typer.echo(f"{trials.stop(parts.clock.now()).candidate} is no longer on trial")
    typer.echo(f"{name} is served from the next start on")
    if chosen := parts.settings.prompts_version:
        typer.echo(f"but the setting prompts_version says {chosen!r}, and it wins: take it out", err=True)


def _parts(ctx: typer.Context) -> "Parts":
    parts: Parts = ctx.obj
    return parts
