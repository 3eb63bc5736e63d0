"""Buttons of a proposal's card: each answers that very proposal, once, whatever is talked about."""

from datetime import timedelta
from typing import Literal

import pytest
from sqlalchemy import text

from assistant.app import Wiring
from assistant.clock import FixedClock
from assistant.conversation.reply import Incoming, ProposalAnswer, Reply
from assistant.models.ladder import ModelLadder
from assistant.settings import Settings
from assistant.shop.loading import load_shop
from assistant.shop.seed.generator import sample_shop
from tests.conversation.conftest import NOW, TODAY, asker

EMMA = "emma.wilson@example.com"
Answer = Literal["confirm", "change", "decline"]


class Chat:
    """Emma at the chat page of a shop of her own."""

    def __init__(self, house: Wiring, settings: Settings) -> None:
        self.clock = FixedClock(NOW)
        self.wiring = Wiring(settings, clock=self.clock, ladder=ModelLadder(rungs=()))
        for shared in ("embeddings", "vectors", "knowledge", "catalogue", "router"):
            self.wiring.__dict__[shared] = getattr(house, shared)
        rows = sample_shop(customers=10, orders=10, seed=7, today=TODAY, currency="USD")
        load_shop(self.wiring.database, rows, kind="sample", currency="USD", at=NOW, seed=7, today=TODAY)
        self.say = asker(self.wiring)
        self.emma = self.wiring.shop.customer_by_email(EMMA)

    def cancel(self) -> Reply:
        """A conversation that has come to a card."""
        shown = self.say("cancel order #W1003001, I no longer need it", EMMA)
        while shown.proposal is None:
            shown = self.say("no longer needed", EMMA, after=shown)
        return shown

    def press(self, answer: Answer, card: Reply, after: Reply, words: str = "Yes, go ahead") -> Reply:
        """Press a button of the card that `card` showed."""
        assert card.proposal is not None
        assert self.emma is not None
        return self.wiring.assistant.ask(
            Incoming(
                text=words,
                customer_id=self.emma.customer_id,
                conversation_id=after.conversation_id,
                answer=ProposalAnswer(proposal_id=card.proposal.proposal_id, answer=answer),
            )
        )

    def executed(self) -> int:
        """How many changes were made."""
        with self.wiring.database.read() as session:
            return int(session.execute(text("SELECT count(*) FROM audit")).scalar() or 0)


@pytest.fixture
def chat(house: Wiring, tmp_path_factory: pytest.TempPathFactory) -> Chat:
    return Chat(house, Settings(data_dir=tmp_path_factory.mktemp("buttons"), local_model="none"))


def test_yes_executes_once_and_answers_the_same_again(chat: Chat) -> None:
    card = chat.cancel()
    done = chat.press("confirm", card, card)
    again = chat.press("confirm", card, done)

    assert chat.executed() == 1
    assert "cancelled" in done.text
    assert "cancelled" in again.text
    assert [call.name for call in again.tools] == ["confirm_proposal"]


def test_no_closes_the_proposal_for_good(chat: Chat) -> None:
    card = chat.cancel()
    no = chat.press("decline", card, card, "No, leave it as it is")
    chat.press("confirm", card, no)
    chat.say("yes", EMMA, after=no)

    assert chat.executed() == 0


def test_change_asks_what_should_be_different(chat: Chat) -> None:
    card = chat.cancel()
    asked = chat.press("change", card, card, "Change something")

    assert chat.executed() == 0
    assert "?" in asked.text
    assert asked.text != card.text


def test_a_button_means_its_own_card_even_when_another_change_is_talked_about(chat: Chat) -> None:
    card = chat.cancel()
    other = chat.say("change my address to 9 Elm Road, Austin, TX 78701, USA", EMMA, after=card)
    chat.press("confirm", card, other)

    assert chat.executed() == 1
    with chat.wiring.database.read() as session:
        assert session.execute(text("SELECT kind FROM audit")).scalars().all() == ["cancel_pending_order"]


def test_a_button_pressed_too_late_executes_nothing(chat: Chat) -> None:
    card = chat.cancel()
    chat.clock.advance(timedelta(minutes=16))
    late = chat.press("confirm", card, card)

    assert chat.executed() == 0
    assert late.proposal is None or late.proposal.proposal_id != (card.proposal and card.proposal.proposal_id)


def test_nobody_else_can_press_it(chat: Chat) -> None:
    card = chat.cancel()
    mia = chat.wiring.shop.customer_by_email("mia.chen@example.com")
    assert mia is not None
    assert card.proposal is not None
    pressed = ProposalAnswer(proposal_id=card.proposal.proposal_id, answer="confirm")
    for customer in (mia.customer_id, None):
        chat.wiring.assistant.ask(Incoming(text="Yes, go ahead", customer_id=customer, answer=pressed))

    assert chat.executed() == 0


def test_a_button_of_no_proposal_does_nothing(chat: Chat) -> None:
    card = chat.cancel()
    assert card.proposal is not None
    strange = card.model_copy(update={"proposal": card.proposal.model_copy(update={"proposal_id": "prop_none"})})
    for answer in ("confirm", "change", "decline"):
        assert chat.press(answer, strange, card).text  # type: ignore[arg-type]
    assert chat.executed() == 0
