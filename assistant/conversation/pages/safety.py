"""Safety first: who tells of smoke, sparks, a shock or a burning smell reads what to do before anything else.

Whatever else is asked (a repair, money back, whether it is normal), the page about dangerous products comes first,
once in a conversation. A shop without such a page says nothing of the kind: nothing is made up.
"""

from collections.abc import Mapping

from assistant.conversation.pages.answerable import ANSWERS
from assistant.conversation.pages.search import ANY_PAGE, PageSearch
from assistant.conversation.reading.patterns import patterns_beside
from assistant.conversation.reading.signals import plain
from assistant.conversation.turn import Turn
from assistant.routing.decision import RoutedIntent
from assistant.text.language import Language

_ASKED: Mapping[Language, str] = {
    "en": "it smokes, sparks, smells burnt or gets very hot: what must I do",
    "zh": "产品冒烟、起火花、有焦味、烫手，很危险，怎么办",
}
"""What the pages are asked."""


def tells_danger(text: str) -> bool:
    """Whether a message tells of a thing that may hurt somebody ("the charger smells burnt", "插头冒火花")."""
    return patterns_beside(__file__)["danger"].search(plain(text)) is not None


def put_safety_first(turn: Turn, pages: PageSearch) -> None:
    """Put what the page about dangerous products says before what was served, where a message tells of danger.

    Args:
        turn: the turn; its `served` is full.
        pages: find the page.
    """
    if turn.state.warned or not tells_danger(turn.incoming.text):
        return
    asked = RoutedIntent(intent=ANY_PAGE, agent="faq", probability=0.0, words=_ASKED[turn.language])
    told = pages.answering(asked, turn, ANSWERS)
    if told is None:
        return
    turn.state.warned = True
    best = told.passages[0]
    if not any(best.passage_id == passage.passage_id for served in turn.served for passage in served.passages[:1]):
        turn.served.insert(0, told)
