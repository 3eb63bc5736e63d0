"""Thresholds are chosen so that a stated share of decisions is wrong, or a stated share is asked about."""

import numpy as np
import pytest

from assistant.routing.fusion.risk import choose_limits


def decisions(size: int = 4000, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities that are as often right as they say."""
    rng = np.random.default_rng(seed)
    probability = rng.beta(4, 1, size)
    return probability, rng.random(size) < probability


def test_above_the_threshold_the_stated_risk_is_kept() -> None:
    probability, right = decisions()
    limits = choose_limits(probability, right, risk=0.1, most=0.9)
    assert (~right[probability >= limits.ask_model]).mean() <= 0.1
    assert limits.risk == pytest.approx((~right[probability >= limits.ask_model]).mean(), abs=0.002)


def test_no_more_than_the_stated_share_is_asked_about() -> None:
    probability, right = decisions()
    limits = choose_limits(probability, right, risk=0.001, most=0.15)
    assert limits.asked == pytest.approx(0.15, abs=0.001)
    assert (probability < limits.ask_model).mean() == pytest.approx(0.15, abs=0.002)
    assert limits.risk > 0.001


def test_a_customer_is_asked_only_where_most_decisions_would_be_wrong() -> None:
    probability, right = decisions()
    limits = choose_limits(probability, right)
    assert 0.2 < limits.act < 0.6
    assert limits.act <= limits.ask_model


def test_nothing_held_back_leaves_cautious_thresholds() -> None:
    limits = choose_limits(np.array([]), np.array([], dtype=bool))
    assert 0 < limits.act < limits.ask_model < 1
