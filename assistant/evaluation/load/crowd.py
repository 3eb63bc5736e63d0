"""A crowd of customers that chat at once, and the check of what their conversations then hold."""

import asyncio
import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.evaluation.load.customers import Asked, Customer

_ORDER = re.compile(r"#?W\d{7}")
_RETRIES_S = 120.0
_PAUSE_S = 0.5


@dataclass(frozen=True)
class Checked:
    """What the histories show against what was sent and answered.

    `lost`: sent, and not in the history or never answered. `doubled`: there more than once. `crossed`: an answer with
    another customer's order, or one that belongs to another message. `misplaced`: histories out of order.
    """

    lost: int = 0
    doubled: int = 0
    crossed: int = 0
    misplaced: int = 0


async def chat(url: str, customers: Sequence[Customer], seconds: float, think_s: float) -> None:
    """Let the customers chat for some seconds; each waits for its answer and thinks before it writes again.

    Args:
        url: of the server.
        customers: who chats.
        seconds: after which nobody begins another message.
        think_s: mean pause between an answer and the next message; pauses vary by half of it.
    """
    import httpx2

    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=0)  # a browser each: no shared connection
    async with httpx2.AsyncClient(base_url=url, timeout=60, limits=limits) as client:
        end = time.monotonic() + seconds
        await asyncio.gather(*(_one(client, customer, end, think_s) for customer in customers))


async def _one(client: Any, customer: Customer, end: float, think_s: float) -> None:
    await asyncio.sleep(customer.random.uniform(0, think_s))
    while time.monotonic() < end:
        message = customer.next()
        await _send(client, customer, message)
        await asyncio.sleep(customer.random.uniform(0.5, 1.5) * think_s)


async def _send(client: Any, customer: Customer, message: Asked) -> None:
    """Send a message until it is answered, always under the same id, as the chat page does."""
    import httpx2

    body: dict[str, Any] = {"message": message.text, "client_message_id": message.message_id}
    if message.confirms:
        body["answer"] = {"proposal_id": message.confirms, "answer": "confirm"}
    if message.conversation_id:
        body["conversation_id"] = message.conversation_id
    headers = {"Authorization": f"Bearer {customer.token}"}
    begun = time.perf_counter()
    while time.perf_counter() - begun < _RETRIES_S:
        pause = _PAUSE_S
        try:
            response = await client.post("/api/chat", json=body, headers=headers)
            if response.status_code == 200:
                name, data = _last_event(response.text)
                if name == "final":
                    message.seconds = time.perf_counter() - begun
                    message.answer, message.conversation_id = data["text"], data["conversation_id"]
                    message.proposal_id = (data.get("proposal") or {}).get("proposal_id", "")
                    return
                message.told.append(str(data.get("code", "cut")))
            else:
                message.told.append(f"{response.status_code}")
                pause = float(response.headers.get("retry-after", _PAUSE_S))
        except httpx2.HTTPError as error:
            message.told.append(type(error).__name__)
        await asyncio.sleep(pause)
    message.seconds = time.perf_counter() - begun


def _last_event(body: str) -> tuple[str, dict[str, Any]]:
    name, data = "", "{}"
    for line in body.splitlines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            data = line.removeprefix("data: ")
    return name, json.loads(data)


async def check(url: str, customers: Sequence[Customer]) -> Checked:
    """Read every conversation back and compare it with what its customer sent and saw."""
    import httpx2

    found = [0, 0, 0, 0]
    async with httpx2.AsyncClient(base_url=url, timeout=60) as client:
        for customer in customers:
            headers = {"Authorization": f"Bearer {customer.token}"}
            own = {order.lstrip("#") for order in customer.orders}
            conversations: dict[str, list[Asked]] = {}
            for message in customer.asked:
                if message.answer is None:
                    found[0] += 1
                    continue
                conversations.setdefault(message.conversation_id, []).append(message)
                if {number.lstrip("#") for number in _ORDER.findall(message.answer)} - own:
                    found[2] += 1
            for conversation_id, sent in conversations.items():
                kept = (await client.get(f"/api/conversations/{conversation_id}", headers=headers)).json()["messages"]
                for total, more in enumerate(_compared(sent, kept)):
                    found[total] += more
    return Checked(*found)


def _compared(sent: Sequence[Asked], kept: Sequence[dict[str, Any]]) -> tuple[int, int, int, int]:
    questions = [message["text"] for message in kept if message["author"] == "customer"]
    answers = {message["turn_id"]: message["text"] for message in kept if message["author"] == "assistant"}
    asked_in = {message["turn_id"]: message["text"] for message in kept if message["author"] == "customer"}
    wanted = [message.text for message in sent]
    missing = sum(max(0, wanted.count(text) - questions.count(text)) for text in set(wanted))
    more = sum(max(0, questions.count(text) - wanted.count(text)) for text in set(questions))
    pairs = [(asked_in[turn], answers.get(turn, "")) for turn in asked_in]
    crossed = sum((message.text, message.answer or "") not in pairs for message in sent)
    return missing, more, crossed, int(questions != wanted and not missing and not more)
