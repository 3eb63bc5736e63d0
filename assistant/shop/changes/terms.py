"""What a change means for the customer: data that cards, words and models are made from."""

from collections.abc import Iterable
from typing import Literal

from assistant.ids import OrderId, PaymentMethodId
from assistant.shop.policy import Source
from assistant.shop.records import Address, Money, OrderItem, OrderStatus, Record
from assistant.text.language import Language

NoteCode = Literal[
    "order_fixed_afterwards",  # nothing else can be changed in this order afterwards
    "one_request_per_order",  # no other return or exchange of this order is possible afterwards
    "send_back_within",  # days to hand the parcel over
    "checked_within",  # business days until a parcel that came back is checked
    "restocking_fee",  # percent that is kept back for an opened item
    "unused_only",  # the item must not have been used
    "sealed_only",  # the item's seal must be whole
    "shipping_not_refunded",  # the price of the first shipment is not given back
    "new_order_only",  # orders that were placed already keep their address
    "photos_help",  # how many photos may be added
    "keep_until_answered",  # item and packaging must be kept
    "sent_by_email",  # where the invoice goes
    "kept_for",  # days that a request is kept
    "reserves_nothing",
]


class Note(Record):
    """Something that the customer should know before saying yes; `number` and `item` as the code says."""

    code: NoteCode
    number: int | None = None
    item: str | None = None


class Method(Record):
    """A way to pay, as it is shown. `source` is None where it is no longer on file."""

    payment_method_id: PaymentMethodId
    source: Source | None = None
    brand: str | None = None
    last_four: str | None = None


class MoneyMove(Record):
    """Money in or out.

    `starts` says when it is set going: `now`, once a returned parcel has been checked, or when the new item
    of an exchange leaves. `business_days` are the least and most that it then takes.
    """

    direction: Literal["charge", "refund"]
    amount: Money
    method: Method
    starts: Literal["now", "after_check", "with_new_item"] = "now"
    business_days: tuple[int, int] = (0, 0)


class ItemLine(Record):
    """One piece as it is and as it will be. `fee` is kept back of its price."""

    before: OrderItem | None = None
    after: OrderItem | None = None
    fee: Money | None = None


class StatedWords(Record):
    """A change in the shop's own words, in one language; `done` is what is said once it has been made."""

    title: str
    lines: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    done: str


class Stated(Record):
    """A change in the shop's own words, which no code knows the meaning of."""

    en: StatedWords
    zh: StatedWords

    def of(self, language: Language) -> StatedWords:
        """The words of a language."""
        return self.zh if language == "zh" else self.en


class Terms(Record):
    """The consequences of a change, computed by the shop and shown before anything is done."""

    kind: str
    order_id: OrderId | None = None
    status_after: OrderStatus | None = None
    reason: str | None = None
    items: tuple[ItemLine, ...] = ()
    shipping: Money | None = None
    moves: tuple[MoneyMove, ...] = ()
    address_before: Address | None = None
    address_after: Address | None = None
    notes: tuple[Note, ...] = ()
    stated: Stated | None = None

    @property
    def charged(self) -> Money | None:
        """What the customer pays in all; None where nothing."""
        return _sum(move.amount for move in self.moves if move.direction == "charge")

    @property
    def refunded(self) -> Money | None:
        """What the customer gets back in all; None where nothing."""
        return _sum(move.amount for move in self.moves if move.direction == "refund")


def _sum(amounts: Iterable[Money]) -> Money | None:
    total: Money | None = None
    for amount in amounts:
        total = amount if total is None else total + amount
    return total
