"""Benches for cases, built from the parts of the command line: temporary data, one database a worker."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.clock import FixedClock
from assistant.errors import OperatorError
from assistant.evaluation.suites.running.matrix import Model, Prompts

if TYPE_CHECKING:
    from assistant.cli.evals.models import Chosen
    from assistant.cli.parts import Parts
    from assistant.evaluation.suites.cases.forms import SimulatedCase
    from assistant.evaluation.suites.running.bench import Bench
    from assistant.evaluation.suites.running.simulator import Simulated

_READ_ONLY = ("embeddings", "vectors", "store")
_OF_A_GROUP = (*_READ_ONLY, "prompts", "catalogue", "ladder", "router")


class PartsBenches:
    """Makes benches; encoders, vectors and the filled shop are made once for all of them.

    Args:
        parts: the operator's; their data is not touched.
        models: by the name in the matrix.
        customer_of: plays the customers of simulated cases; None: the script.
    """

    def __init__(
        self,
        parts: "Parts",
        models: "Mapping[str, Chosen]",
        customer_of: "Callable[[SimulatedCase], Simulated] | None" = None,
    ) -> None:
        self._parts = parts
        self._customer_of = customer_of
        self._models = models
        self._root: Parts | None = None
        self._folder: Path | None = None
        self._stack = ExitStack()
        self._groups = 0

    def __enter__(self) -> "PartsBenches":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @contextmanager
    def open(self, model: Model, prompts: Prompts, count: int) -> "Iterator[Sequence[Bench]]":
        """`count` benches for one model and one version of the prompts.

        Raises:
            OperatorError: the model is not there.
        """
        from assistant.cli.evals.at_desk import at_desk
        from assistant.evaluation.dialogues.run import NOW
        from assistant.evaluation.suites.running.bench import Bench

        root, folder = self._made()
        self._groups += 1
        chosen = self._models[model.name]
        changes = {**chosen.changes, "prompts_version": prompts.name}
        benches: list[Bench] = []
        first: Parts | None = None
        for number in range(count):
            clock = FixedClock(NOW)
            changes["data_dir"] = folder / f"{self._groups}-{number}"
            if first is None:
                house = first = root.beside(clock, _READ_ONLY, chosen.ladder(), **changes)
            else:
                house = first.beside(clock, _OF_A_GROUP, **changes)
            bench = Bench(house, clock, folder / "template.db")
            if self._customer_of is not None:
                bench.customer_of = self._customer_of
            bench.at_desk = at_desk(house, clock, bench)
            bench.reset()
            benches.append(bench)
        assert first is not None, "at least one bench is asked for"
        if model.name != "none" and not first.ladder.rungs:
            raise OperatorError(f"the model {model.name!r} is not there", fix="assistant doctor")
        first.router  # noqa: B018  built once, before threads ask for it
        try:
            yield benches
        finally:
            for bench in benches:
                bench.house.database.close()
            first.ladder.close()

    def _made(self) -> "tuple[Parts, Path]":
        from assistant.evaluation.dialogues.run import NOW

        if self._root is None or self._folder is None:
            self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="evals-")))
            clock = FixedClock(NOW)
            data = self._folder / "root"
            self._furnish(data)
            shutil.copyfile(data / "assistant.db", self._folder / "template.db")
            self._root = self._house(clock, data)
        return self._root, self._folder

    def _house(self, clock: FixedClock, data: Path) -> "Parts":
        shared = ("embeddings", "store")
        return self._parts.beside(clock, shared, data_dir=data, database_url="", chroma_url="", identity_codes="none")

    def _furnish(self, data: Path) -> None:
        """Put a filled shop with its indexed pages at `data`; it is kept in the cache for the next run."""
        from assistant.evaluation.dialogues.run import NOW
        from assistant.evaluation.suites.running.bench import Bench
        from assistant.evaluation.suites.running.fingerprint import code_hash, digest, folder_hash

        settings = self._parts.settings
        told = [code_hash(), folder_hash(settings.knowledge_dir), self._parts.embeddings.fingerprint]
        kept = settings.cache_dir / "evals" / f"house-{digest(told)}"
        if not kept.is_dir():
            making = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="house-"))) / "data"
            clock = FixedClock(NOW)
            house = self._house(clock, making)
            Bench(house, clock, making / "template.db").prepare()
            house.vectors.close()
            (making / "template.db").replace(making / "assistant.db")
            for rest in making.glob("assistant.db-*"):
                rest.unlink()
            _keep(making, kept)
        shutil.copytree(kept, data)


def _keep(made: Path, kept: Path) -> None:
    """Move a house into the cache in place of older ones; whoever else is doing the same may be first."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    for old in kept.parent.glob("house-*"):
        shutil.rmtree(old, ignore_errors=True)
    with contextlib.suppress(OSError):
        shutil.copytree(made, making := kept.with_name(f".{kept.name}-{os.getpid()}"))
        os.replace(making, kept)
