"""What a message means while a task waits: a yes, a value, a correction, or something else altogether."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.conversation.reading.of_refusal import asks_reason
from assistant.conversation.reading.signals import brief, plain, signals
from assistant.conversation.slots.case import Case
from assistant.conversation.slots.items import describes, named_pieces, positions
from assistant.conversation.slots.opened import OpenedSlot
from assistant.conversation.slots.options import options_said
from assistant.conversation.slots.order import OrderSlot, named_anew, tells_when
from assistant.conversation.slots.several import ACTIONS, spared
from assistant.conversation.slots.sizes import compares_sizes
from assistant.conversation.slots.variants import VariantsSlot
from assistant.conversation.tasks.claiming import adds_damage, wants_repair
from assistant.conversation.tasks.filling import (
    AMEND,
    answer,
    answer_and_question,
    answer_first,
    by_meaning,
    changes,
    choice_after_all,
    correction,
    more_of_damage,
    plain_reason,
    told_ahead,
    wish_ahead,
)
from assistant.conversation.tasks.forms import Form
from assistant.conversation.tasks.of_another import thing_of_another, unwanted_there
from assistant.conversation.tasks.part_of_order import whole_or_part
from assistant.conversation.tasks.restating import restates
from assistant.conversation.tasks.stack import stack_move
from assistant.conversation.turn import Move
from assistant.routing.decision import RoutedIntent, RoutingDecision

_BUTTONS = ("confirm", AMEND, "decline")
"""What the three short answers to a proposal mean."""
_REASONS = ("cancel_reason", "return_reason")
CHANGES = ("cancel_order", "change_address", "change_items", "change_payment", "return_items", "exchange_items")
"""What can be done instead with the same order."""
_LOOKS_AT_PRODUCTS = ("search_product", "product_details", "check_stock", "compare_products")
"""After these "how much is it?" is about a product, not about the proposal."""
_UNSURE = 0.5
_COMPLAINT = "complaint"
"""What a statement about a damaged thing is often read as."""
_NOT_OF_DAMAGE = frozenset(
    (*CHANGES, "talk_to_person", "goodbye", "thanks", "greeting", "bot_identity", "request_invoice", "reorder")
)
"""What more words about a damaged thing are not taken for; anything else may be ("I tried another plug")."""
_SURELY = 0.85
_SMALL_TALK = ("bot_identity", "goodbye")
_SAID = 0.95
"""Less sure, and an answer in few words ("the robot") is no talk."""
_TOGETHER = re.compile(
    r"\W*(?:那|就|请|都)?一(?:起|块儿?)(?:改|换|退|办|取消|弄)(?:了|掉)?(?:吧|好了)?\W*$"
    r"|\W*(?:do )?(?:it |them )?(?:all |both )?together(?: please)?\W*$"
)
"""Says no more than that all that was named belongs together."""
_WHICH = re.compile(
    r"\b(?:what|which)\b.{0,24}\b(?:others?|else|ones?|options?|choices?|there|have|got|available|stock|colou?rs?|sizes?)\b"
    r"|(?:有|还有|都有)(?:什么|哪些|哪几|啥)|哪些|别的(?:呢|吗)"
)
_SWAPS_IT = re.compile(r"\b(?:swap|exchange|change|switch|rather have|have)\b|\binstead\b|换")
"""Wants another thing in the place of the one that they have."""
_KEEPS_REST = re.compile(
    r"\b(?:keep|keeping|leave) the (?:other|others|rest)\b"
    r"|(?:别的|其他的?|另外?一?[个件台]|剩下的?).{0,4}(?:留|不退|不换|不动|保留)"
)
"""Says of the other pieces what is understood."""
_ONE_WITH = re.compile(
    r"\b(?:the |that )?(?:one|order|purchase) (?:with|that has|containing|where)\b"
    r"|有.{1,12}的(?:那?(?:个|单|笔)|订单|单子?)"
)
"""Says which order is meant by a thing that is in it."""
_PARTS = re.compile(r"[,;:!.。，；：！…]+|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_SEVERAL = 2
_ORDERS = "orders"
_PAYMENT = "payment_method"
_EMPTY_INTENTS = frozenset({"affirm", "deny"})

Route = Callable[[str], RoutingDecision]


@dataclass(frozen=True)
class Understood:
    """Either a move of the task, or the router's decision on a message that is about something else."""

    move: Move | None = None
    decision: RoutingDecision | None = None


