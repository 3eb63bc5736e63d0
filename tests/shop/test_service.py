"""What customers may look up, and what they may not."""

import pytest

from assistant.clock import FixedClock
from assistant.errors import OperatorError, ToolError
from assistant.ids import CustomerId, ItemId, OrderId, ProductId
from assistant.shop.records import OrderStatus
from assistant.shop.service import Shop
from assistant.storage.engine import Database

JAMES = CustomerId("james_porter_1002")
EMMA = CustomerId("emma_wilson_1003")


@pytest.mark.parametrize(
    "written", ["#W1002001", "W1002001", "w1002001", "W 1002001", "#w1002001", "1002001", " #W1002001. ", "＃W1002001"]
)
def test_a_customer_writes_the_order_number_as_they_like(shop: Shop, written: str) -> None:
    assert shop.order(OrderId(written), JAMES).order_id == "#W1002001"


def test_another_customers_order_looks_exactly_like_one_that_does_not_exist(shop: Shop) -> None:
    with pytest.raises(ToolError) as foreign:
        shop.order(OrderId("#W1002001"), EMMA)
    with pytest.raises(ToolError) as unknown:
        shop.order(OrderId("#W9999999"), EMMA)

    assert str(foreign.value).replace("#W1002001", "…") == str(unknown.value).replace("#W9999999", "…")


def test_orders_come_newest_first(shop: Shop) -> None:
    placed = [order.placed_at for order in shop.orders(JAMES)]

    assert placed == sorted(placed, key=lambda at: at.timestamp() if at else 0.0, reverse=True)
    assert len(placed) == 4


def test_where_is_my_order_is_about_the_orders_that_have_not_arrived(shop: Shop) -> None:
    assert [order.order_id for order in shop.open_parcels(JAMES)] == ["#W1002001"]
    assert {order.status for order in shop.open_parcels(EMMA)} == {OrderStatus.PENDING}
    assert shop.open_parcels(CustomerId("sofia_martinez_1005")) == ()


@pytest.mark.parametrize(
    "email", ["james.porter@example.com", "James.Porter@Example.com", " james.porter@example.com "]
)
def test_a_customer_is_found_by_email_in_any_case(shop: Shop, email: str) -> None:
    found = shop.customer_by_email(email)
    assert found is not None
    assert found.customer_id == JAMES


def test_nobody_is_found_by_an_unknown_email(shop: Shop) -> None:
    assert shop.customer_by_email("nobody@example.com") is None


def test_a_customer_is_found_by_name_and_postcode_but_only_with_both(shop: Shop) -> None:
    oliver = shop.customer(CustomerId("oliver_hughes_1004"))
    spaced = oliver.address.zip.lower().replace(" ", "")

    assert shop.customer_by_name_zip("oliver", "HUGHES", spaced) == oliver
    assert shop.customer_by_name_zip("Oliver", "Hughes", "00000") is None
    assert shop.customer_by_name_zip("Olivia", "Hughes", oliver.address.zip) is None


def test_a_chinese_name_is_written_family_name_first(shop: Shop) -> None:
    assert shop.customer(CustomerId("mia_chen_1001")).name == "陈米娅"
    assert shop.customer(JAMES).name == "James Porter"


def test_unknown_ids_are_refused_with_what_would_work(shop: Shop) -> None:
    with pytest.raises(ToolError, match="search_products"):
        shop.product(ProductId("0000000000"))
    with pytest.raises(ToolError, match="get_product_details"):
        shop.item(ItemId("0000000000"))
    with pytest.raises(ToolError):
        shop.customer(CustomerId("nobody"))


def test_an_item_is_found_with_its_product(shop: Shop) -> None:
    headphones = shop.search_products("Aria 500")[0]
    black = shop.find_variants(headphones.product_id, {"color": "black"})[0]

    product, variant = shop.item(black.item_id)

    assert (product, variant.options) == (headphones, {"color": "black"})
    assert shop.product(product.product_id) == headphones


@pytest.mark.parametrize(
    "wanted",
    [{"color": "Blue", "storage": "2 TB"}, {"颜色": "蓝色", "容量": "2TB"}, {"colour": "blue", "capacity": "2 tb"}],
)
def test_a_variant_is_found_by_its_options_in_either_language(shop: Shop, wanted: dict[str, str]) -> None:
    drive = shop.search_products("portable SSD")[0]

    found = shop.find_variants(drive.product_id, wanted)

    assert [variant.options for variant in found] == [{"storage": "2 TB", "color": "blue"}]


def test_options_that_do_not_exist_are_refused_with_those_that_do(shop: Shop) -> None:
    headphones = shop.search_products("Aria 500")[0]

    with pytest.raises(ToolError, match="midnight"):
        shop.find_variants(headphones.product_id, {"color": "purple"})
    with pytest.raises(ToolError, match="black"):
        shop.find_variants(headphones.product_id, {"color": "black", "size": "XL"})


def test_what_is_out_of_stock_is_not_available(shop: Shop) -> None:
    variants = [variant for product in shop.products() for variant in product.variants]

    assert {variant.available for variant in variants if variant.stock == 0} == {False}
    assert {variant.available for variant in variants if variant.stock} == {True}


def test_an_empty_database_says_how_to_fill_it(empty: Database, clock: FixedClock) -> None:
    shop = Shop(empty, clock, "EUR")

    assert not shop.loaded()
    assert not shop.is_sample()
    assert shop.currency == "EUR"
    assert shop.search_products("headphones") == ()
    with pytest.raises(OperatorError, match="assistant shop seed"):
        shop.info()
