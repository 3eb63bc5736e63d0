"""What training asks of detectors that have not seen an example, and which examples the slow encoder reads."""

import numpy as np

from assistant.routing.detectors.lexical import Bags, fit_lexical
from assistant.routing.detectors.nearest import FAMILIAR_TO, scores_by_examples
from assistant.routing.learning.chosen import covering, evenly

TEXTS = [
    *("where is my parcel", "track my parcel please", "has my parcel been sent", "parcel still not here"),
    *("cancel my order", "please cancel it", "i want to cancel the order", "stop the order"),
    *("hello there", "good morning", "hi", "hello again"),
]
LABELS = np.repeat([0, 1, 2], 4)


def test_words_are_judged_by_a_classifier_that_has_not_read_them() -> None:
    folds = np.tile([0, 1, 2, -1], 3)
    bags = Bags.of(TEXTS, "en")
    votes = bags.held_back(LABELS, folds, 3)
    for fold in range(3):
        taught = [row for row in range(len(TEXTS)) if folds[row] != fold]
        other = fit_lexical([TEXTS[row] for row in taught], LABELS[taught].tolist(), 3, "en")
        held = np.flatnonzero(folds == fold)
        np.testing.assert_allclose(votes[held], other.log_probabilities([TEXTS[r] for r in held], "en"), atol=2e-3)
    assert not votes[folds == -1].any()


def test_an_example_is_never_found_near_itself_nor_near_its_twin() -> None:
    rng = np.random.default_rng(3)
    vectors = rng.normal(size=(60, 8)).astype(np.float32)
    vectors[7] = vectors[3]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    labels = rng.integers(0, 4, size=60)
    labels[[3, 7]] = 1
    same = np.arange(60)
    same[7] = same[3]
    _, familiar = scores_by_examples(vectors, vectors, labels, 4, same)
    cosines = vectors @ vectors.T
    for row in range(60):
        others = [at for at in np.argsort(-cosines[row]) if same[at] != same[row]][:16]
        near = [round(float(cosines[row, at]), 4) for at in others if labels[at] != 3][:FAMILIAR_TO]
        assert abs(familiar[row] - np.mean(near)) < 1e-4


def test_the_nearest_example_of_a_class_speaks_for_it_and_few_examples_are_enough() -> None:
    vectors = np.eye(3, dtype=np.float32)
    scores, familiar = scores_by_examples(vectors[:1], vectors, np.array([1, 0, 2]), 3)
    assert scores[0].argmax() == 1
    assert familiar[0] == 0.5  # of the two that belong to intents


def test_a_slow_encoder_reads_typical_examples_and_those_far_from_them() -> None:
    rng = np.random.default_rng(5)
    crowd = np.array([1.0, 0.0, 0.0]) + 0.01 * rng.normal(size=(97, 3))
    odd = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
    vectors = np.concatenate([crowd[:40], odd, crowd[40:]]).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    chosen = covering(vectors, np.zeros(100, dtype=np.int64), most=10)
    assert chosen.read.sum() == 10
    assert chosen.typical.sum() == 5
    assert chosen.read[40:43].all()
    assert not (chosen.typical & ~chosen.read).any()
    assert covering(vectors, np.arange(100) // 50, most=60).typical.all()


def test_places_lie_evenly_along_a_list() -> None:
    assert evenly(9, 3).tolist() == [0, 4, 8]
    assert evenly(2, 5).tolist() == [0, 1]
    assert evenly(0, 5).tolist() == []
