"""Changes in conversation: what a yes may do, and what it may not."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from assistant.app import Wiring
from assistant.conversation.reply import Reply
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.showing.views import Views
from assistant.conversation.state import ConversationState
from assistant.conversation.tasks.confirming import confirm_by_button
from assistant.ids import CustomerId
from assistant.storage.conversation_tables import ConversationRow, HandoffRow, ToolCallRow, TurnRow
from tests.conversation.conftest import TODAY, Ask
from tests.conversation.test_dialogues import seed

EMMA = "emma.wilson@example.com"
FANG = "wang.fang@example.com"
JAMES = "james.porter@example.com"
CANCEL = "Cancel order #W1003001, I no longer need it"


@pytest.fixture(scope="module")
def tidied(house: Wiring) -> Iterator[Wiring]:
    yield house
    seed(house)


@pytest.fixture(autouse=True)
def as_seeded(tidied: Wiring) -> None:
    seed(tidied)


def state_of(house: Wiring, reply: Reply) -> ConversationState:
    with house.database.read() as session:
        row = session.get(ConversationRow, reply.conversation_id)
        assert row is not None
        return ConversationState.model_validate(row.state)


def status(house: Wiring, email: str, number: str) -> str:
    customer = house.shop.customer_by_email(email)
    assert customer is not None
    return next(o.status.value for o in house.shop.orders(customer.customer_id) if o.order_id == number)


def test_the_card_says_to_the_cent_what_would_happen(ask: Ask) -> None:
    card = ask(CANCEL, EMMA).proposal
    assert card is not None
    assert card.kind == "cancel_pending_order"
    assert card.order_id == "#W1003001"
    assert card.lines == ("Breezely Tower Fan (white): $99.00",)
    assert [(move.direction, move.amount, move.method) for move in card.moves] == [
        ("refund", "$99.00", "Visa ending in 0192")
    ]


def test_the_yes_stands_in_the_record_of_its_turn(ask: Ask, house: Wiring) -> None:
    shown = ask(CANCEL, EMMA)
    done = ask("yes", EMMA, after=shown)
    with house.database.read() as session:
        calls = session.scalars(select(ToolCallRow).where(ToolCallRow.turn_id == done.turn_id)).all()
        turn = session.get(TurnRow, done.turn_id)
    assert shown.proposal is not None
    assert [(call.name, call.ok, call.arguments) for call in calls] == [
        ("confirm_proposal", True, {"proposal_id": shown.proposal.proposal_id})
    ]
    assert turn is not None
    assert turn.decision["votes"][0]["detector"] == "task: confirm"


def test_a_second_yes_does_nothing_more(ask: Ask, house: Wiring) -> None:
    done = ask("yes", EMMA, after=ask(CANCEL, EMMA))
    again = ask("yes", EMMA, after=done)
    assert again.tools == ()
    assert "nothing waiting" in again.text


def test_a_yes_in_another_conversation_executes_nothing(ask: Ask, house: Wiring) -> None:
    ask(CANCEL, EMMA)
    assert ask("yes", EMMA).tools == ()
    assert status(house, EMMA, "#W1003001") == "pending"


def test_a_yes_to_a_question_asked_after_the_card_belongs_to_that_question(ask: Ask, house: Wiring) -> None:
    card = ask(CANCEL, EMMA)
    question = ask("I also want to return the dutch oven", EMMA, after=card)
    assert question.proposal is None
    answer = ask("yes", EMMA, after=question)
    assert all(call.name != "confirm_proposal" for call in answer.tools)
    assert status(house, EMMA, "#W1003001") == "pending"


def test_a_button_executes_and_the_chat_knows(ask: Ask, house: Wiring) -> None:
    shown = ask(CANCEL, EMMA)
    assert shown.proposal is not None
    texts = ReplyTexts(house.prompts, "en")
    pressed = confirm_by_button(
        shown.proposal.proposal_id,
        CustomerId("emma_wilson_1003"),
        proposals=house.proposals,
        texts=texts,
        views=Views(texts, TODAY),
    )
    assert "#W1003001 is cancelled" in pressed.text
    assert status(house, EMMA, "#W1003001") == "cancelled"
    after = ask("yes", EMMA, after=shown)
    assert after.tools == ()


def test_a_button_of_somebody_else_does_nothing(ask: Ask, house: Wiring) -> None:
    shown = ask(CANCEL, EMMA)
    assert shown.proposal is not None
    texts = ReplyTexts(house.prompts, "en")
    stranger = CustomerId("james_porter_1002")
    pressed = confirm_by_button(
        shown.proposal.proposal_id, stranger, proposals=house.proposals, texts=texts, views=Views(texts, TODAY)
    )
    assert not pressed.result.executed
    assert status(house, EMMA, "#W1003001") == "pending"


def test_what_changed_meanwhile_is_told_and_nothing_is_done_twice(ask: Ask, house: Wiring) -> None:
    here, there = ask(CANCEL, EMMA), ask(CANCEL, EMMA)
    assert "cancelled" in ask("yes", EMMA, after=there).text
    late = ask("yes", EMMA, after=here)
    assert "Nothing was changed" in late.text
    assert "#W1003001 is cancelled" in late.text


def test_a_narrowed_yes_replaces_the_card(ask: Ask, house: Wiring) -> None:
    first = ask("I want to return the towels and the bottle, I changed my mind, refund to paypal", FANG)
    assert first.proposal is not None, first.text
    second = ask("yes, but only the bottle", FANG, after=first)
    assert second.proposal is not None
    assert second.proposal.proposal_id != first.proposal.proposal_id
    old = house.proposals.get(first.proposal.proposal_id, CustomerId("fang_wang_1007"))
    assert old is not None
    assert old.status in ("superseded", "declined")


@pytest.mark.parametrize("words", ["can i swap the dutch oven for a bigger one", "我想把铸铁锅换成大一点的"])
def test_the_only_order_that_could_be_changed_is_not_meant_when_another_thing_is_named(ask: Ask, words: str) -> None:
    reply = ask(words, EMMA)
    assert "#W1003001" not in reply.text
    assert "$35.00" in reply.text  # what the larger oven costs more


def test_an_order_of_somebody_else_is_unknown(ask: Ask) -> None:
    reply = ask("cancel order #W1002001, ordered by mistake", EMMA)
    assert "can't find order #W1002001" in reply.text
    assert reply.proposal is None


def test_a_stranger_must_sign_in_before_a_change(ask: Ask) -> None:
    reply = ask("cancel order #W1003001")
    assert "sign in" in reply.text
    assert reply.proposal is None


def test_after_three_answers_that_bring_nothing_the_desk_gets_the_task(ask: Ask, house: Wiring) -> None:
    reply = ask("cancel my order", EMMA)
    for words in ("xyz", "abc", "qqq"):
        reply = ask(words, EMMA, after=reply)
    assert reply.handoff
    with house.database.read() as session:
        row = session.scalars(select(HandoffRow).where(HandoffRow.conversation_id == reply.conversation_id)).one()
    assert "cancel_order" in row.brief["reason"]
    assert row.brief["pending"]["intent"] == "cancel_order"


def test_at_most_five_tasks_wait(ask: Ask, house: Wiring) -> None:
    reply = ask("cancel my order", EMMA)
    for _ in range(4):
        reply = ask("I also want to return the dutch oven", EMMA, after=reply)
        reply = ask("I also want to cancel another order", EMMA, after=reply)
    assert len(state_of(house, reply).tasks) <= 5


def test_personal_data_in_the_first_words_is_stored_masked(ask: Ask, house: Wiring) -> None:
    reply = ask("cancel my order, my mail is emma.w@example.com", EMMA)
    assert all("emma.w@" not in task.utterance for task in state_of(house, reply).tasks)
