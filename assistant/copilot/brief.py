"""The brief: what the customer wants, what is verified, what was tried, what is open, what comes next."""

from collections.abc import Iterator, Sequence

from assistant.copilot.facts import FactWriter
from assistant.copilot.look_up import Looked
from assistant.copilot.records import Brief, Fact, NextStep
from assistant.copilot.requests import Wanted
from assistant.copilot.situation import Situation
from assistant.copilot.words import CopilotWords
from assistant.routing.intents.catalogue import Catalogue
from assistant.shop.records import Order

_SAID = 2
_CHARS = 400


class BriefWriter:
    """Writes briefs in one language.

    Args:
        words: of the agent's language.
        facts: says facts in it.
        catalogue: names what customers want.
    """

    def __init__(self, words: CopilotWords, facts: FactWriter, catalogue: Catalogue) -> None:
        self._words = words
        self._facts = facts
        self._catalogue = catalogue

    def write(
        self,
        situation: Situation,
        wanted: Wanted,
        looked: Sequence[Looked],
        orders: Sequence[Order],
        quotes: Sequence[tuple[str, str, str]],
        step: tuple[str, str, str],
    ) -> Brief:
        """The brief.

        Args:
            situation: the conversation.
            wanted: what the customer wants.
            looked: what was looked up for it.
            orders: all of the customer's.
            quotes: what pages say to it: title, words, passage id.
            step: key of the next step, its order, the proposal that it ends in.
        """
        facts: tuple[Fact, ...] = self._facts.all(situation, looked, orders)
        return Brief(
            issue=self._issue(wanted, looked),
            goal=self._goal(wanted),
            said=self._said(situation, wanted),
            facts=facts + self._facts.quotes(looked, quotes),
            tried=tuple(dict.fromkeys(self._tried(situation))),
            pending=tuple(self._pending(situation)),
            next_step=self.step(*step),
            sentiment=wanted.sentiment,
            urgency=wanted.urgency,
            intent=wanted.requests[0].intent if wanted.requests else "",
        )

    def step(self, key: str, order_id: str, proposal: str) -> NextStep:
        """The next step in words."""
        about = self._words.say("about_order", order_id=order_id) if order_id else ""
        text = self._words.say("steps", key, order_id=order_id, about=about)
        return NextStep(key=key, text=text, order_id=order_id, proposal=proposal)

    def _issue(self, wanted: Wanted, looked: Sequence[Looked]) -> str:
        if not wanted.requests:
            return self._words.say("issue_none")
        label = self._catalogue.get(wanted.requests[0].intent).label(self._words.language)
        order = looked[0].order if looked else None
        return self._words.say("issue_order", label=label, order_id=order.order_id) if order else label

    def _goal(self, wanted: Wanted) -> str:
        if not wanted.requests:
            return self._words.say("goal_none")
        descriptions = (self._catalogue.get(request.intent).description for request in wanted.requests)
        found = [text.zh if self._words.language == "zh" else text.en for text in descriptions]
        return ("" if self._words.language == "zh" else " ").join(dict.fromkeys(found))

    def _said(self, situation: Situation, wanted: Wanted) -> tuple[str, ...]:
        latest = [message.text for message in situation.of_customer[-_SAID:]]
        found = dict.fromkeys([*([wanted.words] if wanted.words else []), *latest])
        return tuple(text[:_CHARS] for text in found)

    def _tried(self, situation: Situation) -> Iterator[str]:
        for name, ok in situation.tools:
            proposes = not self._words.has("tools", name)
            if proposes and any(proposal.kind == name for proposal in situation.proposals):
                continue
            what = self._words.say("tools", "other", name=name) if proposes else self._words.say("tools", name)
            yield what if ok else self._words.say("tried_failed", what=what)
        yield from (
            self._words.say("tried_proposed", title=self._facts.title(proposal)) for proposal in situation.proposals
        )
        if any(decision.get("outcome") == "ambiguous" for decision in situation.decisions.values()):
            yield self._words.say("tried_clarified")

    def _pending(self, situation: Situation) -> Iterator[str]:
        state = situation.state
        if state.identifying is not None and situation.customer is None:
            yield self._words.say("pending", "identifying")
        if state.asked is not None:
            kind = "asked_order" if state.asked.slot == "order_id" else "asked_reading"
            yield self._words.say("pending", kind)
        open_ = [proposal for proposal in situation.proposals if proposal.status == "open"]
        task = state.tasks[-1] if state.tasks else None
        if task is not None and task.asked and not open_:
            yield self._words.say("pending", "asked_slot", slot=self._slot(task.asked))
        yield from (self._words.say("pending", "proposal", title=self._facts.title(p)) for p in open_)
        if waiting := len(situation.unanswered):
            yield self._words.say("pending", "unanswered", count=str(waiting))

    def _slot(self, name: str) -> str:
        return self._words.say("slots", name) if self._words.has("slots", name) else name
