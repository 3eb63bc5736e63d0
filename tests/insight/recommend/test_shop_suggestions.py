"""What the shop suggests: in stock, within the customer's limits, with a true reason, and never against their word."""

from assistant.app import Wiring
from assistant.ids import CustomerId
from assistant.insight.recommend.baskets import LEAST_TOGETHER, pairs_of, read_baskets
from assistant.insight.recommend.reasons import Reasons
from assistant.insight.recommend.sessions import Session
from assistant.insight.recommend.shop import ShopRecommender, kind_of
from assistant.insight.recommend.shop_check import check_shop
from assistant.shop.records import Money
from assistant.tools.suggestions import Constraints

EMMA = "emma.wilson@example.com"


def emma(wiring: Wiring) -> CustomerId:
    found = wiring.shop.customer_by_email(EMMA)
    assert found is not None
    return found.customer_id


def test_every_suggestion_is_in_stock_not_owned_and_truly_reasoned(house: Wiring) -> None:
    figures = check_shop(house.recommender, house.shop, house.database)
    assert figures.suggestions > figures.asked
    assert (figures.out_of_stock, figures.owned, figures.untrue) == (0, 0, 0)


def test_what_sells_out_is_no_longer_suggested(house: Wiring) -> None:
    from assistant.insight.recommend.shop import offered

    product = house.shop.products()[0]
    sold_out = [variant.model_copy(update={"available": False}) for variant in product.variants]
    assert offered(product.model_copy(update={"variants": tuple(sold_out)}), Constraints()) is None
    empty = [variant.model_copy(update={"available": True, "stock": 0}) for variant in product.variants]
    assert offered(product.model_copy(update={"variants": tuple(empty)}), Constraints()) is None


def test_a_price_limit_holds_for_what_is_shown(house: Wiring) -> None:
    limit = Money(cents=3_000, currency=house.shop.currency)
    found = house.recommender.recommend(emma(house), (), "", Constraints(max_price=limit, limit=10))
    assert found
    assert all(v.price.cents <= 3_000 for suggestion in found for v in suggestion.product.variants)


def test_a_wish_keeps_the_suggestions_to_what_was_asked_for(house: Wiring) -> None:
    found = house.recommender.recommend(None, (), "desk lamp", Constraints())
    assert found
    wanted = {product.product_id for product in house.shop.search_products("desk lamp", limit=30)}
    assert {suggestion.product.product_id for suggestion in found} <= wanted


def test_what_goes_with_a_product_is_not_another_one_like_it(house: Wiring) -> None:
    model = house.recommender.model()
    for product in house.shop.products()[:15]:
        found = house.recommender.recommend(None, (), "", Constraints(goes_with=product.product_id))
        for suggestion in found:
            assert suggestion.product.product_id != product.product_id
            linked = Reasons(model, [str(product.product_id)], [], beside=True).link(suggestion.product)
            assert linked is not None or kind_of(suggestion.product) != kind_of(product)


def test_a_product_that_nobody_bought_yet_is_placed_by_what_it_is_like(house: Wiring) -> None:
    fresh = ShopRecommender(house.shop, _Empty(house), house.recommender._embed, house.clock, _nobody)
    anchor = next(product for product in house.shop.products() if product.kind == "headphones")
    found = fresh.recommend(None, [anchor.product_id], "", Constraints())
    assert found[0].product.category == anchor.category
    assert found[0].reason.kind == "alike"
    assert found[0].reason.of == anchor.name


def test_what_visitors_looked_at_together_is_a_reason_once_enough_did(house: Wiring) -> None:
    one, other = house.shop.products()[0], house.shop.products()[40]
    visits = [Session((str(one.product_id), str(other.product_id)), float(at)) for at in range(LEAST_TOGETHER)]
    visits += [Session((str(product.product_id),), 0.0) for product in house.shop.products()]
    seen = ShopRecommender(house.shop, _Empty(house), house.recommender._embed, house.clock, _nobody, lambda: visits)
    reason = seen.recommend(None, [one.product_id], "", Constraints())[0].reason
    assert (reason.kind, reason.of, reason.count) == ("seen_with", one.name, LEAST_TOGETHER)


def test_a_customer_who_wants_none_gets_none(house: Wiring) -> None:
    silent = ShopRecommender(
        house.shop, house.database, house.recommender._embed, house.clock, lambda customer: customer == emma(house)
    )
    assert silent.is_off(emma(house))
    assert silent.recommend(emma(house), (), "", Constraints()) == ()
    assert silent.recommend(None, (), "", Constraints())


def test_a_pair_counts_only_when_enough_had_it_and_more_than_chance_explains() -> None:
    often = pairs_of([frozenset({"lamp", "bulb"})] * 5 + [frozenset({"tea"})] * 50)
    assert often.linked("lamp", "bulb")
    assert not pairs_of([frozenset({"lamp", "bulb"})] * (LEAST_TOGETHER - 1) + [frozenset({"tea"})] * 50).linked(
        "lamp", "bulb"
    )
    by_chance = [frozenset({"lamp", "tea"})] * 5 + [frozenset({"lamp"}), frozenset({"tea"})] * 3
    assert not pairs_of(by_chance).linked("lamp", "tea")


def test_cancelled_orders_say_nothing_of_what_goes_together(house: Wiring) -> None:
    kept = {basket.customer for basket in read_baskets(house.database)}
    assert kept
    orders = sum(
        1 for c in house.shop.customers(1000) for o in house.shop.orders(c.customer_id) if o.status != "cancelled"
    )
    assert len(read_baskets(house.database)) == orders


def _nobody(_customer: CustomerId) -> bool:
    """No customer refuses."""
    return False


class _Empty:
    """The database of a shop that has sold nothing yet."""

    def __init__(self, wiring: Wiring) -> None:
        from assistant.storage.engine import Database
        from assistant.storage.migrate import upgrade

        self._database = Database("sqlite://")
        upgrade(self._database)

    def read(self):
        return self._database.read()
