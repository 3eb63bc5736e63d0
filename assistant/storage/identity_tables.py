"""Tables of identification in a chat: which codes were sent."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from assistant.storage.base import Base, UtcDateTime


class IdentityCodeRow(Base):
    """One code that was sent, or would have been: an unknown e-mail leaves the same row, without a customer.

    Neither the code nor the address stands in it, only a salted hash and a key to count by. `attempts` are
    guesses; `used_at` closes it, when it was right or when a newer one took its place.
    """

    __tablename__ = "identity_codes"
    __table_args__ = (
        Index("ix_identity_codes_conversation", "conversation_id"),
        Index("ix_identity_codes_address_created", "address_key", "created_at"),
    )

    code_id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.conversation_id", ondelete="CASCADE"))
    address_key: Mapped[str]
    customer_id: Mapped[str | None]
    salt: Mapped[str]
    code_hash: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