def understand(case: Case, form: Form, route: Route, shown: str = "") -> Understood:
    """Read the message as an answer to the task's open question; what answers nothing goes to the router.

    Args:
        case: the task that was talked about last.
        form: its form.
        route: the router, for the whole message.
        shown: the proposal that waits, as the customer read it; empty where none does.
    """
    text = case.words
    if (move := _plain_move(case, form, shown)) is not None:
        return Understood(move)
    if (asking := signals().asking_for_person(text)) is not None:
        return Understood(decision=route(asking))
    if signals().wants_compensation(text):
        return Understood(decision=route(text))
    if (move := spared(case)) is not None:
        return Understood(move)
    if (other_thing := _thing_of_another(case, form, route)) is not None:
        return other_thing
    if form.intent == "cancel_order" and (move := whole_or_part(case)) is not None:
        return Understood(move)
    if form.intent == "report_damaged" and (instead := _version_instead(case, route)) is not None:
        return instead
    if form.intent == "report_damaged" and wants_repair(text):
        return Understood(Move("fill"))
    if (fill := wish_ahead(case, form)) is not None:
        return Understood(fill)
    if (fill := _other_piece(case, form)) is not None:
        return Understood(fill)
    if case.task.asked in _REASONS and (fill := answer(case, form, surely=True)) is not None:
        return Understood(fill)
    if (move := stack_move(case)) is not None:
        return Understood(move)
    rest = signals().drops(text)
    if rest is None and _drops_at_end(text):
        return Understood(Move("drop"))
    if rest is not None:
        return Understood(choice_after_all(rest, case, form) or Move("drop", rest=rest))
    if (fill := answer_and_question(case, form) or answer(case, form, surely=True)) is not None:
        return Understood(fill)
    if (other := _other_order(case, form)) is not None:
        return Understood(other)
    if _leaves_it(case):
        return Understood(Move("drop"))
    if case.turn.state.last_refusal and asks_reason(text):
        return Understood(decision=route(text))
    if signals().asks_why(text):
        return Understood(Move("why"))
    if (another := _another_report(case, form, route)) is not None:
        return another
    more_of_it = signals().adds(text) and form.slot("items") is not None and case.order is not None
    if more_of_it and case.order is not None and positions(text, case.order.items):
        return Understood(changes(case, form) or Move("stuck"))
    if (
        case.task.asked == _REASONS[1]
        and signals().asks_what_it_brings(text)
        and (plain_one := plain_reason(case, form))
    ):
        return Understood(plain_one)
    if case.task.asked in (_PAYMENT, VariantsSlot.name) and brief(text) and signals().asks_what_it_brings(text):
        return Understood(_other_variant(case, form) or Move("again"))
    if case.task.proposal_id and form.slot(VariantsSlot.name) and signals().asks_for_one(text) and brief(text):
        compared = compares_sizes(text, case.pieces[0].options if case.pieces else {})
        if not compared and (other := _other_variant(case, form)) is not None:
            return Understood(other)
    if signals().replaces(text) and (instead := _another_change(case, form, route)) is not None:
        return instead
    if signals().same_again(text) and (another := _same_of_another(case, form, lambda: route(text))) is not None:
        return another
    if signals().asks(text) or signals().adds(text):
        return _by_router(case, form, route)
    fill = (
        answer(case, form, surely=False)
        or correction(case, form)
        or answer_first(case, form)
        or told_ahead(case, form)
        or by_meaning(case, form)
    )
    return Understood(fill) if fill is not None else _by_router(case, form, route)


def _thing_of_another(case: Case, form: Form, route: Route) -> Understood | None:
    """A question about a thing of another order, or that it isn't wanted: no correction of this task.

    The same change of it is read as such: "can I cancel the pillow as well?".
    """
    other = thing_of_another(case)
    if other is None or case.task.asked == OrderSlot.name or signals().names(case.words, form.intent):
        return None
    decision, intent = route(case.words), unwanted_there(case, form, other)
    if intent is None:
        return Understood(decision=decision) if decision.outcome == "routed" else None
    return Understood(decision=decision.model_copy(update={"outcome": "routed", "readings": (), "intents": (intent,)}))


def _other_order(case: Case, form: Form) -> Move | None:
    """Another order than the one that was taken, pointed at by what is in it ("the one with the espresso machine")."""
    if not form.about_order or case.order is None or not brief(case.words) or not _ONE_WITH.search(plain(case.words)):
        return None
    named = named_anew(case)
    if named is None or len(named.values) != 1 or named.values == (case.order.order_id,):
        return None
    return Move("fill", {"order_id": named.values})


def _other_piece(case: Case, form: Form) -> Move | None:
    """Another piece of the order than the one that was taken, named with what shall be done ("send the robot back")."""
    order, words = case.order, case.words
    if form.slot("items") is None or order is None or not case.positions or signals().asks(words):
        return None
    if signals().adds(words) or not signals().names(words, form.intent):
        return None
    named = positions(words, order.items, chosen=case.positions)
    return changes(case, form) if named and not set(named) & set(case.positions) else None


