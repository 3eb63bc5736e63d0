"""Cards beside the words: what a chat page shows of orders, parcels and products, in the customer's language."""

from assistant.app import Wiring
from assistant.conversation.showing.cards import OrderCard, ProductsCard, TrackingCard
from tests.conversation.conftest import Ask

MIA = "mia.chen@example.com"


def test_an_order_under_way_comes_as_a_timeline_that_ends_where_the_parcel_is(ask: Ask) -> None:
    reply = ask("Where is my order?", MIA)
    (card,) = reply.cards
    assert isinstance(card, TrackingCard)
    assert card.order_id in reply.text
    assert [step.state for step in card.steps] == ["done", "done", "now", "next"]
    assert [step.words for step in card.steps] == ["Ordered", "Sent", "Out for delivery", "Delivered"]
    assert card.expected
    assert card.expected in reply.text
    assert card.tracking_id in reply.text
    assert card.scans[0].words == "out for delivery"
    assert all(step.at for step in card.steps[:3])
    assert not card.steps[3].at


def test_the_same_in_chinese(ask: Ask) -> None:
    (card,) = ask("我的订单到哪了？", MIA).cards
    assert isinstance(card, TrackingCard)
    assert [step.words for step in card.steps] == ["已下单", "已发货", "派送中", "已送达"]
    assert card.expected.endswith("日")


def test_every_order_of_every_customer_has_a_card_whose_sum_is_the_orders(house: Wiring, ask: Ask) -> None:
    for customer in house.shop.customers(6):
        orders = {order.order_id: order for order in house.shop.orders(customer.customer_id)}
        cards = [card for card in ask("show me all my orders", customer.email).cards if isinstance(card, OrderCard)]
        assert bool(cards) == bool(orders), customer.email
        for card in cards:
            order = orders[card.order_id]  # type: ignore[index]
            assert card.total == str(order.total)
            assert [line.price for line in card.lines] == [str(item.price) for item in order.items]
            assert [line.product_id for line in card.lines] == [item.product_id for item in order.items]


def test_products_that_were_found_can_be_put_side_by_side(house: Wiring, ask: Ask) -> None:
    (card,) = ask("Do you have a kettle?").cards
    assert isinstance(card, ProductsCard)
    assert len(card.products) > 1
    assert not card.compare
    assert card.aspects
    for aspect in card.aspects:
        assert len(aspect.values) == len(card.products)
        assert sum(bool(value) for value in aspect.values) > 1
    for product in card.products:
        known = next(each for each in house.shop.products() if each.product_id == product.product_id)
        assert product.available == any(variant.available for variant in known.variants)


def test_one_product_shows_all_its_versions_and_which_are_sold_out(house: Wiring, ask: Ask) -> None:
    (card,) = ask("What colours does the Aria 300 come in?").cards
    assert isinstance(card, ProductsCard)
    (product,) = card.products
    known = next(each for each in house.shop.products() if each.product_id == product.product_id)
    colours = {variant.options["color"]: variant.available for variant in known.variants}
    assert {variant.options: variant.available for variant in product.variants} == colours
    assert [variant.available for variant in product.variants] == [True, True, True, False]  # what is sold out, last


def test_a_question_back_and_an_answer_from_pages_show_no_card(ask: Ask) -> None:
    assert ask("I want to return something", MIA).cards == ()
    assert ask("How long does delivery take?").cards == ()
    assert ask("Where is my order?").cards == ()
