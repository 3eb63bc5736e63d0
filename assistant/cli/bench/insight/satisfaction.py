"""`assistant bench insight satisfaction`: how well satisfaction is foreseen, by folds of rated dialogues."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.progress import ProgressLine

if TYPE_CHECKING:
    from assistant.insight.satisfaction.bench import Way

_NAMES = {"history": "history only", "turn": "with the customer's turn"}


def satisfaction(
    uss: Annotated[
        list[Path] | None,
        typer.Option("--uss", help="A file of the USS form, or several. None: our own dialogues."),
    ] = None,
    made_up: Annotated[
        int, typer.Option("--made-up", min=0, help="Instead, so many made-up dialogues a language: to try the command.")
    ] = 0,
    folds: Annotated[int, typer.Option(min=2, help="Folds of dialogues.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Foresee each rating by a model that never saw its dialogue, beside the published figures of that file.

    USS is the public set User Satisfaction Simulation (SGD.txt, MWOZ.txt, ReDial.txt, CCPE.txt, JDDC.txt). Without
    --uss our own dialogues are taken; one author wrote and rated them, so they show less than they seem to.
    """
    from assistant.insight.satisfaction.bench import measure_ways, published_for
    from assistant.insight.satisfaction.dialogues import read_rated
    from assistant.insight.satisfaction.own import FOLDER, LANGUAGES

    out: list[dict[str, Any]] = []
    own = [FOLDER / f"own_{language}.txt" for language in LANGUAGES]
    for path in _written(made_up) if made_up else uss or own:
        moments, line = read_rated(path), ProgressLine()
        try:
            ways = measure_ways(moments, line.show, folds=folds)
        finally:
            line.end()
        beside = published_for(path)
        out.append({"file": path.name, "published": beside, "ways": [_data(way) for way in ways]})
        if not as_json:
            who = "; written and rated by one author, no customers" if path in own else ""
            _show(path, ways, beside, "; made up by a program" if made_up else who)
    if as_json:
        typer.echo(json.dumps(out, indent=2))


def _written(dialogues: int) -> list[Path]:
    """Files of made-up dialogues, named as what they are."""
    import tempfile

    from assistant.insight.satisfaction.dialogues import write_rated
    from assistant.insight.satisfaction.own import LANGUAGES
    from assistant.insight.satisfaction.simulation import simulate

    folder = Path(tempfile.mkdtemp())
    paths = [folder / f"made_up_{language}.txt" for language in LANGUAGES]
    for path, language in zip(paths, LANGUAGES, strict=True):
        write_rated(path, simulate(dialogues, seed=7, language=language))
    return paths


def _data(way: "Way") -> dict[str, Any]:
    data = {"way": way.name, "dialogues": way.dialogues, "queue": way.queue, **way.figures.data()}
    return data | {"models": list(way.kinds)}


def _show(path: Path, ways: "tuple[Way, ...]", beside: dict[str, float], who: str) -> None:
    from assistant.insight.satisfaction.bench import LEAST_FOUND, MOST_ECE

    first = ways[0]
    typer.echo(
        f"{path.name}: {first.figures.moments} rated moments of {first.dialogues} dialogues, "
        f"{first.figures.dissatisfied} dissatisfied; every one foreseen by a model that never saw its dialogue" + who
    )
    typer.echo(f"  {'':26} kappa  weighted  F1 dissat.  F1 as publ.  UAR    AUROC  ECE    first 40 % find")
    for way in ways:
        f = way.figures
        typer.echo(
            f"  {_NAMES[way.name]:26} {f.kappa:.3f}  {f.weighted_kappa:.3f}     {f.f1:.3f}       {f.f1_published:.3f}"
            f"        {f.uar:.3f}  {f.auroc:.3f}  {f.ece:.3f}  {f.found:.1%}  ({'+'.join(sorted(set(way.kinds)))})"
        )
    if beside:
        typer.echo(
            f"  {'published, history only':26} {beside['kappa']:.3f}                         {beside['f1']:.3f}"
            f"        {beside['uar']:.3f}"
        )
    for way in ways:
        f = way.figures
        held = "holds" if f.ece <= MOST_ECE else "FAILS"
        typer.echo(
            f"  {_NAMES[way.name]}: calibration error {f.ece:.4f} (at most {MOST_ECE}: {held}); if every "
            f"probability were exactly right, {f.ece_by_chance:.4f} by chance"
        )
        queues = (("moments", f.found), *((("dialogues", way.queue),) if way.queue is not None else ()))
        for name, found in queues:
            held = "holds" if found >= LEAST_FOUND else "FAILS"
            typer.echo(
                f"  {_NAMES[way.name]}: the queue of {name} ranked by it finds {found:.1%} of the dissatisfied in the "
                f"first 40 % (at least {LEAST_FOUND:.0%}: {held})"
            )
