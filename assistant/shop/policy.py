"""What the shop allows, as data: the `rules:` of its policy pages, checked and frozen.

The pages that customers read and the rules that code enforces are the same files. A rule is named as it is
in the page's front matter. Rules that this code can only obey one way (a changed item is always another
option of the same product) must say so: another value is refused at start, never silently ignored.

Where a shop tells no dates and no kinds of product (an imported tau-bench retail database), the rules that
need them don't apply: there are then no windows for returns, no fees and no condition of goods.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from assistant.errors import OperatorError
from assistant.shop.records import Money, OrderStatus
from assistant.text.language import Language

Region = Literal["US", "UK", "EU", "CN"]
Source = Literal["credit_card", "gift_card", "paypal"]
ReturnReason = Literal["changed_mind", "faulty", "damaged", "wrong_item"]
DEFAULT_KIND = "default"

States = Annotated[tuple[OrderStatus, ...], Field(min_length=1)]
Days = Annotated[int, Field(ge=0)]
Span = tuple[Days, Days]
"""The least and the most business days."""
Cents = Annotated[int, BeforeValidator(lambda usd: round(float(usd) * 100)), Field(ge=0)]
"""Cents; the pages write the amount in units of the currency."""


class _Rules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CancellationRules(_Rules):
    """Page `cancellations`."""

    cancellable_states: States
    cancel_reasons: Annotated[tuple[str, ...], Field(min_length=1)]
    whole_order_only: Literal[True]
    refund_policy: Literal["refunds"]


class OrderChangeRules(_Rules):
    """Page `order-changes`: other items in a pending order."""

    modifiable_states: States
    item_changes_per_order: Literal[1]
    same_product_only: Literal[True]
    other_option_only: Literal[True]
    target_must_be_available: Literal[True]
    locks_order: Literal[True]
    state_after: OrderStatus
    gift_card_must_cover_difference: Literal[True]
    address_change_states: States
    payment_change_states: States


class AddressChangeRules(_Rules):
    """Page `address-changes`."""

    address_change_states: States
    countries: tuple[Region, ...]


class PaymentChangeRules(_Rules):
    """Page `payment-changes`."""

    payment_change_states: States
    methods: tuple[Source, ...]
    gift_card_must_cover_total: Literal[True]
    different_method_required: Literal[True]
    payment_changes_per_order: Literal[1]


class HeadphoneRules(_Rules):
    """Page `headphone-returns`; it says again what `returns` says, and must say the same."""

    opened_return_windows_days: dict[str, Days]
    opened_restocking_fee_percent: dict[str, Annotated[int, Field(ge=0, le=100)]]
    faulty_items_exempt: bool


class Holiday(_Rules):
    """Longer time for what is delivered before the holidays; days are `MM-DD`."""

    delivered_from: str = Field(pattern=r"^\d\d-\d\d$")
    delivered_to: str = Field(pattern=r"^\d\d-\d\d$")
    return_until: str = Field(pattern=r"^\d\d-\d\d$")
    extends: tuple[str, ...]

    def until(self, delivered: date) -> date | None:
        """The last day for what was delivered then; None outside the holidays."""
        if not self.delivered_from <= f"{delivered:%m-%d}" <= self.delivered_to:
            return None
        month, day = map(int, self.return_until.split("-"))
        later = self.return_until <= self.delivered_to
        return date(delivered.year + (1 if later else 0), month, day)


class ReturnRules(HeadphoneRules):
    """Page `returns`."""

    return_states: States
    return_windows_days: dict[str, Days]
    unused_only: tuple[str, ...]
    sealed_only: tuple[str, ...]
    requests_per_order: Literal[1]
    send_back_within_days: Days
    holiday: Holiday


class ExchangeRules(_Rules):
    """Page `exchanges`."""

    exchange_states: States
    same_product_only: Literal[True]
    other_option_only: Literal[True]
    target_must_be_available: Literal[True]
    requests_per_order: Literal[1]
    gift_card_must_cover_difference: Literal[True]
    difference_methods: tuple[Source, ...]
    window_policy: Literal["returns"]
    restocking_fee_on_exchange: Literal[False]


class RefundTime(_Rules):
    """How long a refund takes to arrive once it has been released."""

    business_days: Span


class RefundRules(_Rules):
    """Page `refunds`."""

    refund_to: tuple[Literal["original_payment_method", "existing_gift_card"], ...]
    refund_time: dict[Source, RefundTime]
    inspection_business_days: Days
    shipping_refunded_when: tuple[Literal["faulty", "damaged", "wrong_item", "cancelled", "lost"], ...]


class DamageRules(_Rules):
    """Page `damaged-items`."""

    damage_report_days: Days
    replacement_or_refund: Literal[True]
    photos: int


class PaymentMethodRules(_Rules):
    """Page `payment-methods`."""

    accepted: tuple[Source, ...]
    card_brands: tuple[str, ...]
    methods_per_order: Literal[1]


class ShippingRules(_Rules):
    """Page `shipping`; amounts are cents here."""

    free_standard_from_usd: Cents
    standard_usd: dict[Region, Cents]
    express_usd: dict[Region, Cents]
    standard_business_days: dict[Region, Span]
    express_business_days: dict[Region, Span]
    same_day_cutoff: str
    bulky: tuple[str, ...]
    bulky_extra_business_days: Days


class WarrantyRules(_Rules):
    """Page `warranty`: months from delivery, by kind of product."""

    warranty_months: dict[str, Days]
    built_in_battery_months: Days
    repair_business_days: Days
    starts: Literal["delivery"]


class ProposalRules(_Rules):
    """Page `chat-assistant`."""

    proposal_minutes: Annotated[int, Field(gt=0)]


class NoticeRules(_Rules):
    """Page `back-in-stock`."""

    notice_kept_days: Annotated[int, Field(gt=0)]


class Policy(_Rules):
    """All rules that code enforces, one field a page."""

    cancellations: CancellationRules
    order_changes: OrderChangeRules
    address_changes: AddressChangeRules
    payment_changes: PaymentChangeRules
    returns: ReturnRules
    headphone_returns: HeadphoneRules
    exchanges: ExchangeRules
    refunds: RefundRules
    damaged_items: DamageRules
    payment_methods: PaymentMethodRules
    shipping: ShippingRules
    proposals: ProposalRules
    notices: NoticeRules
    warranty: WarrantyRules | None = None
    """None where the shop's page on it states no rules: then no last day of a warranty is told."""

    @classmethod
    def load(cls, folder: Path, language: Language = "en") -> "Policy":
        """The policy that the pages in `folder` state.

        Args:
            folder: the knowledge folder, with `policies/` and `faq/`.
            language: whose pages are read; the rules are the same in all.

        Raises:
            OperatorError: a page or a rule is missing, is wrong, or contradicts another page.
        """
        rules = {field: _rules_of(folder / page.format(language)) for field, page in PAGES.items()}
        rules |= {
            field: found
            for field, page in OPTIONAL_PAGES.items()
            if (path := folder / page.format(language)).is_file() and (found := _front_of(path).get("rules"))
        }
        try:
            policy = cls.model_validate(rules)
        except ValidationError as error:
            faults = "; ".join(f"{_place(e['loc'])}: {e['msg']}" for e in error.errors())
            raise OperatorError(f"the rules of the policy pages can't be used: {faults}", fix=_FIX) from None
        if clashes := policy._clashes():
            raise OperatorError(f"policy pages contradict each other about {', '.join(clashes)}", fix=_FIX)
        return policy

    def refund_days(self, source: Source | None) -> Span:
        """Business days until a refund has arrived; a method that is gone counts as a card."""
        return self.refunds.refund_time[source or "credit_card"].business_days

    def shipping_cost(self, region: Region, goods: Money) -> Money:
        """What standard shipping costs for goods of that worth."""
        free = goods.cents >= self.shipping.free_standard_from_usd
        return Money(cents=0 if free else self.shipping.standard_usd[region], currency=goods.currency)

    def _clashes(self) -> list[str]:
        returns, again = self.returns, self.headphone_returns
        states = self.order_changes
        agree = {
            "opened headphones": all(
                getattr(returns, name) == getattr(again, name) for name in type(again).model_fields
            ),
            "address_change_states": states.address_change_states == self.address_changes.address_change_states,
            "payment_change_states": states.payment_change_states == self.payment_changes.payment_change_states,
            "return_windows_days.default": DEFAULT_KIND in returns.return_windows_days,
            "refund_time": set(self.refunds.refund_time) >= set(self.payment_methods.accepted),
        }
        return [name for name, fine in agree.items() if not fine]


