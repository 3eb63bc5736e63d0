"""Other people's agents look things up for a customer, and propose: through MCP's official client."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest

from assistant.app import Wiring
from assistant.web.app import create_app
from assistant.web.state import Limits
from tests.web.doors.conftest import EMMA, MIA, Door, over, running

mcp = pytest.importorskip("mcp", reason="mcp is not installed (the `mcp` extra)")


@pytest.fixture(scope="module")
def mcp_door(house: Wiring) -> Iterator[Door]:
    wiring = over(house, mcp_server=True)
    app = create_app(wiring, limits=Limits(per_owner=10_000, per_address=10_000))
    with running(app) as url:
        assert app.state.readiness.wait(60) == "ready"
        yield Door(url, wiring)


@asynccontextmanager
async def caller(door: Door, email: str = "") -> AsyncIterator["mcp.Client"]:
    from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client

    http = create_mcp_http_client(headers={"Authorization": f"Bearer {door.token(email)}"})
    async with mcp.Client(streamable_http_client(f"{door.url}/mcp", http_client=http)) as client:
        yield client


async def test_tools_are_listed_as_reading_or_proposing_and_none_takes_a_customer(mcp_door: Door) -> None:
    async with caller(mcp_door, MIA) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert tools["track_shipment"].annotations.read_only_hint is True
    assert tools["cancel_pending_order"].annotations.read_only_hint is False
    assert "transfer_to_human_agents" not in tools
    for tool in tools.values():
        assert not {"customer_id", "user_id", "customer"} & tool.input_schema.get("properties", {}).keys(), tool.name


async def test_an_agent_reads_the_customers_orders_and_the_shops_pages(mcp_door: Door) -> None:
    async with caller(mcp_door, MIA) as client:
        orders = await client.call_tool("list_orders", {})
        pages = await client.call_tool("search_knowledge", {"query": "Can I return opened headphones?"})
    assert mcp_door.order_of(MIA).lstrip("#") in orders.content[0].text
    assert not pages.is_error


async def test_another_customers_order_is_refused(mcp_door: Door) -> None:
    order = mcp_door.order_of(EMMA)
    async with caller(mcp_door, MIA) as client:
        for name in ("get_order_details", "track_shipment", "cancel_pending_order"):
            arguments = {"order_id": order} | ({"reason": "no longer needed"} if name.startswith("cancel") else {})
            refused = await client.call_tool(name, arguments)
            assert refused.is_error, name
        forged = await client.call_tool("get_order_details", {"order_id": order, "customer_id": "emma_wilson_1003"})
        assert forged.is_error
    async with caller(mcp_door, EMMA) as client:
        assert not (await client.call_tool("get_order_details", {"order_id": order})).is_error


async def test_a_change_is_only_proposed_and_the_customers_own_yes_executes_it(mcp_door: Door) -> None:
    email, order = pending_order(mcp_door)
    async with caller(mcp_door, email) as client:
        proposed = await client.call_tool("cancel_pending_order", {"order_id": order, "reason": "no longer needed"})
    assert not proposed.is_error, proposed.content
    assert status(mcp_door, email, order) == "pending"
    customer = mcp_door.house.shop.customer_by_email(email)
    headers = {"Authorization": f"Bearer {mcp_door.token(email)}"}
    with httpx.Client(base_url=mcp_door.url, headers=headers, timeout=30) as chat:
        listed = chat.get("/api/conversations").json()["conversations"]
        conversation_id = next(c["conversation_id"] for c in listed if "_mcp_" in c["conversation_id"])
        waiting = mcp_door.house.proposals.open(conversation_id, customer.customer_id)
        yes = {
            "message": "Yes, cancel it",
            "conversation_id": conversation_id,
            "answer": {"proposal_id": waiting[0].proposal_id, "answer": "confirm"},
        }
        assert chat.post("/api/chat", json=yes).status_code == 200
    assert status(mcp_door, email, order) == "cancelled"


async def test_a_stranger_reads_public_things_only(mcp_door: Door) -> None:
    async with caller(mcp_door) as client:
        assert not (await client.call_tool("search_products", {"query": "headphones"})).is_error
        refused = await client.call_tool("list_orders", {})
    assert refused.is_error
    assert "sign in" in refused.content[0].text


def test_without_a_valid_token_nothing_is_read(mcp_door: Door) -> None:
    for headers in ({}, {"Authorization": "Bearer forged"}):
        assert httpx.post(f"{mcp_door.url}/mcp", json={}, headers=headers).status_code == 401


def test_a_server_that_does_not_offer_it_has_no_such_path(door: Door) -> None:
    assert httpx.post(f"{door.url}/mcp", json={}).status_code == 404


def pending_order(door: Door) -> tuple[str, str]:
    """A customer with an order that can be cancelled."""
    for customer in door.house.shop.customers(40):
        for order in door.house.shop.orders(customer.customer_id):
            if order.status == "pending":
                return customer.email, str(order.order_id)
    raise AssertionError("the sample shop has no pending order")


def status(door: Door, email: str, order: str) -> str:
    customer = door.house.shop.customer_by_email(email)
    assert customer is not None
    return next(o.status for o in door.house.shop.orders(customer.customer_id) if str(o.order_id) == order)
