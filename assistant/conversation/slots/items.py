"""Which pieces of an order: by name, by place in the list, "both", "all of them", "everything except the bottle"."""

import re
from collections.abc import Sequence

from assistant.conversation.reading.answers import pick
from assistant.conversation.reading.signals import brief, plain, signals
from assistant.conversation.slots.at_hand import version_at_hand
from assistant.conversation.slots.case import Case
from assistant.conversation.slots.options import options_said
from assistant.conversation.slots.sizes import biggest
from assistant.conversation.slots.slot import Question, Reading, Slot
from assistant.shop.analysis import analyse
from assistant.shop.records import OrderItem
from assistant.shop.vocabulary import vocabulary

_ALL = re.compile(
    r"\b(?:all|everything|every (?:item|one)|the (?:whole|entire|lot)|each of them)\b"
    r"|全部|全都|所有|整单|整个订单|统统|一起"
    r"|(?:两|三|四|几)(?:个|件|样)?都|都(?:要)?(?:退|换|坏)"
)
_BOTH = re.compile(r"\bboth\b|两个都|两件都|都(?:要)?(?:退|换|坏)|^都")
_THEM = re.compile(r"\b(?:both|all of them|them all|these two|those two)\b|(?<!全)(?:都|一起)(?:要|给我)?(?:退|换)")
"""Means the things that were spoken of, be there more in the order."""
_CLAUSES = re.compile(r"[,.;:!?，。；：！？…]+|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_LOOKS_BACK = 5
"""In how many of the customer's messages they are looked for."""
_SO_MANY = re.compile(r"([两三四])(?:个|件|样)?都")
_COUNTS = {"两": 2, "三": 3, "四": 4}
_EXCEPT = re.compile(
    r"\b(?:except(?: for)?|apart from|other than|but not|not the|without|leave out|leaving out|take out|minus"
    r"|i(?:'ll| will| want to)? keep|keep)\b(?P<en>.*?)(?=$|(?:[,;.]|\b(?:but|and|while)\b)"
    r".*\b(?:return|exchange|swap|send|cancel|refund|change)\b)"
    r"|除了?(?P<zh>.+?)(?:以外|之外|外|，|,|$)|(?:^|[，,。；;])(?P<kept>[^，,。；;]+?)(?:不退|不换|不要退|不要换|留着|保留)"
)
_ORDINALS = {word: at for at, words in enumerate((
    ("first", "1st", "1", "一"), ("second", "2nd", "2", "二", "两"), ("third", "3rd", "3", "三"),
    ("fourth", "4th", "4", "四"), ("fifth", "5th", "5", "五"),
)) for word in words}  # fmt: skip
_ORDINAL = re.compile(
    r"\b(first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th)\b"
    r"(?! (?:time|times|day|week|month|hand|thoughts?|class|opinion|chance|of all)\b)"
    r"|第([一二三四五1-5])(?![次回天周年月时])"
)
_TO_BEGIN = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|so|well|right|and|but)\W+)*first(?: of all)?\W+"
    r"(?=(?:the|i|we|can|could|my|that|please|you|let|it|this|is|do|change|cancel|return)\b)"
)
"""Says that something comes before something else ("first the kettle should be bigger"): no place in a list."""
_DIGITS = re.compile(r"^\W*(?:(?:number|no\.?|选)?\s*[1-9](?!\d)(?:\s*(?:,|and|&|\+|和|、|跟)\s*)?)+[个件号]?\W*$")
_AND_THAT = re.compile(r"^\W*(?:ok(?:ay)? )?(?:and|what about|how about)\b|^\W*(?:那|还有)?.{1,8}呢\W*$")
"""Asks the same for another piece."""
SEVERAL_SUCH = "tasks/several_such"
"""Says that what was named fits several of the pieces that were shown."""
_PARTS = re.compile(r"\s*(?:,|;|&|\band\b|\bplus\b|以及|还有|和|跟|与|、|，|；)\s*")


