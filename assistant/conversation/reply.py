"""What goes into a turn and what comes out of it."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from assistant.conversation.heard.attached import Attached
from assistant.conversation.showing.cards import Card
from assistant.ids import ConversationId, CustomerId, PassageId, TurnId
from assistant.routing.decision import RoutingDecision
from assistant.text.language import Language


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rung(StrEnum):
    """Who worded the answer: the rungs of the degradation ladder."""

    HOSTED = "hosted"
    LOCAL = "local"
    NONE = "none"


class ProposalAnswer(_Frozen):
    """A button that was pressed on a proposal's card; it means that proposal and no other."""

    proposal_id: str
    answer: Literal["confirm", "change", "decline"]


class SentAs(_Frozen):
    """Under which id whose client sent a message, where it must not be answered twice."""

    owner: str
    client_message_id: str


class Incoming(_Frozen):
    """A customer's message.

    Attributes:
        text: what they wrote.
        customer_id: who they are, as the runtime has proved it; None for a stranger.
        conversation_id: None starts a new conversation.
        language: of the page they write on, for messages that don't tell.
        answer: the button whose press the message stands for; its text is what the button says.
        sent_as: the ledger's name of the message; it is marked as answered together with the turn.
        attached: the voice note that the text was heard in, or the photo that came with it.
    """

    text: str
    customer_id: CustomerId | None = None
    conversation_id: ConversationId | None = None
    channel: str = "chat"
    language: Language | None = None
    answer: ProposalAnswer | None = None
    sent_as: SentAs | None = None
    attached: Attached | None = None


Wording = Literal["template", "quote", "model", "model_again", "replaced", "nothing_found", "closest"]
"""How a part of a reply got its words: filled in by code, quoted from a page, worded by a model at the first
attempt or the second, what took the place of words that the check refused, that no page answers, or the passages that
come closest, where it is unsure whether they answer."""


class Citation(_Frozen):
    """A passage that the reply rests on; `number` stands in the text as `[1]`."""

    number: int
    passage_id: PassageId
    page: str
    title: str
    heading: str
    text: str
    language: Language


class Span(_Frozen):
    """A sentence of the reply, and what it rests on.

    `start` and `end` count characters (Unicode code points) of the reply's text: the sentence is
    `text[start:end]`, its citation marks included.

    Attributes:
        citations: numbers of the citations whose passages say it.
        tools: names of the tools whose results say it.
    """

    start: int
    end: int
    citations: tuple[int, ...] = ()
    tools: tuple[str, ...] = ()


class ToolCall(_Frozen):
    """A tool that was called in the turn; `result` is what went back to the caller, as text."""

    name: str
    arguments: dict[str, Any]
    ok: bool
    result: str
    milliseconds: float


class CardMove(_Frozen):
    """Money that a proposal would move: `amount` to the cent, `method` and `words` in the customer's language."""

    direction: Literal["charge", "refund"]
    amount: str
    method: str
    words: str


class ProposalCard(_Frozen):
    """A change that waits for the customer's yes, as a card; texts are in the customer's language.

    Attributes:
        proposal_id: what a button confirms; it can be used once.
        kind: the WRITE tool that proposed it.
        title: what would be done, in one sentence.
        lines: the items, and what becomes of them.
        moves: money in and out.
        notes: what should be known before saying yes.
        expires_at: until when it can be confirmed.
    """

    proposal_id: str
    kind: str
    order_id: str | None
    title: str
    lines: tuple[str, ...] = ()
    moves: tuple[CardMove, ...] = ()
    notes: tuple[str, ...] = ()
    expires_at: datetime


class Reply(_Frozen):
    """The answer of one turn, with everything that it rests on and what it cost.

    Attributes:
        text: what the customer reads; plain text with `[n]` marks.
        spans: its sentences, in order, each with what it rests on; words that rest on neither a passage nor a
            tool's result (a greeting, a question back) have neither.
        cards: what was looked up, for channels that show more than words.
        quick_replies: short answers to offer as buttons.
        proposal: the change that waits for the customer's yes, if this reply shows one.
        handoff: whether a person takes over.
        with_person: whether a person has the conversation: `text` is empty, they answer.
        timings_ms: milliseconds by stage, and `total`.
        wordings: how each part of the text got its words.
        failed_checks: statements that the check removed, for `/why` and the desk.
        crashed: the kind of error that ended the turn early; a person takes over then.
    """

    conversation_id: ConversationId
    turn_id: TurnId
    text: str
    language: Language
    decision: RoutingDecision
    citations: tuple[Citation, ...] = ()
    spans: tuple[Span, ...] = ()
    tools: tuple[ToolCall, ...] = ()
    cards: tuple[Card, ...] = ()
    quick_replies: tuple[str, ...] = ()
    proposal: ProposalCard | None = None
    handoff: bool = False
    with_person: bool = False
    wordings: tuple[Wording, ...] = ()
    rung: Rung = Rung.NONE
    model_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    timings_ms: dict[str, float] = {}
    failed_checks: tuple[str, ...] = ()
    crashed: str = ""


class TurnEvent(_Frozen):
    """Progress of a turn while it is served.

    `stage` names the stage that begins (`text` is its name), `delta` adds checked words to the reply,
    `final` carries the whole reply. Joined deltas equal the final text.
    """

    kind: Literal["stage", "delta", "final"]
    text: str = ""
    reply: Reply | None = None


OnEvent = Callable[[TurnEvent], None]
