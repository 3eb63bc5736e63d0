"""The nightly learning: corrections teach the router, the router its student, ratings the model of satisfaction.

Each step is behind a gate of its own and changes nothing where the gate is shut. What can't be decided without a person
is only proposed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal

from assistant.clock import Clock
from assistant.errors import OperatorError
from assistant.insight.events.log import Log
from assistant.insight.learning.artefacts import Artefact, hash_of
from assistant.insight.learning.messages import confirmed, proposed, unread
from assistant.insight.learning.ratings import enough, retrain
from assistant.insight.learning.screening import Screened, screen
from assistant.insight.learning.student import write_student
from assistant.insight.learning.trial import tried
from assistant.insight.learning.wishes import keep_up
from assistant.insight.satisfaction.conversations import rated
from assistant.insight.satisfaction.model import SatisfactionModel
from assistant.insight.satisfaction.serving import MODEL
from assistant.routing.build import build_judge
from assistant.routing.detectors.vectors import Progress
from assistant.routing.fusion.judge import Judge
from assistant.routing.intents.intent import Example
from assistant.routing.learning.corrections import Correction
from assistant.routing.learning.distil import distil
from assistant.routing.learning.refits import as_examples, latest
from assistant.routing.refitting import Refitting
from assistant.storage.engine import Database

LOOK_BACK = timedelta(days=30)
Outcome = Literal["in force", "refused", "nothing to learn", "proposed", "not changed"]


@dataclass(frozen=True)
class Step:
    """What became of one part: a sentence of plain facts, and its figures."""

    name: str
    outcome: Outcome
    words: str
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Nightly:
    """The nightly learning of a shop.

    Args:
        database: holds messages, drafts and ratings.
        clock: tells now.
        refitting: of the router.
        kept: artefacts by name: `student`, `satisfaction`, `prior`.
        serving: the model of satisfaction in service.
        measured_on: messages that the student is measured on; it learns none of them.
        log: of events.
    """

    database: Database
    clock: Clock
    refitting: Refitting
    kept: Mapping[str, Artefact]
    serving: Callable[[], SatisfactionModel]
    measured_on: Sequence[Example]
    log: Callable[[], Log]

    def router(self, progress: Progress | None = None) -> Step:
        """Corrections and confirmed readings become examples, if what is held back is read the better for it.

        As many of the catalogue's examples must be read rightly, and more of the corrections themselves; see `trial`.
        """
        taught, since = self.refitting.taught, self.clock.now() - LOOK_BACK
        screened = self.screened(taught.corrections.all())
        known = {one.text for one in (*taught.refits.taken(), *taught.corrections.all())}
        more = [one for one in confirmed(self.database, since) if one.text not in known]
        waiting = (*screened.kept, *more)
        aside = f"{len(screened.aside)} set aside" if screened.aside else "none set aside"
        if not waiting:
            return Step("router", "nothing to learn", f"no corrections to learn from; {aside}")
        found, taken = self.refitting.compare(waiting, progress, strict=True)
        figures = {**found.figures(), "confirmed": len(more), "set_aside": len(screened.aside)}
        words = (
            f"{len(found.taken)} corrections as examples ({len(more)} confirmed by sent drafts; {aside}); held-back "
            f"examples read rightly: before {found.before:.3%}, after {found.after:.3%}"
        )
        if not found.passes:
            return Step("router", "refused", words, figures)
        trial = tried(self.refitting, [one for one in waiting if one in set(taken)])
        figures |= trial.figures()
        words += (
            f"; corrections that neither had learned read rightly: {trial.before} of {trial.messages} before, "
            f"{trial.after} after (by chance in {trial.chance:.1%})"
        )
        if not trial.passes(found.pairs):
            return Step("router", "refused", words, figures)
        name = self.refitting.accept(found, taken, screened.kept, self.clock.now())
        return Step("router", "in force", f"{words}; refit {name}", figures)

    def screened(self, corrections: Sequence[Correction]) -> Screened:
        """Corrections without those that contradict all evidence, judged by the training in force."""
        return screen(latest(corrections), self._judge())

    def review(self) -> Step:
        """Messages that nobody could read are proposed with the label they would get now; never taken by themselves."""
        taught = self.refitting.taught
        known = {one.text for one in (*taught.refits.taken(), *taught.corrections.all())}
        waiting = [one for one in unread(self.database, self.clock.now() - LOOK_BACK) if one.text not in known]
        found = proposed(waiting, self._judge())
        taught.proposed.rewrite([one for one, _ in found])
        words = f"{len(found)} of {len(waiting)} messages that nobody could read have a label to review"
        return Step("review", "proposed" if found else "nothing to learn", words)

    def student(self) -> Step:
        """The student learns anew what the router says, where the router has changed; it is kept as ONNX too."""
        artefact, examples = self.kept["student"], as_examples(self.refitting.taught.refits.taken())
        data = hash_of([self.refitting.catalogue.fingerprint, examples])
        manifest = artefact.manifest()
        if manifest is not None and manifest["data_sha256"] == data:
            return Step("student", "not changed", "it knows what the router knows")
        catalogue = self.refitting.catalogue.with_examples(examples)
        held = [one for one in self.measured_on if not one.intent or one.intent in catalogue]
        judge = self._judge()
        found = distil(judge, catalogue, held)
        figures: dict[str, Any] = found.figures()

        def write(folder: Path) -> None:
            figures.update(write_student(folder, found, [one.text for one in held]))

        try:
            artefact.put(write, data_sha256=data, figures=figures, at=self.clock.now())
        except OperatorError as error:
            return Step("student", "refused", error.message, figures)
        words = (
            f"reads {found.agreement:.1%} of {len(held)} messages as the router does; the ONNX model says what it says "
            f"of {figures['onnx_agreement']:.2%}, in {figures['onnx_ms']:.1f} ms"
        )
        return Step("student", "in force", words, figures)

    def satisfaction(self) -> Step:
        """The shop's own ratings teach the model of satisfaction, if they are enough and it foresees them better."""
        moments = rated(self.database)
        if not enough(moments):
            low = sum(moment.rating <= 2 for moment in moments)
            words = f"{len(moments)} ratings, {low} of them dissatisfied: too few to learn from"
            return Step("satisfaction", "nothing to learn", words)
        data = hash_of([[list(map(vars, moment.lines)), moment.ratings] for moment in moments])
        artefact = self.kept["satisfaction"]
        manifest = artefact.manifest()
        if manifest is not None and manifest["data_sha256"] == data and artefact.file(MODEL):
            return Step("satisfaction", "not changed", "no rating came since it was trained")
        found = retrain(moments, self.serving())
        words = (
            f"{len(moments)} ratings; AUROC {found.before.auroc:.3f} before, {found.after.auroc:.3f} after; "
            f"log loss {found.loss_before:.4f} and {found.loss_after:.4f}"
        )
        if not found.passes:
            return Step("satisfaction", "refused", words, found.figures())
        write = partial(_save, found.model)
        artefact.put(write, data_sha256=data, figures=found.figures(), at=self.clock.now())
        return Step("satisfaction", "in force", words, found.figures())

    def prior(self) -> Step:
        """The prior from behaviour is trusted by what came in since, where one was learned at all."""
        artefact = self.kept["prior"]
        if not artefact.versions.current:
            return Step("prior", "nothing to learn", "none is in force; assistant insight prior learns the first")
        found = keep_up(artefact, self.log(), self.clock)
        words = (
            f"{found.new} messages came since, {found.messages} in all; weight {found.prior.weight:g}, "
            f"trust {found.prior.trust:.2f}"
        )
        return Step("prior", "in force", words)

    def rollback(self, name: str) -> str:
        """Take the artefact in force back; returns the version that is in force now, or nothing.

        Args:
            name: `router`, `student`, `satisfaction` or `prior`.

        Raises:
            OperatorError: there is no such artefact, or nothing to take back.
        """
        if name == "router":
            self.refitting.undo()
            return self.refitting.taught.refits.current
        if name not in self.kept:
            raise OperatorError(f"there is no artefact {name!r}", fix=f"one of: {', '.join(['router', *self.kept])}")
        return self.kept[name].versions.undo()

    def _judge(self) -> Judge:
        taken = as_examples(self.refitting.taught.refits.taken())
        refitting = self.refitting
        return build_judge(refitting.catalogue, refitting.encoders, cache_dir=refitting.cache_dir, taken=taken)


def _save(model: SatisfactionModel, folder: Path) -> None:
    model.save(folder / MODEL)
