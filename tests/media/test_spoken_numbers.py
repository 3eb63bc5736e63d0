"""Numbers as they are said become numbers as they are typed; other words stay."""

from datetime import date

import pytest

from assistant.media.values import values_in
from assistant.media.voice.spoken import as_typed


@pytest.mark.parametrize(
    ("heard", "typed"),
    [
        ("Where is my order W one zero zero three zero zero one?", "Where is my order #W1003001?"),
        ("order double you one oh oh three, oh oh one", "order #W1003001"),
        ("cancel w1003 double zero one please", "cancel #W1003001 please"),
        ("it is hash W 1 0 0 3 0 0 1, thanks", "it is #W1003001, thanks"),
        ("order number 1 double 0 3 double 0 1", "order number 1003001"),
        ("order double u1003001", "order #W1003001"),
        ("order? Double, you won, zero, zero, eight, zero, zero, one.", "order? #W1008001."),
        ("track W1001? 0002 for me", "track #W10010002 for me"),
        ("where is W1003001? 2 lamps", "where is #W1003001? 2 lamps"),
        ("we won two of them", "we won two of them"),
        ("订单号W一零零三零零一到哪了", "订单号#W1003001到哪了"),
        ("订单幺零零三零零幺", "订单1003001"),
        ("thirty two dollars and fifty cents", "$32.50"),
        ("a hundred and five dollars", "$105"),
        ("I paid 32 dollars and 5 cents for 1003001", "I paid $32.05 for 1003001"),
        ("I want two lamps and one of them for my home", "I want two lamps and one of them for my home"),
        ("one of the three did not come, for two weeks now", "one of the three did not come, for two weeks now"),
        ("It came on 2026-03-02 and cost $1,234.50", "It came on 2026-03-02 and cost $1,234.50"),
        ("I bought 2 in 2024", "I bought 2 in 2024"),
        ("it's whiskey two two oh one, nine oh seven", "it's #W2201907"),
        ("W as in whisky, 2 2 0 1 9 0 7", "#W2201907"),
        ("w for William, double two zero one nine zero seven", "#W2201907"),
        ("number sign W two two zero one, um, nine zero seven", "#W2201907"),
        ("W dash two two zero one dash nine zero seven", "#W2201907"),
        ("W twenty two oh one nineteen oh seven", "#W22011907"),
        ("W triple three, quadruple four", "#W3334444"),
        ("w two two nil one niner nil seven", "#W2201907"),
        ("twenty two chairs and ten tables", "twenty two chairs and ten tables"),
        ("bought in nineteen ninety nine", "bought in nineteen ninety nine"),
        ("I have two for you and one for me", "I have two for you and one for me"),
        ("refund order double you free to eight? One one seven eight?", "refund order #W3281178?"),
        ("order w101, i've zero zero one", "order #W1015001"),
        ("is shipping free to Oslo? I've two of them", "is shipping free to Oslo? I've two of them"),
        ("单号W，二二洞幺，勾洞拐", "单号#W2201907"),
        ("订单号是洞幺拐两", "订单号是0172"),
        ("单号W两个五三个六七八", "单号#W5566678"),
        ("第三个拐弯就到，勾选一下", "第三个拐弯就到,勾选一下"),
        ("花了三千零五十二块，两个都坏了", "花了三千零五十二块,两个都坏了"),
    ],
)
def test_numbers_are_typed_as_people_type_them(heard: str, typed: str) -> None:
    assert as_typed(heard) == typed
    assert as_typed(typed) == typed


@pytest.mark.parametrize(
    ("lines", "barcodes", "orders", "amounts", "dates", "items"),
    [
        (["Order No: #W1OO3OO1", "Total $1,154.20"], [], ("#W1003001",), (115420,), (), ()),
        (["订单号：W1003001", "小计 ¥99.00", "合计 ¥154.20"], [], ("#W1003001",), (15420,), (), ()),
        (["SKU: 1008292230", "2 March 2026"], ["W1003001"], ("#W1003001",), (), (date(2026, 3, 2),), ("1008292230",)),
        (["Mar 2, 2026", "2026年3月2日"], ["4006381333931"], (), (), (date(2026, 3, 2),), ("4006381333931",)),
        (["Subtotal 140.00", "Total", "$150.00"], [], (), (15000,), (), ()),
        (["Tel 555-1234", "Thank you", "12:30"], [], (), (), (), ()),
    ],
)
def test_a_document_gives_its_values(
    lines: list[str],
    barcodes: list[str],
    orders: tuple[str, ...],
    amounts: tuple[int, ...],
    dates: tuple[date, ...],
    items: tuple[str, ...],
) -> None:
    found = values_in(lines, barcodes)
    assert (found.orders, found.amounts, found.dates, found.items) == (orders, amounts, dates, items)
