"""`assistant intents`: what customers may want, and whether the catalogue is in order."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from assistant.cli.parts import Parts

app = typer.Typer(help="The intent catalogue.", no_args_is_help=True, rich_markup_mode=None)

_SHOWN = 15


@app.command("list")
def list_intents(
    ctx: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Everything, as JSON.")] = False
) -> None:
    """Show every intent: agent, how it is served, slots (* needed), number of examples."""
    parts: Parts = ctx.obj
    if as_json:
        entries = [intent.model_dump(mode="json", by_alias=True) for intent in parts.catalogue]
        typer.echo(json.dumps(entries, ensure_ascii=False, indent=2))
        return
    for intent in parts.catalogue:
        slots = " ".join(f"{name}{'*' if need == 'required' else ''}" for name, need in intent.slots.items())
        count = f"{len(intent.examples.en)}+{len(intent.examples.zh)}"
        typer.echo(f"{intent.agent:<13}{intent.name:<22}{intent.direct or '-':<20}{count:>8}  {slots}")


@app.command()
def check(
    ctx: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Show all warnings, not only the worst.")] = False,
    exam: Annotated[
        list[Path] | None, typer.Option(help="A JSONL file of messages that must not copy the examples.")
    ] = None,
) -> None:
    """Look for duplicates, missing languages, misplaced examples and slots without a question; fails on errors.

    With --exam: fails too when a message of the file is a near-copy of an example.
    """
    from assistant.routing.build import learn
    from assistant.routing.intents.lint import lint, misplaced

    parts: Parts = ctx.obj
    catalogue = parts.catalogue
    trained = learn(catalogue, parts.embeddings.encoders(), parts.settings.cache_dir)
    findings = lint(catalogue)
    doubtful = misplaced(catalogue, trained.vectors)
    for finding in (*findings, *(doubtful if every else doubtful[:_SHOWN])):
        typer.echo(f"{finding.level}: {finding.where}: {finding.what}")
    errors = sum(finding.level == "error" for finding in findings)
    hidden = 0 if every else max(0, len(doubtful) - _SHOWN)
    typer.echo(
        f"{len(catalogue)} intents, {len(catalogue.examples)} examples: {errors} errors, "
        f"{len(findings) - errors + len(doubtful)} warnings{f' ({hidden} not shown: --all)' if hidden else ''}"
    )
    for language, stages in trained.stages.items():
        shown = "; ".join(f"{'+'.join(s.encoders)} {s.figures['accuracy']:.1%}" for s in stages)
        typer.echo(f"examples held back, right at once, {language}: {shown}")
    copies = sum(_copies(parts, path) for path in exam or ())
    if errors or copies:
        raise typer.Exit(1)


def _copies(parts: "Parts", path: Path) -> int:
    from assistant.routing.intents.copies import nearest_examples, summary
    from assistant.routing.learning.evaluate import read_cases
    from assistant.text.language import dominant_language

    texts = [case.text for case in read_cases(path, parts.catalogue)]
    language = dominant_language(texts)
    examples = [example.text for example in parts.catalogue.examples if example.language == language]
    found = summary(nearest_examples(texts, examples))
    for text, example, distance in found["copies"]:
        typer.echo(f"near-copy ({distance:.2f}): {text!r} of {example!r}")
    typer.echo(
        f"{path}: {len(texts)} messages, distance to the nearest example: least {found['least']:.2f}, "
        f"5 % {found['p5']:.2f}, median {found['median']:.2f}; {len(found['copies'])} at or below {found['limit']}"
    )
    return len(found["copies"])
