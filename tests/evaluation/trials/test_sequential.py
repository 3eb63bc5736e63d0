"""A trial may be looked at whenever somebody likes, and is still wrongly decided as seldom as it says."""

import math
import random

import pytest

from assistant.evaluation.trials.outcomes import OUTCOMES, Observation
from assistant.evaluation.trials.sequential import difference
from assistant.evaluation.trials.verdict import ALPHA, status_of
from assistant.text.trials import Arm

TRIALS = 200
LOOKS = range(50, 801, 25)


def observation(
    draw: random.Random, arm: Arm, contained: float, seconds: float = 1.0, stars: float = 4.0
) -> Observation:
    return Observation(
        arm=arm,
        contained=float(draw.random() < contained),
        rating=min(5.0, max(1.0, round(draw.gauss(stars, 1.0)))) if draw.random() < 0.3 else None,
        supported=min(1.0, max(0.0, draw.gauss(0.8, 0.15))),
        latency=draw.gauss(math.log(seconds), 0.6),
    )


def naive_p(base: list[float], candidate: list[float]) -> float:
    a, b = (sum(values) / len(values) for values in (base, candidate))
    variance = a * (1 - a) / len(base) + b * (1 - b) / len(candidate)
    return math.erfc(abs(a - b) / math.sqrt(2 * variance)) if variance else 1.0


def test_equal_arms_are_seldom_told_apart_however_often_one_looks() -> None:
    draw = random.Random(11)
    wrong = naive = 0
    for _ in range(TRIALS):
        arms = [[float(draw.random() < 0.7) for _ in range(LOOKS[-1])] for _ in range(2)]
        looks = [difference(arms[0][:n], arms[1][:n], alpha=ALPHA, scale=0.03, bounds=(0, 1)) for n in LOOKS]
        wrong += any(look.low > 0 or look.high < 0 for look in looks)
        naive += any(naive_p(arms[0][:n], arms[1][:n]) < ALPHA for n in LOOKS)
    assert wrong / TRIALS <= ALPHA
    assert naive / TRIALS > 3 * ALPHA  # what peeking does to a test that isn't made for it


def test_a_whole_trial_of_equal_versions_is_seldom_decided_for_one_of_them() -> None:
    draw = random.Random(12)
    wrong = 0
    for _ in range(TRIALS // 2):
        found = [observation(draw, "candidate" if draw.random() < 0.5 else "base", 0.75) for _ in range(600)]
        wrong += any(status_of(found[:n]).verdict in ("better", "worse") for n in range(120, 601, 40))
    assert wrong / (TRIALS // 2) <= ALPHA


def test_a_difference_is_found_and_told_for_whom() -> None:
    draw = random.Random(13)
    better = [observation(draw, "candidate" if n % 2 else "base", 0.85 if n % 2 else 0.65) for n in range(1200)]
    status = status_of(better)
    assert status.verdict == "better"
    contained = status.outcomes[OUTCOMES.index("contained")]
    assert contained.low <= 0.2 <= contained.high
    assert contained.p < ALPHA
    slower = [observation(draw, "candidate" if n % 2 else "base", 0.8, 2.0 if n % 2 else 1.0) for n in range(1200)]
    status = status_of(slower)
    assert status.verdict == "worse"
    assert status.outcomes[OUTCOMES.index("latency")].candidate == pytest.approx(2.0, rel=0.15)


def test_versions_that_differ_in_nothing_that_matters_are_called_the_same_in_the_end() -> None:
    draw = random.Random(14)
    found = [observation(draw, "candidate" if n % 2 else "base", 0.9) for n in range(24_000)]
    assert status_of(found).verdict == "the same"


def test_few_observations_or_arms_that_never_fail_decide_nothing() -> None:
    few = difference([1.0] * 49, [0.0] * 500, alpha=0.05, scale=0.03, bounds=(0, 1))
    assert (few.low, few.high, few.p) == (-math.inf, math.inf, 1.0)
    perfect = difference([1.0] * 100, [1.0] * 100, alpha=0.05, scale=0.03, bounds=(0, 1))
    assert perfect.low < 0 < perfect.high
    assert status_of([]).verdict == "open"
