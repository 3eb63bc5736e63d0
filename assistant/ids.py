"""Typed ids, so that a customer's id can't be passed where an order's is wanted."""

import uuid
from typing import NewType

CustomerId = NewType("CustomerId", str)
OrderId = NewType("OrderId", str)
ProductId = NewType("ProductId", str)
ItemId = NewType("ItemId", str)
PaymentMethodId = NewType("PaymentMethodId", str)
ConversationId = NewType("ConversationId", str)
MessageId = NewType("MessageId", str)
TurnId = NewType("TurnId", str)
PassageId = NewType("PassageId", str)


def new_id(prefix: str) -> str:
    """A fresh random id such as `conv_9f2c...` (prefix plus 24 hexadecimal digits)."""
    return f"{prefix}_{uuid.uuid4().hex[:24]}"
