"""What was heard or seen is asked back, compared with the customer's own orders only, and used after their yes."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from assistant.app import Wiring
from assistant.conversation.heard.attached import Attached, ReadValues
from assistant.conversation.reply import Incoming, Reply
from assistant.ids import ConversationId, CustomerId
from assistant.media.values import values_in
from assistant.media.voice.spoken import as_typed
from assistant.shop.changes.windows import delivered_on
from assistant.shop.records import OrderStatus
from assistant.storage.conversation_tables import HandoffRow, MessageRow
from assistant.storage.proposal_tables import DamageReportRow
from tests.conversation.conftest import house

__all__ = ["house"]
EMMA = "emma.wilson@example.com"


class Caller:
    """A customer who speaks or sends photos, and answers."""

    def __init__(self, wiring: Wiring, email: str | None = EMMA) -> None:
        self.wiring = wiring
        customer = wiring.shop.customer_by_email(email) if email else None
        self.customer_id = CustomerId(customer.customer_id) if customer else None
        self.conversation: ConversationId | None = None

    def say(self, text: str, attached: Attached | None = None) -> Reply:
        """One message."""
        reply = self.wiring.assistant.ask(
            Incoming(text=text, customer_id=self.customer_id, conversation_id=self.conversation, attached=attached)
        )
        self.conversation = reply.conversation_id
        return reply

    def speak(self, text: str, **values: object) -> Reply:
        """A voice note with what was read in it."""
        return self.say(text, Attached(attachment_id="att_none", kind="voice", values=ReadValues(**values)))

    def show(self, text: str, *, alone: bool = True, **values: object) -> Reply:
        """A photo with what was read in it."""
        attached = Attached(attachment_id="att_none", kind="photo", values=ReadValues(**values), alone=alone)
        return self.say(text, attached)


@pytest.fixture
def emma(house: Wiring) -> Caller:
    return Caller(house)


def test_a_number_that_was_heard_is_asked_back_before_it_is_looked_up(emma: Caller) -> None:
    back = emma.speak("Where is my order #W1003001?", orders=("#W1003001",))
    assert "Did you mean order #W1003001" in back.text
    assert back.quick_replies == ("Yes, that is right", "No")
    assert back.tools == ()
    told = emma.say("Yes, that is right")
    assert [call.name for call in told.tools]
    assert "#W1003001" in told.text


def test_a_misheard_number_becomes_the_customers_own_nearest_order(emma: Caller) -> None:
    back = emma.speak("cancel order #W1003091 please", orders=("#W1003091",))
    assert "#W1003001" in back.text
    assert "#W1003091" not in back.text
    emma.say("yes")
    shown = emma.say("I no longer need it")
    assert shown.proposal is not None
    assert shown.proposal.order_id == "#W1003001"


def test_digits_that_are_much_like_an_own_order_are_asked_back_though_they_are_no_order_number(emma: Caller) -> None:
    back = emma.speak("Where is my order, 100030001.")
    assert "#W1003001" in back.text
    assert "100030001" not in back.text
    assert back.tools == ()
    told = emma.say("#W1003001" if "#W1003001" in back.quick_replies else "yes")
    assert "#W1003001" in told.text


@pytest.mark.parametrize("said", ["can you call me on 4155550134", "do you deliver to 97201", "I paid $1003001"])
def test_other_digits_in_a_voice_note_are_nobodys_order(emma: Caller, said: str) -> None:
    assert "Did you mean order" not in emma.speak(said).text


def test_after_a_no_the_typed_number_completes_what_was_asked(emma: Caller) -> None:
    emma.speak("cancel order #W1003001 please", orders=("#W1003001",))
    again = emma.say("No")
    assert "type the order number" in again.text
    shown = emma.say("#W1003002")
    if shown.proposal is None:
        shown = emma.say("I no longer need it")
    assert shown.proposal is not None
    assert shown.proposal.order_id == "#W1003002"


def test_another_customers_number_is_never_confirmed(emma: Caller) -> None:
    back = emma.speak("where is order #W1777777", orders=("#W1777777",))
    assert "none of your orders has a number like it" in back.text
    assert "#W1003001" in back.quick_replies
    told = emma.say("#W1003001")
    assert "#W1003001" in told.text


def test_something_else_than_an_answer_is_served_as_it_is(emma: Caller) -> None:
    emma.speak("where is order #W1003001", orders=("#W1003001",))
    reply = emma.say("Can I return headphones I opened?")
    assert reply.citations


def test_a_stranger_confirms_the_number_as_it_was_heard(house: Wiring) -> None:
    stranger = Caller(house, None)
    back = stranger.speak("where is order #W1003001", orders=("#W1003001",))
    assert back.text == "I heard: order number #W1003001. Is that right?"
    assert "e-mail" in stranger.say("yes").text.lower()


def test_an_amount_that_was_heard_is_asked_back(emma: Caller) -> None:
    back = emma.speak("why was I charged $32.50", amounts=(3250,))
    assert back.text == "I heard: $32.50. Is that right?"


def test_a_receipt_without_a_legible_number_is_found_by_its_total_and_day(emma: Caller) -> None:
    order = emma.wiring.shop.orders(emma.customer_id)[0]
    back = emma.show("Photo", amounts=(order.total.cents,), dates=(order.placed_at.date(),))
    assert str(order.order_id) in back.text
    assert str(order.total) in back.text


def test_a_photo_answers_the_question_which_order(emma: Caller) -> None:
    emma.say("I want to cancel an order")
    back = emma.show("Photo: #W1003001", orders=("#W1003001",), dates=(date(2026, 11, 1),))
    assert "#W1003001" in back.text
    shown = emma.say("Yes, that is right")
    assert shown.proposal is not None or "reason" in shown.text.lower() or "why" in shown.text.lower()


def test_chinese_customers_are_asked_in_chinese(house: Wiring) -> None:
    caller = Caller(house)
    back = caller.show("这个订单到哪了？", alone=False, orders=("#W1003001",))
    assert back.text.startswith("您指的是订单 #W1003001")
    assert "#W1003001" in caller.say("对，没错").text


def test_what_the_customer_said_is_recorded_not_what_was_served_for_it(emma: Caller) -> None:
    emma.speak("where is order #W1003001", orders=("#W1003001",))
    emma.say("yes")
    with emma.wiring.database.read() as session:
        own = MessageRow.conversation_id == emma.conversation, MessageRow.author == "customer"
        said = session.scalars(select(MessageRow.text).where(*own).order_by(MessageRow.at)).all()
    assert said == ["where is order #W1003001", "yes"]


def damage(caller: Caller, words: str) -> Reply:
    """Report damage, answering whatever is asked."""
    reply = caller.say(words)
    for _ in range(8):
        if reply.handoff:
            break
        if reply.proposal is not None:
            reply = caller.say("yes")
        elif "your own words" in reply.text:
            reply = caller.say("The lid is cracked all over")
        else:
            reply = caller.say(reply.quick_replies[0])
    return reply


def test_a_photo_without_words_to_read_asks_what_it_is_about_and_damage_ends_at_the_desk(house: Wiring) -> None:
    caller = Caller(house)
    assert caller.show("Photo").quick_replies == ("It arrived damaged", "Talk to a person")
    reply = damage(caller, "It arrived damaged")
    assert reply.handoff
    assert "colleague" in reply.text
    with house.database.read() as session:
        brief = session.scalars(select(HandoffRow.brief).where(HandoffRow.conversation_id == caller.conversation)).one()
    assert brief["pictures"] == ["att_none"]


def test_a_damage_report_with_a_photo_is_made_and_then_looked_at_by_a_person(house: Wiring) -> None:
    now, days = house.clock.now().date(), house.policy.damaged_items.damage_report_days
    caller, order, item = next(
        (Caller(house, customer.email), order, order.items[0])
        for customer in house.shop.customers(40)
        for order in house.shop.orders(customer.customer_id)
        if order.status is OrderStatus.DELIVERED
        and (arrived := delivered_on(order, order.items[0].item_id))
        and now - arrived < timedelta(days=days)
        and len(order.items) == 1
    )
    caller.show(f"The {item.name} in order {order.order_id} arrived damaged", alone=False)
    reply = damage(caller, f"The {item.name} in order {order.order_id} arrived damaged")
    assert reply.handoff
    assert "passed your photo and the report" in reply.text
    with house.database.read() as session:
        reports = select(DamageReportRow.order_id).where(DamageReportRow.order_id == order.order_id)
        assert session.scalars(reports).all() == [order.order_id]


@pytest.mark.parametrize(
    "heard",
    [
        "订单W幺洞洞三洞洞幺到哪了",
        "单号是W，一零零，三零零，幺，到哪里了",
        "井号W 一 零 零 三 零 零 一 到哪了",
        "订单W幺零零三零零拐到哪了",
    ],
)
def test_a_number_spoken_in_chinese_is_asked_back_in_chinese(house: Wiring, heard: str) -> None:
    caller = Caller(house)
    typed = as_typed(heard)
    back = caller.say(typed, Attached(attachment_id="att_none", kind="voice", values=values_in([typed])))
    assert "#W1003001" in (back.text + " ".join(back.quick_replies))
    assert back.tools == ()
    chosen = "#W1003001" if "#W1003001" in back.quick_replies else "对"
    told = caller.say(chosen)
    assert "#W1003001" in told.text
    assert [call.name for call in told.tools]
