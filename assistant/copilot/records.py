"""What the copilot tells an agent: facts with sources, a brief, drafts sentence by sentence."""

from typing import Literal

from assistant.shop.records import Record
from assistant.text.language import Language

SourceKind = Literal["record", "passage", "rule"]
"""The shop's data, a page of the shop, or the shop's rules as code applies them."""

Tone = Literal["plain", "shorter", "friendlier", "firmer"]


class Origin(Record):
    """Where something that is told comes from.

    Attributes:
        label: what an agent reads, such as "Order #W1003001" or "Returns and refunds, Opened items".
        text: the words of the source.
        passage_id: of a page's passage; empty for others.
    """

    kind: SourceKind
    label: str
    text: str
    passage_id: str = ""


class Fact(Record):
    """Something that the shop's data says now, and which data says it."""

    text: str
    origin: Origin


class NextStep(Record):
    """What to do next: a stable key, the words for the agent, and what it is about."""

    key: str
    text: str
    order_id: str = ""
    proposal: str = ""


class Brief(Record):
    """What an agent needs to know before answering.

    Attributes:
        issue: what the customer wants, in a few words.
        goal: what they want to reach, in a sentence.
        said: the customer's own words; nobody has verified what they claim.
        facts: what the shop's data says; nothing else stands here.
        tried: what the assistant did.
        pending: what is open: a question, a proposal.
        sentiment: and `urgency`, as predicted from the last message.
    """

    issue: str
    goal: str
    said: tuple[str, ...]
    facts: tuple[Fact, ...]
    tried: tuple[str, ...]
    pending: tuple[str, ...]
    next_step: NextStep
    sentiment: str
    urgency: str
    intent: str = ""


class DraftSentence(Record):
    """A sentence of a draft. Without origins it states no fact: a courtesy, a question, an offer.

    `lead` is what stands between it and the sentence before: a space, a line break, the point of a list.
    """

    text: str
    origins: tuple[int, ...] = ()
    lead: str = ""


class Draft(Record):
    """A reply that an agent may send, edit or throw away.

    Attributes:
        text: what would be sent.
        sentences: the same, each with what it rests on: indices into `origins`.
        mirror: the same in the agent's language, worded from the same records (it is no translation); empty where
            both work in one language, or where no page says it in the agent's.
        rung: `none` where code worded it, else the rung of the ladder that was asked.
        unsupported: words that no source supports; a draft with any is not offered.
        after: id of the customer's message that it answers.
    """

    text: str
    language: Language
    tone: Tone = "plain"
    sentences: tuple[DraftSentence, ...]
    origins: tuple[Origin, ...] = ()
    mirror: str = ""
    rung: str = "none"
    unsupported: tuple[str, ...] = ()
    after: str = ""
    milliseconds: float = 0.0


class Answer(Record):
    """The copilot's answer to an agent's question, with what it rests on."""

    question: str
    text: str
    origins: tuple[Origin, ...] = ()
    found: bool = True
