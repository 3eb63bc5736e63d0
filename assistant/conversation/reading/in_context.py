"""A decision read in its conversation: what a message is about may stand only in the turns before.

The router reads mostly words; "can it be cancelled?" is a question about our rules, until an order was just talked
about, and "how much is it?" until a product was.
"""

import re
from collections.abc import Callable

from assistant.conversation.pages.answer_kind import asks_of_later
from assistant.conversation.pages.sections import on_section
from assistant.conversation.reading.buying import puts_off
from assistant.conversation.reading.going_on import going_on
from assistant.conversation.reading.not_as_hoped import not_as_hoped
from assistant.conversation.reading.of_change import on_change
from assistant.conversation.reading.of_refusal import on_refusal
from assistant.conversation.reading.other_version import other_version
from assistant.conversation.reading.own_things import own_thing, says_which
from assistant.conversation.reading.own_version import own_version
from assistant.conversation.reading.pointing import compares, pointed
from assistant.conversation.reading.signals import signals
from assistant.conversation.reading.variant_questions import asks_which_end, names_limit
from assistant.conversation.slots.at_hand import Piece
from assistant.conversation.slots.order import OrderSlot
from assistant.conversation.slots.stock import asks_to_be_told
from assistant.conversation.talk.recommending import asks_recommendation
from assistant.conversation.tasks.forms import FORMS
from assistant.conversation.turn import Turn
from assistant.routing.decision import RoutedIntent, RoutingDecision
from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.reading.pieces import pieces
from assistant.shop.records import OrderStatus

_NUMBER_ALONE = re.compile(
    r"^\W*(?:(?:my|the|it's|its)\W+)?(?:order|订单|单号)?(?:\W*(?:number|no|nr|id|号码?))?\W*(?:is|是)?\W*[w]?\s?\d{6,10}\W*$",
    re.I,
)
Taken = Callable[[str, str], RoutedIntent]
"""The request of a name for some words, with its slots."""
_PRODUCT_DETAILS = "product_details"
_SEARCH = "search_product"
_COMPARE = "compare_products"
_GOODBYE = "goodbye"
_ENDS = re.compile(
    r"\b(?:bye\w*|later|night|(?:nice|good|great|lovely) (?:day|one|evening|weekend)|that's (?:all|it|everything)"
    r"|nothing else|all for now"
    r"|all (?:set|good|done)|take care|cheers|ciao|farewell|have a|i'm off|gotta go|done here|so long)\b"
    r"|再见|拜|晚安|先这样|没事了|没别的|就这些|回聊|走了|下次|88|打扰",
    re.I,
)
_PLAIN_CHANGES = ("cancel_order", "return_items", "exchange_items")
"""Changes that a wish names without doubt: "I'd like to cancel one of them, I forget which"."""
_SURE = 0.9
_DOUBTFUL = 0.6
_YES_OR_NO = ("affirm", "deny")
_BOT = "bot_identity"
_NOTICE = "notify_stock"
_PERSON = "talk_to_person"
_AGAIN = "reorder"
_OF_PERSON = re.compile(
    r"\b(?:persons?|humans?|agents?|some(?:one|body)|any(?:one|body)|representatives?|reps?|operators?|staff|managers?"
    r"|supervisors?|people|advis[eo]rs?|call|phone|speak|talk|chat|team|boss|real)\b"
    r"|人工|真人|活人|客服|转接|电话|经理|主管|投诉|专员|领导|找人|有人|负责",
    re.I,
)
"""Names somebody to speak with, or the speaking."""
_TRACK = "track_shipment"
_TASTE = re.compile(
    r"\b(?:he|she|they|my \w+) (?:\w+ )?(?:likes?|loves?|enjoys?|is into|are into|prefers?|makes?|drinks?"
    r"|plays?|collects?|cooks?) (?P<en>.+)"
    r"|(?:[他她]们?|妈妈?|爸爸?|女友|朋友|老公|老婆|孩子)[很最]?(?:比较|特别|平时)?(?:喜欢|爱好?|偏爱)(?P<zh>.+)",
    re.I,
)
"""What somebody likes, said after a search: a present is looked for."""
_BUYS = re.compile(
    r"\b(?:looking for|(?:want|need|like) (?:to (?:buy|get|order) )?(?:an?|some|new)|(?:buy|get) (?:an?|some))\b"
    r"|想买|要买|想要[一个双台件把条套]|求购|有没有卖",
    re.I,
)
"""Wants to buy something."""
_CLAUSES = re.compile(r"(?<=[.!?;。！？；，])\s*|(?<=\w)[.,;] ")
_COMPLAINT = "complaint"
_ELSEWHERE = ("products", "faq")
"""Agents that know nothing of the customer's parcels."""


