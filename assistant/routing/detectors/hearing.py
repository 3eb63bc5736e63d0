"""Embeds messages with the encoders of a stage, two of them at a time: one core would wait for the other."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from assistant.routing.detectors.detector import Matrix, Query, SentenceEncoder
from assistant.routing.reading.wording import Wording

_BESIDE = 1


class Hearing:
    """What encoders make of messages.

    Args:
        encoders: by name.
        wording: prepares texts for them, as in training.
    """

    def __init__(self, encoders: Mapping[str, SentenceEncoder], wording: Wording) -> None:
        self._encoders = encoders
        self._wording = wording
        self._beside = ThreadPoolExecutor(_BESIDE, thread_name_prefix="encoder")

    def vectors(self, names: Sequence[str], queries: Sequence[Query]) -> dict[str, tuple[Matrix, float]]:
        """By encoder, unit vectors of shape (n, dimension) for `n` queries, and the milliseconds that they took.

        The first encoder works in the caller's thread, the others beside it.
        """
        first, *others = names
        waiting = {name: self._beside.submit(self._embedded, name, queries) for name in others}
        found = {first: self._embedded(first, queries)}
        return found | {name: future.result() for name, future in waiting.items()}

    def _embedded(self, name: str, queries: Sequence[Query]) -> tuple[Matrix, float]:
        started = time.perf_counter()
        texts = [self._wording.of(query.text, query.language, name) for query in queries]
        return self._encoders[name].embed(texts, as_query=True), (time.perf_counter() - started) * 1000
