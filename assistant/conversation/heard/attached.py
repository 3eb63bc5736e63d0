"""A voice note or a photo as a turn gets it: words and values, read by a machine and not yet confirmed."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict


class ReadValues(BaseModel):
    """What was read in a file.

    Attributes:
        orders: order numbers as they were read, the surest first.
        amounts: in the currency's smallest unit (cents).
        dates: of an order, an invoice or a delivery.
        items: item numbers (SKU) and what barcodes say.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    orders: tuple[str, ...] = ()
    amounts: tuple[int, ...] = ()
    dates: tuple[date, ...] = ()
    items: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.orders or self.amounts or self.dates or self.items)


class Attached(BaseModel):
    """What came with a message.

    Attributes:
        attachment_id: of the stored file.
        kind: `voice` (the message's text is its transcript) or `photo`.
        values: what was read.
        alone: whether the customer wrote no words of their own beside a photo.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    attachment_id: str
    kind: Literal["voice", "photo"]
    values: ReadValues = ReadValues()
    alone: bool = True
