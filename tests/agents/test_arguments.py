"""Models invent ids; an invented id never reaches a tool."""

from assistant.agents.arguments import unfounded_ids


def test_an_id_from_the_conversation_is_founded() -> None:
    assert unfounded_ids({"order_id": "#W1234567"}, ["where is w1234567?"]) == []


def test_an_invented_id_is_named() -> None:
    assert unfounded_ids({"order_id": "#W1234567"}, ["where is my order?"]) == ["#W1234567"]


def test_ids_in_lists_and_nested_values_are_seen() -> None:
    arguments = {"item_ids": ["9612497925"], "pay": {"method": "credit_card_4190576"}}
    assert unfounded_ids(arguments, ["item 9612497925"]) == ["credit_card_4190576"]


def test_words_and_prices_are_no_ids() -> None:
    assert unfounded_ids({"query": "quiet keyboard", "max_price": "100"}, []) == []


def test_a_part_of_a_longer_id_is_no_id() -> None:
    assert unfounded_ids({"order_id": "#W12345"}, ["where is #W1234567?"]) == ["#W12345"]
    assert unfounded_ids({"method": "card_41905"}, ["credit_card_4190576"]) == ["card_41905"]


def test_an_order_number_may_be_written_without_its_letter() -> None:
    assert unfounded_ids({"order_id": "#W1234567"}, ["where is order 1234567?"]) == []
    assert unfounded_ids({"order_id": "#W1234567"}, ["订单1234567到哪了"]) == []
