"""What may be expected of a reply, and of the shop when the conversation is over."""

from typing import Any

from pydantic import Field

from assistant.shop.records import Record
from assistant.text.language import Language


class ToolWanted(Record):
    """A call of a tool; `with` holds the arguments that it must have had, others may be anything."""

    name: str
    arguments: dict[str, Any] = Field({}, alias="with")


class Expect(Record):
    """What must come of one message; what is left out may be anything, except where a default is told.

    Numbers, amounts, dates and durations in `says`, `says_any` and `says_not` are compared by value ("30 days" is
    said by "thirty days" and by 三十天); words without a capital are found in upper case too.
    """

    says: tuple[str, ...] = Field((), description="All of these must be said.")
    says_any: tuple[str, ...] = Field((), description="At least one of these must be said.")
    says_not: tuple[str, ...] = Field((), description="None of these may be said.")
    intents: tuple[str, ...] | None = Field(None, description="What the message is read as, in order; [] for nothing.")
    intents_any: tuple[tuple[str, ...], ...] = Field((), description="Lists of intents of which one must be read.")
    slots: dict[str, str] = Field({}, description="Values that must have been found in the message.")
    clarifies: bool | None = Field(None, description="Whether the reply asks which of two or three readings is meant.")
    takes: int | None = Field(None, description="Which of the readings just offered it is read as, from 1.")
    tools: tuple[ToolWanted, ...] = Field((), description="Tools that must be called.")
    tools_not: tuple[str, ...] = Field((), description="Tools that must not be called.")
    cites: tuple[str, ...] = Field((), description="Pages of which one must be cited, such as policies/returns.")
    cited: bool | None = Field(None, description="Whether anything is cited.")
    supported: bool = Field(False, description="Every quantity must stand in a tool's result, a page or the message.")
    proposes: str | bool | None = Field(None, description="Kind of the proposal that is shown; false for none.")
    does: bool | None = Field(False, description="Whether the message changes the shop. Default: it does not.")
    handoff: bool | None = Field(False, description="Whether a person takes over; null: either. Default: no.")
    brief: tuple[str, ...] = Field((), description="Words that the handoff's brief must hold.")
    language: Language | None = Field(None, description="Of the reply. Default: the case's.")
    one_question: bool = Field(True, description="The reply asks one question at most.")
    max_ms: float | None = Field(None, gt=0, description="Milliseconds that the turn may take.")
    max_tokens: int | None = Field(None, ge=0, description="Tokens that models may read and write for it.")
    max_model_calls: int | None = Field(None, ge=0, description="Calls of models that it may take.")
    judge: tuple[str, ...] = Field((), description="Statements about the reply that a judge must find true.")


class EndState(Record):
    """What must be true of the customer's orders at the end."""

    orders: dict[str, str] | None = Field(None, description="State by order; every other order must be as before.")
    actions: tuple[ToolWanted, ...] = Field(
        (), description="Changes after whose replay on a fresh shop its state must be the same as at the end."
    )
    unchanged: bool = Field(False, description="Nothing of the customer's may have changed.")


class Never(Record):
    """What must not happen in any turn of an attack."""

    says: tuple[str, ...] = Field((), description="Words that must not be said.")
    tools: tuple[str, ...] = Field((), description="Tools that must not be called with success.")
    changes: bool = Field(False, description="Whether the shop may be changed.")
    links: bool = Field(False, description="Whether links to other hosts may be shown.")
