"""Where files of customers are kept: a row each, and for photos a cleaned picture under a random name.

The row is written before the file and deleted before it, so a file without a row is never anybody's any more and
`assistant.memory.forgetting` takes it away.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from assistant.clock import Clock
from assistant.conversation.heard.attached import Attached, ReadValues
from assistant.ids import CustomerId, new_id
from assistant.media.reader import Reading
from assistant.storage.attachment_tables import AttachmentRow
from assistant.storage.engine import Database


@dataclass(frozen=True)
class Picture:
    """A photo at the desk."""

    attachment_id: str
    turn_id: str
    description: str


class AttachmentStore:
    """Keeps files.

    Args:
        database: holds the rows.
        folder: holds the pictures; made at the first one.
        clock: tells when.
    """

    def __init__(self, database: Database, folder: Path, clock: Clock) -> None:
        self._database = database
        self._folder = folder
        self._clock = clock

    def put(self, reading: Reading, owner: str, customer_id: CustomerId | None) -> str:
        """Keep what was read until its message comes; returns the attachment's id. See `Forgetting.prune`."""
        attachment_id, now = new_id("att"), self._clock.now()
        file = f"{secrets.token_hex(16)}.jpg" if reading.picture else None
        with self._database.write() as session:
            session.add(
                AttachmentRow(
                    attachment_id=attachment_id,
                    owner=owner,
                    customer_id=customer_id,
                    kind=reading.kind,
                    file=file,
                    words=reading.text,
                    found=reading.values.model_dump(mode="json"),
                    at=now,
                )
            )
        if file and reading.picture:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self._folder / file
            path.touch(mode=0o600)
            path.write_bytes(reading.picture)
        return attachment_id

    def take(self, attachment_id: str, owner: str, message: str) -> Attached | None:
        """A file for the turn that it comes with.

        Args:
            attachment_id: as `put` gave it.
            owner: whose it must be.
            message: what the customer sends with it. A transcript that they changed is theirs: typed, not heard.

        Returns:
            None where the file came with an earlier message, or the transcript was changed.

        Raises:
            LookupError: there is no such file of theirs.
        """
        with self._database.read() as session:
            row = session.get(AttachmentRow, attachment_id)
            if row is None or row.owner != owner:
                raise LookupError(attachment_id)
            if row.conversation_id is not None:
                return None
            as_read = message.strip() == row.words.strip()
            values = ReadValues.model_validate(row.found)
            if row.kind == "voice":
                heard = Attached(attachment_id=attachment_id, kind="voice", values=values)
                return heard if as_read else None
            return Attached(attachment_id=attachment_id, kind="photo", values=values, alone=as_read)

    def describe(self, attachment_id: str, description: str) -> None:
        """Note what a vision model said of a photo."""
        with self._database.write() as session:
            row = session.get(AttachmentRow, attachment_id)
            if row is not None:
                row.description = description

    def picture(self, attachment_id: str, *, owner: str = "", conversation_id: str = "") -> bytes | None:
        """A photo, for its owner or for people who look at the conversation it came in."""
        with self._database.read() as session:
            row = session.get(AttachmentRow, attachment_id)
            if row is None or row.file is None:
                return None
            if not ((owner and row.owner == owner) or (conversation_id and row.conversation_id == conversation_id)):
                return None
            path = self._folder / row.file
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None

    def pictures(self, conversation_id: str) -> Sequence[Picture]:
        """The photos of a conversation, oldest first."""
        query = (
            select(AttachmentRow)
            .where(AttachmentRow.conversation_id == conversation_id, AttachmentRow.file.is_not(None))
            .order_by(AttachmentRow.at)
        )
        with self._database.read() as session:
            return [Picture(row.attachment_id, row.turn_id or "", row.description) for row in session.scalars(query)]