def in_context(
    decision: RoutingDecision,
    words: str,
    turn: Turn,
    catalogue: Catalogue,
    taken: Taken,
    is_ordered: Callable[[str], bool],
    names_product: Callable[[str], bool],
    status_of: Callable[[str], OrderStatus | None],
    names_other: Callable[[str], bool],
    piece_at_hand: Callable[[str], Piece | None],
) -> RoutingDecision:
    """The decision, with requests replaced or added where the conversation and the customer's orders tell of them.

    Args:
        decision: what the router made of the words.
        words: the message, or the part of it that was routed.
        turn: the turn, with the state of the conversation.
        catalogue: the intents.
        taken: makes a request.
        is_ordered: whether words name something that the customer has ordered.
        names_product: whether words name one certain product, not only a kind.
        status_of: the state of the order that words mean; None where that isn't one order.
        names_other: whether words name a thing of theirs, and an option of its product that it doesn't have.
        piece_at_hand: the piece of the order talked about last that words name, or that was talked about itself.
    """
    if signals().wants_compensation(words) and _COMPLAINT in catalogue:
        return _routed(decision, (taken(_COMPLAINT, words),))
    if (why := on_refusal(words, turn, taken)) is not None and why.intent in catalogue:
        return _routed(decision, (why,))
    if (asked := on_change(words, decision, turn, taken)) is not None and asked.intent in catalogue:
        return _routed(decision, (asked,))
    if (on := going_on(decision, words, turn, taken)) is not None and on.intent in catalogue:
        return _routed(decision, (on,))
    swap = other_version(decision, words, turn, taken, is_ordered, names_other)
    swap = swap or own_version(decision, words, turn, taken, piece_at_hand)
    if swap is not None and swap.intent in catalogue:
        return _routed(decision, (swap,))
    either = not_as_hoped(decision, words, turn, catalogue, taken, is_ordered, status_of)
    if either is not None:
        return either
    buys = decision.outcome == "out_of_scope" and _BUYS.search(words) and OrderSlot().names_a_thing(words)
    if buys and _SEARCH in catalogue:
        return _routed(decision, (taken(_SEARCH, words),))
    taste = _TASTE.search(words) if decision.outcome != "routed" and turn.state.last_intent == _SEARCH else None
    if taste is not None and _SEARCH in catalogue:
        return _routed(decision, (taken(_SEARCH, taste["en"] or taste["zh"]),))
    if puts_off(words) and _GOODBYE in catalogue and not signals().asks(words) and _idle(decision, turn, catalogue):
        return _routed(decision, (taken(_GOODBYE, words),))
    social = len(decision.intents) == 1 and catalogue.get(decision.intents[0].intent).social
    if not social and (led := on_section(words, turn, catalogue, taken)) is not None:
        return _routed(decision, (led,))
    if decision.outcome != "routed" and _TRACK in catalogue and _NUMBER_ALONE.match(words):
        return _routed(decision, (taken(_TRACK, words),))
    if (own := own_thing(decision, words, turn, catalogue, taken, is_ordered, status_of)) is not None:
        return own
    if _TRACK in catalogue and (tracked := _own_parcel(decision, words, catalogue, taken, is_ordered)) is not None:
        return tracked
    if decision.outcome != "routed" and _SEARCH in catalogue and asks_recommendation(taken(_SEARCH, words)):
        return _routed(decision, (taken(_SEARCH, words),))
    last = turn.state.last_product or turn.state.listed_products
    one = bool(turn.state.last_product) and len(turn.state.listed_products) < 2
    searched = [intent.intent for intent in decision.intents] == [_SEARCH]
    limit = next((part for part in _CLAUSES.split(words) if names_limit(part)), "")
    priced = (decision.outcome != "routed" or (searched and one)) and bool(limit) and not names_product(words)
    if last and _PRODUCT_DETAILS in catalogue and (asks_which_end(words) or priced):
        several = priced and len(turn.state.listed_products) > 1 and _SEARCH in catalogue
        return _routed(decision, (taken(_SEARCH, limit) if several else taken(_PRODUCT_DETAILS, words),))
    if decision.outcome == "ambiguous" and (
        name := _of_products(decision, words, bool(last), catalogue, names_product)
    ):
        return _routed(decision, (taken(name, words),))
    if decision.outcome == "out_of_scope" and not decision.far_outside and _PRODUCT_DETAILS in catalogue:
        return _routed(decision, (taken(_PRODUCT_DETAILS, words),)) if names_product(words) else decision
    if decision.outcome == "routed" and len(decision.intents) > 1:
        return decision.model_copy(update={"intents": _without_notice(decision.intents)})
    if decision.outcome != "routed" or len(decision.intents) != 1:
        return decision
    found = decision.intents[0]
    if found.intent in _YES_OR_NO and found.probability < _DOUBTFUL and signals().asks(words):
        return decision.model_copy(update={"outcome": "out_of_scope", "intents": ()})
    if found.intent == _GOODBYE and found.probability < _SURE and not _says_goodbye(words) and "deny" in catalogue:
        return decision.model_copy(update={"intents": (taken("deny", found.words),)})
    name = _meant(found, words, turn, catalogue, names_product)
    if name is None or name == found.intent or name not in catalogue:
        return decision
    return decision.model_copy(update={"intents": (taken(name, found.words),)})


def _idle(decision: RoutingDecision, turn: Turn, catalogue: Catalogue) -> bool:
    """Whether nothing is under way, and nothing was found that a customer could have asked for with these words."""
    idle = not turn.state.tasks and turn.state.identifying is None
    return idle and all(catalogue.get(intent.intent).social for intent in decision.intents)