class ItemsSlot(Slot):
    """Pieces of the order, by position.

    Args:
        single: whether only one piece can be named.
    """

    name = "items"
    rests_on = ("order_id",)

    def __init__(self, *, single: bool = False) -> None:
        self._single = single

    def only(self, case: Case) -> tuple[str, ...] | None:
        """The one piece of an order that has one."""
        order = case.order
        return ("0",) if order is not None and len(order.items) == 1 else None

    def read(self, text: str, case: Case) -> Reading | None:
        """Positions of the pieces that are meant."""
        order = case.order
        if order is None:
            return None
        if case.task.asked == self.name and (index := _exact(case.task.labels, text)) is not None:
            return Reading(tuple(case.task.options[index].split()))
        found = _all_named(text, case) or self._among_shown(text, order.items, case)
        if not found and len(_alike_shown(text, case)) > 1:
            return Reading((), sure=brief(text), problem=SEVERAL_SUCH)
        found = found or positions(text, order.items, chosen=case.positions) or _both_named(text, case)
        before = [said.text for said in case.turn.history if said.author == "customer"]
        held = None if found else version_at_hand(text, case, lambda pieces: named_in_talk(text, pieces, before))
        if held is not None and held[0] == order:
            found = [held[1]]
        if not found or (self._single and len(found) > 1):
            return None
        beside = signals().adds(text) or (_AND_THAT.search(plain(text)) and not signals().corrects(text))
        if beside and not self._single:
            found = sorted({*found, *case.positions})
        return Reading(tuple(map(str, found)), sure=brief(text))

    def _among_shown(self, text: str, items: Sequence[OrderItem], case: Case) -> list[int]:
        """Positions of the pieces that are meant of those that were just asked about, which may be some of them."""
        if case.task.asked != self.name:
            return []
        shown = _shown(case)
        chosen = [shown.index(at) for at in case.positions if at in shown]
        if brief(text) and (at := biggest(text, [items[at].options for at in shown])) is not None:
            return [shown[at]]
        listed = not signals().asks(text)
        return [shown[at] for at in positions(text, [items[at] for at in shown], listed=listed, chosen=chosen)]

    def question(self, case: Case) -> Question:
        """The pieces of the order, with their names as short answers."""
        order = case.order
        items = order.items if order else ()
        meant = _alike_shown(case.words, case) or _of_kind(plain(case.words), items) or _shown(case)
        shown = [at for at in range(len(items)) if not meant or at in meant]
        labels = [case.views.piece(items[at]) for at in shown]
        options = [str(at) for at in shown]
        if not self._single:
            labels.append(case.texts.word("answer", "all" if len(shown) > 2 else "both"))
            options.append(" ".join(options))
        variables = {"items": [case.views.piece(items[at]) for at in shown], "intent": case.task.intent}
        return Question("tasks/which_items", variables, tuple(labels), tuple(options))


def _both_named(text: str, case: Case) -> list[int]:
    """The two pieces of a larger order that the customer named when the change began; they mean them by "both"."""
    order = case.order
    if order is None or case.first or not _BOTH.search(plain(text)):
        return []
    named = positions(case.task.utterance, order.items)
    return named if len(named) == 2 else []


def _all_named(text: str, case: Case) -> list[int]:
    """The pieces of a larger order that were named in the messages before, where words mean "them all" by no name."""
    order = case.order
    parts = [part for part in _CLAUSES.split(plain(text)) if _THEM.search(part)]
    if order is None or case.first or not parts or any(named_pieces(part, order.items) for part in parts):
        return []
    before = [said.text for said in case.turn.history if said.author == "customer"][-_LOOKS_BACK:]
    named = set(_shown(case)) or {
        at for said in (case.task.utterance, *before) for at in named_pieces(said, order.items)
    }
    return sorted(named) if 1 < len(named) < len(order.items) else []


def describes(text: str, item: OrderItem) -> bool:
    """Whether a message names an option that this piece has ("it's the 15 inch one, black")."""
    return bool(options_said(text, (item.options,)))


def _shown(case: Case) -> list[int]:
    """Positions of the pieces that were just asked about."""
    options = case.task.options if case.task.asked == ItemsSlot.name else ()
    return sorted({int(at) for option in options for at in option.split()})


def _alike_shown(text: str, case: Case) -> list[int]:
    """Positions of several pieces that words describe alike ("the glass one", of two), among those just asked about."""
    order, shown = case.order, _shown(case)
    if order is None or len(shown) < 3 or not brief(text) or _exact(case.task.labels, text) is not None:
        return []
    told = {at: options_said(text, (order.items[at].options,)) for at in shown}
    most = max(len(found) for found in told.values())
    fitting = [at for at in shown if most and len(told[at]) == most]
    return fitting if 1 < len(fitting) < len(shown) else []


def positions(text: str, items: Sequence[OrderItem], *, listed: bool = False, chosen: Sequence[int] = ()) -> list[int]:
    """Positions of the pieces that a message means; none where that is unclear.

    Args:
        text: the message.
        items: the pieces in the order in which they were shown.
        listed: whether they were just shown, so that "1 and 3" means them.
        chosen: those chosen before: "not the bottle" leaves the others of them.
    """
    said = plain(text)
    if match := _EXCEPT.search(said):
        kept = _named(next(filter(None, match.groups()), ""), items, listed)
        wanted = _named(f"{said[: match.start()]}, {said[match.end() :]}", items, listed)
        if kept:
            return [at for at in (wanted or chosen or range(len(items))) if at not in kept]
    named = _named(said, items, listed)
    if named:
        return named
    counted = _SO_MANY.search(said)
    if counted is not None and _COUNTS[counted[1]] != len(items):
        return []
    if _ALL.search(said) or (len(items) == 2 and _BOTH.search(said)):
        return list(range(len(items)))
    return []


