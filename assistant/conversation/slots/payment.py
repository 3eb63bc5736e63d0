"""Which payment method: by its kind, its brand, its last four digits, its balance, or "the same one"."""

import re
from collections.abc import Callable

from assistant.conversation.reading.answers import pick
from assistant.conversation.reading.signals import brief, plain, signals
from assistant.conversation.slots.case import Case
from assistant.conversation.slots.slot import Question, Reading, Slot
from assistant.shop.changes.money import paid
from assistant.shop.records import Money, PaymentMethod

_KINDS = {
    "gift_card": r"\bgift ?cards?\b|\bvoucher\b|\bstore credit\b|礼品卡|购物卡|礼物卡",
    "paypal": r"\bpay ?pal\b|贝宝",
    "credit_card": r"\b(?:credit|debit|bank) ?card\b|\bvisa\b|\bmaster ?card\b|\bamex\b|(?<!gift )\bcard\b"
    r"|(?<!礼品)(?<!购物)(?<!礼物)卡",
}
_SAME = re.compile(
    r"\bsame (?:card|method|account|way|one|payment|as)\b|^\W*(?:the )?same\W*$"
    r"|\b(?:original|the one i (?:used|paid)|how i paid|where it came from|back to (?:the|my) card)\b"
    r"|原路|原来的|原支付|原付款|同一"
)
_OTHER = re.compile(r"\b(?:the )?other (?:one|card|method)\b|另外?一(?:个|张|种)|别的")
_FOUR = re.compile(r"(?<!\d)(\d{4})(?!\d)")

Needs = Callable[[Case], Money | None]


class PaymentSlot(Slot):
    """A payment method of the customer's.

    Args:
        purpose: names the question (`charge`, `refund`, `difference`, `instead`).
        needs: what it must pay; None where nothing, below 0 where money comes back.
        rests_on: slots that decide on it.
    """

    name = "payment_method"

    def __init__(self, purpose: str, needs: Needs, rests_on: tuple[str, ...] = ("order_id",)) -> None:
        self._purpose = purpose
        self._needs = needs
        self.rests_on = rests_on

    def only(self, case: Case) -> tuple[str, ...] | None:
        """The one method that is possible, or for a swap that costs nothing more the one that paid."""
        possible = self._possible(case)
        if len(possible) == 1:
            return (possible[0].payment_method_id,)
        if self._purpose == "difference":
            amount = self._needs(case)
            original = [method for method in possible if method.payment_method_id in _original(case)]
            if amount is not None and amount.cents <= 0 and original:
                return (original[0].payment_method_id,)
        return None

    def read(self, text: str, case: Case) -> Reading | None:
        """The one method that the words fit."""
        if case.task.asked == self.name and (index := pick(case.task.labels, text)) is not None:
            return Reading((case.task.options[index],))
        if case.task.asked == self.name and self._purpose == "refund" and signals().affirms(text, case.task.intent):
            original = _original(case)
            return next((Reading((o,)) for o in case.task.options if o in original), None)
        said = plain(text)
        every = case.customer.payment_methods
        numbers = set(_FOUR.findall(said))
        fitting = [method for method in every if method.last_four and method.last_four in numbers]
        if not fitting:
            kinds = [kind for kind, pattern in _KINDS.items() if re.search(pattern, said, re.ASCII)]
            fitting = [method for method in every if method.source in kinds]
            brands = [method for method in fitting if method.brand and method.brand.lower() in said.replace(" ", "")]
            fitting = brands or fitting
            if kinds and not fitting:
                shown = case.texts.join([case.texts.word("payment_source", kind) for kind in kinds])
                return Reading((), sure=brief(text), problem="tasks/no_such_method", details={"wanted": shown})
        if not fitting and _SAME.search(said):
            fitting = [method for method in every if method.payment_method_id in _original(case)]
        if not fitting and _OTHER.search(said):
            current = case.task.value(self.name)
            fitting = [m for m in self._possible(case) if current and m.payment_method_id != current]
        return Reading((fitting[0].payment_method_id,), sure=brief(text)) if len(fitting) == 1 else None

    def question(self, case: Case) -> Question:
        """The methods that would do."""
        possible = self._possible(case) or list(case.customer.payment_methods)
        labels = tuple(case.views.payment_method(method) for method in possible)
        amount = self._needs(case)
        variables = {
            "methods": list(labels),
            "purpose": self._purpose,
            "amount": str(amount) if amount is not None and amount.cents > 0 else "",
            "swaps": _swaps(case) if self._purpose == "difference" else [],
        }
        return Question("tasks/which_payment", variables, labels, tuple(m.payment_method_id for m in possible))

    def leaves_none(self, case: Case) -> bool:
        """Whether another method is wanted and the account has none."""
        return self._purpose == "instead" and not self._possible(case)

    def _possible(self, case: Case) -> list[PaymentMethod]:
        original = _original(case)
        methods = list(case.customer.payment_methods)
        if self._purpose == "refund":
            return [m for m in methods if m.payment_method_id in original or m.source == "gift_card"]
        if self._purpose == "instead":
            methods = [m for m in methods if m.payment_method_id not in original]
        amount = self._needs(case)
        return [m for m in methods if m.balance is None or amount is None or m.balance.cents >= amount.cents]


def _swaps(case: Case) -> list[str]:
    """What comes instead of what, with the prices."""
    chosen = [case.variant(item_id) for item_id in case.new_item_ids]
    return [
        case.texts.phrase(
            "swap",
            before=case.texts.phrase("priced", item=case.views.piece(piece), price=str(piece.price)),
            after=case.texts.phrase("priced", item=case.views.options(variant.options), price=str(variant.price)),
        )
        for piece, variant in zip(case.pieces, chosen, strict=False)
        if variant is not None
    ]


def _original(case: Case) -> set[str]:
    return set(map(str, paid(case.order))) if case.order else set()
