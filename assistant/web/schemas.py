"""What clients of the HTTP face send and get: the public view of a conversation."""

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from assistant.conversation.reply import Citation, ProposalAnswer, ProposalCard, Reply, Span
from assistant.conversation.showing.cards import Card
from assistant.text.language import Language
from assistant.tools.proposals import ProposalStatus

PICTURE_URL = "/widget/pictures/{product_id}"

CONVERSATION_ID = r"^[A-Za-z0-9_-]{1,64}$"

MESSAGE_MOST = 10_000
"""Characters of a message that a body surely holds; `message_max_chars` is the limit that an operator sets."""
_NOT_BLANK = r"[^\s\x00-\x1f\x7f]"

# Control characters carry no meaning in a chat and some databases refuse NUL; tab and line breaks stay.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def cleaned(text: str) -> str:
    """A message without control characters and space around it.

    Raises:
        ValueError: nothing is left, or it can't be encoded.
    """
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not text:
        raise ValueError("the message is empty")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("the message holds half a surrogate pair") from error
    return text


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ChatRequest(_Model):
    """One message of a customer's. The same `client_message_id` is answered once, however often it is sent.

    `answer` is a button that was pressed on a proposal's card; `message` is then what the button says.
    `attachment_id` is of a photo or voice note that `POST /api/attachments` has read.
    """

    message: Annotated[str, AfterValidator(cleaned)] = Field(max_length=MESSAGE_MOST, pattern=_NOT_BLANK)
    conversation_id: str | None = Field(None, pattern=CONVERSATION_ID)
    language: Language | None = None
    client_message_id: str | None = Field(None, pattern=r"^[A-Za-z0-9_-]{8,64}$")
    answer: ProposalAnswer | None = None
    attachment_id: str | None = Field(None, pattern=r"^[A-Za-z0-9_-]{1,64}$")


class CitationView(_Model):
    """A passage that the answer rests on; `[number]` in the text points to it."""

    number: int
    passage_id: str
    page: str
    title: str
    heading: str
    text: str
    language: Language

    @classmethod
    def of(cls, citation: Citation) -> "CitationView":
        """The public view of a citation."""
        return cls.model_validate(citation.model_dump())


class SpanView(_Model):
    """A sentence of the answer and what it rests on: `text[start:end]`, counted in Unicode characters.

    `citations` are numbers of the passages that say it; `tools` names the look-ups in the shop's data that do.
    """

    start: int
    end: int
    citations: tuple[int, ...] = ()
    tools: tuple[str, ...] = ()

    @classmethod
    def of(cls, span: Span) -> "SpanView":
        """The public view of a span."""
        return cls.model_validate(span.model_dump())


class ReplyView(_Model):
    """The finished answer, as the `final` event carries it.

    `with_person` says that a person has the conversation: `text` is empty, nothing is to be shown, and the answer comes
    through `GET /api/conversations/{id}/events`.
    """

    conversation_id: str
    turn_id: str
    client_message_id: str
    text: str
    language: Language
    citations: tuple[CitationView, ...] = ()
    spans: tuple[SpanView, ...] = ()
    cards: tuple[Card, ...] = ()
    quick_replies: tuple[str, ...] = ()
    proposal: ProposalCard | None = None
    handoff: bool = False
    with_person: bool = False

    @classmethod
    def of(cls, reply: Reply, client_message_id: str) -> "ReplyView":
        """The public view of a reply: what the customer sees, and nothing of how it came about."""
        return cls(
            conversation_id=reply.conversation_id,
            turn_id=reply.turn_id,
            client_message_id=client_message_id,
            text=reply.text,
            language=reply.language,
            citations=tuple(CitationView.of(citation) for citation in reply.citations),
            spans=tuple(SpanView.of(span) for span in reply.spans),
            cards=reply.cards,
            quick_replies=reply.quick_replies,
            proposal=reply.proposal,
            handoff=reply.handoff,
            with_person=reply.with_person,
        )


class MessageView(_Model):
    """One message of a conversation's history, with the cards that it showed.

    `proposal_status` tells what became of `proposal`: it can be answered while it is `open`. `agent` is the name of
    the person who wrote it. `attached` says that it was heard in a voice note, or came with a photo.
    """

    message_id: str
    turn_id: str
    author: Literal["customer", "assistant", "agent"]
    text: str
    language: Language | None = None
    citations: tuple[CitationView, ...] = ()
    spans: tuple[SpanView, ...] = ()
    cards: tuple[Card, ...] = ()
    quick_replies: tuple[str, ...] = ()
    proposal: ProposalCard | None = None
    proposal_status: ProposalStatus | None = None
    handoff: bool = False
    agent: str = ""
    attached: Literal["voice", "photo"] | None = None
    at: datetime


class ConversationView(_Model):
    """A conversation with its messages, oldest first."""

    conversation_id: str
    language: Language
    status: Literal["open", "handed_off", "closed"]
    started_at: datetime
    messages: tuple[MessageView, ...]


class ConversationSummary(_Model):
    """A conversation in a list; `title` is how it began."""

    conversation_id: str
    title: str
    language: Language
    status: Literal["open", "handed_off", "closed"]
    started_at: datetime
    last_at: datetime


class ConversationList(_Model):
    """Conversations, the newest first; `next` is what `before` takes for the following page, None at the end."""

    conversations: tuple[ConversationSummary, ...]
    next: str | None = None


class ErasedView(_Model):
    """How much was erased."""

    conversations: int
    messages: int
    facts: int
    episodes: int


class CustomerView(_Model):
    """A customer as the page greets them."""

    customer_id: str
    name: str
    email: str


class MeView(_Model):
    """Who the token belongs to; `customer` is None for a visitor."""

    kind: Literal["customer", "visitor"]
    customer: CustomerView | None = None


class TokenView(_Model):
    """A signed token, to be sent as `Authorization: Bearer ...`."""

    token: str
    me: MeView


class SignIn(_Model):
    """Which sample customer to become."""

    customer_id: str = Field(max_length=64)


class ConfigView(_Model):
    """What the chat page needs to know before anybody writes.

    `picture_url` is where products' pictures are, with `{product_id}` in it; relative to the server's address.
    `attachments` are the media types that `POST /api/attachments` reads; none where it is not set up. `spoken` are the
    languages of voice notes, `voice_most_s` the seconds of the longest one.
    """

    ready: bool
    shop_name: str
    support_email: str
    message_max_chars: int
    picture_url: str = PICTURE_URL
    attachments: tuple[str, ...] = ()
    spoken: tuple[Language, ...] = ()
    voice_most_s: float = 60.0
    demo_customers: tuple[CustomerView, ...] = ()


class PassageView(_Model):
    """A passage of the shop's pages; `section_text` is the whole section that it was cut from."""

    passage_id: str
    page: str
    title: str
    heading: str
    text: str
    section_text: str = ""
    language: Language
    url: str = ""
