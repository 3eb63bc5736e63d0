"""The e-mail channel.

A letter is a stranger's message: anybody can write any sender into it, so who it is must be proved in the conversation
(a code to the address that the shop knows), as in the chat. Each letter is taken in once, by its id, and answered once:
the turn marks it in its own transaction, so a crash between answering and sending only sends again.
"""

import hashlib
import logging
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from typing import Protocol

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from assistant.channels.email.letters import Letter, read_letter
from assistant.clock import Clock
from assistant.conversation.reply import Incoming, Reply, SentAs
from assistant.errors import CustomerError
from assistant.ids import ConversationId
from assistant.mail.imap import ImapIn
from assistant.mail.smtp import SmtpOut
from assistant.storage.conversation_tables import ConversationRow, MessageRow
from assistant.storage.engine import Database, changed_one
from assistant.storage.turn_locks import TurnLocks
from assistant.storage.web_tables import ChatRequestRow

log = logging.getLogger(__name__)

CHANNEL = "email"
_PATIENCE = timedelta(minutes=5)
_AGENTS = "agent-"


class Answers(Protocol):
    """What serves turns (`assistant.conversation.assistant.Assistant`)."""

    def ask(self, incoming: Incoming) -> Reply: ...

    def settle(self) -> None: ...


@dataclass(frozen=True)
class EmailChannel:
    """Answers letters.

    Args:
        mailbox: where they arrive.
        out: sends answers.
        assistant: answers.
        database: knows which letters were taken in.
        locks: so that a conversation is served by one process at a time.
        clock: tells when a letter that nobody finished may be taken up again.
        longest: characters of a message; what a letter says beyond is not read.
        period_s: between looks into the mailbox.
    """

    mailbox: ImapIn
    out: SmtpOut
    assistant: Answers
    database: Database
    locks: TurnLocks
    clock: Clock
    longest: int
    period_s: float

    def run(self, ended: Event) -> None:
        """Look into the mailbox until `ended`; what goes wrong is logged and tried again."""
        while not ended.wait(self.period_s):
            try:
                self.poll()
                self.send_agents_answers()
            except Exception:
                log.exception("the mailbox could not be served")

    def poll(self) -> int:
        """Answer what is unread; returns how many letters were answered.

        Raises:
            OSError: the mailbox can't be read, or an answer can't be sent; the letter stays unread.
        """
        answered = 0
        with self.mailbox.open() as mailbox:
            for uid, raw in mailbox.unread():
                letter = read_letter(raw)
                answered += self._take_in(letter)
                mailbox.mark_read(uid)
        return answered

    def send_agents_answers(self) -> int:
        """Send what our people wrote in conversations that go by e-mail; returns how many letters that were."""
        begun = (
            select(MessageRow, ChatRequestRow.owner)
            .join(ConversationRow, ConversationRow.conversation_id == MessageRow.conversation_id)
            .join(ChatRequestRow, ChatRequestRow.conversation_id == MessageRow.conversation_id)
            .where(ConversationRow.channel == CHANNEL, MessageRow.author == "agent")
            .distinct()
        )
        sent = select(ChatRequestRow.client_message_id).where(
            ChatRequestRow.client_message_id.like(f"{_AGENTS}%"),
            (ChatRequestRow.status == "done") | (ChatRequestRow.started_at > self.clock.now() - _PATIENCE),
        )
        with self.database.read() as session:
            done = set(session.scalars(sent))
            waiting = [(m, owner) for m, owner in session.execute(begun) if f"{_AGENTS}{m.message_id}" not in done]
        return sum(self._send_agents(message, owner) for message, owner in waiting)

    def _take_in(self, letter: Letter) -> bool:
        if letter.automatic or not letter.text or letter.sender == self.out.sender.lower():
            return False
        owner = f"visitor:email-{_hash(letter.sender)}"
        key = f"mail-{_hash(letter.message_id or letter.text)}"
        text = letter.text[: self.longest]
        conversation_id = self._conversation(letter, owner)
        found = self._claim(owner, key, text, conversation_id, letter)
        if found is None:
            return False
        if found.turn_id is None:
            self._answer(owner, key, text, conversation_id)
        return self._send(owner, key)

    def _claim(
        self, owner: str, key: str, text: str, conversation_id: ConversationId | None, letter: Letter
    ) -> ChatRequestRow | None:
        """The letter's row, where it is ours to answer or to send; None where it was, or another process is at it."""
        now = self.clock.now()
        row = ChatRequestRow(
            owner=owner,
            client_message_id=key,
            conversation_id=conversation_id,
            fingerprint=_hash(text),
            status="running",
            reply={"to": letter.sender, "subject": letter.subject, "answers": letter.message_id},
            started_at=now,
        )
        try:
            with self.database.write() as session:
                session.add(row)
            return row
        except IntegrityError:
            with self.database.write() as session:
                known = session.get(ChatRequestRow, (owner, key))
                stale = known is not None and known.started_at + _PATIENCE < now
                if known is None or known.status == "done" or not (stale or known.turn_id):
                    return None
                known.started_at = now
            return known

    def _answer(self, owner: str, key: str, text: str, conversation_id: ConversationId | None) -> None:
        incoming = Incoming(
            text=text,
            conversation_id=conversation_id,
            channel=CHANNEL,
            sent_as=SentAs(owner=owner, client_message_id=key),
        )
        try:
            with self.locks.hold(conversation_id):
                self.assistant.ask(incoming)
        except CustomerError:
            log.warning("a letter could not be taken as a message")
        self.assistant.settle()

    def _send(self, owner: str, key: str) -> bool:
        with self.database.read() as session:
            row = session.get_one(ChatRequestRow, (owner, key))
            said = select(MessageRow).where(MessageRow.turn_id == row.turn_id, MessageRow.author == "assistant")
            message = session.scalars(said).first()
        if message is not None:
            self._letter(row.reply or {}, message)
        self._done(owner, key)
        return message is not None

    def _send_agents(self, message: MessageRow, owner: str) -> bool:
        newest = (
            select(ChatRequestRow)
            .where(
                ChatRequestRow.owner == owner,
                ChatRequestRow.conversation_id == message.conversation_id,
                ChatRequestRow.client_message_id.like("mail-%"),
            )
            .order_by(ChatRequestRow.started_at.desc())
        )
        with self.database.read() as session:
            answered = session.scalars(newest).first()
        if answered is None:
            return False
        key = f"{_AGENTS}{message.message_id}"
        if not self._claim_agents(owner, key, message):
            return False
        self._letter(answered.reply or {}, message)
        self._done(owner, key)
        return True

    def _claim_agents(self, owner: str, key: str, message: MessageRow) -> bool:
        now = self.clock.now()
        row = ChatRequestRow(
            owner=owner,
            client_message_id=key,
            conversation_id=message.conversation_id,
            fingerprint="",
            status="running",
            started_at=now,
        )
        try:
            with self.database.write() as session:
                session.add(row)
            return True
        except IntegrityError:  # another process sends it, or died while it did
            again = update(ChatRequestRow).where(
                ChatRequestRow.owner == owner,
                ChatRequestRow.client_message_id == key,
                ChatRequestRow.status == "running",
                ChatRequestRow.started_at <= now - _PATIENCE,
            )
            with self.database.write() as session:
                return changed_one(session.execute(again.values(started_at=now)))

    def _letter(self, about: dict[str, str], message: MessageRow) -> None:
        sources = [f"[{c['number']}] {c['title']} – {c['heading']}" for c in message.citations]
        text = "\n\n".join([message.text, "\n".join(sources)]).strip()
        subject = about.get("subject", "")
        self.out.send(
            about["to"],
            subject if subject.lower().startswith("re:") else f"Re: {subject}".strip(),
            text,
            message_id=f"<{message.turn_id}@{self._domain}>",
            in_reply_to=about.get("answers", ""),
            references=about.get("answers", ""),
        )

    def _done(self, owner: str, key: str) -> None:
        with self.database.write() as session:
            session.execute(
                update(ChatRequestRow)
                .where(ChatRequestRow.owner == owner, ChatRequestRow.client_message_id == key)
                .values(status="done")
            )

    def _conversation(self, letter: Letter, owner: str) -> ConversationId | None:
        """The sender's conversation whose letter this one answers."""
        turns = [own.strip("<>").removesuffix(f"@{self._domain}") for own in letter.thread]
        with self.database.read() as session:
            query = (
                select(MessageRow.conversation_id)
                .join(ChatRequestRow, ChatRequestRow.conversation_id == MessageRow.conversation_id)
                .where(MessageRow.turn_id.in_(turns), ChatRequestRow.owner == owner)
            )
            found = session.scalars(query).first()
        return ConversationId(found) if found else None

    @property
    def _domain(self) -> str:
        return self.out.sender.rpartition("@")[2].strip("<> ")


def _hash(text: str) -> str:
    return hashlib.sha256(text.strip().lower().encode("utf-8", "replace")).hexdigest()[:32]
