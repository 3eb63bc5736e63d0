"""Learning from corrections on a public set: messages arrive one at a time, and each wrong reading is corrected.

Printed: how right the router is on messages that it has never seen, as corrections come in; whether it repeats a
mistake; what becomes of messages that it had read rightly before; and what a training with the corrections as
examples would do, which is refused where an intent loses more than a point.
"""

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.evaluation.router.bench import RouterBench
from assistant.evaluation.router.intent_sets import IntentSet, Labelled, catalogue_of
from assistant.routing.detectors.detector import SentenceEncoder
from assistant.routing.fusion.judge import Judge
from assistant.routing.learning.corrections import CorrectionFile
from assistant.routing.learning.refit import Loss, losses

_READ_AT_ONCE = 64


@dataclass(frozen=True)
class Point:
    """After a number of corrections: accuracy on unseen messages, and on what was right at the beginning."""

    corrections: int
    seen: int
    accuracy: float
    still_right: float


@dataclass(frozen=True)
class LearnOutcome:
    """What the stream showed.

    Args:
        repeated: corrected messages that are read wrongly when they come again, right after the correction and at
            the end of the stream, as shares.
        p50_ms: and `p95_ms`, for a correction to be kept and to have changed the next decision.
        worst: the intents that lost most by the corrections, and `worst_refit` by the training with them.
        refit_accuracy: after that training, in `refit_s` seconds.
    """

    name: str
    shots: int
    curve: tuple[Point, ...]
    repeated: tuple[float, float]
    p50_ms: float
    p95_ms: float
    worst: tuple[Loss, ...]
    refit_accuracy: float
    refit_s: float
    worst_refit: tuple[Loss, ...]


class LearnBench:
    """Streams corrections.

    Args:
        data: the set; the stream is what of its training examples is not learned at the beginning.
        encoders: by name.
        cache_dir: as for `RouterBench`.
    """

    def __init__(
        self,
        data: IntentSet,
        encoders: Mapping[str, SentenceEncoder],
        cache_dir: Path,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._data = data
        self._bench = RouterBench(data, encoders, cache_dir, tell)
        self._tell = tell

    def run(self, corrections: int = 200, shots: int = 10, every: int = 50, seed: int = 0) -> LearnOutcome:
        """Stream `corrections` of a router that began with `shots` examples an intent."""
        start = self._data.sample(shots, seed)
        catalogue, names = catalogue_of(start, self._data.intents)
        known = set(start)
        stream = [example for example in self._data.train if example not in known]
        np.random.default_rng(seed).shuffle(stream)
        with tempfile.TemporaryDirectory() as folder:
            kept = CorrectionFile(Path(folder) / "corrections.jsonl")
            judge = self._bench.judge(catalogue, kept)
            return self._stream(judge, names, start, stream, corrections, shots, every)

    def _stream(
        self,
        judge: Judge,
        names: Mapping[str, str],
        start: Sequence[Labelled],
        stream: Sequence[Labelled],
        wanted: int,
        shots: int,
        every: int,
    ) -> LearnOutcome:
        language = self._bench.language
        held = [example for example in self._data.held if example.intent]
        labels = [names[example.intent] for example in held]
        first = self._read(judge, held)
        right = np.array([got == label for got, label in zip(first, labels, strict=True)])
        curve = [Point(0, 0, float(right.mean()), 1.0)]
        corrected: list[Labelled] = []
        times: list[float] = []
        again: list[bool] = []
        last = first
        for seen, example in enumerate(stream, 1):
            intent = names.get(example.intent, "")
            if not intent or judge.read([example.text], language)[0].intent == intent:
                continue
            started = time.perf_counter()
            judge.learn(example.text, intent, language)
            again.append(judge.read([example.text], language)[0].intent == intent)
            times.append((time.perf_counter() - started) * 1000)
            corrected.append(example)
            if len(corrected) % every == 0 or len(corrected) == wanted:
                last = self._read(judge, held)
                now = np.array([got == label for got, label in zip(last, labels, strict=True)])
                curve.append(Point(len(corrected), seen, float(now.mean()), float(now[right].mean())))
                self._tell(f"{len(corrected)} corrections of {seen} messages: {now.mean():.1%}")
            if len(corrected) == wanted:
                break
        at_end = self._read(judge, corrected)
        wrong_at_end = sum(got != names[one.intent] for got, one in zip(at_end, corrected, strict=True))
        started = time.perf_counter()
        refitted = self._bench.judge(catalogue_of([*start, *corrected], self._data.intents)[0])
        refit_s = time.perf_counter() - started
        after = self._read(refitted, held)
        times.sort()
        return LearnOutcome(
            name=self._data.name,
            shots=shots,
            curve=tuple(curve),
            repeated=(1 - sum(again) / max(1, len(again)), wrong_at_end / max(1, len(corrected))),
            p50_ms=times[len(times) // 2] if times else 0.0,
            p95_ms=times[min(len(times) - 1, int(len(times) * 0.95))] if times else 0.0,
            worst=losses(labels, first, last)[:5],
            refit_accuracy=sum(got == label for got, label in zip(after, labels, strict=True)) / len(labels),
            refit_s=refit_s,
            worst_refit=losses(labels, first, after)[:5],
        )

    def _read(self, judge: Judge, examples: Sequence[Labelled]) -> list[str]:
        texts = [example.text for example in examples]
        found = []
        for at in range(0, len(texts), _READ_AT_ONCE):
            found += judge.read(texts[at : at + _READ_AT_ONCE], self._bench.language)
        return [reading.intent for reading in found]


def learn_table(outcome: LearnOutcome) -> str:
    """The outcome as text."""
    lines = [f"{outcome.name}, {outcome.shots} examples an intent, then corrections one at a time"]
    lines += [
        f"  {p.corrections:>4} corrections of {p.seen:>5} messages: accuracy on unseen messages {p.accuracy:.1%}, "
        f"of what was right at first {p.still_right:.1%} still are"
        for p in outcome.curve
    ]
    lines += [
        f"  corrected, and read wrongly again: {outcome.repeated[0]:.1%} at once, {outcome.repeated[1]:.1%} at the end",
        f"  a correction, on disk and in the next decision: p50 {outcome.p50_ms:.1f} ms, p95 {outcome.p95_ms:.1f} ms",
        f"  intents that lost most by the corrections: {_lost(outcome.worst)}",
        f"  trained anew with the corrections in {outcome.refit_s:.1f} s: accuracy {outcome.refit_accuracy:.1%}",
        f"  intents that lost most by the training: {_lost(outcome.worst_refit)}",
    ]
    return "\n".join(lines)


def _lost(found: Sequence[Loss]) -> str:
    return ", ".join(f"{one.intent} {one.before:.0%} to {one.after:.0%} of {one.messages}" for one in found) or "none"
