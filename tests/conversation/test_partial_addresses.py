"""Customers put right one part of an address: the house number, the building, the town."""

import pytest

from assistant.conversation.slots.partial_address import put_right

ENGLISH = {"address1": "8 Maple Court", "address2": "building 3", "city": "Bath", "state": "", "zip": "BA2 3QX"}
CHINESE = {"address1": "学府路208号", "address2": "7号楼", "city": "北京", "state": "北京", "zip": "100021"}


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        ("it's building 8, not 3", {"address2": "building 8"}),
        ("sorry that's number 6, not 8", {"address1": "6 Maple Court"}),
        ("not 8 but 18 please", {"address1": "18 Maple Court"}),
        ("Bristol not Bath", {"city": "Bristol"}),
        ("no, the postcode is BA2 4QX, not BA2 3QX", {"zip": "BA2 4QX"}),
        ("should be Maple Close not Maple Court", {"address1": "8 Maple Close"}),
        ("change it from building 3 to building 5", {"address2": "building 5"}),
        ("I'm not sure", {}),
        ("it's blue, not red", {}),
    ],
)
def test_a_part_of_an_english_address_is_exchanged(words: str, changed: dict[str, str]) -> None:
    assert put_right(words, ENGLISH) == changed


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        ("是8号楼不是7号楼", {"address2": "8号楼"}),
        ("是8号楼不是3号楼", {"address2": "8号楼"}),
        ("门牌号是209不是208", {"address1": "学府路209号"}),
        ("不是208号，是308号", {"address1": "学府路308号"}),
        ("应该是学院路，不是学府路", {"address1": "学院路208号"}),
        ("7号楼改成9号楼", {"address2": "9号楼"}),
        ("邮编是100022不是100021", {"zip": "100022"}),
        ("不是不想要", {}),
    ],
)
def test_a_part_of_a_chinese_address_is_exchanged(words: str, changed: dict[str, str]) -> None:
    assert put_right(words, CHINESE) == changed
