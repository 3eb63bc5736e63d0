"""Reads messages, or parts of messages: all detectors are heard, their votes fused, and the scope told."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock

import numpy as np

from assistant.errors import OperatorError
from assistant.routing.decision import NearestExample, Vote
from assistant.routing.detectors.detector import OUT, Query, Scores, SentenceEncoder, log_softmax
from assistant.routing.detectors.encoders import EncoderPlan
from assistant.routing.detectors.few import CLASSIFIER
from assistant.routing.detectors.hearing import Hearing
from assistant.routing.detectors.lexical import LexicalDetector
from assistant.routing.detectors.nearest import NearestDetector, familiarity, joined
from assistant.routing.detectors.rules import OutsideDetector, RuleDetector
from assistant.routing.fusion.scope import Scope, surely
from assistant.routing.learning.corrections import BOOST, Correction, CorrectionFile, CorrectionMemory
from assistant.routing.learning.trained import Trained
from assistant.routing.reading.seams import Words
from assistant.routing.reading.wording import Wording, plain
from assistant.text.language import Language

_SHOWN = 3
_CORRECTED = 0.8 * BOOST


@dataclass(frozen=True)
class Reading:
    """What the detectors together make of one text.

    Args:
        text: as the customer wrote it.
        probabilities: by intent, best first; they sum to 1 together with the share of "out of scope".
        outside: probability that it is no business of the shop, and `limit`, above which it counts as such.
        nearest: examples of the catalogue close to it, nearest first.
        votes: what each detector said.
        corrected: whether it was decided by a correction, see `corrections`.
    """

    text: str
    probabilities: tuple[tuple[str, float], ...]
    outside: float
    limit: float
    nearest: tuple[NearestExample, ...]
    votes: tuple[Vote, ...]
    corrected: bool = False

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

    @property
    def is_far_outside(self) -> bool:
        """Whether the text is surely out of scope, rather than hard to read."""
        return self.outside > surely(self.limit)

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
        corrections: what was learned since; None where nothing is.
        outside: patterns of other people's business; None where the catalogue has none.
    """

    def __init__(
        self,
        trained: Trained,
        encoders: Mapping[str, SentenceEncoder],
        wording: Wording,
        plan: EncoderPlan,
        rules: RuleDetector,
        nearest: NearestDetector,
        corrections: CorrectionFile | None = None,
        outside: OutsideDetector | None = None,
    ) -> None:
        self._trained = trained
        self._hearing = Hearing(encoders, wording)
        self._wording = wording
        self._plan = plan
        self._rules = rules
        self._nearest = nearest
        self._corrections = corrections
        self._outside = outside if outside is not None and outside.speaks else None
        self._memory, self._generation = CorrectionMemory(trained.names), 0
        self._catching_up = Lock()

    def learn(self, text: str, intent: str, language: Language, conversation_id: str = "") -> None:
        """Remember what a message asks for; the next decision knows it already.

        Args:
            intent: empty for messages out of scope.
            conversation_id: that the message was said in, if it was.

        Raises:
            OperatorError: there is nowhere to keep it.
        """
        if self._corrections is None:
            raise OperatorError("this router keeps no corrections", fix="build it with a file for corrections")
        self._corrections.add(Correction(text, intent, language, conversation_id))

    def figures(self, language: Language) -> Mapping[str, float]:
        """What training measured on held-back examples, and the thresholds that it chose."""
        return self._trained.stages[language][-1].figures

    def enough(self, language: Language) -> float:
        """The probability of an intent that settles what the first stage read."""
        return self._trained.stages[language][0].enough

    def products(self, text: str) -> frozenset[str]:
        """The products that a text names, in small letters."""
        return self._wording.products(text)

    def asked_for(self, text: str, language: Language) -> dict[str, float]:
        """How surely the words of a text ask for each intent, be it among others; empty where that wasn't learned."""
        apart = self._trained.apart.get(language)
        return {} if apart is None else dict(zip(self._trained.names[:-1], apart.margins(text, language), strict=False))

    def requests(self, text: str, language: Language) -> float:
        """Log-odds that a text asks for something rather than tells a story; 0 where that wasn't learned."""
        apart = self._trained.apart.get(language)
        return 0.0 if apart is None else apart.asks(text, language)

    def parts(self, left: str, between: str, right: str, language: Language) -> float:
        """Log-odds that a request of its own begins with `right`, by the words; 0 where that wasn't learned."""
        apart = self._trained.apart.get(language)
        return 0.0 if apart is None else apart.parts(left, between, right, language)

    def by_words(self, text: str, language: Language) -> dict[str, float]:
        """Log-probability of each intent by the words of a text alone; empty where no words were learned."""
        if language not in self._trained.lexical:
            return {}
        scores = self._trained.lexical[language].log_probabilities([plain(text, language)], language)[0]
        return {name: float(score) for name, score in zip(self._trained.names, scores, strict=True) if name != OUT}

    def wordings(self, texts: Sequence[str], language: Language) -> list[Words]:
        """What each text asks for by its words alone; none where words, or what asks, weren't learned."""
        if language not in self._trained.lexical or language not in self._trained.apart:
            return []
        prepared = [plain(text, language) for text in texts]
        scores = self._trained.lexical[language].log_probabilities(prepared, language)
        best = np.argmax(scores, axis=1)
        return [
            Words(self._trained.names[at], float(row[at]), self.requests(text, language))
            for text, row, at in zip(texts, scores, best, strict=True)
        ]

    def read(self, texts: Sequence[str], language: Language, *, enough: float | None = None) -> list[Reading]:
        """One reading for each text.

        Args:
            enough: a stage that gives an intent this probability isn't followed by the next one; None for what
                the stages themselves ask for.
        """
        vectors: list[dict[str, np.ndarray]] = [{} for _ in texts]
        queries = [Query(t, plain(t, language), language, v) for t, v in zip(texts, vectors, strict=True)]
        readings: dict[int, Reading] = {}
        times: dict[str, float] = {}
        scores: dict[str, Scores] = {}
        neighbours: list[list[NearestExample]] = []
        boosts: list[dict[str, float]] = []
        open_rows = list(range(len(texts)))
        stages = self._trained.stages[language]
        for number, stage in enumerate(stages):
            asked = [queries[row] for row in open_rows]
            self._hear(language, number, asked, [vectors[row] for row in open_rows], scores, times)
            if number == 0:
                started = time.perf_counter()
                neighbours = [self._nearest.neighbours(query) for query in asked]
                scores["nearest"] = self._nearest.scores_of(neighbours)
                boosts = self._boosts(asked, neighbours, language)
                times["nearest"] = (time.perf_counter() - started) * 1000
                started = time.perf_counter()
                scores["rules"] = self._rules.scores(asked)
                if self._outside is not None:
                    scores[self._outside.name] = self._outside.scores(asked)
                    times[self._outside.name] = (time.perf_counter() - started) * 1000
                times["rules"] = (time.perf_counter() - started) * 1000
                if language in self._trained.lexical:
                    started = time.perf_counter()
                    words = LexicalDetector(self._trained.lexical[language])
                    scores[words.name] = words.scores(asked)
                    times[words.name] = (time.perf_counter() - started) * 1000
            pooled = stage.pool.log_probabilities(scores)
            outside = stage.scope.outside(pooled, [familiarity(found) for found in neighbours])
            self._boost(pooled, outside, boosts)
            last = number == len(stages) - 1
            settled = np.ones(len(open_rows), dtype=bool) if last else stage.settled(pooled, outside, enough)
            for at in np.flatnonzero(settled):
                row = open_rows[at]
                readings[row] = Reading(
                    text=texts[row],
                    probabilities=self._ranked(pooled[at]),
                    outside=float(outside[at]),
                    limit=self._limit(stage.scope, {name: values[at] for name, values in scores.items()}),
                    nearest=tuple(neighbours[at]),
                    votes=self._votes(texts[row], {name: values[at] for name, values in scores.items()}, times),
                    corrected=max(boosts[at].values(), default=0.0) >= _CORRECTED,
                )
            keep = np.flatnonzero(~settled).tolist()
            open_rows = [open_rows[at] for at in keep]
            if not open_rows:
                break
            scores = {name: values[keep] for name, values in scores.items()}
            neighbours = [neighbours[at] for at in keep]
            boosts = [boosts[at] for at in keep]
        return [readings[row] for row in range(len(texts))]

    def _hear(
        self,
        language: Language,
        number: int,
        queries: Sequence[Query],
        vectors: Sequence[dict[str, np.ndarray]],
        scores: dict[str, Scores],
        times: dict[str, float],
    ) -> None:
        """Adds the votes of the classifiers of a stage."""
        new = self._plan.stages[language][number]
        heard = self._plan.heard(language)[number]
        for name, (embedded, took) in self._hearing.vectors(new, queries).items():
            for mine, row in zip(vectors, embedded, strict=True):
                mine[name] = row
            times[f"{CLASSIFIER}{name}"] = took
        started = time.perf_counter()
        rows = {name: np.stack([mine[name] for mine in vectors]) for name in heard}
        counted = self._trained.stages[language][number].pool.counted
        votes = self._trained.votes(language, heard, new, rows, counted)
        took = (time.perf_counter() - started) * 1000
        scores |= votes
        for name in votes:
            times.setdefault(name, took / len(votes))

    def _limit(self, scope: Scope, scores: Mapping[str, Scores]) -> float:
        """From which probability on a message is turned away; a pattern that knows it asks for surer signs."""
        known = bool(scores["rules"][:-1].any())
        elsewhere = self._outside is not None and bool(scores[self._outside.name].any())
        return scope.far if known and not elsewhere else scope.threshold

    def _boosts(
        self, queries: Sequence[Query], neighbours: Sequence[Sequence[NearestExample]], language: Language
    ) -> list[dict[str, float]]:
        """For each query, what corrections near it add to each intent."""
        if self._corrections is None:
            return [{} for _ in queries]
        memory = self._caught_up(self._corrections)
        boosts = []
        for query, found in zip(queries, neighbours, strict=True):
            others: dict[str, float] = {}
            for near in found:
                others.setdefault(near.intent, near.similarity)
            vector = joined(query, self._plan.first(language))
            boosts.append(memory.boosts(vector, language, others))
        return boosts

    def _caught_up(self, corrections: CorrectionFile) -> CorrectionMemory:
        """The memory with every correction in it that the file holds, and no other."""
        with self._catching_up:
            known, generation = corrections.read()
            if generation != self._generation:
                self._memory, self._generation = CorrectionMemory(self._trained.names), generation
            for correction in known[self._memory.seen :]:
                query = Query(correction.text, "", correction.language)
                heard = self._hearing.vectors(self._plan.first(correction.language), [query])
                vectors = {name: embedded[0] for name, (embedded, _) in heard.items()}
                self._memory.add(correction, joined(replace(query, vectors=vectors), list(vectors)))
            return self._memory

    def _boost(self, pooled: Scores, outside: Scores, boosts: Sequence[dict[str, float]]) -> None:
        """Raise the intents that corrections speak for, in place."""
        for row, raised in enumerate(boosts):
            for name, boost in raised.items():
                pooled[row, self._trained.names.index(name)] += boost
            if raised:
                pooled[row] = log_softmax(pooled[row])
                away = raised.get(OUT, 0.0) - max((b for name, b in raised.items() if name != OUT), default=0.0)
                odds = np.clip(outside[row], 1e-9, 1 - 1e-9)
                outside[row] = 1.0 / (1.0 + np.exp(-(np.log(odds / (1 - odds)) + away)))
                if abs(away) >= _CORRECTED:  # the same words again: whatever else speaks against it
                    outside[row] = float(away > 0)

    def _ranked(self, pooled: Scores) -> tuple[tuple[str, float], ...]:
        names = self._trained.names
        order = np.argsort(-pooled[:-1])
        return tuple((names[number], float(np.exp(pooled[number]))) for number in order)

    def _votes(self, text: str, scores: Mapping[str, Scores], times: Mapping[str, float]) -> tuple[Vote, ...]:
        votes = []
        for name, values in scores.items():
            by_pattern = name in ("rules", OutsideDetector.name)
            shares = values if by_pattern else np.exp(values)
            top = [int(i) for i in np.argsort(-shares)[:_SHOWN] if not by_pattern or shares[i] > 0]
            shown = tuple((self._trained.names[i] or "out_of_scope", round(float(shares[i]), 4)) for i in top)
            votes.append(Vote(detector=name, words=text, scores=shown, milliseconds=round(times[name], 3)))
        return tuple(votes)
