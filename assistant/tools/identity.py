"""READ tools that say whose conversation it is; they answer about nobody else.

Names, arguments and meaning follow tau-bench retail (Yao et al. 2024), where these tools identify a customer.
Here the runtime has done so before any tool is called, and a name or an e-mail proves nothing.
"""

from assistant.errors import ToolError
from assistant.shop.records import Customer
from assistant.tools.context import ToolContext
from assistant.tools.results import UserIdResult

_OTHERS = "That is not the customer who is signed in, and nobody else's account can be looked up."


def find_user_id_by_email(context: ToolContext, *, email: str) -> UserIdResult:
    """Get the id of the customer in this conversation by their e-mail. Other customers can't be looked up.

    Args:
        email: the e-mail address that the customer named.
    """
    return _if_theirs(context, context.shop.customer_by_email(email))


def find_user_id_by_name_zip(context: ToolContext, *, first_name: str, last_name: str, zip: str) -> UserIdResult:
    """Get the id of the customer in this conversation by name and postcode. Other customers can't be looked up.

    Args:
        first_name: of the customer.
        last_name: of the customer.
        zip: the postcode of their address.
    """
    return _if_theirs(context, context.shop.customer_by_name_zip(first_name, last_name, zip))


def _if_theirs(context: ToolContext, found: Customer | None) -> UserIdResult:
    if found is None or found.customer_id != context.customer_id:
        raise ToolError(_OTHERS)
    return UserIdResult(user_id=found.customer_id)
