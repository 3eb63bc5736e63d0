"""What memory hands out."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from assistant.ids import ConversationId, MessageId


class Fact(BaseModel):
    """Something that a customer said about themselves.

    Attributes:
        kind: such as `shoe_size`; `assistant.memory.fact_rules` lists them.
        value: in the customer's words.
        text: the fact as a person reads it, in the language that was asked for.
        message_id: the message that it was said in.
        confidence: 0 to 1.
        at: when it was said.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    value: str
    text: str
    message_id: MessageId
    confidence: float
    at: datetime

    def __str__(self) -> str:
        return self.text


class Noted(BaseModel):
    """What a message tells about its customer.

    Attributes:
        kept: facts, as a person reads them.
        dropped: facts that the customer takes back.
        kinds: of both.
        nothing_else: whether the message does nothing but tell these.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kept: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset()
    nothing_else: bool = False

    def __bool__(self) -> bool:
        return bool(self.kept or self.dropped)


class Episode(BaseModel):
    """A past conversation, in one text. `score` mixes likeness to what was asked with how recent it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    conversation_id: ConversationId
    text: str
    at: datetime
    score: float = 0.0

    def __str__(self) -> str:
        return self.text


class Recalled(BaseModel):
    """What is remembered of a customer and bears on what they ask now.

    Attributes:
        facts: all that hold, newest first.
        episodes: best first; one in which something was told that no longer holds says so.
        best: facts and episodes together, those first that bear most on the question.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    facts: tuple[Fact, ...] = ()
    episodes: tuple[Episode, ...] = ()
    best: tuple[Fact | Episode, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Facts, then episodes, as texts for a prompt."""
        return tuple(map(str, (*self.facts, *self.episodes)))
