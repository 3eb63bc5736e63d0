"""Vectors of several encoders put together."""

import numpy as np
import pytest

from assistant.routing.detectors.blend import FEWEST_ROWS, Blend, fit_blend
from assistant.routing.detectors.detector import Matrix


@pytest.fixture
def vectors() -> dict[str, Matrix]:
    """Rows that differ most in their first direction, by two encoders."""
    drawn = np.random.default_rng(3)
    wide = np.array([4.0, 1.0, 1.0, 0.5])
    shape = (2 * FEWEST_ROWS, 4)
    return {name: (drawn.normal(size=shape) * wide + 2.0).astype(np.float32) for name in ("minilm", "e5")}


def test_every_row_has_length_1_and_every_encoder_its_share(vectors: dict[str, Matrix]) -> None:
    blend = fit_blend(vectors)
    rows = blend.of(vectors)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
    for share, block in blend.slices():
        np.testing.assert_allclose((rows[:, block] ** 2).sum(axis=1), share, atol=1e-5)


def test_what_rows_differ_in_most_weighs_more_than_before(vectors: dict[str, Matrix]) -> None:
    blend = fit_blend(vectors)
    plain = Blend(blend.means, {name: np.eye(4, dtype=np.float32) for name in vectors})
    emphasised, as_they_are = (np.abs(each.of(vectors)[:, 0]).mean() for each in (blend, plain))
    assert emphasised > as_they_are


def test_a_message_alone_is_blended_as_it_is_among_others(vectors: dict[str, Matrix]) -> None:
    blend = fit_blend(vectors)
    alone = blend.of({name: rows[5:6] for name, rows in vectors.items()})
    np.testing.assert_allclose(alone[0], blend.of(vectors)[5], atol=1e-5)


def test_few_rows_are_blended_as_they_are(vectors: dict[str, Matrix]) -> None:
    few = {name: rows[: FEWEST_ROWS - 1] for name, rows in vectors.items()}
    assert all((matrix == np.eye(4)).all() for matrix in fit_blend(few).emphasis.values())
