"""`assistant insight recommend`: what is suggested to whom, and why."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.parts import Parts
from assistant.errors import OperatorError

if TYPE_CHECKING:
    from assistant.ids import CustomerId, ProductId
    from assistant.tools.suggestions import Suggestion

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def recommend(
    ctx: typer.Context,
    customer: Annotated[str, typer.Option(metavar="E-MAIL", help="Suggest for this customer.")] = "",
    session: Annotated[
        str, typer.Option(metavar="ITEMS", help="Ids or names of products that were looked at, by comma, latest last.")
    ] = "",
    goes_with: Annotated[str, typer.Option(metavar="PRODUCT", help="Id or name: what goes with it?")] = "",
    query: Annotated[str, typer.Option(help="Words for what is wanted.")] = "",
    max_price: Annotated[str, typer.Option(help="The highest price, in digits.")] = "",
    language: Annotated[str, typer.Option(help="en or zh.")] = "en",
    count: Annotated[int, typer.Option("--count", "-k", min=1, help="Suggestions at most.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Show what is suggested to whom, and why.

    It is the list that customers and the desk see.
    """
    from assistant.conversation.showing.texts import ReplyTexts
    from assistant.conversation.showing.views import Views
    from assistant.text.language import Language
    from assistant.tools.products import price_limit
    from assistant.tools.suggestions import Constraints

    parts: Parts = ctx.obj
    spoken: Language = "zh" if language == "zh" else "en"
    owner = _customer(parts, customer)
    looked_at = [product_of(parts, words) for words in session.split(",") if words.strip()]
    constraints = Constraints(
        max_price=price_limit(max_price, parts.shop.currency) if max_price else None,
        language=spoken,
        goes_with=product_of(parts, goes_with) if goes_with else None,
        limit=count,
    )
    if parts.recommender.is_off(owner):
        typer.echo(f"{customer} wants no recommendations")
        return
    found = parts.recommender.recommend(owner, looked_at, query, constraints)
    if as_json:
        typer.echo(json.dumps([_plain(suggestion) for suggestion in found], ensure_ascii=False, indent=2))
        return
    views = Views(ReplyTexts(parts.prompts, spoken), parts.clock.now().date())
    for suggestion in found:
        shown = views.products.suggestion(suggestion)
        typer.echo(f"{suggestion.product.product_id}  {shown['name']}, {shown['price']}: {shown['why']}")
    if not found:
        typer.echo("nothing to suggest")


def _customer(parts: Parts, email: str) -> "CustomerId | None":
    if not email:
        return None
    found = parts.shop.customer_by_email(email)
    if found is None:
        raise OperatorError(f"there is no customer {email!r}", fix="assistant shop customers")
    return found.customer_id


def product_of(parts: Parts, words: str) -> "ProductId":
    """The product of that id, or that the words name.

    Raises:
        OperatorError: there is none.
    """
    from assistant.errors import ToolError
    from assistant.ids import ProductId

    cleaned = words.strip()
    named = parts.shop.product_named(cleaned)
    if named is not None:
        return named.product_id
    try:
        return parts.shop.product(ProductId(cleaned)).product_id
    except ToolError:
        matches = parts.shop.search_products(cleaned, limit=1)
        if not matches:
            raise OperatorError(f"no product matches {words!r}", fix="assistant shop show") from None
        return matches[0].product_id


def _plain(suggestion: "Suggestion") -> dict[str, object]:
    from assistant.tools.results import for_model

    product = suggestion.product
    reason: dict[str, object] = json.loads(for_model(suggestion.reason))
    return {"product_id": product.product_id, "name": product.name, "reason": reason}