def _drops_at_end(text: str) -> bool:
    """Whether the last words give the change up, and the others wish for nothing ("a bit dear... forget it then")."""
    said = [part for part in _PARTS.split(text) if part.strip()]
    if len(said) < _SEVERAL or signals().asks(text) or signals().drops(said[-1]) != "":
        return False
    return not any(ACTIONS.search(part) or signals().wishes(part) for part in said[:-1])


def _leaves_it(case: Case) -> bool:
    """Whether a question is answered by leaving everything as it is ("actually no, leave it"); a mere no is no such."""
    bare = len(re.findall(r"[a-z']+|[\u4e00-\u9fff]", plain(case.words))) < 2
    may_be_no = case.task.asked == OpenedSlot.name or case.task.proposal_id
    return not bare and not may_be_no and bool(case.task.asked) and signals().declines(case.words)


def _plain_move(case: Case, form: Form, shown: str) -> Move | None:
    """Yes, no and change, to a proposal that is open and was asked about last."""
    if not case.task.proposal_id or case.task.asked:
        return None
    button = _button(case.task.labels, case.words)
    if button == AMEND:
        return Move(AMEND)
    if button == "confirm" or (button is None and signals().affirms(case.words, form.intent)):
        return Move("confirm")
    if button == "decline" or signals().declines(case.words):
        return Move("decline")
    if restates(case, form, shown):
        return Move("confirm")
    words = _question_behind(case)
    about_it = brief(words) and not OrderSlot().names_a_thing(words) and not re.search(r"\d{4}", words)
    about_it = about_it and case.turn.state.last_intent not in _LOOKS_AT_PRODUCTS
    asks = about_it and signals().asks_what_it_brings(words)
    return (_other_variant(case, form) or Move("tell")) if asks else None


def _question_behind(case: Case) -> str:
    """The question behind words that only name the task's pieces ("ok just the speaker then. what would I get")."""
    said = [part for part in _PARTS.split(case.words) if part.strip()]
    if len(said) != _SEVERAL or case.order is None or not case.positions:
        return case.words
    named = named_pieces(said[0], case.order.items)
    return said[1] if named == list(case.positions) and not signals().asks(said[0]) else case.words


def _other_variant(case: Case, form: Form) -> Move | None:
    """Another version that a question for the price names ("and the leather one, how much more is that?")."""
    found = changes(case, form) if form.slot(VariantsSlot.name) is not None else None
    return found if found is not None and (VariantsSlot.name in found.values or found.problem) else None


def _button(labels: Sequence[str], text: str) -> str | None:
    said = plain(text).strip(".。!！ ")
    return next((kind for label, kind in zip(labels, _BUTTONS, strict=False) if plain(label) == said), None)


def _another_change(case: Case, form: Form, route: Route) -> Understood | None:
    """Another change in the place of this one: "actually change the colour instead"."""
    if changes(case, form) is not None:
        return None
    decision = route(case.words)
    names = [intent.intent for intent in decision.intents]
    another = decision.outcome == "routed" and len(names) == 1 and names[0] not in (form.intent, *form.akin)
    return Understood(decision=decision) if another and names[0] in CHANGES else None


def _same_of_another(case: Case, form: Form, routed: Callable[[], RoutingDecision]) -> Understood | None:
    """The same change of another order: "and the same for the fan please", "fine, the blue headphones then"."""
    if any(signals().names(case.words, name) for name in CHANGES if name not in (form.intent, *form.akin)):
        return None
    named = named_anew(case) if form.about_order and case.order is not None else None
    if named is None or named.problem or named.values == case.task.values("order_id"):
        return None
    intent = RoutedIntent(intent=form.intent, agent=_ORDERS, probability=1.0, words=case.turn.masker.mask(case.words))
    return Understood(decision=routed().model_copy(update={"outcome": "routed", "readings": (), "intents": (intent,)}))


def _another_report(case: Case, form: Form, route: Route) -> Understood | None:
    """The same of another piece, where a task takes one at a time: "the bottle leaks too" beside a broken lamp."""
    order = case.order
    if form.intent != "report_damaged" or order is None or not case.positions or not adds_damage(case.words):
        return None
    if signals().asks(case.words) or not set(positions(case.words, order.items)) - set(case.positions):
        return None
    intent = RoutedIntent(intent=form.intent, agent=_ORDERS, probability=1.0, words=case.turn.masker.mask(case.words))
    decision = route(case.words)
    return Understood(decision=decision.model_copy(update={"outcome": "routed", "readings": (), "intents": (intent,)}))


