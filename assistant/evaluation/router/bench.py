"""The router on public sets of labelled messages: each detector alone, and all of them fused.

A set's examples become a catalogue, and that is learned by the same code as a shop's. Nothing of the messages to
measure on is used before they are scored.
"""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from assistant.evaluation.router.figures import Figures, figures_of, mean_of
from assistant.evaluation.router.intent_sets import FULL, IntentSet, catalogue_of
from assistant.evaluation.router.kept_vectors import KeptVectors
from assistant.routing.detectors.detector import OUT, Scores, SentenceEncoder
from assistant.routing.detectors.encoders import EncoderPlan, shop_plan
from assistant.routing.detectors.nearest import MemoryIndex, NearestDetector, scores_by_examples
from assistant.routing.detectors.rules import RuleDetector
from assistant.routing.fusion.judge import Judge
from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.learning.corrections import CorrectionFile
from assistant.routing.learning.lessons import NEAREST, WORDS, Lessons, learn_detectors
from assistant.routing.learning.trained import Trained
from assistant.routing.learning.training import fuse, weights_of
from assistant.routing.reading.wording import Wording, plain
from assistant.text.language import Language, detect_language

FUSED = "fused"
_TIMED = 400
_WARM_UP = 50


@dataclass(frozen=True)
class Row:
    """Figures of one detector, or of the fusion, at one number of shots: means over the seeds.

    Args:
        shots: examples an intent; `FULL` for all.
        spread: standard deviation of the accuracy over the seeds.
    """

    shots: int
    detector: str
    figures: Figures
    seeds: int
    spread: float


@dataclass(frozen=True)
class Timing:
    """One message at a time in a warm process, with encoders that remember nothing of it.

    Args:
        train_s: seconds that training took, vectors at hand.
        model_calls: calls of a language model a message.
        later_stage: share of the messages that more than the first stage's encoders heard.
        same_as_batch: share for which the intent is the same as in the batch that the figures are from.
    """

    shots: int
    p50_ms: float
    p95_ms: float
    train_s: float
    model_calls: float
    later_stage: float
    same_as_batch: float


@dataclass(frozen=True)
class Outcome:
    """What a bench found. `last` is the fused result of the last run, for plots."""

    name: str
    split: str
    intents: int
    messages: int
    rows: tuple[Row, ...]
    timings: tuple[Timing, ...]
    last: "Measured | None" = field(default=None, repr=False)

    def figures(self) -> dict[str, Any]:
        """Everything but what is for plots, as plain data."""
        return {name: value for name, value in asdict(replace(self, last=None)).items() if name != "last"}


@dataclass(frozen=True)
class Measured:
    """Scores of the messages to measure on, by detector; `labels` are classes, "out of scope" last."""

    names: tuple[str, ...]
    labels: np.ndarray
    votes: Mapping[str, Scores]
    pooled: Scores
    outside: Scores
    turned_away: np.ndarray
    later: np.ndarray


