"""The templates pass the check themselves: every order of the sample shop can be told in both languages."""

import pytest

from assistant.app import Wiring
from assistant.conversation.reply import Incoming


@pytest.mark.parametrize("question", ["Where is my order {}?", "订单 {} 到哪了？", "what did I order in {}?"])
def test_every_order_can_be_told_to_its_owner(house: Wiring, question: str) -> None:
    told = 0
    for customer in house.shop.customers(25):
        for order in house.shop.orders(customer.customer_id)[:3]:
            text = question.format(order.order_id)
            reply = house.assistant.ask(Incoming(text=text, customer_id=customer.customer_id))
            assert reply.failed_checks == (), reply.text
            assert order.order_id in reply.text
            told += 1
    assert told > 40
