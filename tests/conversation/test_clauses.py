"""A no must not become a yes on its way from the page to the customer."""

import pytest

from assistant.conversation.grounding.clauses import misplaced
from assistant.conversation.grounding.polarity import turned_round

DROPS = "Drops, liquid in electronics, normal wear and repairs by others are not covered."
EARBUDS = "Opened earbuds can't be returned, for reasons of hygiene, unless they are faulty."
OVER_EAR = "Opened over-ear headphones can be returned within 14 days of delivery."
ZH = "入耳式耳机拆封后不能退货，有质量问题的除外。"


@pytest.mark.parametrize(
    ("answer", "source"),
    [
        ("The warranty covers drops, liquid in electronics and normal wear.", DROPS),
        ("Opened earbuds can be returned.", EARBUDS),
        ("Opened over-ear headphones can't be returned.", OVER_EAR),
        ("入耳式耳机拆封后能退货。", ZH),
    ],
)
def test_a_turned_negation_is_refused(answer: str, source: str) -> None:
    assert turned_round(answer, [source])


@pytest.mark.parametrize(
    ("answer", "source"),
    [
        ("Drops and normal wear are not covered.", DROPS),
        ("Opened earbuds can't be returned.", EARBUDS),
        ("You can return opened over-ear headphones within 14 days.", OVER_EAR),
        ("入耳式耳机拆封后不能退货。", ZH),
        ("Gift cards never expire.", "Lumora gift cards never expire, and there are no fees."),
        ("You can't combine codes.", "Only one promo code can be used per order."),
    ],
)
def test_what_the_page_says_passes(answer: str, source: str) -> None:
    assert turned_round(answer, [source]) == ()


WARRANTY = (
    "Warranty: Products: Headphones, monitors, webcams; Warranty: 24 months",
    "Warranty: Products: Kettles, coffee machines, fans; Warranty: 12 months",
)
RATES = ("运费: 目的地: 英国; 标准配送: 7.99 美元", "运费: 目的地: 欧盟; 标准配送: 8.99 美元")


@pytest.mark.parametrize(
    ("answer", "sources"),
    [
        ("The warranty on kettles lasts 24 months.", WARRANTY),
        ("寄到英国的标准配送是8.99美元。", RATES),
    ],
)
def test_the_number_of_another_thing_is_refused(answer: str, sources: tuple[str, ...]) -> None:
    assert misplaced(answer, sources)


@pytest.mark.parametrize(
    ("answer", "sources"),
    [
        ("The warranty on kettles lasts 12 months.", WARRANTY),
        ("寄到英国的标准配送是7.99美元。", RATES),
        ("It lasts 24 months for monitors.", WARRANTY),
    ],
)
def test_the_number_of_the_thing_itself_passes(answer: str, sources: tuple[str, ...]) -> None:
    assert misplaced(answer, sources) == ()
