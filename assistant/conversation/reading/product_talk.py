"""A decision read in a talk about products: "daylight ones?", "cheaper?", "jigsaw", "does it do stairs?".

The router reads words, and so few of them are nothing, or anything, to it. To a customer who has just been shown bulbs
they say which bulbs.
"""

import re
from collections.abc import Callable

from assistant.conversation.direct.reckoning import Reckoning
from assistant.conversation.direct.words import asks
from assistant.conversation.reading.buying import buys_it
from assistant.conversation.reading.calling import called
from assistant.conversation.reading.ends import end_said
from assistant.conversation.reading.interests import kinds_of_interest
from assistant.conversation.reading.likeness import alike, all_alike
from assistant.conversation.reading.more_like_it import asks_more
from assistant.conversation.reading.patterns import patterns_beside
from assistant.conversation.reading.pointing import compares, pointed
from assistant.conversation.reading.signals import brief, signals
from assistant.conversation.reading.thing_talk import ThingTalk
from assistant.conversation.reading.variant_questions import asks_of_parts, speaks_of_it
from assistant.conversation.slots.options import numbers_said, options_said
from assistant.conversation.turn import Turn
from assistant.ids import ProductId
from assistant.routing.decision import RoutedIntent, RoutingDecision
from assistant.routing.intents.catalogue import Catalogue
from assistant.shop.analysis import kind_word
from assistant.shop.asked import asked_of, tells_of_remark
from assistant.shop.aspects import aspect_asked
from assistant.shop.places import regions_in
from assistant.shop.records import Product
from assistant.shop.service import Shop
from assistant.shop.vocabulary import vocabulary

Taken = Callable[[str, str], RoutedIntent]
_DETAILS, _SEARCH, _STOCK, _COMPARE = "product_details", "search_product", "check_stock", "compare_products"
_WARRANTY, _TRACK, _SHIPPING = "warranty_policy", "track_shipment", "shipping_policy"
_OF_PRODUCTS = "products"
_WEAK = 0.6
"""Less sure, and what was just talked about counts for more than the words alone."""
_FAIR = 0.9
_AGAIN, _BOT = "reorder", "bot_identity"
_BACK: dict[str, str] = {"en": "When will it come back?", "zh": "缺货的商品什么时候能再到货？"}
"""What "when will it be in again?" asks of the pages: no tool knows."""
_HOW_LONG_TO = {"en": "How long does shipping to {} take?", "zh": "送到{}要几天？"}
_HOW_LONG = {"en": "How long does shipping take?", "zh": "配送要几天？"}
"""What "could I get it by Friday?" asks of the pages."""
_ASKED_AGAIN = "shipping_policy "
_ONE_WORD = 2
_SHORT = 3


