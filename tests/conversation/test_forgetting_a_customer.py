"""A customer who talked with the whole assistant is forgotten: conversations, changes, damage reports, account."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from assistant.app import Wiring
from assistant.conversation.reply import Incoming, Reply
from assistant.errors import OperatorError
from assistant.routing.learning.corrections import Correction, CorrectionFile
from assistant.storage.conversation_tables import ConversationRow
from assistant.storage.proposal_tables import AuditRow, DamageReportRow, ProposalRow
from assistant.storage.purging import find_in_files
from assistant.storage.shop_tables import CustomerRow, OrderRow, PaymentMethodRow
from assistant.storage.web_tables import ChatRequestRow
from tests.conversation.conftest import NOW, asker

EMMA = "emma.wilson@example.com"
OTHERS = ("mia.chen@example.com", "Where is my order?"), ("wang.fang@example.com", "我的订单到哪了？")
LEARNED = Correction("the doohickey hums", "warranty_policy", "en", "conv_of_somebody_else")
WORDS = ("Schnabelwort", "zz.canary@nest.example", "07700 955321", "鸟窝路")


def copy_of(house: Wiring, folder: Path) -> Wiring:
    """A copy of the shop that may be changed and forgotten from."""
    house.vectors.close()
    house.database.close()
    shutil.copytree(house.settings.data_dir, folder)
    settings = house.settings.model_copy(update={"data_dir": folder})
    wiring = Wiring(settings, clock=house.clock, ladder=house.ladder)
    for shared in ("embeddings", "catalogue", "router"):
        wiring.__dict__[shared] = getattr(house, shared)
    with wiring.database.write() as session:  # what other tests had changed in the house
        session.execute(delete(AuditRow))
        session.execute(delete(ProposalRow))
    return wiring


@pytest.fixture
def shop(house: Wiring, tmp_path: Path) -> Iterator[Wiring]:
    wiring = copy_of(house, tmp_path / "data")
    yield wiring
    wiring.vectors.close()
    wiring.database.close()


def talk(wiring: Wiring) -> None:
    """50 conversations; one of them cancels an order, one reports damage, one is handed over."""
    ask = asker(wiring)
    for number in range(46):
        said = ask(f"My Schnabelwort number {number} leaks, what does the warranty cover?", EMMA)
    kept = CorrectionFile(wiring.settings.data_dir / "corrections.jsonl")
    kept.add(Correction("the Schnabelwort is of no use", "complaint", "en", said.conversation_id))
    kept.add(Correction("My Schnabelwort number 7 leaks", "warranty_policy", "en"))
    kept.add(LEARNED)
    ask("where is my order? write to zz.canary@nest.example or call 07700 955321", EMMA)
    ask("I want to talk to a person about my Schnabelwort", EMMA)
    shown = ask("cancel order #W1003001", EMMA)
    while shown.proposal is None:
        shown = ask("no longer needed", EMMA, after=shown)
    assert "executed" in str(wiring.proposals.confirm(shown.proposal.proposal_id, customer_id(wiring)).outcome)
    ask("change the delivery address to 鸟窝路 27号", EMMA)
    order = wiring.shop.orders(customer_id(wiring))[-1]
    with wiring.database.write() as session:
        session.add(
            DamageReportRow(
                order_id=order.order_id, item_id=order.items[0].item_id, description="Schnabelwort is broken",
                wish="refund", at=NOW,
            )
        )  # fmt: skip
        session.add(
            ChatRequestRow(
                owner=f"customer:{customer_id(wiring)}", client_message_id="1", conversation_id=None, fingerprint="x",
                status="done", reply={"text": "Schnabelwort"}, started_at=NOW,
            )
        )  # fmt: skip
    wiring.assistant.settle()


def customer_id(wiring: Wiring, email: str = EMMA):  # type: ignore[no-untyped-def]
    found = wiring.shop.customer_by_email(email)
    assert found is not None
    return found.customer_id


def answers(wiring: Wiring) -> list[str]:
    ask = asker(wiring)
    replies: list[Reply] = [ask(question, email) for email, question in OTHERS]
    return [reply.text for reply in replies]


def audited(wiring: Wiring) -> list[str]:
    """What was done in Emma's name; other tests have done things before."""
    with wiring.database.read() as session:
        rows = session.scalars(select(AuditRow).where(AuditRow.customer_id == customer_id(wiring)))
        return sorted(row.kind for row in rows)


