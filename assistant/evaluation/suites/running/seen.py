"""What was seen when a case was run: everything that an expectation can be about, and nothing that was expected."""

from typing import Any

from assistant.shop.records import Record
from assistant.text.language import Language


class CaseImpossible(Exception):
    """A case that can't be run as it stands: it names a customer or an action that there isn't."""


class SeenIntent(Record):
    """A request as it was read."""

    intent: str
    probability: float
    slots: dict[str, str] = {}


class SeenTool(Record):
    """A call of a tool."""

    name: str
    arguments: dict[str, Any] = {}
    ok: bool = True
    result: str = ""


class SeenCitation(Record):
    """A passage that was cited."""

    page: str
    heading: str = ""
    text: str = ""


class Verdict(Record):
    """What a judge said of a statement; `prompt` is the hash of what it was asked with."""

    statement: str
    holds: bool
    reason: str = ""
    prompt: str = ""


class SeenTurn(Record):
    """One message and what came of it. For a decision alone, `text` is empty.

    Attributes:
        votes: the top intents of each detector, for the decision's trace.
        prompts: what models were asked, as it was sent.
        changed: whether it changed anything of the customer's.
        own: the shop's own words that need no source, such as its e-mail address.
        crashed: the kind of error that ended the turn early.
    """

    say: str
    text: str = ""
    language: Language = "en"
    outcome: str = ""
    intents: tuple[SeenIntent, ...] = ()
    readings: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    votes: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = ()
    tools: tuple[SeenTool, ...] = ()
    citations: tuple[SeenCitation, ...] = ()
    proposal: dict[str, Any] | None = None
    handoff: bool = False
    brief: str = ""
    changed: bool = False
    refused: tuple[str, ...] = ()
    rung: str = "none"
    router_calls: int = 0
    model_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    milliseconds: float = 0.0
    timings_ms: dict[str, float] = {}
    prompts: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    own: tuple[str, ...] = ()
    crashed: str = ""


class SeenDesk(Record):
    """What the copilot made of a conversation that a person took over.

    Attributes:
        facts: as the brief tells them; `unverified`: what nothing verifies in them.
        unsupported: what stands in no source of a sentence of the draft.
    """

    step: str
    facts: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    unsupported: tuple[str, ...] = ()


class Seen(Record):
    """A case, run once.

    Attributes:
        states: state of each of the customer's orders at the end.
        touched: orders that are not as they were, and `customer` where their account isn't, as they are now.
        reference: the same after the reference actions on a fresh shop; None where there are none.
        foreign: words of other customers' that were shown.
        strayed: what a simulated customer said against their card.
        desk: what the copilot made of it; the draft is the text of the only turn.
        player: who played them; empty for the script.
    """

    turns: tuple[SeenTurn, ...]
    states: dict[str, str] = {}
    touched: dict[str, Any] = {}
    reference: dict[str, Any] | None = None
    foreign: tuple[str, ...] = ()
    strayed: tuple[str, ...] = ()
    player: str = ""
    desk: SeenDesk | None = None

    @property
    def tokens(self) -> int:
        """Read and written by models."""
        return sum(turn.input_tokens + turn.output_tokens for turn in self.turns)
