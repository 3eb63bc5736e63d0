"""Looks things up for a request: the order that it is about, what READ tools say, whether a change is allowed.

Only READ tools are called, and changes are only planned: nothing here can change or propose anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from assistant.clock import Clock, Deadline
from assistant.conversation.direct.arguments import DirectArguments
from assistant.conversation.reply import Incoming
from assistant.conversation.slots.items import named_pieces
from assistant.conversation.tasks.forms import FORMS
from assistant.conversation.turn import Turn
from assistant.copilot.parcels import is_in_trouble
from assistant.copilot.situation import Situation
from assistant.errors import ToolError
from assistant.ids import ItemId, OrderId, TurnId, new_id
from assistant.knowledge.search import KnowledgeSearch
from assistant.routing.decision import RoutedIntent, RoutingDecision
from assistant.routing.intents.catalogue import Catalogue
from assistant.shop.changes.requests import ChangeRequest, ReportDamage, ReturnItems
from assistant.shop.changes.service import Changes
from assistant.shop.records import Order, OrderItem, OrderStatus
from assistant.shop.service import Shop
from assistant.text.language import Language
from assistant.tools.context import ToolContext
from assistant.tools.registry import ToolKind, ToolOutcome, ToolRegistry
from assistant.tools.results import KnowledgeResult, PassageView

_ABOUT_ORDERS = frozenset("not_received wrong_or_missing_item report_damaged payment_problem".split())
_TOOLS = {"not_received": "track_shipment", "order_details": "get_order_details"}
_SECONDS = 20.0


@dataclass(frozen=True)
class Refusal:
    """Why the shop would refuse a change, as `ToolError` tells it."""

    code: str
    details: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Looked:
    """What was found for one request.

    Attributes:
        turn: stands in for a turn, for what words answers.
        order: that it is about, as it is now; None where it is about none, or it isn't clear which.
        choose_from: orders among which the customer must choose.
        outcomes: of READ tools, those that answered.
        passages: of pages that may answer.
        refusal: why the change that is wanted is not allowed; None where it is, or none is wanted.
        unidentified: whether nobody knows who asks, and that matters.
    """

    request: RoutedIntent
    turn: Turn
    order: Order | None = None
    choose_from: tuple[Order, ...] = ()
    outcomes: tuple[ToolOutcome, ...] = ()
    passages: tuple[PassageView, ...] = ()
    refusal: Refusal | None = None
    unidentified: bool = False


class LookUp:
    """Looks things up.

    Args:
        catalogue: says which tool serves an intent.
        registry: the tools.
        direct: fills arguments of READ tools in code.
        shop: knows the orders.
        knowledge: searches the pages.
        changes: plans changes without making them.
        clock: tells today.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        registry: ToolRegistry,
        direct: DirectArguments,
        shop: Shop,
        knowledge: KnowledgeSearch,
        changes: Changes,
        clock: Clock,
    ) -> None:
        self._catalogue = catalogue
        self._registry = registry
        self._direct = direct
        self._shop = shop
        self._knowledge = knowledge
        self._changes = changes
        self._clock = clock

    def __call__(self, request: RoutedIntent, situation: Situation, language: Language) -> Looked:
        """Everything that can be said to a request.

        Args:
            request: what is asked for; masked words are unmasked here.
            situation: the conversation.
            language: in which pages are searched.
        """
        request = _unmasked(request, situation)
        looked = Looked(request, _turn(request, situation, language))
        entry = self._catalogue.get(request.intent)
        if entry.identified and situation.customer is None:
            return replace(looked, unidentified=True)
        about = self._about_orders(request)
        if about and situation.customer is not None:
            looked = self._with_order(looked, situation)
        tool = _TOOLS.get(request.intent, entry.direct)
        if tool is not None and self._registry.get(tool).kind is ToolKind.READ:
            looked = self._called(tool, looked, situation, language)
        if request.intent in FORMS and about and looked.order is not None:
            looked = replace(looked, refusal=self.refusal(request.intent, looked.order, situation, request.words))
        if not looked.outcomes and not looked.choose_from and not (about and looked.order):
            looked = self._called("search_knowledge", looked, situation, language, query=request.words)
        return looked

    def context(self, situation: Situation, language: Language) -> ToolContext:
        """The circumstances of READ calls; there is no store of proposals in it."""
        return ToolContext(
            customer_id=situation.customer.customer_id if situation.customer else None,
            conversation_id=situation.conversation_id,
            language=language,
            shop=self._shop,
            knowledge=self._knowledge,
            clock=self._clock,
        )

    def refusal(self, intent: str, order: Order, situation: Situation, words: str = "") -> Refusal | None:
        """Why a change of an order is not allowed now, or None where it is.

        Args:
            intent: the change.
            order: the order.
            situation: the conversation.
            words: those that ask for it: the pieces that they name are looked at, else all.
        """
        if order.status not in FORMS[intent].states(self._changes.policy):
            return Refusal("order_state", {"order_id": order.order_id, "status": order.status.value})
        if situation.customer is None or not order.payments:
            return None
        found: Refusal | None = None
        for item in self._meant(order, words):
            if (wanted := _wanted(intent, order, item)) is None:
                return None
            try:
                self._changes.plan(wanted, situation.customer.customer_id, self._clock.now())
            except ToolError as error:
                if error.code in ("refund_method", "method_not_accepted", "gift_card_too_small"):
                    return None
                found = found or Refusal(error.code, dict(error.details))
            else:
                return None
        return found

    def _meant(self, order: Order, words: str) -> Sequence[OrderItem]:
        return [order.items[at] for at in named_pieces(words, order.items)] or order.items

    def _about_orders(self, request: RoutedIntent) -> bool:
        form = FORMS.get(request.intent)
        if form is not None:
            return form.about_order
        entry = self._catalogue.get(request.intent)
        return entry.direct in ("track_shipment", "refund_status", "get_order_details") or (
            request.intent in _ABOUT_ORDERS
        )

    def _with_order(self, looked: Looked, situation: Situation) -> Looked:
        customer = situation.customer
        if customer is None:
            return looked
        orders = self._shop.orders(customer.customer_id)
        named = self._named(looked, situation, orders)
        if named is not None:
            return replace(looked, order=named)
        filled = self._direct.fill("get_order_details", looked.request, looked.turn)
        if filled is not None and filled.arguments:
            wanted = filled.arguments["order_id"]
            return replace(looked, order=next((order for order in orders if order.order_id == wanted), None))
        offered = filled.choose_from if filled is not None else ()
        fitting = self._fitting(looked.request.intent, offered or orders)
        last = next((o for o in fitting or offered if o.order_id == situation.state.last_order), None)
        if last is not None or len(fitting) == 1:
            return replace(looked, order=last or fitting[0])
        return replace(looked, choose_from=tuple(fitting or offered))

    def _named(self, looked: Looked, situation: Situation, orders: tuple[Order, ...]) -> Order | None:
        """The order whose number the request or, failing that, the latest message with one names."""
        if number := looked.request.slot("order_id"):
            try:
                wanted = self._shop.order(OrderId(number), orders[0].customer_id).order_id if orders else ""
            except ToolError:
                wanted = ""
            return next((order for order in orders if order.order_id == wanted), None)
        for message in reversed(situation.of_customer):
            words = message.text.upper()
            found = [order for order in orders if order.order_id.lstrip("#").upper() in words]
            if len(found) == 1:
                return found[0]
            if found:
                return None
        return None

    def _fitting(self, intent: str, orders: tuple[Order, ...]) -> list[Order]:
        """The orders for which a request makes sense: parcels under way, states in which a change is allowed."""
        form = FORMS.get(intent)
        if form is not None:
            states = form.states(self._changes.policy)
            return [order for order in orders if order.status in states]
        under_way = {OrderStatus.PENDING, OrderStatus.PENDING_ITEM_MODIFIED, OrderStatus.PROCESSED}
        if intent in ("track_shipment", "not_received"):
            moving = [order for order in orders if order.status in under_way]
            troubled = [order for order in moving if is_in_trouble(order, self._clock.now().date())]
            sent = [order for order in moving if order.status is OrderStatus.PROCESSED]
            return troubled or (sent if intent == "not_received" and sent else moving)
        if intent == "wrong_or_missing_item":
            return [order for order in orders if order.status is OrderStatus.DELIVERED]
        return []

    def _called(self, tool: str, looked: Looked, situation: Situation, language: Language, query: str = "") -> Looked:
        filled = self._direct.fill(tool, looked.request, looked.turn)
        arguments = dict(filled.arguments) if filled is not None and filled.arguments is not None else None
        if tool in ("track_shipment", "refund_status", "get_order_details") and looked.order is not None:
            arguments = {"order_id": looked.order.order_id}
        if arguments is None:
            choices = filled.choose_from if filled is not None else ()
            return replace(looked, choose_from=looked.choose_from or choices)
        outcome = self._registry.call(tool, arguments, self.context(situation, language))
        if not outcome.ok:
            return looked
        found = outcome.result.passages if isinstance(outcome.result, KnowledgeResult) else ()
        return replace(looked, outcomes=(*looked.outcomes, outcome), passages=(*looked.passages, *found))


