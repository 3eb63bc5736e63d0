"""Intents' names as a detector of few examples."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from assistant.models.embeddings.encoder import Encoder
from assistant.routing.build import learn
from assistant.routing.detectors import few
from assistant.routing.detectors.detector import Matrix
from assistant.routing.detectors.named import fit_named
from assistant.routing.intents.catalogue import Catalogue
from tests.routing.small_bank import BANK


@pytest.fixture
def blended() -> tuple[Matrix, Matrix, np.ndarray]:
    """Examples of three classes around their names, and the names."""
    drawn = np.random.default_rng(7)
    names = drawn.normal(size=(3, 12))
    labels = np.repeat(np.arange(3), 6)
    rows = names[labels] + 0.8 * drawn.normal(size=(18, 12))
    return (
        (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32),
        (names / np.linalg.norm(names, axis=1, keepdims=True)).astype(np.float32),
        labels,
    )


def test_a_message_like_no_example_is_read_by_the_intents_names(
    encoders: Mapping[str, Encoder], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(few, "FEWEST_NAMED", 3)
    folder = tmp_path / "bank"
    folder.mkdir()
    (folder / "bank.yaml").write_text(BANK, encoding="utf-8")
    trained = learn(Catalogue.load(folder), encoders, tmp_path)
    said = ["lost", "remaining balance", "lend"]
    vectors = {name: encoders[name].embed(said) for name in ("minilm", "use")}
    votes = trained.votes("en", ("minilm", "use"), ("minilm", "use"), vectors)
    for kind in ("names:minilm+use", "profile:minilm+use"):
        assert [trained.names[at] for at in votes[kind].argmax(axis=1)] == ["lost_card", "balance", "loan"]


def test_what_is_said_of_an_example_is_what_is_said_without_it(blended: tuple[Matrix, Matrix, np.ndarray]) -> None:
    rows, names, labels = blended
    others = np.arange(len(rows)) != 4
    _, near, left_out = fit_named(rows, labels, others, names, np.arange(3), 4)
    without, _, _ = fit_named(rows[others], labels[others], np.ones(17, dtype=bool), names, np.arange(3), 4)
    by_names, by_profile = without.log_probabilities(rows[4:5])
    np.testing.assert_allclose(by_names[0], near[4], atol=1e-4)
    np.testing.assert_allclose(by_profile[0], left_out[4], atol=1e-4)


def test_a_class_without_a_name_is_neither_near_nor_far(blended: tuple[Matrix, Matrix, np.ndarray]) -> None:
    rows, names, labels = blended
    named, _, _ = fit_named(rows, labels, np.ones(18, dtype=bool), names, np.arange(3), 4)
    near, _ = named.log_probabilities(rows)
    assert (near[:, 3] < near.max(axis=1)).all()
    assert np.isfinite(near).all()
    np.testing.assert_allclose(np.exp(near).sum(axis=1), 1.0)