def _says_goodbye(words: str) -> bool:
    """Whether a message ends the conversation, in any words for it."""
    return signals().leaves(words) or _ENDS.search(words) is not None


def _of_products(
    decision: RoutingDecision, words: str, spoken_of: bool, catalogue: Catalogue, names_product: Callable[[str], bool]
) -> str | None:
    """What a question about products is, where it may only be one of several: nobody need be asked which."""
    if decision.outcome != "ambiguous" or not decision.readings:
        return None
    if catalogue.get(decision.readings[0]).agent == "products" and asks_of_later(words):  # of no parcel, whatever else
        return decision.readings[0]
    if any(catalogue.get(name).agent != "products" for name in decision.readings):
        return None
    if names_product(words) or (spoken_of and not OrderSlot().names_a_thing(words)):
        return _PRODUCT_DETAILS
    return _SEARCH if _SEARCH in decision.readings else None


def _without_notice(intents: tuple[RoutedIntent, ...]) -> tuple[RoutedIntent, ...]:
    """The requests without those that a part of another one was taken for: a notice of stock, "which is better?",
    a person ("it's too loud, my colleagues stare at me")."""
    kept = tuple(i for i in intents if i.intent != _NOTICE or i.probability >= _SURE or asks_to_be_told(i.words))
    kept = tuple(i for i in kept if i.intent != _AGAIN or not says_which(i.words)) or kept
    kept = tuple(i for i in kept if i.intent != _PERSON or _OF_PERSON.search(i.words)) or kept
    kept = tuple(i for i in kept if i.intent != _BOT or i.probability >= _SURE) or kept
    kept = tuple(i for i in kept if i.intent != _COMPARE or OrderSlot().names_a_thing(i.words)) or kept
    return kept or intents


def _own_parcel(
    decision: RoutingDecision, words: str, catalogue: Catalogue, taken: Taken, is_ordered: Callable[[str], bool]
) -> RoutingDecision | None:
    """The parcel that "where is my kettle?" asks for, if a kettle was ordered; alone or beside another request."""
    names = [intent.intent for intent in decision.intents]
    if _TRACK in names or not signals().asks_where(words):
        return None
    parts = [words[piece.start : piece.end].strip() for piece in pieces(words, decision.language)] or [words]
    asking = [part for part in parts if signals().asks_where(part) and is_ordered(part)]
    if len(asking) != 1:
        return None
    track = taken(_TRACK, asking[0])
    if len(parts) == 1:
        unsure = decision.outcome == "ambiguous" and bool(decision.readings)
        elsewhere = len(names) == 1 and (
            catalogue.get(names[0]).agent in _ELSEWHERE or decision.intents[0].probability < _DOUBTFUL
        )
        return _routed(decision, (track,)) if unsure or elsewhere else None
    if not names:
        return _routed(decision, (track,)) if not decision.far_outside else None
    if len(names) != 1 or decision.intents[0].words.strip() in asking:
        return None
    rest = " ".join(part for part in parts if part not in asking)
    other = decision.intents[0].model_copy(update={"words": rest})
    return _routed(decision, (track, other) if parts[0] in asking else (other, track))


def _routed(decision: RoutingDecision, intents: tuple[RoutedIntent, ...]) -> RoutingDecision:
    return decision.model_copy(update={"outcome": "routed", "readings": (), "intents": intents})


def _meant(
    found: RoutedIntent, words: str, turn: Turn, catalogue: Catalogue, names_product: Callable[[str], bool]
) -> str | None:
    entry = catalogue.get(found.intent)
    if entry.social and signals().leaves(words):
        return _GOODBYE
    unsure = found.intent == _COMPARE and found.probability < _SURE
    if (found.intent == _SEARCH or unsure) and names_product(words):
        return _PRODUCT_DETAILS
    if turn.customer is not None and not entry.changes_order and signals().wishes_change(words):
        wished = [name for name in _PLAIN_CHANGES if name in catalogue and signals().names(words, name)]
        if len(wished) == 1:
            return wished[0]
    another = found.intent in FORMS and found.probability < _SURE and not signals().names(words, found.intent)
    if turn.customer is not None and (another or entry.agent != "orders") and signals().wishes(words):
        wished = [name for name in _PLAIN_CHANGES if name in catalogue and signals().names(words, name)]
        if len(wished) == 1:
            return wished[0]
    if found.intent != _SEARCH and not entry.changes_order and asks_recommendation(found):
        return _SEARCH
    if pointed(words, turn.state.listed_products) and compares(words):
        return _COMPARE
    if turn.state.last_product and entry.agent != "products" and signals().asks_price_of_it(words):
        return _PRODUCT_DETAILS
    about_order = turn.customer is not None and turn.state.last_order and entry.direct == "search_knowledge"
    if about_order and signals().is_about_it(words):
        changes = [name for name in entry.confused_with if name in FORMS and signals().names(words, name)]
        return changes[0] if len(changes) == 1 else None
    return None
