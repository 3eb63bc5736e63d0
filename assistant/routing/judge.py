"""Reads messages, or parts of messages: all detectors are heard, their votes fused, and the scope told."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.routing.decision import NearestExample, Vote
from assistant.routing.detectors import Query, Scores, SentenceEncoder
from assistant.routing.lexical import LexicalDetector
from assistant.routing.linear import LinearDetector
from assistant.routing.nearest import NearestDetector, familiarity
from assistant.routing.plan import EncoderPlan
from assistant.routing.rules import RuleDetector
from assistant.routing.trained import Trained
from assistant.routing.wording import Wording, plain
from assistant.text.language import Language

ENOUGH = 0.9
"""A stage that gives a message's intent this probability isn't followed by the next one."""
_SHOWN = 3


@dataclass(frozen=True)
class Reading:
    """What the detectors together make of one text.

    Args:
        text: as the customer wrote it.
        probabilities: by intent, best first; they sum to 1 together with the share of "out of scope".
        outside: probability that it is no business of the shop, and `limit`, above which it counts as such.
        nearest: examples of the catalogue close to it, nearest first.
        votes: what each detector said.
    """

    text: str
    probabilities: tuple[tuple[str, float], ...]
    outside: float
    limit: float
    nearest: tuple[NearestExample, ...]
    votes: tuple[Vote, ...]

    @property
    def intent(self) -> str:
        """The most probable intent."""
        return self.probabilities[0][0]

    @property
    def probability(self) -> float:
        """Of that intent."""
        return self.probabilities[0][1]

    @property
    def is_outside(self) -> bool:
        """Whether the text is out of scope."""
        return self.outside > self.limit

    def of(self, intent: str) -> float:
        """The probability of one intent."""
        return next((probability for name, probability in self.probabilities if name == intent), 0.0)


class Judge:
    """Reads texts with everything but the language model.

    Args:
        trained: what the catalogue taught.
        encoders: by name.
        wording: prepares texts for encoders, as in training.
        plan: the encoders of each stage, as in training.
        rules: patterns of the catalogue.
        nearest: examples of the catalogue.
    """

    def __init__(
        self,
        trained: Trained,
        encoders: Mapping[str, SentenceEncoder],
        wording: Wording,
        plan: EncoderPlan,
        rules: RuleDetector,
        nearest: NearestDetector,
    ) -> None:
        self._trained = trained
        self._encoders = encoders
        self._wording = wording
        self._plan = plan
        self._rules = rules
        self._nearest = nearest

    def figures(self, language: Language) -> Mapping[str, float]:
        """What training measured on held-back examples, and the thresholds that it chose."""
        return self._trained.stages[language][-1].figures

    def read(self, texts: Sequence[str], language: Language, *, enough: float = ENOUGH) -> list[Reading]:
        """One reading for each text.

        Args:
            enough: a stage that gives an intent this probability isn't followed by the next one.
        """
        vectors: list[dict[str, np.ndarray]] = [{} for _ in texts]
        queries = [Query(t, plain(t, language), language, v) for t, v in zip(texts, vectors, strict=True)]
        readings: dict[int, Reading] = {}
        scores: dict[str, Scores] = {}
        times: dict[str, float] = {}
        neighbours: list[list[NearestExample]] = []
        open_rows = list(range(len(texts)))
        for number, stage in enumerate(self._trained.stages[language]):
            asked = [queries[row] for row in open_rows]
            for name in self._plan.stages[language][number]:
                self._hear(name, [vectors[row] for row in open_rows], asked, language, scores, times)
            if number == 0:
                started = time.perf_counter()
                neighbours = [self._nearest.neighbours(query) for query in asked]
                scores["nearest"] = self._nearest.scores_of(neighbours)
                times["nearest"] = (time.perf_counter() - started) * 1000
                started = time.perf_counter()
                scores["rules"] = self._rules.scores(asked)
                times["rules"] = (time.perf_counter() - started) * 1000
                if language in self._trained.lexical:
                    started = time.perf_counter()
                    words = LexicalDetector(self._trained.lexical[language])
                    scores[words.name] = words.scores(asked)
                    times[words.name] = (time.perf_counter() - started) * 1000
            pooled = stage.pool.log_probabilities(scores)
            outside = stage.scope.outside(pooled, [familiarity(found) for found in neighbours])
            keep = []
            for at, row in enumerate(open_rows):
                votes = self._votes(texts[row], {name: values[at] for name, values in scores.items()}, times)
                readings[row] = Reading(
                    text=texts[row],
                    probabilities=self._ranked(pooled[at]),
                    outside=float(outside[at]),
                    limit=stage.scope.threshold,
                    nearest=tuple(neighbours[at]),
                    votes=votes,
                )
                if readings[row].probability < enough:
                    keep.append(at)
            open_rows = [open_rows[at] for at in keep]
            if not open_rows:
                break
            scores = {name: values[keep] for name, values in scores.items()}
            neighbours = [neighbours[at] for at in keep]
        return [readings[row] for row in range(len(texts))]

    def _hear(
        self,
        name: str,
        vectors: Sequence[dict[str, np.ndarray]],
        queries: Sequence[Query],
        language: Language,
        scores: dict[str, Scores],
        times: dict[str, float],
    ) -> None:
        started = time.perf_counter()
        rows = self._encoders[name].embed([self._wording.of(q.text, language, name) for q in queries], as_query=True)
        for mine, row in zip(vectors, rows, strict=True):
            mine[name] = row
        detector = LinearDetector(name, self._trained.linear[name, language])
        scores[detector.name] = detector.scores(queries)
        times[detector.name] = (time.perf_counter() - started) * 1000

    def _ranked(self, pooled: Scores) -> tuple[tuple[str, float], ...]:
        names = self._trained.names
        order = np.argsort(-pooled[:-1])
        return tuple((names[number], float(np.exp(pooled[number]))) for number in order)

    def _votes(self, text: str, scores: Mapping[str, Scores], times: Mapping[str, float]) -> tuple[Vote, ...]:
        votes = []
        for name, values in scores.items():
            shares = np.exp(values) if name != "rules" else values
            top = [int(i) for i in np.argsort(-shares)[:_SHOWN] if name != "rules" or shares[i] > 0]
            shown = tuple((self._trained.names[i] or "out_of_scope", round(float(shares[i]), 4)) for i in top)
            votes.append(Vote(detector=name, words=text, scores=shown, milliseconds=round(times[name], 3)))
        return tuple(votes)
