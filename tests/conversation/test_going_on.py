"""Messages that go on with what was just told: short, and about something only because of the reply before."""

import pytest

from tests.conversation.conftest import Ask

EMMA = "emma.wilson@example.com"
GRACE = "grace.kim@example.com"
LI_WEI = "li.wei@example.com"
MARTHA = "martha.jennings5402@example.com"
WANG_FANG = "wang.fang@example.com"
NOAH = "noah.bennett@example.com"


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("can the driver leave it with my neighbour?", "Letting somebody else take the parcel"),
        ("I won't be home tomorrow, what happens then", "If you are not at home"),
        ("what do I do if it never turns up", "Replacement or refund for a lost parcel"),
    ],
)
def test_customer_who_has_looked_up_a_parcel_is_told_how_it_is_handed_over(
    ask: Ask, question: str, heading: str
) -> None:
    tracked = ask("where's my order?", GRACE)
    assert heading in [citation.heading for citation in ask(question, GRACE, after=tracked).citations]


def test_customer_who_objects_to_a_refusal_is_told_the_rule_once_more_and_nobody_is_fetched(ask: Ask) -> None:
    refused = ask("cancel my espresso machine", "oliver.hughes@example.com")
    told = ask("but it's not even in my town yet", "oliver.hughes@example.com", after=refused)
    assert '"pending"' in told.text
    assert not told.handoff


def test_customer_who_wants_another_one_in_another_colour_is_told_what_it_costs_and_buys_nothing_again(
    ask: Ask,
) -> None:
    told = ask("充电宝的单子付成功了吗", LI_WEI)
    another = ask("再来一个白色的", LI_WEI, after=told)
    assert another.proposal is None
    assert "$35.00" in another.text


def test_customer_who_names_an_option_that_leaves_a_few_versions_is_shown_only_these(ask: Ask) -> None:
    asked = ask("can I have the sheets in another version", EMMA)
    white = ask("is there one in white?", EMMA, after=asked)
    assert white.quick_replies == ("double, white", "queen, white")
    assert "didn't get" not in white.text


def test_customer_who_rules_out_what_was_proposed_is_not_shown_the_same_again(ask: Ask) -> None:
    asked = ask("swap the curtain for a 270 cm one", MARTHA)
    assert asked.proposal is not None
    navy = ask("in navy", MARTHA, after=asked)
    assert navy.proposal is not None
    assert "270 cm, navy" in navy.text


def test_customer_who_wants_a_bigger_one_where_there_is_none_is_never_offered_a_smaller_one_instead(ask: Ask) -> None:
    asked = ask("swap the curtain for a 270 cm one", MARTHA)
    bigger = ask("is there a bigger one?", MARTHA, after=asked)
    assert "160 cm" not in bigger.text.split("→")[-1] or bigger.proposal is None


def test_customer_who_only_says_yes_when_asked_for_a_reason_is_not_asked_again_and_told_what_was_put_down(
    ask: Ask,
) -> None:
    asked = ask("I want to return the towels", WANG_FANG)
    again = ask("yes please", WANG_FANG, after=asked)
    assert again.text.startswith('I have put down "I changed my mind" as the reason')
    assert "Why are you sending it back" not in again.text
    assert again.proposal is None  # where the refund goes is still open


def test_customer_who_agrees_without_a_method_after_a_reason_that_is_their_own_gets_no_question_for_it(
    ask: Ask,
) -> None:
    asked = ask("I want to return the towels, they are too thin", WANG_FANG)
    assert "Why are you sending it back" not in asked.text


def test_customer_with_two_broken_things_of_one_order_reports_both_each_with_their_own_yes(ask: Ask) -> None:
    first = ask("the water bottle leaks, I want a new one", WANG_FANG)
    assert first.proposal is not None
    second = ask("the towels are torn too", WANG_FANG, after=first)
    money = ask("money back", WANG_FANG, after=second)
    assert money.proposal is not None
    assert "Towel" in money.text
    nothing_yet = ask("what do you mean", WANG_FANG, after=money)
    assert "Nothing has been changed yet" in nothing_yet.text


def test_customer_who_asks_what_a_return_would_bring_is_told_the_sum_and_nothing_is_begun(ask: Ask) -> None:
    told = ask("how much would I get back for the towels", WANG_FANG)
    assert "$49.00" in told.text
    assert told.proposal is None
    assert "?" not in told.text


def test_customer_who_asks_how_their_own_thing_is_hears_of_theirs_first(ask: Ask) -> None:
    assert ask("is my fan the white one?", EMMA).text.startswith("In your order #W1003001 (pending) it is this one:")


def test_customer_who_sent_a_return_back_is_told_how_long_the_money_takes(ask: Ask) -> None:
    asked = ask("have you got my return yet?", NOAH)
    assert "2 weeks" in ask("I posted it on friday", NOAH, after=asked).text


def test_visitor_with_a_present_is_told_who_returns_it(ask: Ask) -> None:
    assert "the giver" in ask("I got a lamp as a present and don't like it, can I swap it").text


def test_customer_who_adds_another_piece_keeps_what_was_chosen_for_the_first(ask: Ask) -> None:
    first = ask("I want the pillow from my order in soft instead", EMMA)
    assert first.proposal is not None
    both = ask("also the sheets, in white", EMMA, after=first)
    assert not both.handoff
    assert both.quick_replies == ("double, white", "queen, white")
    chosen = ask("queen", EMMA, after=both)
    assert "Pillow (soft)" in chosen.text
    assert "(queen, white)" in chosen.text


def test_customer_who_hopes_that_a_thing_may_go_back_is_told_that_it_is_too_late_before_a_reason_is_asked(
    ask: Ask,
) -> None:
    told = ask("the headphones i got in october, any chance of sending those back", "james.porter@example.com")
    assert "until 18 November" in told.text
    assert not told.quick_replies