def _wanted(intent: str, order: Order, item: OrderItem) -> ChangeRequest | None:
    """The change of one piece, as far as windows and reports decide on it; None where they don't."""
    item_id = ItemId(item.item_id)
    if intent == "report_damaged":
        return ReportDamage(order_id=order.order_id, item_id=item_id, description="damaged", wish="refund")
    if intent in ("return_items", "exchange_items"):
        paid = order.payments[0].payment_method_id
        return ReturnItems(order_id=order.order_id, item_ids=(item_id,), payment_method_id=paid, opened=())
    return None


def _unmasked(request: RoutedIntent, situation: Situation) -> RoutedIntent:
    return request.model_copy(update={"words": situation.masker().unmask(request.words)})


def _turn(request: RoutedIntent, situation: Situation, language: Language) -> Turn:
    masker = situation.masker()
    return Turn(
        incoming=Incoming(text=request.words, conversation_id=situation.conversation_id),
        turn_id=TurnId(new_id("turn")),
        conversation_id=situation.conversation_id,
        is_new=False,
        deadline=Deadline(_SECONDS),
        on_event=lambda _: None,
        language=language,
        customer=situation.customer,
        state=situation.state.model_copy(deep=True),
        masker=masker,
        masked=masker.mask(request.words),
        decision=RoutingDecision(language=language, outcome="routed", intents=(request,)),
    )
