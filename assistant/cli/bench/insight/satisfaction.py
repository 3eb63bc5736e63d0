"""`assistant bench insight satisfaction`: how well satisfaction is foreseen, by folds of rated dialogues."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.progress import ProgressLine

if TYPE_CHECKING:
    from assistant.insight.satisfaction.bench import Way
    from assistant.insight.satisfaction.dialogues import Moment
    from assistant.insight.satisfaction.figures import Figures

_AUTHOR = "; written and rated by one author, no customers"
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
    draws: Annotated[
        int, typer.Option(min=0, help="How often dialogues are dealt into folds; 0: 3 times where they are few.")
    ] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Foresee each rating by a model that never saw its dialogue, beside the published figures of that file.

    USS is the public set User Satisfaction Simulation (SGD.txt, MWOZ.txt, ReDial.txt, CCPE.txt, JDDC.txt). Without
    --uss our own dialogues are taken, both languages together as they teach the model that ships, then dialogues of
    another style that it never learns from. One author wrote and rated them, so they show less than they seem to.
    """
    from assistant.insight.satisfaction.bench import published_for
    from assistant.insight.satisfaction.dialogues import read_rated
    from assistant.insight.satisfaction.own import IGNORED, own_moments

    line = ProgressLine()
    if uss or made_up:
        out = []
        for path in _written(made_up) if made_up else uss or []:
            ways = _measured(read_rated(path), line, folds, draws)
            beside = published_for(path)
            out.append({"file": path.name, "published": beside, "ways": [_data(way) for way in ways]})
            if not as_json:
                _show(path.name, ways, "; made up by a program" if made_up else "")
                _show_published(beside)
                _show_bars(ways)
    else:
        ways = _measured(own_moments(), line, folds, draws, IGNORED)
        unlike = _unlike()
        out = [
            {"file": "own", "ways": [_data(way) for way in ways], "unlike": {n: _data(w) for n, w in unlike.items()}}
        ]
        if not as_json:
            _show("own dialogues", ways, _AUTHOR)
            _show_bars(ways)
            typer.echo(f"dialogues of another style, of which the model that ships learned none{_AUTHOR}")
            for name, way in unlike.items():
                _show_row(name, way.figures, "")
                _show_queue(name, way)
    if as_json:
        typer.echo(json.dumps(out, indent=2))


def _measured(
    moments: "list[Moment]", line: ProgressLine, folds: int, draws: int, ignored: tuple[str, ...] = ()
) -> "tuple[Way, ...]":
    from assistant.insight.satisfaction.bench import measure_ways

    try:
        return measure_ways(moments, line.show, folds=folds, draws=draws, ignored=ignored)
    finally:
        line.end()


def _unlike() -> "dict[str, Way]":
    """What the model that ships foresees of the dialogues that are kept aside, by language."""
    from assistant.insight.satisfaction.bench import language_of, measure_unlike
    from assistant.insight.satisfaction.own import IGNORED, LANGUAGES, aside_moments, own_moments
    from assistant.insight.satisfaction.training import train

    model, moments = train(own_moments(), with_now=True, ignored=IGNORED), aside_moments()
    each = {name: [moment for moment in moments if language_of(moment) == name] for name in LANGUAGES}
    return {name: measure_unlike(own, model) for name, own in (("both", moments), *each.items())}


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
    languages = {name: figures.data() for name, figures in way.languages.items()}
    return data | {"models": list(way.kinds), "languages": languages, "errors": way.errors}


def _show(name: str, ways: "tuple[Way, ...]", who: str) -> None:
    first = ways[0]
    typer.echo(
        f"{name}: {first.figures.moments} rated moments of {first.dialogues} dialogues, "
        f"{first.figures.dissatisfied} dissatisfied; every one foreseen by a model that never saw its dialogue"
        + (f"; means of {len(first.errors)} draws of folds" if len(first.errors) > 1 else "")
        + who
    )
    typer.echo(f"  {'':26} kappa  weighted  F1 dissat.  F1 as publ.  UAR    AUROC  ECE    first 40 % find")
    for way in ways:
        _show_row(_NAMES[way.name], way.figures, f"({'+'.join(sorted(set(way.kinds)))})")
        for language, figures in way.languages.items():
            _show_row(f"  of them {language}", figures, "")


def _show_row(name: str, f: "Figures", kinds: str) -> None:
    typer.echo(
        f"  {name:26} {f.kappa:.3f}  {f.weighted_kappa:.3f}     {f.f1:.3f}       {f.f1_published:.3f}"
        f"        {f.uar:.3f}  {f.auroc:.3f}  {f.ece:.3f}  {f.found:.1%}  {kinds}".rstrip()
    )


def _show_published(beside: dict[str, float]) -> None:
    """The published figures of this file; of a file with another name those of all files."""
    from assistant.insight.satisfaction.bench import published

    for name, row in ({"": beside} if beside else published()).items():
        told = f"published {name}".strip() + ", history"
        typer.echo(f"  {told:26} {row['kappa']:.3f}                         {row['f1']:.3f}        {row['uar']:.3f}")


def _show_bars(ways: "tuple[Way, ...]") -> None:
    from assistant.insight.satisfaction.bench import MOST_ECE

    for way in ways:
        f = way.figures
        held = "holds" if f.ece <= MOST_ECE else "FAILS"
        each = f", by draw {', '.join(f'{error:.3f}' for error in way.errors)}" if len(way.errors) > 1 else ""
        typer.echo(
            f"  {_NAMES[way.name]}: calibration error {f.ece:.4f} (at most {MOST_ECE}: {held}){each}; if every "
            f"probability were exactly right, {f.ece_by_chance:.4f} by chance"
        )
        _show_queue(_NAMES[way.name], way)


def _show_queue(name: str, way: "Way") -> None:
    from assistant.insight.satisfaction.bench import LEAST_FOUND

    queues = (("moments", way.figures.found), *((("dialogues", way.queue),) if way.queue is not None else ()))
    for what, found in queues:
        held = "holds" if found >= LEAST_FOUND else "FAILS"
        typer.echo(
            f"  {name}: the queue of {what} ranked by it finds {found:.1%} of the dissatisfied in the "
            f"first 40 % (at least {LEAST_FOUND:.0%}: {held})"
        )
