"""Whether a customer asks what all their orders cost together, rather than what one of them does."""

import re

from assistant.conversation.turn import Turn
from assistant.routing.decision import RoutedIntent

_ALL = re.compile(
    r"\bhow much (?:money )?(?:have|did|do) (?:i|we)\b.{0,20}\b(?:spen[dt]|paid|pay)\b"
    r".{0,40}\b(?:(?:all|my) (?:my |the |of my )?orders|everything|so far|with you|at your|in your|here|ever)\b"
    r"|\b(?:total|sum|altogether|add up|adds? together)\b.{0,30}\b(?:all|my) (?:my |the |of my )?orders\b"
    r"|\ball (?:my |the )?orders\b.{0,20}\b(?:total|altogether|together|cost)\b"
    r"|(?:所有|全部|几个|这些)的?订单.{0,10}(?:一共|总共|合计|加起来|总额|总金额)|(?:一共|总共|合计|累计|加起来).{0,6}(?:消费|花)",
    re.I,
)
_TOTAL = re.compile(
    r"\bhow much\b.{0,30}\b(?:spen[dt]|paid|pay)\b.{0,20}\b(?:in total|altogether|in all)\b|\btotal spen[dt]\b"
    r"|(?:一共|总共|合计).{0,4}付",
    re.I,
)
_SPENT = re.compile(
    r"\bhow much\b.{0,30}\b(?:spen[dt]|paid|pay)\b|\bwhat (?:have |did )?i spen[dt]\b|\btotal\b"
    r"|(?:花|消费|付)[了掉过]?.{0,4}多少|多少钱",
    re.I,
)


def asks_sum(intent: RoutedIntent, turn: Turn, *, timed: bool = False) -> bool:
    """Whether the orders shall be added up; "how much did I pay in total?" may be of the one just talked about.

    Args:
        intent: the request.
        turn: the turn.
        timed: whether the orders of a time are asked for.
    """
    if intent.slot("order_id"):
        return False
    if timed:
        return _SPENT.search(intent.words) is not None
    one = bool(turn.state.last_order)
    return _ALL.search(intent.words) is not None or (not one and _TOTAL.search(intent.words) is not None)
