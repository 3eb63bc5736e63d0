"""From the outbox to the log: what the chat and browsers noted, each note once.

A batch of notes is written to the log together with their ids, then taken out of the outbox. A crash between the two
leaves notes in the outbox whose ids the log knows: the next run takes them out first.
"""

import hashlib
import json
import logging
import sqlite3
from datetime import datetime
from threading import Event as Signal
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError

from assistant.clock import Clock
from assistant.insight.events.catalogue import Position
from assistant.insight.events.event import Event
from assistant.insight.events.files import EventFiles
from assistant.insight.events.schema import table_of
from assistant.storage.behaviour import BEHAVIOUR_TOPIC
from assistant.storage.conversation_tables import OutboxRow
from assistant.storage.engine import Database

_LOG = logging.getLogger(__name__)
_SOURCE = "outbox"
_AT_ONCE = 2_000
EVERY_S = 60.0


class Drain:
    """Moves notes of the chat and of browsers from the outbox to the log.

    Args:
        database: with the outbox.
        log: where they go.
        clock: tells the time.
    """

    def __init__(self, database: Database, log: EventFiles, clock: Clock) -> None:
        self._database, self._log, self._clock = database, log, clock

    def once(self) -> int:
        """Move what waits, and join the small files of days that are over; returns how many events were moved."""
        moved = 0
        with self._log.writing():
            self._log.sweep()
            self._finish()
            while notes := self._waiting():
                events = [event for note in notes for event in _events(note.payload)]
                ids = [str(note.payload["note"]) for note in notes]
                batch = f"{_SOURCE}@{hashlib.sha256(' '.join(ids).encode()).hexdigest()}"
                files = self._log.write(table_of(events, self._clock.now()), batch) if events else []
                self._log.catalogue.commit(batch, files, Position(_SOURCE, "chat and browsers", mark=json.dumps(ids)))
                self._finish()
                moved += len(events)
            self._log.compact(f"{_SOURCE}@")
        return moved

    def run(self, ended: Signal) -> None:
        """Move what waits now and then, until told to end."""
        while not ended.wait(EVERY_S):
            try:
                self.once()
            except (OSError, SQLAlchemyError, sqlite3.Error):
                _LOG.exception("events could not be moved to the log; they wait")

    def _waiting(self) -> list[OutboxRow]:
        query = select(OutboxRow).where(OutboxRow.topic == BEHAVIOUR_TOPIC).order_by(OutboxRow.outbox_id)
        with self._database.read() as session:
            return list(session.scalars(query.limit(_AT_ONCE)))

    def _finish(self) -> None:
        """Take out of the outbox what the last batch has brought to the log."""
        position = self._log.catalogue.position(_SOURCE)
        if position is None:
            return
        done = set(json.loads(position.mark))
        gone = [note.outbox_id for note in self._waiting() if note.payload["note"] in done]
        if gone:
            with self._database.write() as session:
                session.execute(delete(OutboxRow).where(OutboxRow.outbox_id.in_(gone)))


def _events(payload: dict[str, Any]) -> list[Event]:
    """The events of a note; their ids follow from its own."""
    found = []
    for number, fields in enumerate(payload["events"]):
        values = {"customer": payload["customer_id"], "conversation": payload["conversation_id"], **fields}
        values["at"] = datetime.fromisoformat(fields["at"])
        values.setdefault("id", f"{payload['note']}:{number}")
        try:
            found.append(Event(**values))
        except (TypeError, ValueError) as error:
            _LOG.error("a note of the chat is no event, and left out: %s", error)
    return found
