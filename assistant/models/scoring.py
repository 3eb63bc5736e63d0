"""How probable each of some answers is: by a model's own probabilities, or by what it picks."""

import math
from collections.abc import Sequence
from typing import Any, Literal, Protocol, runtime_checkable

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage, HumanMessage
from pydantic import BaseModel, ConfigDict

from assistant.errors import ModelUnavailable

Prompt = str | Sequence[BaseMessage]


@runtime_checkable
class ScoresChoices(Protocol):
    """A model that tells its own probabilities, such as the local one."""

    def score_choices(self, prompt: Any, choices: Sequence[str]) -> dict[str, float]:
        """Normalised log-probabilities by choice."""
        ...


class ScoredChoices(BaseModel):
    """What a model thinks of each choice.

    Attributes:
        probabilities: by choice, together 1. A model that doesn't tell probabilities gives 1 to its pick.
        rung: of the ladder, that gave them.
        by: `score`, or `pick` for a model that doesn't tell probabilities.
    """

    model_config = ConfigDict(frozen=True)

    probabilities: dict[str, float]
    rung: str
    by: Literal["score", "pick"]

    @property
    def best(self) -> str:
        """The most probable choice."""
        return max(self.probabilities, key=self.probabilities.__getitem__)


def score_with(model: BaseChatModel, rung: str, prompt: Prompt, choices: Sequence[str]) -> ScoredChoices:
    """Score `choices` by `model`.

    Raises:
        ModelUnavailable: the model did not answer, or picked something else.
    """
    if isinstance(model, ScoresChoices):
        likely = {choice: math.exp(score) for choice, score in model.score_choices(prompt, choices).items()}
        total = sum(likely.values())
        return ScoredChoices(
            probabilities={choice: share / total for choice, share in likely.items()}, rung=rung, by="score"
        )
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
    return ScoredChoices(probabilities={choice: float(choice == picked) for choice in choices}, rung=rung, by="pick")
