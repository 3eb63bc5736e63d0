"""Several orders in one change: "both", "all my pending orders", "only the fan", "keep the one with the sheets"."""

import re
from collections.abc import Sequence

from assistant.conversation.reading.pointing import pointed
from assistant.conversation.reading.signals import brief, plain, signals
from assistant.conversation.slots.case import Case
from assistant.conversation.state import Task
from assistant.conversation.turn import Move
from assistant.shop.records import Order

ACTIONS = re.compile(
    r"\b(?:cancel\w*|return\w*|exchang\w+|swap\w*|chang\w+|modif\w+|refund\w*|reorder\w*|order again"
    r"|buy again|send back"
    r"|address|payment|ship(?:ping)?|deliver\w*|arrived|received|damaged|broken|pay|card)\b"
    r"|取消|退货|退回|退掉|退款|退|换货|更换|换成|换|修改|更改|改成|改|重新下单|再买|再来一单|收货地址|送货地址|地址|付款方式|支付方式|付款|支付"
    r"|坏了|损坏|破损|收到|到货|送达",
    re.IGNORECASE,
)
"""What is done with an order; these words say nothing of which one it is."""
_ALL = re.compile(
    r"\b(?:both|all|every|each|the (?:two|three|four|five))(?: (?:one"
    r"|of|my|our|the|these|those|two|three|four|other|recent|current"
    r"|last|open|pending|unshipped|undelivered|unsent|outstanding"
    r"|delivered|remaining))* (?:orders?|purchases?|parcels?|packages?)\b"
    r"|\b(?:every|any)thing (?:that |which )?(?:i|we)(?:'ve|'d| have"
    r"| had)? (?:just |ever )?(?:bought|ordered|got|purchased)\b"
    r"|\ball (?:the )?(?:stuff|things|items) (?:that |which )?(?:i|we)(?:'ve| have)? (?:bought|ordered|got|purchased)\b"
    r"|\ball (?:of )?my orders?\b"
    r"|(?:所有|全部|每一?个|两个|两笔|三个|三笔|这两|那两|这几|那几)[^，,。；;、]{0,10}(?:订单|单子|单)"
    r"|(?:订单|单子|两单|三单|几单|两个单)[^，,。；;]{0,6}(?:都|全部|全|统统)"
    r"|(?:买|订|下单)的(?:东西|商品)?[^，,。；;]{0,4}(?:都|全部|全|统统)"
    r"|(?:所有|全部)[^，,。；;]{0,8}(?:买|订)的"
)
_SPARES = re.compile(
    r"\b(?:keep|not the|except|apart from|without|leave (?:out )?the"
    r"|leave|don't (?:cancel|return|change) the|but not)\b"
    r"|留着|保留|除了|不要?取消|不要?退|不动|别取消|别退|别动"
)
_ONLY = re.compile(r"\b(?:only|just|instead|rather)\b|只|就(?:取消|退|要|那|好|行|可以)")
_PAIR = re.compile(r"\bboth\b|\btwo\b|两")
"""Means two orders, where two can be changed: then no other one is meant."""
_MOST = 5


def all_meant(text: str, case: Case) -> tuple[str, ...]:
    """Ids of the orders that "all my pending orders" means; none where several aren't spoken of."""
    said = plain(text)
    if not _ALL.search(said):
        return ()
    matching = _matching(said, case)
    able = [order for order in matching if case.allows(order)] or list(case.eligible)
    return tuple(str(order.order_id) for order in able[:_MOST]) if len(able) > 1 else ()


def left_out(case: Case) -> tuple[Order, ...]:
    """The orders that "both" or "all of them" means as well, and that can't be changed so any more."""
    said = plain(case.words)
    if not _ALL.search(said):
        return ()
    matching = _matching(said, case)
    left = tuple(order for order in matching if not case.allows(order))
    pair = _PAIR.search(said) is not None and len(matching) - len(left) > 1
    return left[:_MOST] if len(left) < len(matching) and not pair else ()


def _matching(said: str, case: Case) -> tuple[Order, ...]:
    """The orders that the words mean, going by their state, their time and what is in them."""
    return case.shop.orders_matching(case.customer.customer_id, ACTIONS.sub(" ", _ALL.sub(_timed, said)), case.now)


def _timed(match: re.Match[str]) -> str:
    """What the words say of the orders, without how many they are."""
    found = re.search(r"\b(?:open|pending|unshipped|undelivered|delivered)\b|(?:还|没|未)[^的]{0,6}", match[0])
    return f" {found[0]} " if found else " "


def siblings(task: Task, tasks: Sequence[Task]) -> list[Task]:
    """The tasks of other orders that the same words began."""
    return [
        other
        for other in tasks
        if other is not task and (other.intent, other.utterance) == (task.intent, task.utterance)
    ]


def spared(case: Case) -> Move | None:
    """That some of several orders shall be left as they are: "only the fan", "keep the sheets"; None otherwise."""
    others = siblings(case.task, case.turn.state.tasks)
    text = plain(case.words)
    keeps, only = _SPARES.search(text), _ONLY.search(text)
    at = pointed(case.words, case.turn.state.listed_orders) if others else ()
    if not others or not (keeps or only or at) or signals().asks(case.words):
        return None
    group = [task.value("order_id") for task in (case.task, *others) if task.value("order_id")]
    named = [number for number in at if number in group]
    named = named or [order.order_id for order in _named(case) if order.order_id in group]
    if not named or len(named) == len(group):
        return None
    out = named if keeps else [order_id for order_id in group if order_id not in named]
    return Move("spare", {"order_id": tuple(out)})


def _named(case: Case) -> tuple[Order, ...]:
    """The orders that some part of the message singles out."""
    parts = [part for part in re.split(r"[,;:!?。，；：！？…]+|\.+(?!\d)", case.words) if part.strip()]
    for part in parts if brief(case.words) or len(parts) > 1 else [case.words]:
        bare = ACTIONS.sub(" ", _SPARES.sub(" ", _ONLY.sub(" ", plain(part))))
        found = case.shop.orders_matching(case.customer.customer_id, bare, case.now)
        if 0 < len(found) < len(case.orders):
            return tuple(found)
    return ()
