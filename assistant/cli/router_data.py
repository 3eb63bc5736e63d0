"""What the commands of `assistant router` learn from: the shop's catalogue, or a folder of labelled messages."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from assistant.cli.progress import ProgressLine
from assistant.errors import OperatorError

if TYPE_CHECKING:
    from assistant.cli.parts import Parts
    from assistant.evaluation.router.intent_sets import Labelled
    from assistant.routing.fusion.judge import Judge
    from assistant.routing.intents.catalogue import Catalogue
    from assistant.routing.intents.intent import Example
    from assistant.routing.learning.trained import Trained

Data = Annotated[
    Path | None, typer.Option("--data", help="Folder of labelled examples (train.jsonl, valid.jsonl, ...).")
]
Out = Annotated[Path, typer.Option("--out", help="Folder to write.")]


class Learned(NamedTuple):
    """A trained judge, what it learned and from what, and labelled messages to measure on."""

    judge: "Judge"
    trained: "Trained"
    catalogue: "Catalogue"
    held: "list[Labelled]"


def learned(
    parts: "Parts",
    data: Path | None,
    cache_dir: Path | None = None,
    also: Path | None = None,
    *,
    to_measure: bool = False,
) -> Learned:
    """Learn a data set, or the shop's catalogue.

    Args:
        data: the data set's folder; None for the shop's catalogue.
        cache_dir: where vectors and what was learned are kept; the settings' own.
        also: a file of further examples, see `more_examples`.
        to_measure: whether the messages to measure on are wanted, too; reading them takes its time.
    """
    from assistant.evaluation.router.bench import RouterBench
    from assistant.evaluation.router.intent_sets import Labelled, catalogue_of, read_set
    from assistant.routing.build import build_judge, learn

    encoders, cache_dir = parts.embeddings.encoders(), cache_dir or parts.settings.cache_dir
    if data is None:
        catalogue = _with_more(parts.catalogue, also)
        line = ProgressLine()
        try:
            trained = learn(
                catalogue,
                encoders,
                cache_dir,
                lambda key, done, total: line.show(f"embedding examples for {key.partition('-')[0]}", done, total),
            )
        finally:
            line.end()
        return Learned(build_judge(catalogue, encoders, cache_dir=cache_dir), trained, catalogue, [])
    found = read_set(data, to_measure=to_measure)
    bench = RouterBench(found, encoders, cache_dir, lambda line: typer.echo(line, err=True))
    catalogue, names = catalogue_of(found.train, found.intents)
    catalogue = _with_more(catalogue, also)
    judge, trained = bench.learned(catalogue)
    return Learned(judge, trained, catalogue, [Labelled(one.text, names.get(one.intent, "")) for one in found.held])


def more_examples(path: Path, catalogue: "Catalogue") -> "list[Example]":
    """The examples of a JSONL file, `{"text", "intent"}` a line; `out_of_scope` is an intent, too.

    Raises:
        OperatorError: the file can't be read, or names an intent that there is not.
    """
    from assistant.evaluation.router.intent_sets import labelled_lines
    from assistant.routing.intents.intent import Example
    from assistant.text.language import detect_language

    found = []
    for number, text, intent in labelled_lines(path, fix="pass a file to --also"):
        name = "" if intent == "out_of_scope" else intent
        if name and name not in catalogue:
            raise OperatorError(f"{path}:{number}: there is no intent {name!r}", fix="use the catalogue's names")
        found.append(Example(text, name, detect_language(text)))
    return found


def _with_more(catalogue: "Catalogue", also: Path | None) -> "Catalogue":
    return catalogue if also is None else catalogue.with_examples(more_examples(also, catalogue))
