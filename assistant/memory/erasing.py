"""Which rows go when a customer is forgotten, and what stays with the shop.

Goes: conversations with all that hangs on them (messages, decisions, tool calls, handoffs), facts, episodes,
requests of the chat page, questions without a page, proposals, wishes to hear when something is back, notes in the
outbox. A table that is added later goes too if it names a customer, a conversation, a turn or a message.

Stays, because the shop must account for it: orders, payments, and the audit of executed changes. Of an executed
proposal the row stays that the audit refers to, emptied of its texts and its owner; of a damage report the item and
the wish, without the customer's words. `of_account` takes the customer out of these too: names, addresses and
numbers become empty, the customer number another one; amounts, items and days stay.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, delete, or_, select, update
from sqlalchemy.orm import Session

from assistant.errors import OperatorError
from assistant.ids import CustomerId, new_id
from assistant.storage.attachment_tables import AttachmentRow
from assistant.storage.behaviour import BEHAVIOUR_TOPIC
from assistant.storage.conversation_tables import ConversationRow, MessageRow, OutboxRow, ToolCallRow, TurnRow
from assistant.storage.knowledge_tables import KnowledgeGapRow
from assistant.storage.outbox import EVENT_TOPIC
from assistant.storage.privacy_tables import ErasureRow
from assistant.storage.proposal_tables import AuditRow, DamageReportRow, ProposalRow
from assistant.storage.shop_tables import SHOP_TABLES, CustomerRow, OrderRow, PaymentMethodRow
from assistant.storage.tables import METADATA
from assistant.storage.web_tables import ChatRequestRow

OF_THE_SHOP = frozenset({table.__tablename__ for table in SHOP_TABLES} | {"audit", "proposals", "damage_reports"})
"""Tables that are not swept: what the shop must keep, and what is emptied rather than deleted."""
NOBODYS = frozenset(
    "knowledge_pages knowledge_passages knowledge_state outbox erasures desk_users desk_sessions".split()
)
"""Tables without any customer's data, and the two that are cleared apart."""

BLANK = "…"
"""Stands where words were that a customer wanted unsaid."""

_OPEN = ("pending", "pending (item modified)", "processed", "return requested", "exchange requested")
_PERSONAL = frozenset(
    "first_name last_name email email_key phone address1 address2 city state zip note description last_four".split()
)


def conversations_of(session: Session, customer_id: CustomerId) -> list[str]:
    """Ids of the customer's conversations."""
    query = select(ConversationRow.conversation_id).where(ConversationRow.customer_id == customer_id)
    return list(session.scalars(query))


def erase_conversations(session: Session, conversation_ids: Collection[str]) -> None:
    """Delete conversations and everything that hangs on them."""
    ids = list(conversation_ids)
    for start in range(0, len(ids), _CHUNK):
        _sweep(session, ids[start : start + _CHUNK], None)


def erase_customer(session: Session, customer_id: CustomerId) -> None:
    """Delete all that was said by, to and about a customer."""
    erase_conversations(session, conversations_of(session, customer_id))
    _sweep(session, [], customer_id)
    for owned in (ChatRequestRow, AttachmentRow):
        session.execute(delete(owned).where(owned.owner == f"customer:{customer_id}"))
    _empty_proposals(session, ProposalRow.customer_id == customer_id)
    orders = select(OrderRow.order_id).where(OrderRow.customer_id == customer_id)
    session.execute(update(DamageReportRow).where(DamageReportRow.order_id.in_(orders)).values(description=""))
    for note in session.scalars(select(OutboxRow).where(OutboxRow.done_at.is_not(None))):
        if note.payload.get("customer_id") == customer_id:
            session.delete(note)


def purge_files_later(session: Session, at: datetime) -> None:
    """Write down that bytes of rows that this transaction deletes are to be taken out of the files."""
    erasure = ErasureRow(
        erasure_id=new_id("erasure"), customer_id="", account=False, requested_at=at, rows_gone_at=at
    )  # fmt: skip
    session.add(erasure)


def blank_messages(
    session: Session, customer_id: CustomerId, told: Collection[MessageRow], worded: Collection[str]
) -> set[str]:
    """Take out of conversations what a customer wants unsaid: whole messages, and words of answers.

    Args:
        customer_id: whose conversations they are.
        told: messages that are emptied, with their answers and what was decided on them.
        worded: texts that are taken out of answers.

    Returns:
        Ids of the conversations that were changed.
    """
    for message in told:
        of_turn = MessageRow.conversation_id == message.conversation_id, MessageRow.turn_id == message.turn_id
        session.execute(update(MessageRow).where(*of_turn).values(text=BLANK, citations=[], spans=[]))
        turn = session.get(TurnRow, message.turn_id)
        if turn is not None:
            turn.decision = _without_words(turn.decision)
        for table in (ToolCallRow, KnowledgeGapRow, AttachmentRow):
            session.execute(delete(table).where(table.turn_id == message.turn_id))
    ids = conversations_of(session, customer_id)
    changed = {message.conversation_id for message in told}
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        answers = select(MessageRow).where(MessageRow.conversation_id.in_(part), MessageRow.author == "assistant")
        for answer in session.scalars(answers):
            for text in worded:
                if text in answer.text:
                    answer.text, answer.spans = answer.text.replace(text, BLANK), []
                    changed.add(answer.conversation_id)
    answered = ChatRequestRow.conversation_id.in_(list(changed)), ChatRequestRow.status == "done"
    session.execute(delete(ChatRequestRow).where(*answered))
    return changed


