"""How replies meet customers who are angry, in haste, or only want to chat."""

import pytest

from tests.conversation.conftest import Ask

JAMES = "james.porter@example.com"
MIA = "mia.chen@example.com"
REGRET = "I am sorry for the trouble."


def test_customer_who_chats_about_other_things_twice_is_told_what_the_shop_can_do_and_no_person_is_fetched(
    ask: Ask,
) -> None:
    first = ask("what is the capital of France?", JAMES)
    second = ask("and who won the world cup in 1998?", JAMES, after=first)
    third = ask("write me a poem about the moon", JAMES, after=second)
    assert [reply.handoff for reply in (first, second, third)] == [False, False, False]
    assert second.text != first.text
    assert "orders" in second.text
    assert '"person"' in second.text


def test_customer_who_chats_in_chinese_is_led_back_to_the_shop(ask: Ask) -> None:
    first = ask("今天北京天气怎么样", MIA)
    second = ask("给我讲个笑话吧", MIA, after=first)
    assert not second.handoff
    assert "转人工" in second.text


def test_customer_who_asks_for_help_twice_in_words_that_nobody_understands_gets_a_person(ask: Ask) -> None:
    first = ask("I have a problem with my order", JAMES)
    assert not first.handoff
    assert ask("it's about that thing, you know", JAMES, after=first).handoff


def test_angry_customer_gets_one_sentence_of_regret_before_the_answer_and_not_twice_in_a_row(ask: Ask) -> None:
    calm = ask("Where is my order?", JAMES)
    angry = ask("This is ridiculous, where is my damn order?!", JAMES)
    assert angry.text == f"{REGRET}\n\n{calm.text}"
    again = ask("Ridiculous! WHERE IS MY DAMN ORDER?!", JAMES, after=angry)
    assert REGRET not in again.text
    assert ask("Are you kidding me?! where is my damn order!!", JAMES, after=again).text.startswith(REGRET)


def test_customer_in_haste_is_told_that_it_was_heard(ask: Ask) -> None:
    assert ask("urgent!! where is my order, I need it today", JAMES).text.startswith("I see that this is urgent.")


@pytest.mark.parametrize("calm", ["Where is my order?", "thanks, great service!", "hello"])
def test_customer_who_is_calm_is_not_told_of_any_regret(ask: Ask, calm: str) -> None:
    text = ask(calm, JAMES).text
    assert "sorry for the trouble" not in text
    assert "urgent" not in text