PAGES = {
    "cancellations": "policies/{}/cancellations.md",
    "order_changes": "policies/{}/order-changes.md",
    "address_changes": "policies/{}/address-changes.md",
    "payment_changes": "policies/{}/payment-changes.md",
    "returns": "policies/{}/returns.md",
    "headphone_returns": "policies/{}/headphone-returns.md",
    "exchanges": "policies/{}/exchanges.md",
    "refunds": "policies/{}/refunds.md",
    "damaged_items": "policies/{}/damaged-items.md",
    "payment_methods": "policies/{}/payment-methods.md",
    "shipping": "policies/{}/shipping.md",
    "proposals": "faq/{}/chat-assistant.md",
    "notices": "faq/{}/back-in-stock.md",
}
"""Which page below the knowledge folder states which rules; `{}` is the language."""
OPTIONAL_PAGES = {"warranty": "policies/{}/warranty.md"}
"""The same of pages whose rules a shop may leave out."""
_FIX = "correct `rules:` in the front matter of these pages, or point ASSISTANT_KNOWLEDGE_DIR at others"


def _rules_of(path: Path) -> Any:
    front = _front_of(path)
    if "rules" not in front:
        raise OperatorError(f"the policy page {path} states no `rules:`", fix=_FIX)
    return front["rules"]


def _front_of(path: Path) -> dict[str, Any]:
    """The front matter of a page."""
    import yaml

    try:
        text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
        head = text.removeprefix("---\n").partition("\n---\n")[0]
        front = yaml.safe_load(head) if text.startswith("---\n") else None
    except OSError as error:
        raise OperatorError(f"the policy page {path} can't be read: {error.strerror}", fix=_FIX) from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise OperatorError(f"the front matter of {path} can't be read: {error}", fix=_FIX) from None
    return front if isinstance(front, dict) else {}


def _place(location: tuple[int | str, ...]) -> str:
    page = (PAGES | OPTIONAL_PAGES).get(str(location[0]), str(location[0])) if location else "rules"
    return ": ".join((page.format("en"), ".".join(map(str, location[1:])))).rstrip(": ")
