"""What OpenAI clients send and get: the part of their chat protocol that means something here.

Source: OpenAI API reference, "Create chat completion" and "List models". What a client may choose of a model
(temperature, seed, stop, ...) is taken and has no effect; what would change the kind of answer is refused.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.web.schemas import CitationView, ReplyView

MODEL = "shop-assistant"


class _Sent(BaseModel):
    """Something from a client; what isn't known here is passed over, as clients send ever more."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Part(_Sent):
    """A piece of a message's content; only `text` is understood."""

    type: str = Field(max_length=40)
    text: str = Field("", max_length=100_000)


class SentMessage(_Sent):
    """One message of the history that a client sends along."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Annotated[str, Field(max_length=100_000)] | list[Part] | None = None

    @property
    def plain(self) -> str:
        """The words of the message."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""

    @property
    def other_kinds(self) -> list[str]:
        """Kinds of content that are not text, such as `image_url`."""
        return [part.type for part in self.content if part.type != "text"] if isinstance(self.content, list) else []


class StreamOptions(_Sent):
    """Whether a stream ends with the numbers of tokens."""

    include_usage: bool = False


class CompletionRequest(_Sent):
    """A request for the assistant's next message.

    The customer comes from the bearer token alone; `user` and system messages say nothing about who asks. The
    conversation goes on that `metadata.conversation_id` names, or else the one that the sent history is from.
    """

    model: str = Field(MODEL, max_length=100)
    messages: list[SentMessage] = Field(min_length=1, max_length=1000)
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: int | None = Field(1, ge=1, le=128)
    metadata: dict[str, Any] | None = None
    response_format: dict[str, Any] | None = None
    tool_choice: str | dict[str, Any] | None = None


class Usage(BaseModel):
    """Tokens that language models took for the turn; nothing where none was asked."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0


class Extras(BaseModel):
    """What the chat shows beside the words; clients that don't know of it pass it over."""

    conversation_id: str
    turn_id: str
    citations: tuple[CitationView, ...] = ()
    quick_replies: tuple[str, ...] = ()
    proposal: dict[str, Any] | None = None
    handoff: bool = False

    @classmethod
    def of(cls, reply: ReplyView) -> "Extras":
        """The extras of a reply."""
        return cls.model_validate(reply.model_dump(mode="json", include=set(cls.model_fields)))


class AnswerMessage(BaseModel):
    """The assistant's message."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None


class Choice(BaseModel):
    """The one answer."""

    index: int = 0
    message: AnswerMessage
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class Completion(BaseModel):
    """The whole answer of a request that doesn't stream."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[Choice]
    usage: Usage
    shop_assistant: Extras


class Model(BaseModel):
    """A model that a client may name."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str


class Models(BaseModel):
    """All models."""

    object: Literal["list"] = "list"
    data: list[Model]


class OpenAiErrorDetail(BaseModel):
    """What went wrong, as OpenAI's clients read it."""

    message: str
    type: str
    param: str | None = None
    code: str | None = None


class OpenAiError(BaseModel):
    """The body of an answer that is not a success."""

    error: OpenAiErrorDetail
