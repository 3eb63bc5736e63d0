"""Figures of runs: how sure a rate is, how often k tries pass, and whether a difference is chance."""

import math
import random

import pytest

from assistant.evaluation.suites.diff.significance import paired_p
from assistant.evaluation.suites.figures.calibration import Calibration
from assistant.evaluation.suites.figures.intervals import clustered_interval, pass_at, pass_power
from assistant.evaluation.suites.figures.summary import summarise
from assistant.evaluation.suites.running.results import Result, Status
from assistant.evaluation.suites.running.seen import Seen, SeenIntent, SeenTurn


def test_repeats_of_one_case_make_a_rate_no_surer() -> None:
    once = {f"c{i}": [i % 2 == 0] for i in range(40)}
    four_times = {case: found * 4 for case, found in once.items()}
    rate, low, high = clustered_interval(once)
    assert rate == 0.5
    assert clustered_interval(four_times) == pytest.approx((rate, low, high))
    apart = {f"{case}-{i}": found for case, found in once.items() for i in range(4)}
    assert clustered_interval(apart)[1] > low


def test_the_interval_holds_the_truth_about_19_times_in_20() -> None:
    draw = random.Random(3)
    held = 0
    for _ in range(400):
        chances = [draw.betavariate(4, 2) for _ in range(60)]
        found = {str(at): [draw.random() < chance for _ in range(3)] for at, chance in enumerate(chances)}
        _, low, high = clustered_interval(found)
        held += low <= 2 / 3 <= high
    assert 0.91 < held / 400 < 0.98


def test_an_interval_of_cases_that_all_pass_does_not_shrink_to_nothing() -> None:
    rate, low, high = clustered_interval({f"c{i}": [True] for i in range(20)})
    assert (rate, high) == (1.0, 1.0)
    assert low == pytest.approx(0.8389, abs=1e-3)
    assert clustered_interval({}) == (0.0, 0.0, 0.0)


def test_pass_power_and_pass_at_are_those_of_their_papers() -> None:
    found = {"a": [True, True, False, False], "b": [True] * 4}
    assert pass_power(found, 1) == pytest.approx(0.75)
    assert pass_power(found, 2) == pytest.approx((1 / 6 + 1) / 2)
    assert pass_power(found, 4) == pytest.approx(0.5)
    assert pass_at(found, 2) == pytest.approx((5 / 6 + 1) / 2)


def test_a_paired_difference_is_tested_exactly() -> None:
    assert paired_p([]) == paired_p([0.0, 0.0]) == 1.0
    assert paired_p([-1.0] * 6) == pytest.approx(2 / 64)
    assert paired_p([-1.0] * 5 + [1.0]) == pytest.approx(2 * 7 / 64)
    assert paired_p([-1.0, -0.5]) == pytest.approx(0.5)
    many = [(-1.0 if at % 3 else 0.5) for at in range(60)]
    assert paired_p(many) == paired_p(many) < 0.001


def test_sure_and_wrong_is_a_calibration_error() -> None:
    sure, honest = Calibration(), Calibration()
    for at in range(10):
        sure.add(0.99, at % 2 == 0)
        honest.add(0.55, at % 2 == 0)
    assert sure.error == pytest.approx(0.49)
    assert honest.error == pytest.approx(0.05)
    assert Calibration().error is None


def result(case: str, status: Status, repeat: int = 0, **more: object) -> Result:
    fields = {
        "suite": case.partition("/")[0],
        "kind": "decision",
        "behaviour": "b",
        "language": "en",
        "prompts": "base",
        "prompts_hash": "abc",
        "model": "none",
    }
    return Result.model_validate({"case": case, "status": status, "repeat": repeat, **fields, **more})


def test_errors_of_infrastructure_are_in_no_rate() -> None:
    results = [result("s/a:en", "pass"), result("s/b:en", "error"), result("s/c:en", "invalid")]
    (column,) = summarise("r", results, {"s": 1.0}).columns
    assert (column.overall.passed, column.overall.results, column.errors, column.invalid) == (1, 1, 1, 1)
    assert not summarise("r", results, {"s": 1.0}).below()


def test_a_case_that_passes_now_and_then_is_flaky_and_fails_the_threshold() -> None:
    results = [
        result("s/a:en", "pass"),
        result("s/a:en", "fail", 1),
        result("s/b:en", "pass"),
        result("s/b:en", "pass", 1),
    ]
    summary = summarise("r", results, {"s": 0.9})
    (column,) = summary.columns
    assert column.flaky == ("s/a:en",)
    assert column.powers == {1: pytest.approx(0.75), 2: pytest.approx(0.5)}
    assert summary.below() == ["base / none: s 75.0% is below 90.0%"]


def test_wrong_decisions_are_counted_as_confusion_and_costs_by_price() -> None:
    turn = SeenTurn(
        say="x",
        outcome="routed",
        intents=(SeenIntent(intent="greeting", probability=0.8),),
        input_tokens=1_000_000,
        output_tokens=500_000,
        model_calls=2,
        timings_ms={"understand": 4.0, "total": 5.0},
    )
    wrong = result("s/a:en", "fail", problems=["it was read as greeting and not as thanks"], seen=Seen(turns=(turn,)))
    (column,) = summarise("r", [wrong], {}, prices=(2.0, 10.0)).columns
    assert column.confusion == (("thanks", "greeting", 1),)
    assert math.isclose(column.cost, 7.0)
    assert column.ece == pytest.approx(0.8)
    assert set(column.stages) == {"understand"}
