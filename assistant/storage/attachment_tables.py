"""Voice notes and photos that customers sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.storage.base import Base, UtcDateTime


class AttachmentRow(Base):
    """One voice note or photo.

    Of a voice note no sound is kept. Of a photo the cleaned picture lies in a file of the data folder, named by `file`.
    `owner` is the customer or visitor whose token it came with. `words` and `found` are what was read; both are emptied
    when the message is recorded. `description` is what a vision model said, for people at the desk.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        CheckConstraint("kind IN ('voice', 'photo')", name="kind"),
        Index("ix_attachments_conversation", "conversation_id"),
    )

    attachment_id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    customer_id: Mapped[str | None] = mapped_column(index=True)
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.conversation_id", ondelete="CASCADE"))
    turn_id: Mapped[str | None]
    kind: Mapped[str]
    file: Mapped[str | None]
    words: Mapped[str] = mapped_column(Text, default="", server_default="")
    found: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    description: Mapped[str] = mapped_column(Text, default="", server_default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
