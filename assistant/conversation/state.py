"""What a conversation carries from one turn to the next, stored with it as plain data."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.routing.decision import RoutedIntent


class Asked(BaseModel):
    """What the assistant asked, and what happens with the answer.

    Attributes:
        kind: `reading` (which intent was meant) or `slot` (a value for `intent`).
        options: what was offered: intent names, or values of the slot.
        labels: the options as the customer read them.
        utterance: the message that led to the question.
        intent: the request that waits for the slot.
        slot: its name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["reading", "slot"]
    options: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    utterance: str
    intent: RoutedIntent | None = None
    slot: str = ""


class ConversationState(BaseModel):
    """Task state of one conversation.

    Attributes:
        asked: the open question of the assistant, if any.
        last_intent: the last intent that was served, for follow-ups without a subject.
        last_order: the last order that was talked about.
        last_product: the last product that was talked about.
        unsure: how many turns in a row were not understood.
        masks: masks of personal data given out so far, mask to value.
        handed_off: whether a person was asked to take over.
    """

    model_config = ConfigDict(extra="ignore")

    asked: Asked | None = None
    last_intent: str = ""
    last_utterance: str = ""
    last_order: str = ""
    last_product: str = ""
    unsure: int = 0
    masks: dict[str, str] = {}
    handed_off: bool = False
