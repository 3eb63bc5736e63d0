"""What the router returns: a typed decision, never prose."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.routing.reading.mood import Sentiment, Urgency
from assistant.text.language import Language


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SlotValue(_Frozen):
    """A value found in the utterance, with the words that it came from."""

    name: str
    value: str
    words: str


class RoutedIntent(_Frozen):
    """One request of the customer's.

    Attributes:
        intent: its name in the catalogue.
        agent: the sub-agent that serves it.
        probability: how sure the router is, 0 to 1.
        words: the part of the message that asks for it (the whole message where there is one request).
        slots: what was found for it.
        follows_up: whether `words` are understood only with the message before ("and the blue one?").
    """

    intent: str
    agent: str
    probability: float = Field(ge=0.0, le=1.0)
    words: str
    slots: tuple[SlotValue, ...] = ()
    follows_up: bool = False

    def slot(self, name: str) -> str | None:
        """The value of slot `name`, or None."""
        return next((slot.value for slot in self.slots if slot.name == name), None)


class Vote(_Frozen):
    """What one detector said of one part of the message: its top intents, and how long it took."""

    detector: str
    words: str
    scores: tuple[tuple[str, float], ...]
    milliseconds: float


class NearestExample(_Frozen):
    """An example of the catalogue close to the message; `similarity` is a cosine."""

    text: str
    intent: str
    similarity: float


class RoutingDecision(_Frozen):
    """An ordered list of intents, and everything that explains it.

    Attributes:
        intents: requests in the order of the message; empty when out of scope.
        outcome: `routed`, `ambiguous` (`readings` holds two or three intents to offer), or `out_of_scope`.
        sentiment: and `urgency`, how the customer feels and how pressing it is; `mood_words` showed it.
        model_calls: language model calls that it took.
    """

    language: Language
    outcome: Literal["routed", "ambiguous", "out_of_scope"]
    intents: tuple[RoutedIntent, ...] = ()
    readings: tuple[str, ...] = ()
    sentiment: Sentiment = "neutral"
    urgency: Urgency = "normal"
    mood_words: tuple[str, ...] = ()
    votes: tuple[Vote, ...] = ()
    nearest: tuple[NearestExample, ...] = ()
    thresholds: dict[str, float] = {}
    model_calls: int = 0

    @property
    def far_outside(self) -> bool:
        """Whether the message is surely no business of the shop, rather than one that was hard to read."""
        sure, limit = self.thresholds.get("out_of_scope", 0.0), self.thresholds.get("out_of_scope_limit", 1.0)
        return self.outcome == "out_of_scope" and sure >= (1.0 + limit) / 2

    def explain(self) -> dict[str, Any]:
        """The decision as plain data for `/why`, `--json` and the desk."""
        return self.model_dump(mode="json")