def _without_words(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: BLANK if key in ("words", "value") else _without_words(item) for key, item in value.items()}
    return [_without_words(item) for item in value] if isinstance(value, list) else value


def erase_account(session: Session, customer_id: CustomerId) -> None:
    """Take the customer out of the shop's own records; what they bought stays as amounts, items and days.

    Raises:
        OperatorError: an order or a return is still under way, or there is money on a gift card.
    """
    check_account(session, customer_id)
    customer = session.get(CustomerRow, customer_id)
    if customer is None:
        return
    nobody = CustomerId(new_id("gone"))
    empty = {name: "" for name in ("address1", "address2", "city", "state", "zip")}
    session.add(
        CustomerRow(
            customer_id=nobody, position=customer.position, first_name="", last_name="", email=f"{nobody}@gone.invalid",
            email_key=f"{nobody}@gone.invalid", phone=None, language=customer.language, country=customer.country,
            created_at=None, **empty,
        )
    )  # fmt: skip
    session.flush()
    session.execute(
        update(OrderRow).where(OrderRow.customer_id == customer_id).values(customer_id=nobody, note=None, **empty)
    )
    for row in session.scalars(select(AuditRow).where(AuditRow.customer_id == customer_id)):
        row.before, row.after = (_without_person(value, customer_id, nobody) for value in (row.before, row.after))
        row.customer_id = nobody
    for note in session.scalars(select(OutboxRow)):
        if note.payload.get("customer_id") == customer_id:
            session.delete(note)
    session.execute(delete(PaymentMethodRow).where(PaymentMethodRow.customer_id == customer_id))
    session.flush()
    session.execute(delete(CustomerRow).where(CustomerRow.customer_id == customer_id))


def check_account(session: Session, customer_id: CustomerId) -> None:
    """Pass when the shop no longer needs to know who the customer is.

    Raises:
        OperatorError: an order or a return is still under way, or there is money on a gift card.
    """
    query = select(OrderRow.order_id).where(OrderRow.customer_id == customer_id, OrderRow.status.in_(_OPEN))
    if order := session.scalars(query.limit(1)).first():
        raise OperatorError(
            f"order {order} of {customer_id!r} is still under way; the shop must know whom it belongs to",
            fix="finish or cancel it first, or forget without --account",
        )
    money = select(PaymentMethodRow.payment_method_id).where(
        PaymentMethodRow.customer_id == customer_id, PaymentMethodRow.balance_cents > 0
    )
    if session.scalars(money.limit(1)).first():
        raise OperatorError(
            f"there is money on a gift card of {customer_id!r}", fix="pay it out first, or forget without --account"
        )


_CHUNK = 500


def _sweep(session: Session, conversation_ids: list[str], customer_id: CustomerId | None) -> None:
    """Delete, in every table that is not the shop's, the rows of conversations or of a customer."""
    turns = messages = episodes = list[str]()
    if conversation_ids:
        turns = list(session.scalars(select(TurnRow.turn_id).where(TurnRow.conversation_id.in_(conversation_ids))))
        of_them = MessageRow.conversation_id.in_(conversation_ids)
        messages = list(session.scalars(select(MessageRow.message_id).where(of_them)))
    wanted: dict[str, Collection[str]] = {
        "conversation_id": conversation_ids,
        "turn_id": turns,
        "message_id": messages,
        "customer_id": [customer_id] if customer_id else [],
    }
    tables = METADATA.tables
    episode_table = tables["episodes"]
    if condition := _of(episode_table, wanted):
        episodes = list(session.scalars(select(episode_table.c.episode_id).where(or_(*condition))))
    for table in reversed(METADATA.sorted_tables):
        if table.name in OF_THE_SHOP or table.name in NOBODYS:
            continue
        if condition := _of(table, wanted):
            session.execute(delete(table).where(or_(*condition)))
    if conversation_ids:
        _empty_proposals(session, ProposalRow.conversation_id.in_(conversation_ids))
        session.execute(
            update(AuditRow).where(AuditRow.conversation_id.in_(conversation_ids)).values(conversation_id="")
        )
    for note in session.scalars(select(OutboxRow).where(OutboxRow.topic.in_((EVENT_TOPIC, BEHAVIOUR_TOPIC)))):
        if note.payload.get("conversation_id") in conversation_ids or (
            customer_id and note.payload.get("customer_id") == customer_id
        ):
            session.delete(note)
    if episodes:
        gone = set(episodes)
        for note in session.scalars(select(OutboxRow).where(OutboxRow.topic == "episode")):
            if note.payload.get("episode_id") in gone:
                session.delete(note)
    session.flush()


def _of(table: Table, wanted: dict[str, Collection[str]]) -> list[Any]:
    columns: list[Column[Any]] = [table.c[name] for name in wanted if name in table.c and wanted[name]]
    return [column.in_(list(wanted[column.name])) for column in columns]


def _empty_proposals(session: Session, which: Any) -> None:
    """Delete proposals; those that were executed are emptied, because the audit refers to them."""
    audited = select(AuditRow.proposal_id)
    session.execute(delete(ProposalRow).where(which, ProposalRow.proposal_id.not_in(audited)))
    session.execute(
        update(ProposalRow)
        .where(which)
        .values(customer_id="", conversation_id="", subject="", request={}, terms={}, result={}, failure=None)
        .execution_options(synchronize_session=False)
    )


def _without_person(value: Any, customer_id: str, nobody: str) -> Any:
    if isinstance(value, dict):
        return {
            key: ("" if isinstance(item, str) and key in _PERSONAL else _without_person(item, customer_id, nobody))
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_without_person(item, customer_id, nobody) for item in value]
    return nobody if value == customer_id else value
