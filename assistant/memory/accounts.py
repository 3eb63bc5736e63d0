"""What the shop knows of a customer that memory must not hold, for masking."""

from sqlalchemy.orm import Session

from assistant.errors import OperatorError
from assistant.ids import CustomerId
from assistant.storage.conversation_tables import ConversationRow
from assistant.storage.shop_tables import CustomerRow
from assistant.text.masking import Account


def account_of(session: Session, customer_id: CustomerId | str | None) -> Account | None:
    """The account of a customer, or None where the shop doesn't know them."""
    row = session.get(CustomerRow, customer_id) if customer_id else None
    if row is None:
        return None
    return Account(
        first_name=row.first_name,
        last_name=row.last_name,
        streets=(row.address1, row.address2),
        codes=(row.zip,),
        ids=(row.customer_id,),
    )


def account_in(session: Session, conversation_id: str) -> Account | None:
    """The account of the customer who speaks in a conversation, or None for a stranger.

    Raises:
        OperatorError: there is no such conversation.
    """
    row = session.get(ConversationRow, conversation_id)
    if row is None:
        raise OperatorError(f"there is no conversation {conversation_id!r}", fix="assistant memory export CUSTOMER")
    return account_of(session, row.customer_id)