def _version_instead(case: Case, route: Route) -> Understood | None:
    """The exchange for another version in the place of a report ("换成线性轴的", "swap it for the white one")."""
    order = case.order
    pieces = case.pieces or (order.items if order is not None and len(order.items) == 1 else ())
    if len(pieces) != 1 or signals().asks(case.words) or not _SWAPS_IT.search(plain(case.words)):
        return None
    product = case.product(pieces[0])
    said = options_said(case.words, [variant.options for variant in product.variants]) if product else {}
    if not any(value != pieces[0].options.get(name) for name, values in said.items() for value in values):
        return None
    words = case.turn.masker.mask(case.words)
    intent = RoutedIntent(intent="exchange_items", agent=_ORDERS, probability=1.0, words=words)
    update = {"outcome": "routed", "readings": (), "intents": (intent,)}
    return Understood(decision=route(case.words).model_copy(update=update))


def _by_router(case: Case, form: Form, route: Route) -> Understood:
    decision = route(case.words)
    names = {intent.intent for intent in decision.intents}
    elsewhere = decision.outcome == "routed" and not names <= {form.intent, *form.akin, *_EMPTY_INTENTS}
    elsewhere = elsewhere and not all(_hardly_read(intent, case.words) for intent in decision.intents)
    none_of_ours = decision.outcome == "out_of_scope" and signals().asks(case.words)
    if _names_it_again(case, form):
        return Understood(Move("again"))
    told = form.slot("damage") is not None and len(names) == 1 and not names & _NOT_OF_DAMAGE
    if told and decision.intents[0].probability < _SURELY and (more := more_of_damage(case, form)) is not None:
        return Understood(more, decision)
    if names == {_COMPLAINT} and (more := more_of_damage(case, form)) is not None:
        return Understood(more, decision)
    if (
        elsewhere
        or none_of_ours
        or (decision.outcome == "routed" and signals().adds(case.words) and form.intent in names)
    ):
        return Understood(decision=decision)
    move = answer(case, form, surely=False) or correction(case, form)
    if move is None and names & {form.intent, *form.akin}:
        move = changes(case, form)
    if move is None and (signals().asks(case.words) and (names == {form.intent} or _asks_which(case))):
        move = Move("again")
    if move is None and form.intent in CHANGES and OrderSlot().names_a_thing(case.words):
        another = None if signals().asks(case.words) else _same_of_another(case, form, lambda: decision)
        if another is not None:
            return another
    return Understood(move or more_of_damage(case, form) or Move("stuck"), decision)


def _asks_which(case: Case) -> bool:
    """Whether the versions that are offered are asked for once more ("what others are there?", "还有什么")."""
    return case.task.asked == VariantsSlot.name and brief(case.words) and _WHICH.search(plain(case.words)) is not None


def _hardly_read(intent: RoutedIntent, words: str) -> bool:
    """Whether another request was read into words that don't name it, and not surely."""
    if intent.intent in _SMALL_TALK:
        return intent.probability < _SAID and not signals().asks(words) and not signals().leaves(words)
    if intent.intent in CHANGES and intent.probability < _UNSURE and not signals().names(words, intent.intent):
        return True
    return intent.agent == _ORDERS and intent.probability < _SAID and _says_nothing(words, intent.intent)


def _says_nothing(words: str, intent: str) -> bool:
    """Whether words neither ask nor wish for anything, and name no thing, no deed and no trouble."""
    said = signals()
    speaks = (
        said.asks(words) or said.asks_where(words) or said.inquires(words) or said.wishes(words) or said.bids(words)
    )
    tells = said.tells_damage(words) or said.speaks_of_address(words) or re.search(r"\d", words) is not None
    named = said.names(words, intent) or OrderSlot().names_a_thing(words) or ACTIONS.search(words) is not None
    return not (speaks or tells or named)


def _names_it_again(case: Case, form: Form) -> bool:
    """Whether a message only says once more which order or piece is meant ("the Aria 300", "上个月买的那个")."""
    order = case.order
    if order is None or not case.task.asked or not brief(case.words) or signals().asks(case.words):
        return False
    named = named_anew(case) if tells_when(case.words) else None
    if named is not None and named.values == (order.order_id,):
        return True
    if form.slot("items") is None:
        return False
    if positions(case.words, order.items) == list(case.positions) != [] or _TOGETHER.match(plain(case.words)):
        return True
    if case.positions and _KEEPS_REST.search(plain(case.words)):
        return True
    only = case.pieces[0] if len(case.pieces) == 1 and case.task.asked != VariantsSlot.name else None
    return only is not None and describes(case.words, only)
