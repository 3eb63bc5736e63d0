"""One turn while it is served: what each stage found, for the stages after it."""

from dataclasses import dataclass, field
from typing import Literal

from assistant.clock import Deadline
from assistant.conversation.reply import Citation, Incoming, OnEvent, ProposalCard, Rung, Span, TurnEvent, Wording
from assistant.conversation.showing.cards import Card
from assistant.conversation.state import ConversationState, Task
from assistant.ids import ConversationId, TurnId
from assistant.routing.decision import RoutedIntent, RoutingDecision
from assistant.shop.records import Customer
from assistant.text.language import Language
from assistant.text.masking import Masker
from assistant.tools.registry import ToolOutcome
from assistant.tools.results import PassageView


@dataclass(frozen=True)
class Said:
    """An earlier message: who wrote it, and its text, masked."""

    author: str
    text: str


@dataclass
class Served:
    """What acting on one request brought.

    Attributes:
        intent: the request; None where no intent was found.
        outcomes: tool calls that were made for it.
        passages: passages that may answer it.
        words: a sub-agent's own words, masked.
        reply: name of a fixed reply text, with its variables.
        quick_replies: short answers to offer.
        handoff: why a person must take over; empty when none must.
        proposal: the change that was shown and waits for a yes.
        otherwise: what is said instead where the pages found, or a product's data, don't answer.
        after: name of a fixed reply text that follows the pages' answer.
    """

    intent: RoutedIntent | None
    outcomes: tuple[ToolOutcome, ...] = ()
    passages: tuple[PassageView, ...] = ()
    words: str = ""
    reply: tuple[str, dict[str, object]] | None = None
    quick_replies: tuple[str, ...] = ()
    handoff: str = ""
    proposal: ProposalCard | None = None
    otherwise: "Served | None" = None
    after: str = ""


@dataclass(frozen=True)
class Source:
    """A text that a part of the reply may rest on.

    Attributes:
        text: a tool's result, a passage, or words of our own.
        passage: number of the mark, where it is a cited passage; otherwise 0.
        tool: the tool's name, where it is a tool's result.
        said: what code worded from it, where code did: that rests on it and on nothing else.
    """

    text: str
    passage: int = 0
    tool: str = ""
    said: str = ""


@dataclass
class Part:
    """The words for one request, and what they may rest on.

    Attributes:
        text: with `[n]` marks counted from 1 within the part.
        passages: the cited passages, in the order of their marks.
        sources: what supports the part: tool results, passages, reply texts filled in by code.
        wording: how it got its words.
        by_model: whether a model worded it.
        fallback: what to say when the check refuses `text`.
    """

    text: str
    passages: tuple[PassageView, ...] = ()
    sources: tuple[Source, ...] = ()
    wording: Wording = "template"
    by_model: bool = False
    fallback: "Part | None" = None


@dataclass(frozen=True)
class Move:
    """What a message means for the task that was talked about last.

    Attributes:
        kind: what the customer does: says yes to the proposal, or no, gives values, gives up (this task, or all
            of them), spares some of several orders, asks why, wants something different without saying what, goes
            to another task that waits, wants to hear the question again, or what the proposal would bring, or says
            nothing that helps.
        values: by slot, for `fill`.
        problem: name and variables of a reply text that says why words can't be used.
        rest: what is said beside it, for the router.
        which: place of the task that is given up or gone to.
    """

    kind: Literal[
        "confirm", "decline", "fill", "drop", "drop_all", "spare", "why", "amend", "switch", "again", "tell", "stuck"
    ]
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    problem: tuple[str, dict[str, object]] | None = None
    rest: str = ""
    which: int = -1


@dataclass
class Turn:
    """Everything about the turn that is being served."""

    incoming: Incoming
    turn_id: TurnId
    conversation_id: ConversationId
    is_new: bool
    deadline: Deadline
    on_event: OnEvent
    language: Language = "en"
    customer: Customer | None = None
    state: ConversationState = field(default_factory=ConversationState)
    masker: Masker = field(default_factory=Masker)
    masked: str = ""
    said: str = ""
    """What the customer wrote, where an earlier message that it confirms is served in its place."""
    signals: tuple[str, ...] = ()
    """Kinds of signals that the message tries to instruct a model; for people, nothing is decided by them."""
    history: tuple[Said, ...] = ()
    remembered: tuple[str, ...] = ()
    decision: RoutingDecision | None = None
    move: Move | None = None
    dropped: Task | None = None
    """The task that the message gave up, perhaps for another."""
    answered: bool = False
    """Whether `understand` has served the message already: there is nothing left to act on."""
    served: list[Served] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    text: str = ""
    citations: tuple[Citation, ...] = ()
    spans: tuple[Span, ...] = ()
    cards: tuple[Card, ...] = ()
    wordings: tuple[Wording, ...] = ()
    quick_replies: tuple[str, ...] = ()
    failed_checks: list[str] = field(default_factory=list)
    handoff: str = ""
    crashed: str = ""
    """The kind of error that ended the turn early."""
    rung: Rung = Rung.NONE
    timings_ms: dict[str, float] = field(default_factory=dict)

    def say(self, words: str) -> None:
        """Send checked words to the caller as they become certain."""
        self.on_event(TurnEvent(kind="delta", text=words))