def test_what_was_said_goes_and_what_the_shop_must_keep_stays(shop: Wiring) -> None:
    earlier = audited(shop)
    talk(shop)
    emma, before = customer_id(shop), answers(shop)
    orders = shop.shop.orders(emma)
    with shop.database.read() as session:
        conversations = session.scalars(
            select(ConversationRow.conversation_id).where(ConversationRow.customer_id == emma)
        ).all()
    assert len(conversations) >= 50
    assert set(find_in_files(shop.settings.data_dir, WORDS)) == set(WORDS)

    erased = shop.forgetting.forget(emma)
    assert erased.complete
    assert find_in_files(shop.settings.data_dir, {*WORDS, *erased.ids, *conversations}) == {}
    assert CorrectionFile(shop.settings.data_dir / "corrections.jsonl").all() == (LEARNED,)
    assert shop.shop.orders(emma) == orders
    assert shop.shop.customer_by_email(EMMA) is not None
    assert audited(shop) == sorted([*earlier, "cancel_pending_order"])
    with shop.database.read() as session:
        assert session.scalars(select(ProposalRow).where(ProposalRow.customer_id == emma)).all() == []
    assert answers(shop) == before
    assert "Schnabelwort" not in asker(shop)("what do you know about me?", EMMA).text


def test_with_account_nothing_in_the_data_folder_identifies_the_customer(shop: Wiring) -> None:
    talk(shop)
    emma, before = customer_id(shop), answers(shop)
    customer = shop.shop.customer(emma)
    with pytest.raises(OperatorError, match="still under way"):
        shop.forgetting.forget(emma, account=True)
    assert find_in_files(shop.settings.data_dir, ["Schnabelwort"])
    with shop.database.write() as session:
        open_ones = OrderRow.status.not_in(("delivered", "cancelled", "returned"))
        session.execute(update(OrderRow).where(OrderRow.customer_id == emma, open_ones).values(status="cancelled"))
        session.execute(
            update(PaymentMethodRow)
            .where(PaymentMethodRow.customer_id == emma, PaymentMethodRow.balance_cents.is_not(None))
            .values(balance_cents=0)
        )
        kept = len(session.scalars(select(OrderRow).where(OrderRow.customer_id == emma)).all())
        same_street = session.scalars(
            select(CustomerRow).where(
                CustomerRow.address1 == customer.address.address1, CustomerRow.customer_id != emma
            )
        ).all()
    letters = [{"to": EMMA, "text": "Your code is 123456"}, {"to": OTHERS[0][0], "text": "Your code is 654321"}]
    sent = shop.settings.data_dir / "codes.jsonl"
    sent.write_text("".join(f"{json.dumps(letter)}\n" for letter in letters), encoding="utf-8")
    erased = shop.forgetting.forget(emma, account=True)
    assert sent.read_text(encoding="utf-8") == f"{json.dumps(letters[1])}\n"
    needles = {
        *WORDS,
        *erased.ids,
        emma,
        EMMA,
        customer.phone or "",
        *(() if same_street else (customer.address.address1,)),
    }
    assert find_in_files(shop.settings.data_dir, needles) == {}
    with shop.database.read() as session:
        gone = session.scalars(select(CustomerRow).where(CustomerRow.customer_id.startswith("gone"))).one()
        assert len(session.scalars(select(OrderRow).where(OrderRow.customer_id == gone.customer_id)).all()) == kept
    assert shop.shop.customer_by_email(EMMA) is None
    assert answers(shop) == before


def test_the_server_finishes_what_a_command_could_not(shop: Wiring) -> None:
    """While the server owns the vectors, a command deletes the rows; the next answer takes them out of the files."""
    asker(shop)("My Schnabelwort leaks, what does the warranty cover?", EMMA)
    shop.assistant.settle()
    command = Wiring(shop.settings, clock=shop.clock, ladder=shop.ladder)
    command.__dict__["embeddings"] = shop.embeddings
    command.forgetting.request(customer_id(shop))
    with pytest.raises(OperatorError, match=str(os.getpid())):
        command.forgetting.finish()
    command.database.close()
    assert shop.forgetting.pending()
    shop.assistant.ask(Incoming(text="hello"))
    shop.assistant.settle()
    assert not shop.forgetting.pending()
    assert find_in_files(shop.settings.data_dir, ["Schnabelwort"]) == {}
