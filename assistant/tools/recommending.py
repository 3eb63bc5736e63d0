"""READ tool: what a customer may like, or what goes with a thing, each with the reason that the data gives.

What is recommended, and why, is found by whatever stands behind the port `Recommends`; here it is only asked, and not
at all for customers who said that they want no recommendations.
"""

from assistant.errors import ToolError
from assistant.tools.context import ToolContext
from assistant.tools.products import find_product, price_limit
from assistant.tools.suggestions import Constraints, Recommendations


def recommend_products(
    context: ToolContext, *, query: str = "", goes_with: str = "", max_price: str = ""
) -> Recommendations:
    """Suggest products for this customer, or what goes with a product, each with the reason why.

    Args:
        query: the kind of thing that is wanted, in the customer's words; leave it out for anything.
        goes_with: id or name of the product that it shall go with, where one is meant.
        max_price: the highest price the customer named, digits only ('100'); leave it out otherwise.
    """
    recommender = context.recommender
    if recommender is None:
        raise ToolError("Nothing can be recommended here; use search_products.")
    if recommender.is_off(context.customer_id):
        return Recommendations(declined=True, query=query)
    about = find_product(context, goes_with) if goes_with else None
    constraints = Constraints(
        max_price=price_limit(max_price, context.shop.currency) if max_price else None,
        language=context.language,
        goes_with=about.product_id if about else None,
    )
    found = recommender.recommend(context.customer_id, context.looked_at, query, constraints)
    return Recommendations(suggestions=found, about=about, query=query)
