"""Which variant comes instead: one question a piece, options in either language."""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.conversation.reading.answers import pick
from assistant.conversation.tasks.case import Case
from assistant.conversation.tasks.items_slot import named_pieces
from assistant.conversation.tasks.options import numbers_said, options_said
from assistant.conversation.tasks.signals import brief, plain
from assistant.conversation.tasks.sizes import size_said
from assistant.conversation.tasks.slot import Question, Reading, Slot
from assistant.shop.records import OrderItem, Variant
from assistant.shop.variants import fits

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
        named_ones = [at for at in named_pieces(text, case.order.items) if at in pieces] if case.order else []
        open_ones = (named_ones or [asked]) if case.task.asked == self.name else list(pieces)
        problem: Reading | None = None
        new = dict(chosen)
        said: list[str] = []
        for at in open_ones:
            fitting, named = _fitting(case, pieces[at], chosen.get(at, ""), text, asked=case.task.asked == self.name)
            said += named
            if len(fitting) == 1:
                new[at] = fitting[0].item_id
                problem = problem or _not_quite(case, pieces[at], fitting[0], named)
            elif named and not fitting:
                variables = {"item": case.views.piece(pieces[at]), "wanted": case.texts.join(named)}
                problem = Reading((), sure=brief(text), problem="tasks/no_such_variant", details=variables)
        if new == chosen and not (chosen and problem is None and any(said)):
            return problem
        found = Reading(_values(new), sure=brief(text))
        return replace(found, problem=problem.problem, details=problem.details) if problem else found

    def question(self, case: Case) -> Question:
        """The variants that the next piece could be swapped for."""
        piece = dict(zip(case.positions, case.pieces, strict=True))[self._asked(case)]
        said, _ = _fitting(case, piece, "", case.words, asked=False)
        before = [v for v in _others(case, piece) if case.task.asked == self.name and v.item_id in case.task.options]
        others = (said if len(said) > 1 else before or _others(case, piece))[:_SHOWN]
        labels = tuple(case.views.options(variant.options) for variant in others)
        variables = {
            "item": case.views.piece(piece),
            "choices": [{"options": label, "price": str(v.price)} for label, v in zip(labels, others, strict=True)],
        }
        return Question("tasks/which_variant", variables, labels, tuple(variant.item_id for variant in others))

    def _asked(self, case: Case) -> int:
        """The first piece without a new item."""
        return next((at for at in case.positions if at not in case.variants), case.positions[0])


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
    said = {case.views.value(value) for name, value in variant.options.items() if value != piece.options.get(name)}
    if said <= set(named):
        return None
    nearest = case.views.options(variant.options)
    details = {"item": case.views.piece(piece), "wanted": case.texts.join(named), "nearest": nearest}
    return Reading((), problem="tasks/nearest_variant", details=details)


def _fitting(case: Case, piece: OrderItem, chosen: str, text: str, *, asked: bool) -> tuple[list[Variant], list[str]]:
    """Variants that a message means for a piece, and the values that it names.

    What isn't named stays as it is; where that doesn't exist, what is named decides alone.
    """
    product = case.product(piece)
    if product is None:
        return [], []
    every = [variant.options for variant in product.variants]
    said = options_said(text, every) or (numbers_said(text, every) if asked else {})
    before = case.variant(chosen) if chosen else None
    base = before.options if before else piece.options
    wanted: dict[str, str] = {}
    for name, values in said.items():
        new = [value for value in values if value != piece.options.get(name)]
        picked = new if new else values
        if len(picked) == 1:
            wanted[name] = picked[0]
    wanted |= _left_as_it_is(text, piece)
    bigger = size_said(text, [variant.options for variant in _others(case, piece)], base)
    wanted = {**bigger, **wanted}
    if not wanted or (before is None and all(base.get(name) == value for name, value in wanted.items())):
        return [], []
    able = _others(case, piece)
    exact = [variant for variant in able if variant.options == {**base, **wanted}]
    loose = [variant for variant in able if all(variant.options.get(n) == v for n, v in wanted.items())]
    return exact or loose, [case.views.value(value) for value in wanted.values()]
