"""Near-copies of the catalogue's examples are found whatever their spelling; other messages are no copies."""

import pytest

from assistant.routing.intents.copies import nearest_examples

EXAMPLES = ["where is my order", "cancel my order please", "我的订单到哪了", "怎么退货"]


@pytest.mark.parametrize("text", ["Where is my order???", "where is my orderr", "我的订单到哪了呀"])
def test_a_near_copy_is_found_with_the_example_that_it_copies(text: str) -> None:
    near = nearest_examples([text], EXAMPLES)[0]
    assert near.is_copy
    assert near.example in ("where is my order", "我的订单到哪了")


@pytest.mark.parametrize("text", ["has the parcel left yet", "退款几天到账", "where can I park"])
def test_another_message_is_no_copy(text: str) -> None:
    assert not nearest_examples([text], EXAMPLES)[0].is_copy


def test_every_text_gets_its_nearest_example_in_order() -> None:
    found = nearest_examples(["怎么退货？", "please cancel my order"], EXAMPLES)
    assert [near.example for near in found] == ["怎么退货", "cancel my order please"]
    assert found[0].distance == 0.0
