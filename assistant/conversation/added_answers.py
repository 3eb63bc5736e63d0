"""What else belongs to an answer, and stands beside it or goes on from it."""

import re
from collections.abc import Callable

from assistant.conversation.direct.arguments import nothing_back
from assistant.conversation.direct.reckoning import Reckoning, asks_if_enough, speaks_of_own_card
from assistant.conversation.direct.words import asks_how_long
from assistant.conversation.pages.answerable import ANSWERS, SURELY_ANSWERS
from assistant.conversation.pages.search import TELLS, PageSearch
from assistant.conversation.reading.buying import buys_it
from assistant.conversation.reading.going_on import wants_it_faster
from assistant.conversation.reading.own_things import wants_money
from assistant.conversation.reading.suits import asks_whether_it_suits
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.showing.views import Views
from assistant.conversation.tasks.claiming import asks_until_when
from assistant.conversation.tasks.desk import TaskDesk
from assistant.conversation.turn import Served, Turn
from assistant.routing.decision import RoutedIntent
from assistant.routing.intents.catalogue import Catalogue
from assistant.shop.asked import asked_of, tells_of_option
from assistant.text.language import Language
from assistant.tools.results import ProductResult, RefundResult, TrackingResult, VariantList

_WARRANTY_POLICY = "warranty_policy"
_REFUND_POLICY = "returns_policy"
_NOT_RECEIVED = "not_received"
_RETURN = "return_items"
_TRACK, _SHIPPING = "track_shipment", "shipping_policy"
_WHEN_LATE: dict[Language, str] = {"en": "my parcel is late", "zh": "包裹晚到了怎么办"}
"""What the pages are asked for whom a parcel doesn't come soon enough."""
_GIFT_CARDS = "gift_cards"
_OF_PRODUCTS = ("product_details", "check_stock", "search_product", "compare_products")
_TOO_SMALL: dict[Language, str] = {
    "en": "Can I pay part of an order with a gift card and the rest with another method?",
    "zh": "礼品卡余额不够，能混合支付吗？",
}
"""What the pages are asked where a gift card isn't enough."""
_MANY = 10
_FOR_MANY: dict[Language, str] = {"en": "Is there a discount for larger numbers?", "zh": "大量购买有优惠吗？"}
"""From how many pieces on the pages are asked for a discount, and how."""
LOOKED_AT = ("product_details", "check_stock")
"""What asks for one product."""
_OF_OTHERS = re.compile(
    r"\b(?:stock|available|sell|other|another|also|swap|exchange|change|new one|price|cost|much)\b"
    r"|有货|库存|别的|其他|其它|还有|换|价|多少钱|卖",
    re.IGNORECASE,
)
"""Asks for other versions than the one that they have, or what it costs."""


