"""Whether the seal of a piece is broken: asked only where the policy goes by it."""

import re

from assistant.conversation.reading.signals import brief, plain, signals
from assistant.conversation.slots.case import Case
from assistant.conversation.slots.items import positions
from assistant.conversation.slots.slot import Question, Reading, Slot
from assistant.shop.changes.windows import is_exempt
from assistant.shop.policy import ReturnReason

NONE = "none"
_SEALED = re.compile(
    r"\b(?:un-?opened|not (?:been )?opened|n(?:o|')t (?:even )?open\w*"
    r"|haven't opened|never (?:even )?(?:opened|used|tried|worn)|(?:not|n't) (?:even )?(?:used|tried|worn)"
    r"|still sealed|(?:factory )?sealed|unused"
    r"|none|neither|not yet)\b|没(?:有)?(?:拆|开)|未(?:拆|开)|没拆封|全新|密封|都没"
)
_OPENED = re.compile(
    r"\b(?:opened|unsealed|(?:used|tried|wore|worn|listened to|listened with)(?! to be)"
    r"|broke the seal|seal is broken|both|all)\b|拆(?:开|封|过|了)|打开|开封|都拆"
    r"|(?:用|试|戴|听)(?:过|着|了(?:[一两几二三]|没|不到|好几|会儿|一?下))"
)
_YES = re.compile(
    r"^\W*(?:yes|yeah|yep|yup|i (?:did|have)|it (?:is|has)|they (?:are|have)|是的?|对|嗯|拆了|有)", re.IGNORECASE
)
_NO = re.compile(r"^\W*(?:no|nope|nah|i (?:did|have)n't|it (?:is|has)n't|没|没有|否|不是|未)", re.IGNORECASE)


class OpenedSlot(Slot):
    """Positions of the opened pieces, or `none`."""

    name = "opened"
    rests_on = ("order_id", "items", "return_reason")

    def needed(self, case: Case) -> bool:
        """Whether the policy goes by the seal of a chosen piece."""
        return bool(self._sealable(case))

    def read(self, text: str, case: Case) -> Reading | None:
        """Which pieces have been opened."""
        sealable = self._sealable(case)
        if not sealable:
            return None
        said = plain(text)
        asked = case.task.asked == self.name
        every = tuple(map(str, sealable))
        if _SEALED.search(said):
            return Reading((NONE,), sure=brief(text))
        order = case.order
        named = [at for at in positions(text, order.items, listed=False) if at in sealable] if order else []
        if _OPENED.search(said):
            return (
                Reading(tuple(map(str, named)) or every, sure=brief(text))
                if named or len(every) == 1 or asked
                else None
            )
        if asked and (_NO.match(said) or signals().declines(text)):
            return Reading((NONE,), sure=brief(text))
        if asked and len(every) == 1 and (_YES.match(said) or signals().affirms(text, "")):
            return Reading(every, sure=brief(text))
        return Reading(tuple(map(str, named)), sure=brief(text)) if asked and named and len(every) > 1 else None

    def question(self, case: Case) -> Question:
        """Whether the piece was opened, or which of them."""
        order = case.order
        names = [case.views.piece(order.items[at]) for at in self._sealable(case)] if order else []
        several = len(names) > 1
        keys = ("opened_none", "opened_all") if several else ("opened_no", "opened_yes")
        return Question("tasks/opened", {"items": names}, tuple(case.texts.word("answer", key) for key in keys))

    def _sealable(self, case: Case) -> list[int]:
        reason = case.task.value("return_reason") or "changed_mind"
        if is_exempt(case.policy, _reason(reason)):
            return []
        rules = case.policy.returns
        kinds = {*rules.opened_return_windows_days, *rules.sealed_only}
        found = []
        for at, piece in zip(case.positions, case.pieces, strict=False):
            product = case.product(piece)
            if product is not None and product.kind in kinds:
                found.append(at)
        return found


def _reason(value: str) -> ReturnReason:
    known: dict[str, ReturnReason] = {"faulty": "faulty", "damaged": "damaged", "wrong_item": "wrong_item"}
    return known.get(value, "changed_mind")
