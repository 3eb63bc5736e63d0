"""Values in customers' words."""

import pytest

from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.reading.products import ProductWords
from assistant.routing.reading.slots import SlotFinder

TITLES = ("Aria 500 Noise-Cancelling Headphones", "Kestrel K75 Mechanical Keyboard")


@pytest.fixture(scope="module")
def finder(catalogue: Catalogue) -> SlotFinder:
    return SlotFinder(catalogue.slots, ProductWords.of_shop(TITLES))


@pytest.mark.parametrize(
    ("intent", "text", "slot", "value"),
    [
        ("track_shipment", "where is #W2611340", "order_id", "#W2611340"),
        ("track_shipment", "w2611340 到哪了", "order_id", "#W2611340"),
        ("track_shipment", "my order number is 2611340", "order_id", "#W2611340"),
        ("track_shipment", "单号 483920175533 到哪了", "tracking_id", "483920175533"),
        ("cancel_order", "cancel it, I ordered it by mistake", "reason", "ordered_by_mistake"),
        ("cancel_order", "取消吧，我不需要了", "reason", "no_longer_needed"),
        ("change_items", "make it 3 instead", "quantity", "3"),
        ("change_items", "改成两个", "quantity", "2"),
        ("change_items", "the grey one, size king", "color", "grey"),
        ("change_items", "the grey one, size king", "size", "king"),
        ("change_payment", "use my gift card", "payment_method", "gift_card"),
        ("change_payment", "换成 PayPal", "payment_method", "paypal"),
        ("change_address", "send it to 12 Oak Street, Denver please", "address", "12 Oak Street, Denver please"),
        ("change_address", "收货地址改成南京西路 100 号", "address", "南京西路 100 号"),
        ("search_product", "quiet wireless keyboard under $100", "product", "quiet wireless keyboard"),
        ("search_product", "quiet wireless keyboard under $100", "max_price", "100"),
        ("search_product", "三百块以内的无线耳机", "product", "无线耳机"),
        ("check_stock", "is the Aria 500 in black available", "product", "Aria 500"),
        ("check_stock", "黑色的水壶有货吗", "color", "black"),
        ("notify_stock", "mail me at <EMAIL_1> when the kettle is back", "email", "<EMAIL_1>"),
    ],
)
def test_a_value_is_found_with_its_words(
    catalogue: Catalogue, finder: SlotFinder, intent: str, text: str, slot: str, value: str
) -> None:
    found = {entry.name: entry for entry in finder.find(text, catalogue.get(intent))}
    assert found[slot].value == value
    assert found[slot].words in text


@pytest.mark.parametrize(
    ("intent", "text", "slot"),
    [
        ("track_shipment", "where is my order", "order_id"),
        ("change_items", "the 27 inch one", "quantity"),
        ("change_items", "W1234567", "quantity"),
        ("my_details", "what is my phone number", "product"),
        ("search_product", "is a kettle of 5 litres any good", "max_price"),
    ],
)
def test_nothing_is_made_up(catalogue: Catalogue, finder: SlotFinder, intent: str, text: str, slot: str) -> None:
    assert slot not in {entry.name for entry in finder.find(text, catalogue.get(intent))}


def test_a_comparison_takes_every_product(catalogue: Catalogue, finder: SlotFinder) -> None:
    found = finder.find("compare the Aria with the Kestrel K75 and a wired headset", catalogue.get("compare_products"))
    assert [entry.value for entry in found] == ["Aria", "Kestrel K75", "wired headset"]