class ProductTalk:
    """Reads what the router made of a message beside the products that were talked about.

    Args:
        shop: its products.
        catalogue: the intents.
        taken: makes a request.
    """

    def __init__(self, shop: Shop, catalogue: Catalogue, taken: Taken) -> None:
        self._shop = shop
        self._catalogue = catalogue
        self._taken = taken
        self._thing = ThingTalk(shop, catalogue)
        self._reckoning = Reckoning(shop)

    def __call__(self, decision: RoutingDecision, words: str, turn: Turn) -> RoutingDecision:
        """The decision, with another request where the talk about products tells of it."""
        if turn.state.tasks or turn.state.identifying is not None:
            return decision
        if len(decision.intents) > 1:
            return self._without_guesses(decision, turn)
        found = decision.intents[0] if decision.outcome == "routed" and decision.intents else None
        if found is not None and self._thing.only_remarked(found, words, turn):
            return decision.model_copy(update={"outcome": "out_of_scope", "readings": (), "intents": ()})
        name = self._name(found, decision, words, turn)
        again = name == _ASKED_AGAIN
        name = _SHIPPING if again else name
        if name is None or name not in self._catalogue or (found is not None and found.intent == name and not again):
            return decision
        said = self._said(name, found.words if found is not None else words, turn)
        taken = self._taken(name, said)
        return decision.model_copy(update={"outcome": "routed", "readings": (), "intents": (taken,)})

    def _name(self, found: RoutedIntent | None, decision: RoutingDecision, words: str, turn: Turn) -> str | None:
        product = self._at_hand(turn)
        own = _pattern("own").search(words) is not None
        if product is not None and not own and buys_it(words):
            return _STOCK
        if not own and self._reckoning.sum_of(words, turn) and (product is not None or found is None):
            return found.intent if found is not None and found.intent in (_SEARCH, _COMPARE) else _DETAILS
        sure = found.probability if found is not None else 0.0
        agent = self._catalogue.get(found.intent).agent if found is not None else ""
        private = found is not None and (agent == "orders" or self._catalogue.get(found.intent).identified)
        if product is not None and not own and len(words.split()) <= _SHORT and self._ends(product, words):
            return _DETAILS
        if product is not None and not own and asks_more(words):
            return _SEARCH
        if found is not None and self._compares_shown(found, words, turn):
            return _COMPARE
        if found is not None and self._thing.asks_what_it_is_like(found, words):
            return _DETAILS
        if self._thing.asks_of_theirs(found, words, turn):
            return _TRACK if _pattern("when_it_comes").search(words) else _DETAILS
        if (
            product is not None
            and not own
            and (found is None or found.intent in (_SEARCH, _DETAILS))
            and not compares(words)
        ):
            listed = [self._shop.product(ProductId(at)) for at in turn.state.listed_products]
            if alike(words, listed, turn.state.last_product) is not None:
                return _DETAILS
        if found is not None and product is not None and (asked := self._of_it(found, product, words, turn)):
            return asked
        if found is not None and found.intent == _DETAILS and sure < _FAIR and self._names_only_kind(words):
            return _SEARCH
        if found is not None and found.intent == _AGAIN and self._wants_another(words, turn):
            return _SEARCH
        if found is not None and found.intent == _AGAIN and self._thing.likens_to_theirs(words, turn):
            return _DETAILS
        if product is not None and found is not None and sure < _FAIR and _pattern("like_that").search(words):
            return _SEARCH if brief(words) and not own and agent != _OF_PRODUCTS else None
        if not own and self._tells_interest(found, decision, words, at_hand=product is not None):
            return _SEARCH
        served = agent == _OF_PRODUCTS and found is not None
        if served or (private and own) or (private and turn.customer is not None and sure >= _WEAK):
            return None
        own = own or signals().asks_where(words)
        if product is not None and brief(words) and not own and (found is None or sure < _FAIR or private):
            variants = [variant.options for variant in product.variants]
            if options_said(words, variants) or end_said(words, [v for v in product.variants if v.available], {}):
                return _DETAILS
            if found is None and numbers_said(words, variants):
                return _DETAILS
        if found is not None and sure < _WEAK and self._one_version_of(words):
            return _DETAILS
        if found is None and self._shop.product_named(words) is not None:
            return _DETAILS
        if self._seeks(found, decision, words):
            return _SEARCH
        if found is None and self._one_listed(words, turn):
            return _DETAILS
        if product is not None and found is None and _pattern("if_ordered").search(words):
            return _SHIPPING
        if product is not None and found is None and speaks_of_it(words) and signals().asks(words):
            return _DETAILS
        plain = brief(words) and not self._shop.names_kind(words)
        if product is not None and found is None and plain and tells_of_remark(product, words, turn.language):
            return _DETAILS
        if product is None or decision.far_outside:
            return None
        points = signals().points_back(words)
        guessed = private and sure < _WEAK and turn.customer is None and not signals().asks_where(words)
        if guessed and (points or brief(words)):
            return _DETAILS
        of_it = decision.outcome == "ambiguous" and _DETAILS in decision.readings and not self._shop.names_kind(words)
        if found is None and signals().asks(words) and (of_it or points or asked_of(product, words, turn.language)):
            return _COMPARE if _COMPARE in decision.readings and _DETAILS not in decision.readings else _DETAILS
        return None

    def _tells_interest(
        self, found: RoutedIntent | None, decision: RoutingDecision, words: str, *, at_hand: bool
    ) -> bool:
        """Whether something is wanted for what somebody likes or needs, though no request was found in the words."""
        social = found is not None and self._catalogue.get(found.intent).social
        unread = found is None or found.intent == _BOT or (social and found.probability < _FAIR)
        of_it = at_hand and _pattern("of_it").search(words) is not None
        gift = _pattern("for_somebody").search(words) is not None
        wanted = gift or signals().asks(words) or _pattern("wants").search(words) is not None
        near = gift or not decision.far_outside
        return unread and not of_it and near and wanted and bool(kinds_of_interest(words))

    def _wants_another(self, words: str, turn: Turn) -> bool:
        """Whether words want a thing for somebody, or of a kind that the customer never bought, not the same again."""
        if _pattern("same").search(words):
            return False
        if _pattern("for_somebody").search(words):
            return True
        orders = self._shop.orders(turn.customer.customer_id) if turn.customer is not None else ()
        bought = {item.product_id for order in orders for item in order.items}
        return self._shop.names_kind(words) and not any(self._shop.is_of_kind(one, words) for one in bought)

    def _said(self, name: str, words: str, turn: Turn) -> str:
        """The words as the tool or the page that answers them understands them."""
        if name == "shop_info":
            return _BACK[turn.language]
        if name == _SHIPPING:
            if _pattern("certain_day").search(words):
                return words
            places = regions_in(words).values()
            to = next((place[turn.language == "zh"] for place in places), "")
            return _HOW_LONG_TO[turn.language].format(to) if to else _HOW_LONG[turn.language]
        product = self._at_hand(turn)
        for_it = _pattern("for_it").search(words)
        if name == _SEARCH and product is not None and for_it is not None:
            thing = f"{kind_word(product.title('en'), vocabulary())} {for_it['thing']}"
            return thing if self._shop.names_kind(thing) else words
        return words

    def _at_hand(self, turn: Turn) -> Product | None:
        return self._shop.product(ProductId(turn.state.last_product)) if turn.state.last_product else None

    @staticmethod
    def _ends(product: Product, words: str) -> bool:
        """Whether words ask for an end of a scale among the product's versions ("the shortest one")."""
        return brief(words) and bool(
            end_said(words, [variant for variant in product.variants if variant.available], {})
        )

    def _compares_shown(self, found: RoutedIntent, words: str, turn: Turn) -> bool:
        """Whether a question is about several things that were shown ("are either of them waterproof?")."""
        asks = found.intent in (_DETAILS, _STOCK) and len(turn.state.listed_products) > 1
        return asks and _pattern("of_both").search(words) is not None and not self._shop.names_kind(words)

    def _of_it(self, found: RoutedIntent, product: Product, words: str, turn: Turn) -> str | None:
        """What is asked of the product at hand, though it reads like a question about rules or parcels."""
        if (
            found.intent == _WARRANTY
            and "warranty" in product.attributes
            and _pattern("how_long_warranty").match(words)
        ):
            return _DETAILS if not self._shop.names_kind(words) else None
        if found.intent in (_SEARCH, _COMPARE) and self._speaks_of(product, words, turn):
            return _DETAILS
        listed = [self._shop.product(ProductId(at)) for at in turn.state.listed_products]
        likened = alike(words, listed, turn.state.last_product) is not None
        if found.intent == _SEARCH and called(words, turn, self._shop) is not None:
            return _DETAILS
        if found.intent == _SEARCH and (speaks_of_it(words) or pointed(words, turn.state.listed_products)):
            return _DETAILS
        unsure = found.probability < _FAIR and self._catalogue.get(found.intent).agent == "faq"
        if unsure and asks_of_parts(words) and not _pattern("if_ordered").search(words):
            return _DETAILS
        if found.intent == _STOCK and not _pattern("stock").search(words) and asked_of(product, words, turn.language):
            options = [variant.options for variant in product.variants]
            return _DETAILS if not (options_said(words, options) or self._shop.names_kind(words)) else None
        if self._catalogue.get(found.intent).agent == _OF_PRODUCTS and compares(words):
            return _COMPARE if likened or all_alike(words, listed) else None
        if self._thing.asks_its_data(found, product, words, turn):
            return _DETAILS
        for_it = _pattern("for_it").search(words)
        if for_it is not None and found.intent != _SEARCH and self._catalogue.get(found.intent).agent == _OF_PRODUCTS:
            thing = f"{kind_word(product.title('en'), vocabulary())} {for_it['thing']}"
            return _SEARCH if self._shop.search_products(thing, limit=1) else None
        if found.intent == _COMPARE and found.probability < _WEAK and signals().points_back(words):
            return _DETAILS if not self._shop.names_kind(words) else None
        if found.intent == _STOCK and _pattern("when").search(words) and "shop_info" in self._catalogue:
            return "shop_info" if not self._shop.names_kind(words) else None
        arrives = _pattern("if_ordered").search(words) and not self._shop.names_kind(words)
        if arrives and found.intent == _SHIPPING and found.probability < _FAIR:
            return _ASKED_AGAIN
        of_parcel = found.intent == _TRACK and not _pattern("own").search(words) and turn.state.last_intent != _TRACK
        if arrives and (of_parcel or found.intent in (_DETAILS, _STOCK)):
            return _SHIPPING
        return _DETAILS if self._asks_how_it_is(found, words) else None

    def _speaks_of(self, product: Product, words: str, turn: Turn) -> bool:
        """Whether words name versions of the product at hand, and no other thing ("which ones are leather?")."""
        if not brief(words) or self._shop.names_kind(words) or len(turn.state.listed_products) > 1:
            return False
        said = options_said(words, [variant.options for variant in product.variants])
        on_sale = [variant for variant in product.variants if variant.available]
        return bool(
            said or self._of_others(words, product) or (not aspect_asked(words) and end_said(words, on_sale, {}))
        )

    def _of_others(self, words: str, product: Product) -> bool:
        """Whether words name a value of its options that only other products have ("有粉色吗")."""
        names = dict.fromkeys(name for variant in product.variants for name in variant.options)
        values = [{name: value} for name in names for value in self._shop.option_values(name)]
        return bool(options_said(words, values))

    def _asks_how_it_is(self, found: RoutedIntent, words: str) -> bool:
        """Whether a question about "it" was taken for one about rules, and speaks of none."""
        faq = self._catalogue.get(found.intent).agent == "faq"
        unsure = found.probability < _FAIR and not _pattern("rules").search(words) and not self._shop.names_kind(words)
        return (
            faq
            and unsure
            and signals().asks(words)
            and re.search(r"\b(?:it|they|that one|this one)\b|它|这个|那个", words) is not None
        )

    def _seeks(self, found: RoutedIntent | None, decision: RoutingDecision, words: str) -> bool:
        """Whether something that the shop may have is looked for, though no such request was found."""
        if _pattern("own").search(words):
            return False
        if found is None and _pattern("sells").search(words):
            return True
        if not (self._shop.names_kind(words) and self._shop.search_products(words, limit=1)):
            return False
        if _is_one_word(words):
            return found is None or found.probability < _WEAK
        if found is not None:
            return False
        return bool(_pattern("wants").search(words)) or (decision.outcome != "ambiguous" and not decision.far_outside)

    def _one_listed(self, words: str, turn: Turn) -> bool:
        """Whether words name versions of one of several things shown ("34的多少钱"): that is talked about then."""
        listed = [self._shop.product(ProductId(at)) for at in turn.state.listed_products] if brief(words) else []
        choices = {product.product_id: [variant.options for variant in product.variants] for product in listed}
        said = [at for at, options in choices.items() if options_said(words, options) or numbers_said(words, options)]
        if len(said) != 1:
            return False
        turn.state.last_product, turn.state.last_options, turn.state.last_item = said[0], {}, ""
        return True

    def _names_only_kind(self, words: str) -> bool:
        """Whether words are a kind of product and what it shall be like, and ask nothing ("speaker waterproof")."""
        asking = signals().asks(words) or asks(words)
        if asking or not self._shop.names_kind(words) or self._shop.product_named(words) is not None:
            return False
        return len(self._shop.search_products(words, limit=2)) > 1

    def _one_version_of(self, words: str) -> bool:
        """Whether words name the only product of a kind, and what it is to be like ("do the led bulbs have wifi?")."""
        only = self._shop.only_of_kind(words)
        return only is not None and bool(options_said(words, [variant.options for variant in only.variants]))

    def _without_guesses(self, decision: RoutingDecision, turn: Turn) -> RoutingDecision:
        """Without what a stranger's search for a product was taken for besides ("I got two dogs": no parcel)."""
        intents = decision.intents
        of_products = [self._catalogue.get(one.intent).agent == _OF_PRODUCTS for one in intents]
        if turn.customer is not None or not any(of_products):
            return decision
        kept = tuple(
            one
            for one, product in zip(intents, of_products, strict=True)
            if product
            or not self._catalogue.get(one.intent).identified
            or _pattern("own").search(one.words)
            or one.probability > _FAIR
        )
        return decision.model_copy(update={"intents": kept})


def _is_one_word(words: str) -> bool:
    plain = re.sub(r"[^\w\s]", " ", words).strip()
    return len(plain.split()) <= _ONE_WORD if plain.isascii() else len(plain) <= _ONE_WORD * 3


def _pattern(name: str) -> re.Pattern[str]:
    return patterns_beside(__file__)[name]
