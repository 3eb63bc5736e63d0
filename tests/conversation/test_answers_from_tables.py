"""A table answers with the rows that the question names; where it names none, the whole table is the answer."""

from collections.abc import Callable

from assistant.conversation.pages.rows import named_rows
from assistant.conversation.reply import Reply

Ask = Callable[..., Reply]

PRICES = (
    "Destination: United States; Standard: $5.99; Express: $12.99",
    "Destination: European Union; Standard: $8.99; Express: $18.99",
    "Business days are Monday to Friday.",
)


def test_a_country_names_the_row_of_its_region() -> None:
    assert named_rows("how much is shipping to Germany", PRICES) == [1]


def test_a_question_that_names_no_row_gets_no_row_of_its_own() -> None:
    assert named_rows("how much is shipping", PRICES) == []


def test_shipping_to_a_country_is_told_without_the_other_destinations(ask: Ask) -> None:
    reply = ask("How much is shipping to Germany?")
    assert "$8.99" in reply.text
    assert "$5.99" not in reply.text


def test_who_asks_what_members_get_hears_of_all_levels(ask: Ask) -> None:
    reply = ask("会员有什么好处")
    assert all(level in reply.text for level in ("普通会员", "银卡", "金卡"))


def test_two_questions_about_one_rule_are_answered_from_its_page(ask: Ask) -> None:
    reply = ask("how many points do I earn per dollar and when do they show up?")
    assert "1 point" in reply.text
    assert "30 days" in reply.text
    assert "sign in" not in reply.text


def test_what_a_page_is_about_is_no_answer(ask: Ask) -> None:
    assert "我们送到哪里" not in ask("寄德国要多少钱，几天到").text


def test_what_a_visitor_wrongly_takes_for_granted_is_put_right_before_they_are_asked_who_they_are(ask: Ask) -> None:
    reply = ask("given that I can cancel after it's been shipped, please tell me how")
    assert "can't be stopped" in reply.text
