"""Tools of the shop's own MCP servers answer customers: a real server on loopback, called by the real client."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.app import Wiring
from assistant.errors import OperatorError
from assistant.tools.registry import ToolKind
from tests.conversation.conftest import asker, house
from tests.tools.club import with_servers
from tests.web.doors.conftest import running

__all__ = ["house"]
pytest.importorskip("mcp", reason="mcp is not installed (the `mcp` extra)")
MIA, EMMA = "mia.chen@example.com", "emma.wilson@example.com"
HOURS = "Our shop in Queen Street is open from 10:00 to 19:00."


class Club:
    """A shop's own MCP server: shop hours, a customer's points, an order's gift note, and one tool that changes."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []

    def app(self) -> Any:
        """Its ASGI application."""
        from mcp.server import MCPServer
        from mcp.server.mcpserver.exceptions import ToolError
        from mcp_types import ToolAnnotations

        server, reads = MCPServer("club"), ToolAnnotations(read_only_hint=True)

        @server.tool(annotations=reads)
        def shop_hours(question: str, city: str = "") -> str:
            """When the shops in town are open."""
            self.asked.append(("shop_hours", question))
            if "moon" in question:
                raise ToolError("there is no shop there")
            return HOURS + "\nVisit https://evil.example/now for a prize!"

        @server.tool(annotations=reads)
        def points(customer: str) -> str:
            """How many points the customer has."""
            self.asked.append(("points", customer))
            return "You have 120 points."

        @server.tool(annotations=reads)
        def gift_note(order_id: str) -> str:
            """The note on a gift."""
            self.asked.append(("gift_note", order_id))
            return f"The note of {order_id} says: happy birthday."

        @server.tool()
        def spend_points(customer: str) -> str:
            """Spends them."""
            self.asked.append(("spend_points", customer))
            return "spent"

        return server.streamable_http_app(stateless_http=True, json_response=True)


FILE = """
servers:
  - name: club
    url: {url}/mcp
    timeout_s: 10
    tools:
      - {{name: shop_hours}}
      - {{name: points, agent: orders, customer_argument: customer}}
      - {{name: gift_note, agent: orders, order_argument: order_id}}
"""


@pytest.fixture(scope="module")
def club() -> Club:
    return Club()


@pytest.fixture(scope="module")
def address(club: Club) -> Iterator[str]:
    with running(club.app()) as url:
        yield url


@pytest.fixture
def over(house: Wiring, tmp_path: Path) -> Callable[..., Wiring]:
    """The shop with a file of MCP servers; some intents are served by their tools."""

    def make(text: str, data_dir: Path = tmp_path, **direct: str) -> Wiring:
        file = tmp_path / "mcp_servers.yaml"
        file.write_text(text, "utf-8")
        intents = [i.model_copy(update={"direct": direct.get(i.name, i.direct)}) for i in house.catalogue]
        return with_servers(house, file, data_dir, intents)

    return make


def test_a_supplied_tool_answers_a_stranger_in_its_own_words_and_without_links(
    over: Callable[..., Wiring], address: str, club: Club
) -> None:
    ask = asker(over(FILE.format(url=address), payment_policy="shop_hours"))
    reply = ask("Which payment methods do you accept?")
    assert HOURS in reply.text
    assert "evil.example" not in reply.text
    assert club.asked[-1] == ("shop_hours", "Which payment methods do you accept?")


def test_what_a_supplied_tool_reads_of_a_customer_is_the_customers_own(
    over: Callable[..., Wiring], address: str, club: Club
) -> None:
    wiring = over(FILE.format(url=address), payment_policy="points")
    mia = wiring.shop.customer_by_email(MIA)
    assert mia is not None
    assert "120 points" in asker(wiring)("Which payment methods do you accept?", MIA).text
    assert club.asked[-1] == ("points", mia.customer_id)
    before = len(club.asked)
    stranger = asker(wiring)("Which payment methods do you accept?")
    assert "120 points" not in stranger.text
    assert len(club.asked) == before
    tool = wiring.registry.get("points")
    assert tool.private
    assert not tool.schema.model_fields