def named_pieces(text: str, items: Sequence[OrderItem]) -> list[int]:
    """Positions of the pieces that a message names, whether it wants them or not."""
    return _named(plain(text), items, False)


def named_in_talk(text: str, items: Sequence[OrderItem], before: Sequence[str]) -> list[int]:
    """Positions of the pieces that a message names; of several of a kind the one that was spoken of before.

    Args:
        text: the message.
        items: the pieces of an order.
        before: what the customer said before, the latest last.
    """
    if found := named_pieces(text, items):
        return found
    kinds = set(analyse(plain(text), vocabulary()).kinds(vocabulary()))
    for said in reversed(before[-_LOOKS_BACK:]):
        one = named_pieces(said, items)
        if len(one) == 1 and kinds & _kinds(items[one[0]]):
            return one
    return []


def _named(said: str, items: Sequence[OrderItem], listed: bool) -> list[int]:
    found: set[int] = set()
    for match in _ORDINAL.finditer(_TO_BEGIN.sub("", said)):
        found.add(_ORDINALS[match.group(1) or match.group(2)])
    if listed and _DIGITS.match(said):
        found |= {int(digit) - 1 for digit in re.findall(r"\d", said)}
    if re.search(r"\blast (?:one|item)\b|最后一?[个件]", said):
        found.add(len(items) - 1)
    if found:
        return sorted(at for at in found if at < len(items))
    for part in _PARTS.split(said):
        found |= _one_kind(part, items)
    return sorted(found or (_described(said, items) if listed else ()))


def _described(said: str, items: Sequence[OrderItem]) -> list[int]:
    """The one piece of those shown that has an option which words name ("the 17 inch one")."""
    told = [(at, options_said(said, (item.options,))) for at, item in enumerate(items)]
    most = max((len(found) for _, found in told), default=0)
    fitting = [at for at, found in told if most and len(found) == most]
    return fitting if len(fitting) == 1 else []


def _one_kind(part: str, items: Sequence[OrderItem]) -> set[int]:
    """The piece that a part of the message names; several only where they are the same or "both" are meant."""
    words = vocabulary()
    terms = analyse(part, words)
    kinds = set(terms.kinds(words))
    fitting = [at for at, item in enumerate(items) if kinds & _kinds(item)]
    if not fitting:
        spoken = {word for word in terms.words if len(word) > 2 and word.isascii() and not word.isdigit()}
        fitting = [at for at, item in enumerate(items) if spoken & _own_words(item, items)]
    if len(fitting) > 1:
        rivals = [items[at] for at in fitting]
        called = [at for at in fitting if set(terms.words) & _own_words(items[at], rivals)]
        fitting = called if len(called) == 1 else fitting
        described = [at for at in fitting if options_said(part, (items[at].options,))]
        fitting = described or fitting
    same = len({items[at].item_id for at in fitting}) == 1
    if len(fitting) <= 1 or _ALL.search(part) or _BOTH.search(part):
        return set(fitting)
    return set(fitting[:1]) if same else set()


def _of_kind(said: str, items: Sequence[OrderItem]) -> list[int]:
    """Of which pieces words may speak ("my laptop", of two): several of a kind, but not all; else none."""
    words = vocabulary()
    kinds = set(analyse(said, words).kinds(words))
    fitting = [at for at, item in enumerate(items) if kinds & _kinds(item)]
    return fitting if 1 < len(fitting) < len(items) else []


def _kinds(item: OrderItem) -> set[str]:
    words = vocabulary()
    return set(analyse(f"{item.name} | {item.name_zh or ''}", words, document=True).kinds(words))


def _own_words(item: OrderItem, items: Sequence[OrderItem]) -> set[str]:
    """Words of a piece's name that no other piece of the order has."""
    words = vocabulary()
    own = set(analyse(item.name, words, document=True).words)
    others = {
        word
        for other in items
        if other.product_id != item.product_id
        for word in analyse(other.name, words, document=True).words
    }
    return own - others


def _exact(labels: Sequence[str], text: str) -> int | None:
    said = plain(text).strip(".。!！ ")
    exact = next((at for at, label in enumerate(labels) if plain(label).strip(".。!！ ") == said), None)
    return exact if exact is not None or len(labels) < 2 else pick(labels[:-1], text)
