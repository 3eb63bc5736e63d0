"""While a person has the conversation the assistant keeps out of it; afterwards it goes on."""

from assistant.app import Wiring
from assistant.conversation.reply import Incoming, ProposalAnswer
from assistant.desk.records import DeskUser
from assistant.ids import ConversationId
from assistant.tools.changes import request_invoice
from assistant.tools.context import ToolContext
from tests.conversation.conftest import Ask

EMMA = "emma.wilson@example.com"


def person(house: Wiring, name: str) -> DeskUser:
    found = house.desk.users.get(house.desk.users.add(name, "agent", "four plain words here"))
    assert found is not None
    return found


def test_the_assistant_is_silent_while_a_person_has_it_and_goes_on_afterwards(house: Wiring, ask: Ask) -> None:
    first = ask("I want to talk to a person", EMMA)
    conversation = ConversationId(first.conversation_id)
    case = house.desk.queue.current(conversation)
    assert case is not None
    waiting = ask("where is my order #W1003003?", EMMA, after=first)
    assert "#W1003003" in waiting.text
    amy = person(house, "amy")
    assert house.desk.queue.claim(case.handoff_id, amy)
    silent = ask("hello? are you there", EMMA, after=first)
    assert (silent.text, silent.with_person, silent.handoff) == ("", True, True)
    spoken = house.desk.talk.all(conversation)
    assert [(m.author, m.text) for m in spoken][-1] == ("customer", "hello? are you there")
    house.desk.queue.hand_back(case.handoff_id, amy)
    again = ask("where is my order #W1003003?", EMMA, after=first)
    assert "#W1003003" in again.text
    assert not again.with_person
    assert ask("I want to talk to a person", EMMA, after=first).handoff
    assert house.desk.queue.current(conversation) is not None


def test_a_yes_on_the_card_of_an_agents_proposal_is_carried_out_while_they_have_it(house: Wiring, ask: Ask) -> None:
    first = ask("I want to talk to a person", EMMA)
    conversation, amy = ConversationId(first.conversation_id), person(house, "bo")
    assert house.desk.queue.take_over(conversation, amy)
    customer = house.shop.customer_by_email(EMMA)
    assert customer is not None
    context = ToolContext(
        customer_id=customer.customer_id,
        conversation_id=conversation,
        language="en",
        shop=house.shop,
        knowledge=house.knowledge,
        clock=house.clock,
        proposals=house.proposals,
    )
    made = request_invoice(context, order_id="#W1003003")
    house.desk.talk.say(conversation, amy, "Shall I send you the invoice?", proposal_id=made.proposal.proposal_id)
    incoming = Incoming(
        text="Yes, send the invoice",
        customer_id=customer.customer_id,
        conversation_id=conversation,
        answer=ProposalAnswer(proposal_id=made.proposal.proposal_id, answer="confirm"),
    )
    done = house.assistant.ask(incoming)
    assert "Done" in done.text
    found = house.proposals.get(made.proposal.proposal_id, customer.customer_id)
    assert found is not None
    assert found.status == "executed"


def test_a_closed_conversation_opens_again_when_the_customer_writes(house: Wiring, ask: Ask) -> None:
    first = ask("I want to talk to a person", EMMA)
    conversation, amy = ConversationId(first.conversation_id), person(house, "cy")
    assert house.desk.queue.take_over(conversation, amy)
    case = house.desk.queue.current(conversation)
    assert case is not None
    house.desk.queue.close(case.handoff_id, amy, label="other", summary="done")
    again = ask("hi, can I return opened headphones?", EMMA, after=first)
    assert again.text
    assert house.desk.queue.current(conversation) is None
