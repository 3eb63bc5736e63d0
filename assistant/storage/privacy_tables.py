"""Tables of privacy: which customers asked to be forgotten and are not yet."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from assistant.storage.base import Base, UtcDateTime


class ErasureRow(Base):
    """A customer who is to be forgotten. Written first and deleted last, so that what was interrupted is finished.

    `account` also takes them out of the shop's own records; `rows_gone_at` tells that only files are left to purge.
    """

    __tablename__ = "erasures"

    erasure_id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str]
    account: Mapped[bool] = mapped_column(default=False)
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rows_gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