class RouterBench:
    """Runs one data set.

    Args:
        data: the set.
        encoders: by name.
        cache_dir: vectors are kept in its folder `bench`.
        tell: is told of progress.
        ablate: whether the fusion is measured without each detector, too.
    """

    def __init__(
        self,
        data: IntentSet,
        encoders: Mapping[str, SentenceEncoder],
        cache_dir: Path,
        tell: Callable[[str], None] = lambda _: None,
        *,
        ablate: bool = True,
    ) -> None:
        self._ablate = ablate
        self._data = data
        self._tell = tell
        self._folder = cache_dir / "bench"
        self._wording = Wording(None)
        self._encoders = encoders
        self._keys = {name: weights_of(name, encoder) for name, encoder in encoders.items()}
        texts = [example.text for example in data.train]
        languages = [detect_language(example.text) for example in data.train]
        self._language: Language = max(("en", "zh"), key=languages.count)
        plan = shop_plan(encoders)
        self._plan = EncoderPlan(dict.fromkeys(plan.stages, plan.stages[self._language]))
        self._kept = {
            name: KeptVectors(encoders[name], self._keys[name], self._folder, tell) for name in self._plan.encoders()
        }
        few = [example.text for split in data.few.values() for example in split]
        for some in filter(None, (texts + few, [example.text for example in data.held])):
            for name, kept in self._kept.items():
                kept.read([self._wording.of(text, self._language, name) for text in some])

    def run(
        self, shots: Sequence[int], seeds: int = 5, detectors: Collection[str] | None = None, split: str = "valid"
    ) -> Outcome:
        """Measure at each number of shots, over seeds 0 to `seeds` - 1 (once where all examples are learned).

        Args:
            detectors: those that are heard; None for all.
        """
        rows: list[Row] = []
        timings: list[Timing] = []
        last: Measured | None = None
        for shot in shots:
            found: dict[str, list[Figures]] = {}
            count = 1 if shot == FULL else seeds
            for seed in range(count):
                started = time.perf_counter()
                catalogue, names = catalogue_of(self._data.sample(shot, seed), self._data.intents)
                lessons = self._learn(catalogue)
                trained = fuse(lessons, self._plan, detectors)
                train_s = time.perf_counter() - started
                last = self._measure(catalogue, lessons, trained, names)
                for name, figures in _each(last, detectors):
                    found.setdefault(name, []).append(figures)
                for name in self._without(lessons, detectors):
                    others = fuse(lessons, self._plan, [d for d in detectors or last.votes if d != name])
                    without = _fused(self._measure(catalogue, lessons, others, names))
                    found.setdefault(f"{FUSED} without {name}", []).append(without)
                accuracy = found[FUSED][-1].accuracy
                self._tell(f"{self._data.name} {shot or 'full'}-shot, seed {seed}: {accuracy:.1%} ({train_s:.0f} s)")
                if seed == 0:
                    timings.append(self._timed(shot, catalogue, trained, last, train_s))
            for name, each in found.items():
                spread = float(np.std([one.accuracy for one in each]))
                rows.append(Row(shot, name, mean_of(each), len(each), spread))
        held = self._data.held
        return Outcome(self._data.name, split, len(self._data.intents), len(held), tuple(rows), tuple(timings), last)

    @property
    def language(self) -> Language:
        """Of most training examples; the set is read in it."""
        return self._language

    def embedders(self) -> dict[str, Callable[[Sequence[str]], np.ndarray]]:
        """The encoders that the set's vectors are at hand of, by name."""
        return {name: kept.embed for name, kept in self._kept.items()}

    def judge(self, catalogue: Catalogue, corrections: CorrectionFile | None = None) -> Judge:
        """A judge that has learned `catalogue`, with the set's vectors at hand."""
        return self._judge(catalogue, fuse(self._learn(catalogue), self._plan), self._kept, corrections)

    def learned(self, catalogue: Catalogue) -> tuple[Judge, Trained]:
        """The same, and what was learned."""
        trained = fuse(self._learn(catalogue), self._plan)
        return self._judge(catalogue, trained, self._kept), trained

    def _judge(
        self,
        catalogue: Catalogue,
        trained: Trained,
        encoders: Mapping[str, SentenceEncoder],
        corrections: CorrectionFile | None = None,
    ) -> Judge:
        index = MemoryIndex(catalogue.examples, dict(trained.vectors))
        nearest = NearestDetector(trained.names, index, {lang: self._plan.first(lang) for lang in self._plan.stages})
        return Judge(trained, encoders, self._wording, self._plan, RuleDetector(catalogue), nearest, corrections)

    def _learn(self, catalogue: Catalogue) -> Lessons:
        return learn_detectors(catalogue, self._kept, self._keys, self._wording, self._plan, self._folder)

    def _without(self, lessons: Lessons, detectors: Collection[str] | None) -> list[str]:
        known = [name for name in next(iter(lessons.held_back.values())).votes if name != "rules"]
        heard = [name for name in known if detectors is None or name in detectors]
        return heard if len(heard) > 1 and self._ablate else []

    def _measure(self, catalogue: Catalogue, lessons: Lessons, trained: Trained, names: Mapping[str, str]) -> Measured:
        held, language = self._data.held, self._language
        classes = {name: number for number, name in enumerate(trained.names)}
        labels = np.array([classes[names[example.intent]] if example.intent else classes[OUT] for example in held])
        vectors = {
            name: kept.embed([self._wording.of(example.text, language, name) for example in held])
            for name, kept in self._kept.items()
        }
        votes: dict[str, Scores] = {}
        for new, heard in zip(self._plan.stages[language], self._plan.heard(language), strict=True):
            votes |= trained.votes(language, heard, new, vectors)
        first = self._plan.first(language)
        joined = np.concatenate([vectors[name] for name in first], axis=1) / np.sqrt(len(first))
        taught = np.array([classes[e.intent] for e in catalogue.examples if e.language == language])
        near, familiar = scores_by_examples(
            joined.astype(np.float32), trained.vectors[language], taught, len(trained.names)
        )
        votes[NEAREST] = near
        if language in trained.lexical:
            said = [plain(example.text, language) for example in held]
            votes[WORDS] = trained.lexical[language].log_probabilities(said, language)
        pooled = np.zeros((len(held), len(trained.names)))
        outside, limit = np.zeros(len(held)), np.zeros(len(held))
        open_rows = np.arange(len(held))
        later = np.zeros(len(held), dtype=bool)
        for number, stage in enumerate(trained.stages[language]):
            spoken = {name: votes[name][open_rows] for name in stage.pool.weights if name in votes}
            pooled[open_rows] = stage.pool.log_probabilities(spoken)
            outside[open_rows] = stage.scope.outside(pooled[open_rows], familiar[open_rows])
            limit[open_rows] = stage.scope.threshold
            later[open_rows] = number > 0
            open_rows = open_rows[~stage.settled(pooled[open_rows], outside[open_rows])]
            if not len(open_rows):
                break
        return Measured(
            trained.names,
            labels,
            votes,
            pooled,
            outside,
            outside > limit,
            later,
        )

    def _timed(self, shot: int, catalogue: Catalogue, trained: Trained, measured: Measured, train_s: float) -> Timing:
        """One message at a time through the judge, by encoders that remember nothing of them."""
        judge = self._judge(catalogue, trained, self._encoders)
        for encoder in self._encoders.values():
            getattr(encoder, "forget", lambda: None)()
        step = max(1, len(self._data.held) // _TIMED)
        picked = range(0, len(self._data.held), step)
        for at in range(step // 2, len(self._data.held), step)[:_WARM_UP]:
            judge.read([self._data.held[at].text], self._language)
        times, same = [], []
        for at in picked:
            started = time.perf_counter()
            reading = judge.read([self._data.held[at].text], self._language)[0]
            times.append((time.perf_counter() - started) * 1000)
            same.append(reading.intent == measured.names[int(measured.pooled[at, :-1].argmax())])
        times.sort()
        return Timing(
            shots=shot,
            p50_ms=times[len(times) // 2],
            p95_ms=times[min(len(times) - 1, int(len(times) * 0.95))],
            train_s=train_s,
            model_calls=0.0,
            later_stage=float(measured.later.mean()),
            same_as_batch=sum(same) / len(same),
        )


def _fused(measured: Measured) -> Figures:
    return figures_of(measured.pooled, measured.labels, measured.outside, measured.turned_away)


def _each(measured: Measured, detectors: Collection[str] | None) -> list[tuple[str, Figures]]:
    alone = [
        (name, figures_of(votes, measured.labels))
        for name, votes in measured.votes.items()
        if detectors is None or name in detectors
    ]
    return [*alone, (FUSED, _fused(measured))]
