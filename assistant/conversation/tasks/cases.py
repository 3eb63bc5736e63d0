"""Makes cases: a task with the shop, the policy and the words that its slots look at."""

from collections.abc import Mapping

from assistant.clock import Clock
from assistant.conversation.reading.meaning import Meaning
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.showing.views import Views
from assistant.conversation.slots.case import Case
from assistant.conversation.state import Task
from assistant.conversation.tasks.forms import Form
from assistant.conversation.turn import Turn
from assistant.shop.service import Shop
from assistant.tools.proposals import Proposals


class Cases:
    """Makes cases.

    Args:
        shop: the customer's orders and the products.
        proposals: know the policy.
        clock: tells the time.
        meaning: reads answers in the customer's own words; None leaves that to the rules.
        forms: by intent.
    """

    def __init__(
        self, shop: Shop, proposals: Proposals, clock: Clock, meaning: Meaning | None, forms: Mapping[str, Form]
    ) -> None:
        self._forms = forms
        self._shop = shop
        self._proposals = proposals
        self._clock = clock
        self._meaning = meaning

    def make(self, task: Task, turn: Turn, texts: ReplyTexts, views: Views, words: str, *, first: bool = False) -> Case:
        """A task with what its slots look at.

        Args:
            task: the task.
            turn: the turn.
            texts: words of the customer's language.
            views: how records are said.
            words: the message, or the part of it that is about the task.
            first: whether these words began the task.
        """
        if turn.customer is None:
            raise ValueError("tasks are for customers who are known")
        policy = self._proposals.changes.policy
        return Case(
            task=task,
            turn=turn,
            customer=turn.customer,
            shop=self._shop,
            policy=policy,
            texts=texts,
            views=views,
            now=self._clock.now(),
            states=self._forms[task.intent].states(policy),
            words=words,
            first=first,
            meaning=self._meaning,
            in_part=self._forms[task.intent].in_part,
        )
