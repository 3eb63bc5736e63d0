"""A conversation as its customer sees it again: messages with the cards that they showed, and what became of those."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.storage.attachment_tables import AttachmentRow
from assistant.storage.conversation_tables import ConversationRow, MessageRow
from assistant.storage.proposal_tables import ProposalRow
from assistant.storage.web_tables import ChatRequestRow
from assistant.tools.proposals import ProposalStatus
from assistant.web.schemas import CitationView, ConversationView, MessageView, ReplyView


def conversation_view(session: Session, row: ConversationRow, now: datetime) -> ConversationView:
    """The whole conversation; cards come from the replies that were sent.

    Args:
        session: open on the database.
        row: of the conversation; the caller has made sure whose it is.
        now: proposals that have expired by then can't be answered any more.
    """
    messages = session.scalars(
        select(MessageRow)
        .where(MessageRow.conversation_id == row.conversation_id)
        .order_by(MessageRow.at, MessageRow.author.desc(), MessageRow.message_id)
    )
    replies = _replies(session, row.conversation_id)
    states = _proposal_states(session, replies.values(), now)
    kinds = attached_kinds(session, row.conversation_id)
    return ConversationView.model_validate(
        {
            "conversation_id": row.conversation_id,
            "language": row.language,
            "status": row.status,
            "started_at": row.started_at,
            "messages": tuple(
                message_view(message, replies.get(message.turn_id), states, kinds.get(message.turn_id))
                for message in messages
            ),
        }
    )


def message_view(
    message: MessageRow,
    reply: ReplyView | None = None,
    states: dict[str, ProposalStatus] | None = None,
    attached: str | None = None,
) -> MessageView:
    """One message; `reply` is what its turn sent, if the chat page sent it."""
    shown = reply if reply is not None and message.author == "assistant" else None
    proposal = shown.proposal if shown else None
    return MessageView.model_validate(
        {
            "message_id": message.message_id,
            "turn_id": message.turn_id,
            "author": message.author,
            "text": message.text,
            "language": shown.language if shown else None,
            "spans": shown.spans if shown else (),
            "citations": tuple(CitationView.model_validate(citation) for citation in message.citations),
            "cards": shown.cards if shown else (),
            "quick_replies": shown.quick_replies if shown else (),
            "proposal": proposal,
            "proposal_status": (states or {}).get(proposal.proposal_id) if proposal else None,
            "handoff": shown.handoff if shown else False,
            "attached": attached if message.author == "customer" else None,
            "at": message.at,
        }
    )


def _replies(session: Session, conversation_id: str) -> dict[str, ReplyView]:
    """What was sent back, by turn."""
    sent = session.scalars(
        select(ChatRequestRow.reply).where(
            ChatRequestRow.conversation_id == conversation_id, ChatRequestRow.status == "done"
        )
    )
    views = (ReplyView.model_validate(reply) for reply in sent if reply is not None)
    return {view.turn_id: view for view in views}


def attached_kinds(session: Session, conversation_id: str) -> dict[str | None, str]:
    """Turns of a conversation whose message was heard (`voice`) or came with a `photo`, by id."""
    query = select(AttachmentRow.turn_id, AttachmentRow.kind)
    rows = session.execute(query.where(AttachmentRow.conversation_id == conversation_id))
    return {turn_id: kind for turn_id, kind in rows}


def _proposal_states(session: Session, replies: Iterable[ReplyView], now: datetime) -> dict[str, ProposalStatus]:
    ids = [reply.proposal.proposal_id for reply in replies if reply.proposal is not None]
    rows = session.execute(
        select(ProposalRow.proposal_id, ProposalRow.status, ProposalRow.expires_at).where(
            ProposalRow.proposal_id.in_(ids)
        )
    )
    states: dict[str, ProposalStatus] = {}
    for proposal_id, status, expires_at in rows:
        states[proposal_id] = cast(ProposalStatus, "expired" if status == "open" and expires_at <= now else status)
    return states
