"""Refits as the command line and the nightly job do them: compare, put in force, take back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from assistant.routing.build import build_judge, learn
from assistant.routing.detectors.detector import SentenceEncoder
from assistant.routing.detectors.vectors import Progress
from assistant.routing.fusion.judge import Judge
from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.intents.intent import Example
from assistant.routing.learning.corrections import Correction
from assistant.routing.learning.export import export
from assistant.routing.learning.refit import Refit, refit
from assistant.routing.learning.refits import Taught, as_examples, latest
from assistant.routing.learning.trained import Trained


@dataclass(frozen=True)
class Refitting:
    """Refits of a shop's router.

    Args:
        catalogue: without corrections.
        encoders: by name.
        cache_dir: where trained routers are kept.
        taught: corrections, and the refits so far.
    """

    catalogue: Catalogue
    encoders: Mapping[str, SentenceEncoder]
    cache_dir: Path
    taught: Taught

    def compare(
        self, waiting: Sequence[Correction], progress: Progress | None = None, *, strict: bool = False
    ) -> tuple[Refit, tuple[Correction, ...]]:
        """A training with corrections beside the one in force, and the corrections that it learned.

        Args:
            waiting: beside those that the refit in force took in.
            progress: called while examples are embedded.
            strict: whether as many held-back examples must be read rightly as before.
        """

        def train(taken: Sequence[Example]) -> Trained:
            return learn(self.catalogue, self.encoders, self.cache_dir, progress, taken=taken)

        before = self.taught.refits.taken()
        wanted = {example: one for one in latest((*before, *waiting)) for example in as_examples((one,))}
        found = refit(self.catalogue, train(as_examples(before)), tuple(wanted), train, strict=strict)
        return found, tuple(wanted[example] for example in found.taken)

    def accept(
        self, found: Refit, taken: Sequence[Correction], waiting: Sequence[Correction], at: datetime | None = None
    ) -> str:
        """Write a refit, put it into force and forget what need not be remembered any more; returns its name.

        Args:
            found: as `compare` gave it, and `taken`.
            waiting: corrections that are forgotten where the new training reads them rightly without.
            at: when it is made, for the manifest.
        """
        judge = build_judge(self.catalogue, self.encoders, cache_dir=self.cache_dir, taken=found.taken)
        folder = self.taught.refits.begin(taken, self.taught.corrections.all())
        catalogue = self.catalogue.with_examples(found.taken)
        export(folder, found.trained, catalogue, self.encoders, figures=found.figures(), at=at)
        self.taught.refits.accept(folder)
        self.taught.corrections.drop([correction for correction in waiting if reads(judge, correction)])
        return folder.name

    def undo(self) -> tuple[Correction, ...]:
        """Go back to the training before; returns the corrections that are no examples any more.

        Raises:
            OperatorError: there is no refit in force.
        """
        return self.taught.refits.undo(self.taught.corrections)


def reads(judge: Judge, correction: Correction) -> bool:
    """Whether a judge reads a message as it was corrected."""
    reading = judge.read([correction.text], correction.language)[0]
    return ("" if reading.is_outside else reading.intent) == correction.intent
