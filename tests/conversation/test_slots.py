"""What customers say is read into values: pieces, options, addresses."""

import pytest

from assistant.conversation.slots.items import positions
from assistant.conversation.slots.options import options_said
from assistant.conversation.slots.postal import read_address
from assistant.ids import ItemId, ProductId
from assistant.shop.records import Money, OrderItem


def piece(number: int, name: str, name_zh: str, options: dict[str, str]) -> OrderItem:
    return OrderItem(
        item_id=ItemId(str(number)),
        product_id=ProductId(f"p{number}"),
        name=name,
        name_zh=name_zh,
        options=options,
        price=Money(cents=1000),
    )


ITEMS = (
    piece(1, "Cloudrest Plush Bath Towel Set", "Cloudrest 加厚浴巾套装", {"color": "white"}),
    piece(2, "Ironleaf Insulated Water Bottle", "Ironleaf 不锈钢保温杯", {"capacity": "500 ml", "color": "blue"}),
    piece(3, "Aria Buds Pro Earbuds", "Aria Buds Pro 真无线降噪耳塞", {"color": "sand"}),
)
HEADPHONES = (
    piece(4, "Aria 300 Wireless Headphones", "Aria 300 无线头戴式耳机", {"color": "blue"}),
    piece(5, "Aria 500 Noise-Cancelling Headphones", "Aria 500 主动降噪头戴式耳机", {"color": "black"}),
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the towels and the bottle", [0, 1]), ("only the earbuds", [2]), ("all of them", [0, 1, 2]),
        ("everything except the bottle", [0, 2]), ("the second one", [1]), ("the first and the third", [0, 2]),
        ("1 and 3", [0, 2]), ("全部", [0, 1, 2]), ("浴巾和保温杯", [0, 1]), ("除了耳塞都退", [0, 1]), ("第二个", [1]),
        ("浴巾不退，其他都退", [1, 2]), ("I'll keep the towels, return the rest", [1, 2]), ("the Cloudrest one", [0]),
        ("I want to keep the towels but return the bottle", [1]), ("keep the towels, send the earbuds back", [2]),
        ("the bottle leaks, second time I have trouble", [1]), ("耳塞坏了，第二次了", [2]),
        ("hello", []), ("42", []),
    ],
)  # fmt: skip
def test_pieces_are_found_by_name_place_and_exception(text: str, found: list[int]) -> None:
    assert positions(text, ITEMS, listed=True) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("the headphones", []), ("the blue headphones", [0]), ("黑色的耳机", [1]), ("both headphones", [0, 1])],
)
def test_of_two_alike_the_described_one_is_meant(text: str, found: list[int]) -> None:
    assert positions(text, HEADPHONES) == found


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("the black one in 1 litre", {"color": ["black"], "capacity": ["1 L"]}),
        ("1升黑色的", {"color": ["black"], "capacity": ["1 L"]}),
        ("750ml please", {"capacity": ["750 ml"]}), ("from blue to black", {"color": ["blue", "black"]}), ("red", {}),
    ],
)  # fmt: skip
def test_options_are_read_in_both_languages(text: str, values: dict[str, list[str]]) -> None:
    choices = [
        {"capacity": size, "color": color} for size in ("500 ml", "750 ml", "1 L") for color in ("black", "blue")
    ]
    assert options_said(text, choices) == values


@pytest.mark.parametrize("text", ["有没有便宜点的蓝牙音箱", "红外的那种", "白天用的", "能退现金吗"])
def test_a_word_that_only_holds_a_colour_s_character_names_no_colour(text: str) -> None:
    assert options_said(text, [{"color": color} for color in ("blue", "red", "white", "gold")]) == {}


def parts(street: str, unit: str, city: str, code: str, **more: str) -> dict[str, str]:
    return {"address1": street, "address2": unit, "city": city, "zip": code, **more}


KNOWN = parts("12 Oak Street", "Apt 4", "Denver", "80202", state="CO", country="USA")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "please send it to 12 Oak Street, Apt 4, Denver, CO 80202, USA",
            KNOWN,
        ),
        ("221B Baker Street, London NW1 6XE", parts("221B Baker Street", "", "London", "NW1 6XE")),
        (
            "寄到上海市静安区南京西路1266号恒隆广场20楼，邮编200041",
            parts("静安区南京西路1266号", "恒隆广场20楼", "上海", "200041", state="上海"),
        ),
        (
            "浙江省杭州市西湖区文三路90号2单元 310012",
            parts("西湖区文三路90号", "2单元", "杭州", "310012", state="浙江"),
        ),
        (
            "写错了，是杭州市西湖区科技路18号",
            {"address1": "西湖区科技路18号", "address2": "", "city": "杭州", "state": ""},
        ),
        ("the order from last week", {}),
        ("where is order 1234567", {}),
    ],
)  # fmt: skip
def test_whole_addresses_are_read(text: str, found: dict[str, str]) -> None:
    assert read_address(text, {}) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sorry, the zip is 80203", {"zip": "80203"}), ("no, it's number 14", {"address1": "14 Oak Street"}),
        ("14, not 12", {"address1": "14 Oak Street"}), ("apartment 5B", {"address2": "apartment 5B"}),
    ],
)  # fmt: skip
def test_an_address_is_corrected_in_part(text: str, found: dict[str, str]) -> None:
    assert read_address(text, KNOWN) == found
