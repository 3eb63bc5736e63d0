"""What a conversation carries from one turn to the next, stored with it as plain data."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.ids import CustomerId
from assistant.routing.decision import RoutedIntent


class Asked(BaseModel):
    """What the assistant asked, and what happens with the answer.

    Attributes:
        kind: `reading` (which intent was meant), `slot` (a value for `intent`) or `forget` (a yes to deleting).
        options: what was offered: intent names, values of the slot, or what would be deleted.
        labels: the options as the customer read them.
        utterance: the message that led to the question.
        intent: the request that waits for the slot.
        slot: its name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["reading", "slot", "forget"]
    options: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    utterance: str
    intent: RoutedIntent | None = None
    slot: str = ""


class Filled(BaseModel):
    """A slot's value: its parts, and the words that it came from (empty where there was no other choice).

    Attributes:
        values: ids, one a piece for items; for an address its six fields; an empty part is still missing.
        words: what the customer said.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    values: tuple[str, ...]
    words: str = ""


class Task(BaseModel):
    """A change that the customer wants, from the first words to the proposal that waits for their yes.

    Attributes:
        intent: its name in the catalogue; names the form that is filled.
        utterance: the message that began it, masked.
        slots: what is known, by slot.
        asked: the slot that was asked for last; `""` before any was, `amend` for what should be different.
        labels: what was offered with that question, as the customer read it.
        options: the value behind each label.
        attempts: how many answers in a row brought nothing.
        proposal_id: the proposal that was shown; empty while slots are missing.
        unclear: whether the message before was not understood: a yes may be meant for what it said.
    """

    model_config = ConfigDict(extra="ignore")

    intent: str
    utterance: str
    slots: dict[str, Filled] = {}
    asked: str = ""
    labels: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    attempts: int = 0
    proposal_id: str = ""
    unclear: bool = False

    def values(self, slot: str) -> tuple[str, ...]:
        """The values of a slot; empty where it isn't filled."""
        filled = self.slots.get(slot)
        return filled.values if filled else ()

    def value(self, slot: str) -> str:
        """The first value of a slot, or `""`."""
        return next(iter(self.values(slot)), "")


class Identifying(BaseModel):
    """That a stranger asked for private things and has been asked who they are.

    Attributes:
        requests: what they asked for; it is served once they are known.
        code_sent: whether a code was sent (or would have been) that they may type.
        attempts: wrong answers so far.
        failed: whether the limit was reached; then only a person helps.
    """

    model_config = ConfigDict(extra="ignore")

    requests: tuple[RoutedIntent, ...] = ()
    code_sent: bool = False
    attempts: int = 0
    failed: bool = False


class Proved(BaseModel):
    """Who was identified in this conversation, and until when that counts."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    customer_id: CustomerId
    until: datetime


class HeardState(BaseModel):
    """What was heard or seen and waits for the customer's yes.

    Attributes:
        kind: a yes, a choice of an order, or a number to be typed is waited for.
        words: the message, served once that has come.
        read: order numbers as they were read, in the order of the words.
        options: the orders that are meant in their place.
        labels: the answers that were offered.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: Literal["confirm", "choose", "type"]
    words: str
    read: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


class ConversationState(BaseModel):
    """Task state of one conversation.

    Attributes:
        identifying: the question who a stranger is, while it is open.
        proved: who was identified in this conversation, where no token told.
        asked: the open question of the assistant outside of tasks, if any.
        tasks: changes under way, the one that is talked about last.
        last_done: the last task that was carried out, for "the same for the other one".
        last_intent: the last intent that was served, for follow-ups without a subject.
        last_look_up: the last look-up of the customer's own things (parcel, refund, order), for "and the mouse?".
        last_order: the last order that was talked about.
        last_product: the last product that was talked about.
        last_options: the options of that product which were asked for ("in black"), for "with a leather strap".
        last_item: the one version of that product which was told of, for "how much memory has it?"; empty if several.
        listed_orders: orders that the last list of orders told of, in its order.
        listed_products: the same of products.
        looked_at: products whose details or stock were told, the latest last.
        last_refusal: name of the reply text that refused something in the turn before, and the change that was wanted.
        last_section: title and heading of the section that was cited last, until something else is looked up.
        unsure: how many turns in a row were not understood.
        off_topic: whether the message before had nothing to do with the shop.
        warned: whether they were told what to do with a dangerous thing.
        no_suggestions: whether a stranger said that they want no recommendations; for others that is remembered.
        regretted: whether the reply before began with regret.
        shown_facts: what the customer was told last that is remembered of them.
        to_forget: what this turn deletes, by the customer's yes.
        heard: a voice note or photo whose values wait for the customer's yes.
        claim: what a person is told of the warranty claim that was offered to be passed on.
        pictures: ids of photos that came in this conversation, for the people at the desk.
        masks: masks of personal data given out so far, mask to value.
        handed_off: whether a person was asked to take over.
        person_offered: whether a person was offered because the customer seemed dissatisfied; it is done once.
    """

    model_config = ConfigDict(extra="ignore")

    identifying: Identifying | None = None
    proved: Proved | None = None
    asked: Asked | None = None
    tasks: list[Task] = []
    last_done: Task | None = None
    last_intent: str = ""
    last_utterance: str = ""
    last_look_up: str = ""
    last_order: str = ""
    last_product: str = ""
    last_options: dict[str, str] = {}
    last_item: str = ""
    listed_orders: tuple[str, ...] = ()
    listed_products: tuple[str, ...] = ()
    looked_at: tuple[str, ...] = ()
    last_refusal: str = ""
    last_section: str = ""
    unsure: int = 0
    off_topic: bool = False
    warned: bool = False
    no_suggestions: bool = False
    regretted: bool = False
    shown_facts: tuple[str, ...] = ()
    to_forget: tuple[str, ...] = ()
    heard: HeardState | None = None
    claim: str = ""
    pictures: tuple[str, ...] = ()
    masks: dict[str, str] = {}
    handed_off: bool = False
    person_offered: bool = False
