"""Prompts by models by cases by repeats: what is run, and everything that each of it depends on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.evaluation.suites.cases.forms import Case
from assistant.evaluation.suites.running.fingerprint import digest, stimulus


@dataclass(frozen=True)
class Model:
    """A model as it was asked for.

    Attributes:
        name: as it was written: `local`, `none`, `hosted`, `local+local_words=true`.
        fingerprint: of the weights or the service, and of all settings that it runs with.
    """

    name: str
    fingerprint: str


@dataclass(frozen=True)
class Prompts:
    """A version of the prompts as it was asked for, with its hash."""

    name: str
    hash: str


@dataclass(frozen=True)
class Job:
    """One place of the matrix."""

    case: Case
    prompts: Prompts
    model: Model
    repeat: int
    key: str

    @property
    def place(self) -> tuple[str, str, str, int]:
        """See `Result.place`."""
        return self.case.name, self.prompts.name, self.model.name, self.repeat


@dataclass(frozen=True)
class Matrix:
    """Everything that is run.

    Attributes:
        world: a hash of code, pages and what else all cases depend on.
    """

    cases: Sequence[Case]
    prompts: Sequence[Prompts]
    models: Sequence[Model]
    repeat: int
    world: str

    def __len__(self) -> int:
        return len(self.cases) * len(self.prompts) * len(self.models) * self.repeat

    def groups(self) -> Iterator[tuple[Model, Prompts, list[Job]]]:
        """The jobs that one set of parts can do, one set after another."""
        stimuli = [(case, digest(stimulus(case))) for case in self.cases]
        for model in self.models:
            for prompts in self.prompts:
                yield (
                    model,
                    prompts,
                    [
                        Job(case, prompts, model, repeat, self._key(told, prompts, model, repeat))
                        for repeat in range(self.repeat)
                        for case, told in stimuli
                    ],
                )

    def _key(self, told: str, prompts: Prompts, model: Model, repeat: int) -> str:
        return digest((self.world, told, prompts.hash, model.fingerprint, repeat))
