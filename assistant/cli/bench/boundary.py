"""`assistant bench boundary`: where messages of two requests are cut, and the weights for it."""

from typing import Annotated

import typer

from assistant.cli.parts import Parts


def boundary(
    ctx: typer.Context,
    write: Annotated[
        str, typer.Option("--write", help="en or zh: keep the weights learned of this language, for the router to use.")
    ] = "",
    only: Annotated[
        str, typer.Option("--only", help="Signs, with commas between them: learn only these and the threshold.")
    ] = "",
) -> None:
    """Learn on labelled messages where two requests meet; print how it does on messages that it wasn't fitted on."""
    import json
    from functools import partial

    from assistant.cli.progress import ProgressLine
    from assistant.evaluation.boundary.collect import collect, labelled
    from assistant.evaluation.boundary.fit import fit, fit_some, leave_messages_out, with_weights
    from assistant.routing.reading.boundary import ALWAYS, BY_WORDS, KEPT, SET, WITH_WORDS, WITHOUT_WORDS, kept_weights
    from assistant.settings import PROJECT_DIR

    parts: Parts = ctx.obj
    some = [name.strip() for name in only.split(",") if name.strip()]
    sets = labelled(PROJECT_DIR / "evals" / "routing", parts.catalogue)
    if write and write not in sets:
        raise typer.BadParameter(f"{write!r} is neither {' nor '.join(map(repr, sets))}", param_hint="--write")
    kept = {language: dict(weights) for language, weights in kept_weights().items()}
    signs = {*BY_WORDS, *(name for weights in kept.values() for name in weights[WITH_WORDS])} - {ALWAYS, *SET}
    if unknown := set(some) - signs:
        raise typer.BadParameter(f"no such sign: {', '.join(sorted(unknown))}", param_hint="--only")
    parts = parts.with_settings(hosted_base_url="", local_model="none")
    for language, cases in sets.items():
        line = ProgressLine("messages")
        messages = []
        for number, message in enumerate(collect(parts.router, cases, language), start=1):
            messages.append(message)
            line.show(f"reading {language}", number, len(cases))
        line.end()
        before = kept[language][WITH_WORDS]
        learn = partial(fit_some, kept=before, new=some) if some else fit
        for name, figures in (
            ("kept weights", with_weights(messages, before)),
            ("learned, on messages not fitted on", leave_messages_out(messages, learn)),
        ):
            typer.echo(
                f"{language}  {name}: of {figures.two} messages of two requests cut right {figures.found} "
                f"({figures.possible} can be); of {figures.one} of one request cut {figures.split}"
            )
        if language == write:
            without = kept[language][WITHOUT_WORDS] if some else fit(messages, without=BY_WORDS)
            kept[language] = {WITH_WORDS: learn(messages), WITHOUT_WORDS: without}
    if write:
        KEPT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        typer.echo(f"wrote {KEPT.name}")
