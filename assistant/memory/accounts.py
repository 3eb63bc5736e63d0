"""What the shop knows of a customer that memory must not hold, for masking."""

from sqlalchemy.orm import Session

from assistant.ids import CustomerId
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
