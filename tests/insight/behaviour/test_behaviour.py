"""What is bought with what, kinds of customers, and the prior that behaviour gives the router."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.app import Wiring
from assistant.errors import OperatorError
from assistant.insight.behaviour.customers import customer_features
from assistant.insight.behaviour.prior import BehaviourPrior, Wanted
from assistant.insight.behaviour.rules import bought_with, goes_with
from assistant.insight.behaviour.segments import segments
from assistant.routing.fusion.prior import LARGEST, SURE, leaned

OPEN = (("return_items", 0.4), ("track_shipment", 0.35), ("product_details", 0.25))
CLEAR = (("cancel_order", 0.95), ("return_items", 0.05))


def wanted(count: int, *, helpful: bool, seed: int = 1) -> list[Wanted]:
    """Messages whose words leave three intents open; the act before tells which, or tells nothing."""
    drawn = random.Random(seed)
    act_of = {"return_items": "return_page", "track_shipment": "account_page", "product_details": "view"}
    made = []
    for _ in range(count):
        intent = drawn.choice(sorted(act_of))
        act = act_of[intent] if helpful and drawn.random() < 0.8 else drawn.choice(sorted(act_of.values()))
        made.append(Wanted((act,), OPEN, intent))
    return made


def test_rules_tell_what_is_bought_together_more_than_by_chance() -> None:
    baskets = [frozenset({"lamp", "bulb"})] * 8 + [frozenset({"lamp"})] * 2 + [frozenset({"tea"})] * 30
    rule = goes_with(bought_with(baskets), "bulb")[0]
    assert (rule.then, rule.orders, rule.confidence, rule.lift) == ("lamp", 8, 1.0, 4.0)


def test_what_everybody_buys_goes_with_nothing() -> None:
    baskets = [frozenset({"bag", item}) for item in "abcde"] * 4
    assert bought_with(baskets) == []
    assert bought_with([]) == []


def words(feature: str, above: bool) -> str:
    return f"{'much' if above else 'little'} {feature}" if feature else "usual"


def test_kinds_of_customers_are_found_named_and_counted() -> None:
    drawn = random.Random(3)
    many = {f"m{n}": {"orders": 20 + drawn.random(), "returns": 0.0} for n in range(40)}
    back = {f"r{n}": {"orders": 3 + drawn.random(), "returns": 0.9} for n in range(20)}
    bought = {name: {"Lamps": 5} for name in back} | {name: {"Tea": 5} for name in many}
    found = segments(many | back, bought, words)
    assert [segment.size for segment in found] == [40, 20]
    assert set(found[1].members) == set(back)
    assert "much returns" in found[1].name
    assert "Lamps" in found[1].name
    assert segments(many | back, bought, words) == found


def test_customers_that_are_all_alike_are_one_kind() -> None:
    same = {f"c{n}": {"orders": 1.0} for n in range(5)}
    assert [(s.size, s.name) for s in segments(same, {}, words)] == [(5, "usual")]
    assert segments({}, {}, words) == []


def test_features_come_from_the_shops_own_tables(house: Wiring) -> None:
    now = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    features, categories = customer_features(house.database, now)
    emma = house.shop.customer_by_email("emma.wilson@example.com")
    assert emma is not None
    orders = house.shop.orders(emma.customer_id)
    own = features[emma.customer_id]
    assert own["orders"] == len(orders)
    assert own["spent"] == sum(item.price.cents for order in orders for item in order.items) / 100
    assert sum(categories[emma.customer_id].values()) == sum(len(order.items) for order in orders)
    newest = max(order.placed_at for order in orders if order.placed_at)
    assert own["days_since"] == pytest.approx(max((now - newest) / timedelta(days=1), 0.0))


def test_what_was_done_before_tells_what_is_wanted() -> None:
    prior = BehaviourPrior.learn(wanted(400, helpful=True))
    assert prior.weight > 0
    assert leaned(OPEN, prior.lift(("account_page",)))[0][0] == "track_shipment"
    assert leaned(OPEN, prior.lift(("return_page",)))[0][0] == "return_items"


def test_acts_that_mean_nothing_get_no_weight() -> None:
    assert BehaviourPrior.learn(wanted(400, helpful=False)).weight == 0.0


def test_too_few_examples_teach_nothing() -> None:
    assert BehaviourPrior.learn(wanted(30, helpful=True)).lift(("view",)) == {}


def test_words_that_are_sure_always_win() -> None:
    assert CLEAR[0][1] > SURE
    assert leaned(CLEAR, {"return_items": 50.0}) == CLEAR


def test_a_lift_has_a_limit_and_the_sum_stays() -> None:
    huge, limited = leaned(OPEN, {"product_details": 50.0}), leaned(OPEN, {"product_details": LARGEST})
    assert huge == limited
    assert sum(probability for _, probability in huge) == pytest.approx(1.0)


def test_a_prior_that_misleads_is_soon_not_listened_to_and_may_win_trust_again() -> None:
    prior = BehaviourPrior.learn(wanted(400, helpful=True))
    wrong = {"return_page": "product_details", "account_page": "return_items", "view": "track_shipment"}
    for act, intent in [*wrong.items()] * 10:
        prior = prior.after_seeing(Wanted((act,), OPEN, intent))
    assert prior.lift(("return_page",)) == {}
    for example in wanted(200, helpful=True, seed=2):
        prior = prior.after_seeing(example)
    assert prior.lift(("return_page",))["return_items"] > 0


def test_a_prior_is_kept_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "insight" / "prior.json"
    assert BehaviourPrior.load(path) is None
    prior = BehaviourPrior.learn(wanted(400, helpful=True))
    prior.save(path)
    again = BehaviourPrior.load(path)
    assert again is not None
    assert again.lift(("view",)) == prior.lift(("view",))
    path.write_text("{]", encoding="utf-8")
    with pytest.raises(OperatorError):
        BehaviourPrior.load(path)
