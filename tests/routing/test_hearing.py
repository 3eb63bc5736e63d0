"""The quick encoders read a message at the same time: on two cores a customer waits for the slower one only."""

from collections.abc import Sequence
from threading import Barrier, current_thread

import numpy as np
import pytest

from assistant.routing.detectors.detector import Matrix, Query
from assistant.routing.detectors.hearing import Hearing
from assistant.routing.reading.products import ProductWords
from assistant.routing.reading.wording import Wording

_QUERIES = [Query("where is my parcel", "where is my parcel", "en"), Query("cancel it", "cancel it", "en")]


class _Encoder:
    """Gives the same number for each text, once another one works beside it."""

    def __init__(self, number: float, together: Barrier) -> None:
        self.number, self.together, self.thread = number, together, ""

    def embed(self, texts: Sequence[str], *, as_query: bool = True) -> Matrix:
        self.together.wait(timeout=20)
        self.thread = current_thread().name
        return np.full((len(texts), 2), self.number, dtype=np.float32)


class _Broken:
    def embed(self, texts: Sequence[str], *, as_query: bool = True) -> Matrix:
        raise OSError("the weights are gone")


def _hearing(**encoders: object) -> Hearing:
    return Hearing(encoders, Wording(ProductWords.of_shop()))  # type: ignore[arg-type]


def test_two_encoders_read_a_message_at_the_same_time() -> None:
    together = Barrier(2)
    one, other = _Encoder(1.0, together), _Encoder(2.0, together)
    found = _hearing(minilm=one, use=other).vectors(("minilm", "use"), _QUERIES)
    assert {name: vectors.tolist() for name, (vectors, _) in found.items()} == {
        "minilm": [[1.0, 1.0]] * 2,
        "use": [[2.0, 2.0]] * 2,
    }
    assert one.thread != other.thread


def test_one_encoder_works_in_the_thread_that_asks() -> None:
    alone = _Encoder(1.0, Barrier(1))
    _hearing(use=alone).vectors(("use",), _QUERIES)
    assert alone.thread == current_thread().name


def test_what_fails_beside_is_not_swallowed() -> None:
    with pytest.raises(OSError, match="the weights are gone"):
        _hearing(minilm=_Encoder(1.0, Barrier(1)), use=_Broken()).vectors(("minilm", "use"), _QUERIES)
