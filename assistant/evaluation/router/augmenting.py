"""What paraphrases by a language model are worth where examples are few: the router with them and without.

For each seed some intents of a public set are drawn, and a few examples of each. A model writes more; the router that
learned the examples says which of them it agrees with; and the messages of these intents are read by routers that
learned the examples alone, with all paraphrases, and with those that were accepted.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.evaluation.router.bench import RouterBench
from assistant.evaluation.router.intent_sets import IntentSet, Labelled, catalogue_of
from assistant.routing.augmenting.acceptance import SURE, Paraphrase, accept
from assistant.routing.augmenting.paraphrases import Writes, requests_for
from assistant.routing.augmenting.store import AnswerFile, Progress
from assistant.routing.detectors.detector import SentenceEncoder
from assistant.routing.fusion.judge import Judge
from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.intents.intent import Example
from assistant.text.prompts import PromptLibrary

_READ_AT_ONCE = 64
ALONE, ALL, ACCEPTED = "examples alone", "with all paraphrases", "with those accepted"


@dataclass(frozen=True)
class AugmentOutcome:
    """What was measured.

    Args:
        intents: drawn for each seed.
        shots: examples an intent.
        messages: read for each seed, on average.
        written: paraphrases, of all seeds; `refused` by reason.
        right: names the learned material; the share of messages read rightly, by seed.
    """

    name: str
    intents: int
    shots: int
    messages: float
    written: int
    refused: Mapping[str, int]
    right: Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class AugmentBench:
    """Measures one data set.

    Args:
        data: the set.
        encoders: by name.
        model: writes the paraphrases.
        folder: for what it writes, so that a second run asks for nothing twice.
        tell: is told of progress.
    """

    data: IntentSet
    encoders: Mapping[str, SentenceEncoder]
    cache_dir: Path
    prompts: PromptLibrary
    model: Writes
    folder: Path
    tell: Callable[[str], None] = lambda _: None
    progress: Progress | None = None

    def run(
        self, shots: int, *, intents: int = 20, each: int = 10, seeds: int = 3, sure: float = SURE
    ) -> AugmentOutcome:
        """Measure.

        Args:
            shots: examples an intent.
            intents: drawn for each seed.
            each: paraphrases an intent.
            sure: see `accept`.
        """
        answers = AnswerFile(self.folder)
        refused: Counter[str] = Counter()
        written, messages = 0, []
        right: dict[str, list[float]] = {ALONE: [], ALL: [], ACCEPTED: []}
        for seed in range(seeds):
            sample, held = self._drawn(shots, intents, seed)
            bench = RouterBench(IntentSet(self.data.name, sample, {}, held), self.encoders, self.cache_dir, self.tell)
            catalogue, names = catalogue_of(sample)
            judge = bench.judge(catalogue)
            requests = list(requests_for(catalogue, self.prompts, each, seed=seed, languages=(bench.language,)))
            made = answers.fill(requests, self.model, self.progress)
            verdicts = accept(made, catalogue, judge, sure=sure)
            refused.update(verdict.why for verdict in verdicts if verdict.why)
            written += len(made)
            messages.append(len(held))
            accepted = [verdict.paraphrase for verdict in verdicts if not verdict.why]
            labels = [names[one.intent] for one in held]
            for learned, judged in (
                (ALONE, judge),
                (ALL, bench.judge(_with(catalogue, made))),
                (ACCEPTED, bench.judge(_with(catalogue, accepted))),
            ):
                right[learned].append(_right(judged, bench, held, labels))
            self.tell(f"seed {seed}: " + ", ".join(f"{name} {found[-1]:.1%}" for name, found in right.items()))
        return AugmentOutcome(self.data.name, intents, shots, float(np.mean(messages)), written, dict(refused), right)

    def _drawn(self, shots: int, intents: int, seed: int) -> tuple[tuple[Labelled, ...], tuple[Labelled, ...]]:
        dice = random.Random(f"{self.data.name} {seed}")
        drawn = set(dice.sample(sorted(self.data.intents), min(intents, len(self.data.intents))))
        sample = tuple(one for one in self.data.sample(shots, seed) if one.intent in drawn)
        return sample, tuple(one for one in self.data.held if one.intent in drawn)


def augment_table(outcome: AugmentOutcome) -> str:
    """The outcome as text."""
    kept = outcome.written - sum(outcome.refused.values())
    alone = np.array(outcome.right[ALONE])
    lines = [
        f"{outcome.name}: {outcome.intents} intents, {outcome.shots} examples each, {len(alone)} draws of "
        f"{outcome.messages:.0f} messages",
        f"  {outcome.written} paraphrases written, {kept} accepted"
        + "".join(f"; {why} {count}" for why, count in sorted(outcome.refused.items(), key=lambda pair: -pair[1])),
    ]
    for name, found in outcome.right.items():
        gains = np.array(found) - alone
        told = (
            ""
            if name == ALONE
            else f", {100 * gains.mean():+.1f} points ({', '.join(f'{100 * g:+.1f}' for g in gains)})"
        )
        lines.append(f"  {name:22} {np.mean(found):.1%}{told}")
    return "\n".join(lines)


def _with(catalogue: Catalogue, made: Sequence[Paraphrase]) -> Catalogue:
    return catalogue.with_examples([Example(one.text, one.intent, one.language) for one in dict.fromkeys(made)])


def _right(judge: Judge, bench: RouterBench, held: Sequence[Labelled], labels: Sequence[str]) -> float:
    texts = [one.text for one in held]
    read = [
        reading.intent
        for at in range(0, len(texts), _READ_AT_ONCE)
        for reading in judge.read(texts[at : at + _READ_AT_ONCE], bench.language)
    ]
    return float(np.mean([got == label for got, label in zip(read, labels, strict=True)]))
