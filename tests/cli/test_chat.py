"""The terminal chat: lines in, answers out."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.cli import chat as chat_module
from assistant.cli.chat import TerminalChat
from assistant.conversation.reply import Citation, Incoming, Reply, Rung, ToolCall, TurnEvent
from assistant.errors import CustomerError, OperatorError
from assistant.ids import ConversationId, CustomerId, PassageId, TurnId
from assistant.routing.decision import NearestExample, RoutedIntent, RoutingDecision, SlotValue, Vote
from assistant.shop.records import Address, Money, Order, OrderItem, OrderStatus

ADDRESS = Address(address1="1 Main Street", city="Springfield", zip="12345", country="USA")
ORDER = Order.model_validate(
    {
        "order_id": "#W1000001",
        "customer_id": "sara_1",
        "status": OrderStatus.PENDING,
        "placed_at": datetime(2026, 11, 18, tzinfo=UTC),
        "address": ADDRESS,
        "items": (
            OrderItem.model_validate(
                {"item_id": "1", "product_id": "2", "name": "Lamp", "options": {}, "price": Money(cents=4200)}
            ),
        ),
    }
)
DECISION = RoutingDecision(
    language="en",
    outcome="routed",
    intents=(
        RoutedIntent(
            intent="track_order",
            agent="orders",
            probability=0.97,
            words="Where is my order?",
            slots=(SlotValue(name="order_id", value="#W1000001", words="W1000001"),),
        ),
    ),
    votes=(Vote(detector="examples", words="Where is my order?", scores=(("track_order", 0.9),), milliseconds=3.2),),
    nearest=(NearestExample(text="where's my parcel", intent="track_order", similarity=0.88),),
    thresholds={"act": 0.7},
)
CITATION = Citation(
    number=1,
    passage_id=PassageId("p1"),
    page="policies/delivery",
    title="Delivery",
    heading="Times",
    text="Two to four days.",
    language="en",
)


class Scripted:
    """An assistant that gives the same answer to everything."""

    def __init__(self) -> None:
        self.asked: list[Incoming] = []
        self.error: Exception | None = None

    def ask(self, incoming: Incoming, on_event: Callable[[TurnEvent], None] | None = None) -> Reply:
        self.asked.append(incoming)
        if self.error is not None:
            raise self.error
        assert on_event is not None
        for event in ("stage", "understand"), ("delta", "It is "), ("stage", "check"), ("delta", "on its way [1]."):
            on_event(TurnEvent.model_validate({"kind": event[0], "text": event[1]}))
        return Reply(
            conversation_id=ConversationId("conv_1"),
            turn_id=TurnId("turn_1"),
            text="It is on its way [1].",
            language="en",
            decision=DECISION,
            citations=(CITATION,),
            tools=(ToolCall(name="track_shipment", arguments={"order_id": "#W1"}, ok=True, result="", milliseconds=2),),
            quick_replies=("Talk to a person",),
            rung=Rung.NONE,
            timings_ms={"understand": 20.0, "total": 42.0},
        )

    def settle(self) -> None:
        """Nothing follows."""


class Parts:
    """The parts that the chat uses."""

    def __init__(self) -> None:
        self.assistant = Scripted()
        self.changes: dict[str, Any] = {}
        known = SimpleNamespace(customer_id=CustomerId("sara_1"))
        self.shop = SimpleNamespace(
            customer_by_email=lambda email: known if email == "sara@example.com" else None,
            orders=lambda customer_id: (ORDER,) if customer_id == "sara_1" else (),
        )
        self.store = SimpleNamespace(path=self._path)

    def with_settings(self, **changes: Any) -> "Parts":
        self.changes = changes
        return self

    def _path(self, name: str) -> str:
        if name != "small":
            raise OperatorError(f"there is no model {name!r}", fix="assistant models list")
        return "small.gguf"


def run(parts: Parts, *arguments: str, typed: str) -> Any:
    return CliRunner().invoke(chat_module.app, arguments, input=typed, obj=parts)


def test_lines_of_a_pipe_are_answered_one_after_another_in_one_conversation() -> None:
    parts = Parts()
    result = run(parts, "--as", "sara@example.com", typed="Where is my order?\n\nAnd the other one?\n/quit\nnever\n")
    assert result.exit_code == 0, result.output
    assert result.output.count("It is on its way [1].\n  [1] Delivery > Times\n  (Talk to a person)\n") == 2
    first, second = parts.assistant.asked
    assert (first.customer_id, first.conversation_id) == ("sara_1", None)
    assert second.conversation_id == "conv_1"


def test_why_tells_how_the_last_answer_came_about() -> None:
    output = run(Parts(), typed="/why\nWhere is my order?\n/why\n").output
    assert output.startswith("Nothing has been answered yet.")
    for part in (
        "track_order -> orders, 97%, order_id='#W1000001'",
        "vote     examples (3.2 ms): track_order 0.90",
        'nearest  0.88 track_order: "where\'s my parcel"',
        "tool       track_shipment(order_id='#W1'): ok, 2.0 ms",
        "source     [1] Delivery > Times (policies/delivery, p1)",
        "worded by  none model, 0 calls",
        "time       42.0 ms (understand 20.0)",
    ):
        assert part in output


def test_orders_are_the_customers_own() -> None:
    assert "#W1000001" in run(Parts(), "--as", "sara@example.com", typed="/orders\n").output
    assert "A stranger has no orders" in run(Parts(), typed="/orders\n").output


def test_a_new_conversation_forgets_the_old_one() -> None:
    parts = Parts()
    run(parts, typed="hi\n/new\nhi\n")
    assert [incoming.conversation_id for incoming in parts.assistant.asked] == [None, None]


def test_an_unknown_command_lists_what_there_is() -> None:
    output = run(Parts(), typed="/whi\n").output
    assert "There is no command '/whi'." in output
    assert "/why" in output


def test_a_refused_message_is_told_and_the_chat_goes_on() -> None:
    parts = Parts()
    parts.assistant.error = CustomerError("That message is too long.")
    result = run(parts, typed="x\n/help\n")
    assert "That message is too long." in result.output
    assert "/orders" in result.output


def test_a_model_of_choice_is_taken_when_it_is_there() -> None:
    parts = Parts()
    assert run(parts, "--model", "small", typed="").exit_code == 0
    assert parts.changes == {"local_model": "small"}
    assert run(parts, "--model", "none", typed="").exit_code == 0
    with pytest.raises(OperatorError, match="models list"):
        CliRunner().invoke(chat_module.app, ["--model", "huge"], obj=parts, catch_exceptions=False)


def test_an_unknown_customer_is_an_error_with_the_way_out() -> None:
    with pytest.raises(OperatorError, match="assistant shop customers"):
        CliRunner().invoke(chat_module.app, ["--as", "nobody@example.com"], obj=Parts(), catch_exceptions=False)


def test_on_a_terminal_stages_show_until_the_first_words_and_never_wipe_them() -> None:
    written: list[str] = []
    session = TerminalChat(Parts(), None, live=True, write=written.append)  # type: ignore[arg-type]
    assert session.take("hi")
    text = "".join(written)
    assert "understand ..." in text
    assert text.index("understand") < text.index("\r\x1b[2KIt is on its way [1].")
    assert "check ..." not in text
