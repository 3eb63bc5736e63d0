"""Money of an order: what was paid by which method, and how it goes back."""

from assistant.ids import PaymentMethodId
from assistant.shop.changes.effects import AddPayments, Effect, MoveBalances
from assistant.shop.changes.plan import Books
from assistant.shop.changes.terms import Method, MoneyMove
from assistant.shop.records import Customer, Money, Order, PaymentMethod


def paid(order: Order) -> dict[PaymentMethodId, Money]:
    """What each method has paid for the order and not got back, in the order of first payments."""
    net: dict[PaymentMethodId, Money] = {}
    for payment in order.payments:
        nothing = Money(cents=0, currency=payment.amount.currency)
        amount = payment.amount if payment.kind == "payment" else nothing - payment.amount
        net[payment.payment_method_id] = net.get(payment.payment_method_id, nothing) + amount
    return {method: amount for method, amount in net.items() if amount.cents > 0}


def on_file(customer: Customer, method_id: PaymentMethodId) -> PaymentMethod | None:
    """The customer's payment method of this id, or None where it is gone."""
    return next((m for m in customer.payment_methods if m.payment_method_id == method_id), None)


def shown(customer: Customer, method_id: PaymentMethodId) -> Method:
    """A payment method as terms show it."""
    found = on_file(customer, method_id)
    if found is None:
        return Method(payment_method_id=method_id)
    return Method(payment_method_id=method_id, source=found.source, brand=found.brand, last_four=found.last_four)


def charge(customer: Customer, method_id: PaymentMethodId, amount: Money) -> MoneyMove:
    """Money that the customer pays now."""
    return MoneyMove(direction="charge", amount=amount, method=shown(customer, method_id))


def refund(books: Books, customer: Customer, method_id: PaymentMethodId, amount: Money) -> MoneyMove:
    """Money that is released now; the policy says how long it takes."""
    method = shown(customer, method_id)
    days = books.policy.refund_days(method.source)
    return MoneyMove(direction="refund", amount=amount, method=method, business_days=days)


def settle(books: Books, customer: Customer, order: Order, moves: tuple[MoneyMove, ...]) -> tuple[Effect, ...]:
    """Ledger lines and gift card balances for money that moves now."""
    effects: list[Effect] = []
    if moves:
        lines = tuple(
            (
                "payment" if move.direction == "charge" else "refund",
                move.amount,
                move.method.payment_method_id,
            )
            for move in moves
        )
        effects.append(AddPayments(order.order_id, lines))  # type: ignore[arg-type]
    balances: dict[PaymentMethodId, int] = {}
    for move in moves:
        if move.method.source == "gift_card" and move.amount.cents:
            sign = -1 if move.direction == "charge" else 1
            method_id = move.method.payment_method_id
            balances[method_id] = balances.get(method_id, 0) + sign * move.amount.cents
    if balances:
        effects.append(MoveBalances(books.customer_id, balances))
    return tuple(effects)
