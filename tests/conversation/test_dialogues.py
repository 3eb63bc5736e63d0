"""Whole dialogues about changes, in both languages: what is done, what stays untouched, and how it is asked."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select, update

from assistant.app import Wiring
from assistant.clock import FixedClock
from assistant.conversation.reply import Incoming, Reply, Rung
from assistant.ids import ConversationId, CustomerId
from assistant.settings import PROJECT_DIR, Settings
from assistant.shop.loading import load_shop
from assistant.shop.seed.generator import sample_shop
from assistant.storage.proposal_tables import AuditRow, DamageReportRow
from assistant.storage.shop_tables import PaymentMethodRow
from assistant.text.language import has_han
from tests.conversation.conftest import NOW, TODAY

FOLDER = PROJECT_DIR / "evals" / "dialogues"


def dialogues() -> Iterator[Any]:
    for language in ("en", "zh"):
        for dialogue in yaml.safe_load((FOLDER / f"orders_{language}.yaml").read_text(encoding="utf-8")):
            yield pytest.param(language, dialogue, id=f"{language}: {dialogue['name']}")


@pytest.fixture(scope="module")
def tidied(house: Wiring) -> Iterator[Wiring]:
    """The house, with its shop put back for other tests afterwards."""
    yield house
    seed(house)


@pytest.fixture
def shop_as_seeded(tidied: Wiring) -> Wiring:
    """The shop and the clock as they were at the beginning."""
    seed(tidied)
    return tidied


def seed(house: Wiring) -> None:
    rows = sample_shop(customers=40, orders=200, seed=7, today=TODAY, currency="USD")
    load_shop(house.database, rows, kind="sample", currency="USD", at=NOW, seed=7, today=TODAY, replace=True)
    clock = house.clock
    assert isinstance(clock, FixedClock)
    clock.advance(NOW - clock.now())


@pytest.mark.parametrize(("language", "dialogue"), dialogues())
def test_dialogue_without_any_model(shop_as_seeded: Wiring, language: str, dialogue: dict[str, Any]) -> None:
    replies = run(shop_as_seeded, language, dialogue)
    assert all(reply.rung is Rung.NONE for reply in replies)


@pytest.mark.model
@pytest.mark.parametrize(("language", "dialogue"), dialogues())
def test_dialogue_with_the_local_model(
    shop_as_seeded: Wiring, local: Wiring, language: str, dialogue: dict[str, Any]
) -> None:
    run(local, language, dialogue)


@pytest.fixture(scope="module")
def local(house: Wiring) -> Wiring:
    """The same house with the local model."""
    wiring = Wiring(Settings(data_dir=Path(house.settings.data_dir)), clock=house.clock)
    for shared in ("database", "embeddings", "vectors", "knowledge", "catalogue"):
        wiring.__dict__[shared] = getattr(house, shared)
    return wiring


def run(wiring: Wiring, language: str, dialogue: dict[str, Any]) -> list[Reply]:
    customer = wiring.shop.customer_by_email(dialogue["customer"])
    assert customer is not None
    if "gift_card" in dialogue:
        set_gift_card(wiring, customer.customer_id, dialogue["gift_card"])
    before = {order.order_id: order for order in wiring.shop.orders(customer.customer_id)}
    conversation: ConversationId | None = None
    replies: list[Reply] = []
    for turn in dialogue["turns"]:
        clock = wiring.clock
        assert isinstance(clock, FixedClock)
        clock.advance(timedelta(minutes=turn.get("wait", 0)))
        done = everything(wiring, customer.customer_id)
        reply = wiring.assistant.ask(
            Incoming(text=turn["say"], customer_id=customer.customer_id, conversation_id=conversation)
        )
        conversation = reply.conversation_id
        replies.append(reply)
        changed = everything(wiring, customer.customer_id) != done
        assert changed == turn.get("does", False), f"{turn['say']!r} changed the shop: {changed}\n{reply.text}"
        judge(reply, turn, language)
    after = {order.order_id: order for order in wiring.shop.orders(customer.customer_id)}
    assert {number: after[number].status.value for number in dialogue["after"]} == dialogue["after"]
    assert {n: o for n, o in before.items() if n not in dialogue["after"]} == {
        n: o for n, o in after.items() if n not in dialogue["after"]
    }
    return replies


def judge(reply: Reply, turn: dict[str, Any], language: str) -> None:
    said = f"{turn['say']!r} was answered:\n{reply.text}"
    for words in turn.get("hears", ()):
        assert words in reply.text, f"{words!r} is missing. {said}"
    for words in turn.get("not", ()):
        assert words not in reply.text, f"{words!r} was said. {said}"
    if "proposes" in turn:
        shown = reply.proposal.kind if reply.proposal else False
        assert shown == turn["proposes"], said
    assert reply.language == language, said
    assert has_han(reply.text) == (language == "zh"), said
    assert reply.text.count("?") + reply.text.count("？") <= 1, f"more than one question. {said}"
    assert reply.failed_checks == (), said


def everything(wiring: Wiring, customer_id: CustomerId) -> object:
    """All of a customer's that a change could touch, and the audit."""
    with wiring.database.read() as session:
        audit = tuple(session.scalars(select(AuditRow.proposal_id).where(AuditRow.customer_id == customer_id)))
        damage = tuple(session.scalars(select(DamageReportRow.item_id)))
    return wiring.shop.orders(customer_id), wiring.shop.customer(customer_id), audit, damage


def set_gift_card(wiring: Wiring, customer_id: CustomerId, amount: float) -> None:
    with wiring.database.write() as session:
        session.execute(
            update(PaymentMethodRow)
            .where(PaymentMethodRow.customer_id == customer_id, PaymentMethodRow.source == "gift_card")
            .values(balance_cents=round(amount * 100))
        )
