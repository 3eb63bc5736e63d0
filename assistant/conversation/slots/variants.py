"""Which variant comes instead: one question a piece, options in either language."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.conversation.reading.answers import pick
from assistant.conversation.reading.signals import brief, plain
from assistant.conversation.slots.case import Case
from assistant.conversation.slots.items import named_pieces
from assistant.conversation.slots.options import numbers_said, options_said
from assistant.conversation.slots.sizes import compares_sizes, size_said, wants_more
from assistant.conversation.slots.slot import Question, Reading, Slot
from assistant.conversation.slots.wished_variant import by_wish
from assistant.ids import ItemId
from assistant.shop.records import Money, OrderItem, Variant
from assistant.shop.variants import fits

NARROWED = "tasks/these_fit"
"""Says that what was named leaves a few of the variants that were shown."""
_ONLY_NUMBER = re.compile(
    r"^\W*(?:no,? )?(?:the |in )?\d+(?:\.\d+)?(?: ?(?:cm|ones?|please))?\W*$|^\W*\d+(?:的|码|号)\W*$"
)
_SHOWN = 8
SPOKEN = {
    "color": ("colour", "颜色"),
    "size": ("尺寸", "大小", "尺码", "码数", "码"),
    "capacity": ("size", "容量", "大小"),
}
"""How customers call options beside their names."""


class VariantsSlot(Slot):
    """The new item for each piece, as `position:item`; see `Case.variants`."""

    name = "variants"
    rests_on = ("order_id",)

    def known(self, case: Case) -> bool:
        """Whether each chosen piece has its new item."""
        return bool(case.positions) and all(at in case.variants for at in case.positions)

    def only(self, case: Case) -> tuple[str, ...] | None:
        """The other variant of each piece, where each has just one."""
        others = [_looked_at(case, piece) or _others(case, piece) for piece in case.pieces]
        if not others or any(len(found) != 1 for found in others):
            return None
        if any(_wishes_another(found[0], piece, case) for found, piece in zip(others, case.pieces, strict=True)):
            return None
        return tuple(f"{at}:{found[0].item_id}" for at, found in zip(case.positions, others, strict=True))

    def read(self, text: str, case: Case) -> Reading | None:
        """Options that the message names, applied to the piece that was asked for, or to all that have them."""
        pieces = dict(zip(case.positions, case.pieces, strict=True))
        if not pieces:
            return None
        chosen = case.variants
        asked = self._asked(case)
        if case.task.asked == self.name and (index := pick(case.task.labels, text)) is not None:
            return Reading(_values({**chosen, asked: case.task.options[index]}))
        if case.task.asked == self.name and (meant := by_wish(text, self._shown(case), pieces[asked])) is not None:
            return Reading(_values({**chosen, asked: meant.item_id}), sure=brief(text))
        named_ones = [at for at in named_pieces(text, case.order.items) if at in pieces] if case.order else []
        open_ones = named_ones or ([asked] if case.task.asked == self.name else list(pieces))
        problem: Reading | None = None
        new = dict(chosen)
        said: list[str] = []
        for at in open_ones:
            bare = case.task.asked == self.name or _ONLY_NUMBER.match(plain(text)) is not None
            fitting, named = _fitting(case, pieces[at], chosen.get(at, ""), text, asked=bare, shown=self._shown(case))
            fitting = [variant for variant in self._shown(case) if variant in fitting] or fitting
            said += named
            if fitting and self._opens(fitting, chosen.get(at, ""), case):
                before = case.variant(chosen.get(at, ""))
                kept = wished(case, pieces[at], before)
                fitting = list(_as_chosen(fitting, kept, text))
                if not fitting:
                    named = [*(case.views.options({name: value}) for name, value in kept.items()), *named]
            if len(fitting) == 1:
                new[at] = fitting[0].item_id
                anew = fitting[0].item_id != chosen.get(at)
                problem = problem or (_not_quite(case, pieces[at], fitting[0], named) if anew else None)
            elif named and not fitting:
                variables = {"item": case.views.piece(pieces[at]), "wanted": case.texts.join(named)}
                problem = Reading((), sure=brief(text), problem="tasks/no_such_variant", details=variables)
            elif named and len(fitting) > 1 and self._opens(fitting, chosen.get(at, ""), case):
                ids = [variant.item_id for variant in fitting]
                problem = Reading((), problem=NARROWED, details={"wanted": case.texts.join(named), "ids": ids})
        if problem is not None and problem.problem == NARROWED:
            return problem
        if new == chosen and not (chosen and problem is None and any(said)):
            return problem
        found = Reading(_values(new), sure=brief(text))
        return replace(found, problem=problem.problem, details=problem.details) if problem else found

    def question(self, case: Case) -> Question:
        """The variants that the next piece could be swapped for."""
        piece = dict(zip(case.positions, case.pieces, strict=True))[self._asked(case)]
        said, _ = _fitting(case, piece, "", case.words, asked=False)
        before = self._shown(case)
        said = [variant for variant in before if variant in said] or said
        others = (said if len(said) > 1 else before or _others(case, piece))[:_SHOWN]
        labels = tuple(case.views.options(variant.options) for variant in others)
        variables = {
            "item": case.views.piece(piece),
            "choices": [
                {"options": label, **_priced(variant, piece)} for label, variant in zip(labels, others, strict=True)
            ],
        }
        return Question("tasks/which_variant", variables, labels, tuple(variant.item_id for variant in others))

    def _opens(self, fitting: Sequence[Variant], chosen: str, case: Case) -> bool:
        """Whether what was named leaves fewer than were shown, or rules out the one chosen before."""
        if chosen:
            return all(variant.item_id != chosen for variant in fitting)
        return bool(self._shown(case))

    def _shown(self, case: Case) -> list[Variant]:
        """The variants that were just offered for the piece that is asked about, in their order."""
        if case.task.asked != self.name:
            return []
        piece = dict(zip(case.positions, case.pieces, strict=True)).get(self._asked(case))
        able = {variant.item_id: variant for variant in _others(case, piece)} if piece is not None else {}
        return [able[ItemId(option)] for option in case.task.options if option in able]

    def _asked(self, case: Case) -> int:
        """The first piece without a new item."""
        return next((at for at in case.positions if at not in case.variants), case.positions[0])


def wished(case: Case, piece: OrderItem, chosen: Variant | None) -> dict[str, str]:
    """The options of what was chosen before that the customer named, rather than what came with them.

    "Black" may have chosen a bigger one that is black; who then says "white" wants their own size in white.
    """
    if chosen is None:
        return {}
    changed = {name: value for name, value in chosen.options.items() if piece.options.get(name) != value}
    filled = case.task.slots.get(VariantsSlot.name)
    said = f"{case.task.utterance}. {filled.words if filled else ''}"
    named = options_said(case.turn.masker.unmask(said), [chosen.options])
    return changed if compares_sizes(said, piece.options) else {n: v for n, v in changed.items() if n in named}


def _as_chosen(fitting: Sequence[Variant], kept: Mapping[str, str], text: str) -> Sequence[Variant]:
    """Of variants those that keep something of what was wished before ("black", then "fabric").

    What the message names anew counts no longer; where nothing else was wished, all of them are left.
    """
    named = options_said(text, [variant.options for variant in fitting])
    still = {name: value for name, value in kept.items() if name not in named}
    alike = [len(variant.options.items() & still.items()) for variant in fitting]
    return [one for one, count in zip(fitting, alike, strict=True) if count > 0 or not still]


def _priced(variant: Variant, piece: OrderItem) -> dict[str, str]:
    """What a variant costs, and how much more or less than the piece did."""
    difference = variant.price - piece.price
    amount = str(Money(cents=abs(difference.cents), currency=difference.currency))
    more = amount if difference.cents > 0 else ""
    return {"price": str(variant.price), "more": more, "less": amount if difference.cents < 0 else ""}


def _wishes_another(variant: Variant, piece: OrderItem, case: Case) -> bool:
    """Whether what the customer named is something else than the one variant that there is."""
    text = f"{case.turn.masker.unmask(case.task.utterance)}. {case.words}"
    product = case.product(piece)
    said = options_said(text, [each.options for each in product.variants]) if product is not None else {}
    new = {name: [value for value in values if value != piece.options.get(name)] for name, values in said.items()}
    if any(values and variant.options.get(name) not in values for name, values in new.items()):
        return True
    return compares_sizes(text, piece.options) and not size_said(text, [variant.options, piece.options], piece.options)


def _left_as_it_is(text: str, piece: OrderItem) -> dict[str, str]:
    """Options that shall stay as they were ordered: "leave the size", "尺寸不变"."""
    said = plain(text)
    return {name: value for name, value in piece.options.items() if _stays(name, said)}


def _stays(name: str, said: str) -> bool:
    words = "|".join(map(re.escape, (plain(name), *SPOKEN.get(name, ()))))
    return (
        re.search(rf"\b(?:leave|keep|don't (?:change|touch)|not) (?:the |its |that )?(?:{words})\b", said) is not None
        or re.search(
            rf"(?:{words})(?:还是)?(?:不变|不改|不换|不动|别动|保持)|(?:别|不要?|不用)(?:改|换|动)(?:{words})|保持(?:原来的)?(?:{words})",
            said,
        )
        is not None
    )


def _values(chosen: dict[int, str]) -> tuple[str, ...]:
    return tuple(f"{at}:{item_id}" for at, item_id in sorted(chosen.items()))


def _others(case: Case, piece: OrderItem) -> list[Variant]:
    product = case.product(piece)
    variants: Sequence[Variant] = product.variants if product else ()
    return [variant for variant in variants if variant.available and variant.item_id != piece.item_id]


def _looked_at(case: Case, piece: OrderItem) -> list[Variant]:
    """The one variant that the customer has just asked for in the shop ("in black", "with a leather strap"), if any."""
    asked = case.turn.state.last_options
    if not asked or case.turn.state.last_product != piece.product_id:
        return []
    fitting = [variant for variant in _others(case, piece) if fits(variant, asked)]
    return fitting if len(fitting) == 1 else []


def _not_quite(case: Case, piece: OrderItem, variant: Variant, named: list[str]) -> Reading | None:
    """That a variant with what was named differs in more than that ("black" comes in two pieces only)."""
    said = {
        case.views.options({name: value}) for name, value in variant.options.items() if value != piece.options.get(name)
    }
    if said <= set(named):
        return None
    nearest = case.views.options(variant.options)
    details = {"item": case.views.piece(piece), "wanted": case.texts.join(named), "nearest": nearest}
    return Reading((), problem="tasks/nearest_variant", details=details)


def _fitting(
    case: Case, piece: OrderItem, chosen: str, text: str, *, asked: bool, shown: Sequence[Variant] = ()
) -> tuple[list[Variant], list[str]]:
    """Variants that a message means for a piece, and the values that it names.

    What isn't named stays as it is; where that doesn't exist, what is named decides alone. Those that were just shown
    come first: they have what was wished before.
    """
    product = case.product(piece)
    if product is None:
        return [], []
    every = [variant.options for variant in product.variants]
    said = options_said(text, every) or (numbers_said(text, every) if asked else {})
    before = case.variant(chosen) if chosen else None
    base = {**piece.options, **wished(case, piece, before)}
    wanted: dict[str, str] = {}
    for name, values in said.items():
        new = [value for value in values if value != piece.options.get(name)]
        picked = new if new else values
        if len(picked) == 1:
            wanted[name] = picked[0]
    wanted |= _left_as_it_is(text, piece)
    able = _others(case, piece)
    now = before.options if before is not None else base  # "no, smaller" is smaller than what was chosen
    wanted = {**size_said(text, [*(variant.options for variant in able), piece.options], now), **wanted}
    if not wanted and compares_sizes(text, now):
        return [], [case.texts.phrase("bigger" if wants_more(text) else "smaller")]
    if not wanted or (before is None and all(base.get(name) == value for name, value in wanted.items())):
        return [], []
    exact = [variant for variant in able if variant.options == {**base, **wanted}]
    loose = [variant for variant in able if all(variant.options.get(n) == v for n, v in wanted.items())]
    if len(shown) >= min(len(able), _SHOWN):  # nothing was wished yet that narrowed them
        return exact or loose, [case.views.options({name: value}) for name, value in wanted.items()]
    among = [one for one in exact if one in shown] or [one for one in loose if one in shown]
    return among or exact or loose, [case.views.options({name: value}) for name, value in wanted.items()]
