"""How probable each of some answers is: by a model's own probabilities, or by what it picks."""

from collections.abc import Sequence
from typing import Any, Literal, Protocol, runtime_checkable

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage, HumanMessage
from pydantic import BaseModel, ConfigDict

from assistant.errors import ModelUnavailable

Prompt = str | Sequence[BaseMessage]


@runtime_checkable
class ScoresChoices(Protocol):
    """A model that gives probabilities, such as the local one."""

    def score_choices(self, prompt: Any, choices: Sequence[str]) -> dict[str, float]:
        """Normalised log-probabilities, turned into probabilities or not, by choice."""
        ...


class ScoredChoices(BaseModel):
    """What a model thinks of each choice.

    Attributes:
        scores: by choice, as the model gave them: its own `score_choices`, or 1.0 for the pick and 0.0 for the rest.
        rung: of the ladder, that gave them.
        by: `score`, or `pick` for a model that doesn't tell probabilities.
    """

    model_config = ConfigDict(frozen=True)

    scores: dict[str, float]
    rung: str
    by: Literal["score", "pick"]

    @property
    def best(self) -> str:
        """The choice with the highest score."""
        return max(self.scores, key=self.scores.__getitem__)


def score_with(model: BaseChatModel, rung: str, prompt: Prompt, choices: Sequence[str]) -> ScoredChoices:
    """Score `choices` by `model`.

    Raises:
        ModelUnavailable: the model did not answer, or picked something else.
    """
    if isinstance(model, ScoresChoices):
        return ScoredChoices(scores=model.score_choices(prompt, choices), rung=rung, by="score")
    schema = {
        "title": "choose",
        "type": "object",
        "properties": {"choice": {"type": "string", "enum": list(choices)}},
        "required": ["choice"],
    }
    messages = [HumanMessage(prompt)] if isinstance(prompt, str) else list(prompt)
    answer: Any = model.with_structured_output(schema, include_raw=True).invoke(messages, config={"callbacks": []})
    picked = (answer["parsed"] or {}).get("choice")
    if picked not in choices:
        raise ModelUnavailable(f"{rung!r} picked {picked!r}, which is none of the choices")
    return ScoredChoices(scores={choice: float(choice == picked) for choice in choices}, rung=rung, by="pick")
