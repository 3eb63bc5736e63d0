"""The thing of theirs that was just talked about, where a wish only says what it shall be like ("换成iPhone 17的")."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.conversation.slots.case import Case
from assistant.conversation.slots.options import numbers_said, options_said
from assistant.conversation.slots.sizes import compares_sizes
from assistant.conversation.state import ConversationState
from assistant.shop.records import Order, OrderItem, Product

_SWAPS = ("change_items", "exchange_items")
_OF_PRODUCTS = ("product_details", "check_stock", "search_product", "compare_products")


@dataclass(frozen=True)
class Piece:
    """A piece of an order.

    Attributes:
        order: that it is in.
        place: where it stands there.
        product: of which it is a version.
        named: whether the words name it, rather than that it was talked about.
    """

    order: Order
    place: int
    product: Product
    named: bool

    @property
    def item(self) -> OrderItem:
        """The piece itself."""
        return self.order.items[self.place]


def piece_at_hand(
    state: ConversationState,
    orders: Sequence[Order],
    product_of: Callable[[OrderItem], Product | None],
    named: Callable[[Sequence[OrderItem]], Sequence[int]] | None,
) -> Piece | None:
    """The piece of the order talked about last, or changed last, that words name, or that was talked about itself.

    Args:
        state: of the conversation.
        orders: the customer's.
        product_of: the product of a piece; None where it is no longer sold.
        named: places of the pieces that the words name; None where they name no kind of product.
    """
    done = state.last_done.value("order_id") if state.last_done is not None else ""
    spoken_of = [order for number in (state.last_order, done) for order in orders if order.order_id == number]
    if state.last_intent in _OF_PRODUCTS and not any(_theirs(order, state) for order in spoken_of):
        return None
    for order in spoken_of:
        places = _theirs(order, state) if named is None else named(order.items)
        if len({order.items[at].product_id for at in places}) == 1:
            product = product_of(order.items[places[0]])
            return None if product is None else Piece(order, places[0], product, named is not None)
    return _only_holding(orders, product_of, named) if named is not None else None


def _only_holding(
    orders: Sequence[Order],
    product_of: Callable[[OrderItem], Product | None],
    named: Callable[[Sequence[OrderItem]], Sequence[int]],
) -> Piece | None:
    """The piece that words name where only one of the customer's orders holds such a thing."""
    holding = [(order, places) for order in orders if (places := named(order.items))]
    if len(holding) != 1 or len({holding[0][0].items[at].product_id for at in holding[0][1]}) != 1:
        return None
    order, places = holding[0]
    product = product_of(order.items[places[0]])
    return None if product is None else Piece(order, places[0], product, named=True)


def _theirs(order: Order, state: ConversationState) -> list[int]:
    """Places of the pieces in an order that are of the product talked about last."""
    return [at for at, item in enumerate(order.items) if item.product_id == state.last_product]


def named_version(words: str, piece: Piece, *, alone: bool) -> bool:
    """Whether words name an option that the piece doesn't have and its product does, or a bigger or smaller one.

    Args:
        words: the message.
        piece: the piece.
        alone: whether a number without its unit counts.
    """
    every = [variant.options for variant in piece.product.variants]
    said = options_said(words, every) or (numbers_said(words, every) if alone else {})
    if any(value != piece.item.options.get(name) for name, values in said.items() for value in values):
        return True
    return compares_sizes(words, piece.item.options)


def version_at_hand(
    text: str, case: Case, named: Callable[[Sequence[OrderItem]], Sequence[int]] | None = None
) -> tuple[Order, int] | None:
    """The order that was talked about last and the place of the piece in it, whose product comes as words say.

    Args:
        text: the message.
        case: of a change of items or an exchange.
        named: places of the pieces that the words name; None where they name no kind of product.

    Returns:
        None where the words name no other option of that product, or the order holds no such piece or several.
    """
    if case.task.intent not in _SWAPS or not case.first:
        return None
    state = case.turn.state
    piece = piece_at_hand(state, case.orders, case.product, named)
    if piece is None or not named_version(text, piece, alone=False):
        piece = piece_at_hand(state, case.orders, case.product, None)
    return (piece.order, piece.place) if piece is not None and named_version(text, piece, alone=False) else None