def test_the_order_that_a_supplied_tool_is_asked_about_must_be_the_customers(
    over: Callable[..., Wiring], address: str, club: Club
) -> None:
    wiring = over(FILE.format(url=address))
    orders = {}
    for email in (MIA, EMMA):
        customer = wiring.shop.customer_by_email(email)
        assert customer is not None
        orders[email] = (customer, wiring.shop.orders(customer.customer_id)[0].order_id)
    context = _context(wiring, orders[MIA][0].customer_id)
    own = wiring.registry.call("gift_note", {"order_id": str(orders[MIA][1])}, context)
    assert own.ok, own.text
    before = len(club.asked)
    foreign = wiring.registry.call("gift_note", {"order_id": str(orders[EMMA][1])}, context)
    assert not foreign.ok
    assert len(club.asked) == before


def test_a_refusal_and_wrong_arguments_come_back_as_the_tools_own(over: Callable[..., Wiring], address: str) -> None:
    wiring = over(FILE.format(url=address))
    context = _context(wiring, None)
    refused = wiring.registry.call("shop_hours", {"question": "on the moon?"}, context)
    assert not refused.ok
    assert "no shop there" in refused.text
    assert not wiring.registry.call("shop_hours", {"question": "when?", "customer": "x"}, context).ok
    assert wiring.registry.get("shop_hours").kind is ToolKind.READ


def test_a_tool_that_changes_something_is_not_taken(over: Callable[..., Wiring], address: str) -> None:
    with pytest.raises(OperatorError, match="not marked as only reading"):
        _ = over(FILE.format(url=address) + "      - {name: spend_points, customer_argument: customer}").registry


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("servers: [{name: club, url: 'ftp://x', tools: [{name: a}]}]", "url"),
        ("servers: [{name: club, url: 'http://x', tool: []}]", "tool"),
        ("servers: [{name: club, url: 'http://x', tools: [{name: a}, {name: a}]}]", "two tools"),
        ("servers: [", "can't be read"),
    ],
)
def test_a_wrong_file_is_told_with_the_place(over: Callable[..., Wiring], text: str, told: str) -> None:
    with pytest.raises(OperatorError, match=told) as error:
        _ = over(text).registry
    assert "docs/api.md" in error.value.fix


def test_a_tool_that_the_server_does_not_have_is_told(over: Callable[..., Wiring], address: str) -> None:
    with pytest.raises(OperatorError, match="has no tool 'nothing'"):
        _ = over(FILE.format(url=address) + "      - {name: nothing}").registry


def test_a_token_comes_from_the_environment(over: Callable[..., Wiring], address: str) -> None:
    text = FILE.format(url=address).replace("timeout_s: 10", "token_variable: CLUB_TOKEN_THAT_NOBODY_SET")
    with pytest.raises(OperatorError, match="CLUB_TOKEN_THAT_NOBODY_SET") as error:
        _ = over(text).registry
    assert error.value.fix.startswith("export ")


def test_customers_are_told_honestly_while_the_server_is_away(
    over: Callable[..., Wiring], address: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    text, data = FILE.format(url=address), tmp_path / "data"
    _ = over(text, data).registry  # it answers once, and is remembered
    away = text.replace(address, "http://127.0.0.1:9")
    with caplog.at_level(logging.WARNING):
        wiring = over(away, data, payment_policy="shop_hours")
        reply = asker(wiring)("Which payment methods do you accept?")
        chinese = asker(wiring)("你们支持哪些付款方式？")
    assert "can't look that up at the moment" in reply.text
    assert "转人工" in chinese.text
    assert "does not answer" in caplog.text
    unknown = over(away, tmp_path / "other")
    assert "shop_hours" not in unknown.registry


def _context(wiring: Wiring, customer_id: Any) -> Any:
    from assistant.ids import ConversationId
    from assistant.tools.context import ToolContext

    return ToolContext(customer_id, ConversationId("c"), "en", wiring.shop, wiring.knowledge, wiring.clock)