class AddedAnswers:
    """Adds to an answer: until when the thing of theirs is under warranty that is asked about; which version of a
    product is theirs; how one orders what they chose; where to look for a parcel that is said to have come; where money
    is wanted or asked for and none is on its way, how long it takes, or the return that would bring it.

    Args:
        catalogue: names the agents.
        pages: tell where to look.
        tasks: know what the customer owns, and begin the return.
        serve: answers a request.
        reckoning: adds up prices.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        pages: PageSearch,
        tasks: TaskDesk,
        serve: Callable[[RoutedIntent, Turn, Views], Served],
        reckoning: Reckoning,
    ) -> None:
        self._reckoning = reckoning
        self._catalogue = catalogue
        self._pages = pages
        self._tasks = tasks
        self._serve = serve

    def __call__(self, served: Served, turn: Turn, texts: ReplyTexts, views: Views) -> list[Served]:
        """The answer, with what belongs to it, in the order in which it is said."""
        intent = served.intent
        if intent is None:
            return [served]
        if (reckoned := self._reckoned(served, intent, turn, views)) is not None:
            return reckoned
        if intent.intent == _WARRANTY_POLICY:
            own = self._tasks.own_warranty(intent, turn, texts, views)
            if own is None:
                return [served]
            return [own] if asks_until_when(intent.words) else [own, served]
        if intent.intent == _NOT_RECEIVED and served.handoff:
            page = self._pages.from_pages(intent, turn)
            return [served, page] if page.passages and page.passages[0].score >= TELLS else [served]
        if intent.intent == _TRACK and wants_it_faster(intent.words) and _under_way(served):
            rule = intent.model_copy(update={"intent": _SHIPPING, "words": _WHEN_LATE[turn.language], "slots": ()})
            page = self._pages.from_pages(rule, turn)
            told = page.passages and page.passages[0].score >= TELLS
            return [served, Served(intent, reply=("cannot_hurry", {})), *([page] if told else [])]
        if intent.intent in LOOKED_AT and buys_it(intent.words):
            return [served, Served(None, reply=("how_to_order", {}))]
        if intent.intent in LOOKED_AT:
            piece = self._tasks.own_piece(served, turn, texts, views)
            if piece is None:
                return [served, *self._of_its_use(intent, turn)]
            return [piece] if _told_by_piece(served, intent.words) else [piece, served]
        results = [outcome.result for outcome in served.outcomes]
        if any(isinstance(result, RefundResult) and nothing_back(result) for result in results):
            return [served, *self._to_get_money(intent, turn, texts, views)]
        return [served]

    def _reckoned(self, served: Served, intent: RoutedIntent, turn: Turn, views: Views) -> list[Served] | None:
        """What things cost together, or whether the customer's gift card is enough; None where neither is asked."""
        if intent.intent in _OF_PRODUCTS and (priced := self._reckoning.sum_of(intent.words, turn)):
            turn.state.last_product = str(priced[0].product.product_id)
            told = Served(intent, served.outcomes, reply=("price_sum", views.products.summed(priced)))
            return [told, *self._for_many(intent, turn)] if max(one.count for one in priced) >= _MANY else [told]
        if intent.intent != _GIFT_CARDS or turn.customer is None:
            return None
        balance = next((m.balance for m in turn.customer.payment_methods if m.balance is not None), None)
        if balance is None or not (speaks_of_own_card(intent.words) or intent.follows_up):
            return None
        wanted = asks_if_enough(intent.words) or not speaks_of_own_card(intent.words)
        meant = self._reckoning.at_hand(intent.words, turn) if wanted else None
        turn.state.last_product = str(meant.product.product_id) if meant is not None else turn.state.last_product
        told = Served(intent, served.outcomes, reply=("own_card", views.products.by_card(balance, meant)))
        if meant is None or meant.price.cents <= balance.cents:
            return [told]
        rule = intent.model_copy(update={"words": _TOO_SMALL[turn.language], "slots": ()})
        page = self._pages.answering(rule, turn, SURELY_ANSWERS)
        return [told, page] if page is not None else [told]

    def _for_many(self, intent: RoutedIntent, turn: Turn) -> list[Served]:
        """What the pages say of a discount for many of one thing."""
        asked = intent.model_copy(update={"words": _FOR_MANY[turn.language], "slots": ()})
        page = self._pages.answering(asked, turn, ANSWERS)
        return [page] if page is not None else []

    def _of_its_use(self, intent: RoutedIntent, turn: Turn) -> list[Served]:
        """What a page says of a use that a product is asked about, beside its data ("isn't 240 Hz overkill?")."""
        if not asks_whether_it_suits(intent.words):
            return []
        told = self._pages.of_thing_at_hand(intent, turn, ANSWERS)
        return [told] if told is not None else []

    def _to_get_money(self, intent: RoutedIntent, turn: Turn, texts: ReplyTexts, views: Views) -> list[Served]:
        if asks_how_long(intent.words):
            policy = intent.model_copy(update={"intent": _REFUND_POLICY, "slots": ()})
            answer = self._serve(policy, turn, views)
            turn.state.last_intent = intent.intent
            return [answer]
        if not wants_money(intent.words) or turn.state.tasks or _RETURN not in self._catalogue:
            return []
        agent = self._catalogue.get(_RETURN).agent
        wanted = intent.model_copy(update={"intent": _RETURN, "agent": agent, "slots": ()})
        return self._tasks.begin([wanted], turn, texts, views) if self._tasks.takes(wanted) else []


def _told_by_piece(served: Served, words: str) -> bool:
    """Whether a question about a thing of theirs is answered by which version it is ("how big is my screen?")."""
    results = [outcome.result for outcome in served.outcomes]
    if any(isinstance(result, VariantList) for result in results):
        return _OF_OTHERS.search(words) is None
    found = [result.product for result in results if isinstance(result, ProductResult)]
    return any(tells_of_option(one, words) and not asked_of(one, words, "en").attributes for one in found)


def _under_way(served: Served) -> bool:
    """Whether a look-up tells of a parcel that is with the carrier."""
    told = [outcome.result for outcome in served.outcomes if isinstance(outcome.result, TrackingResult)]
    sent = [parcel.shipment for result in told for parcel in result.parcels]
    return any(shipment is not None and shipment.delivered_at is None for shipment in sent)
