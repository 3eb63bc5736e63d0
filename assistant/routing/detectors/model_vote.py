"""The language model's vote: asked only when the detectors are unsure, over their best guesses."""

import logging
import math
import time
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from assistant.errors import ModelUnavailable
from assistant.routing.decision import NearestExample, Vote
from assistant.routing.intents.catalogue import Catalogue
from assistant.text.language import Language
from assistant.text.prompts import PromptLibrary

_LOG = logging.getLogger(__name__)

NONE_OF_THEM = "none_of_these"
_WEIGHT = 0.7
_LEAST = 1e-4
_EXAMPLES = 3
_PICKED = 0.9
_NO_OPINION = 0.02
"""Shares that lie within so little of each other are no vote: the model can't tell."""


class ScoresChoices(Protocol):
    """A language model, or a ladder of them."""

    def score_choices(self, prompt: Any, choices: Sequence[str]) -> Any:
        """An object whose `probabilities` says how probable each choice is, or None when no model answers."""
        ...


class ModelVote:
    """Asks a language model which of a few intents a message means.

    Args:
        model: answers; None never votes.
        prompts: holds `routing/choose.md`.
        catalogue: describes the intents.
    """

    def __init__(self, model: ScoresChoices | None, prompts: PromptLibrary | None, catalogue: Catalogue) -> None:
        self._model = model
        self._prompts = prompts
        self._catalogue = catalogue

    @property
    def available(self) -> bool:
        """Whether asking makes sense."""
        return self._model is not None and self._prompts is not None and getattr(self._model, "available", True)

    def ask(
        self,
        text: str,
        candidates: Sequence[str],
        language: Language,
        nearest: Sequence[NearestExample] = (),
        before: str = "",
    ) -> Vote | None:
        """How probable each candidate, or none of them, is.

        Args:
            text: the message.
            candidates: names of intents.
            nearest: examples of the catalogue close to the message; those of the candidates are shown.
            before: the customer's last message, if it matters.

        Returns:
            The vote; None when no model answered, or it finds all choices alike.
        """
        if self._model is None or self._prompts is None:
            return None
        started = time.perf_counter()
        choices = [*candidates, NONE_OF_THEM]
        described = [
            (name, self._catalogue.get(name).description[language], self._examples(name, language, nearest))
            for name in candidates
        ]
        prompt = self._prompts.render(
            "routing/choose", candidates=described, none_of_them=NONE_OF_THEM, message=text, before=before
        )
        try:
            scored = self._model.score_choices(prompt, choices)
        except ModelUnavailable as error:
            _LOG.info("no model voted: %s", error)
            return None
        if scored is None:
            return None
        shares = sorted(_doubted(scored).items(), key=lambda entry: -entry[1])
        if shares[0][1] - shares[-1][1] <= _NO_OPINION:
            return None
        milliseconds = round((time.perf_counter() - started) * 1000, 3)
        return Vote(detector="model", words=text, scores=tuple(shares), milliseconds=milliseconds)

    def _examples(self, name: str, language: Language, nearest: Sequence[NearestExample]) -> list[str]:
        near = [example.text for example in nearest if example.intent == name]
        return list(dict.fromkeys([*near, *self._catalogue.get(name).examples[language]]))[:_EXAMPLES]


def _doubted(scored: Any) -> dict[str, float]:
    """The probabilities; a model that only picks is taken to be right in nine of ten cases."""
    probabilities: dict[str, float] = scored.probabilities
    if getattr(scored, "by", "score") != "pick":
        return probabilities
    others = max(len(probabilities) - 1, 1)
    return {name: _PICKED if share > 0.5 else (1 - _PICKED) / others for name, share in probabilities.items()}


def with_vote(probabilities: Mapping[str, float], vote: Vote) -> dict[str, float]:
    """The candidates' probabilities after the model's vote, best first; `NONE_OF_THEM` takes part."""
    said = dict(vote.scores)
    logs = {
        name: math.log(max(probabilities.get(name, 0.0), _LEAST)) + _WEIGHT * math.log(max(share, _LEAST))
        for name, share in said.items()
    }
    top = max(logs.values())
    weights = {name: math.exp(value - top) for name, value in logs.items()}
    total = sum(weights.values())
    return dict(sorted(((name, weight / total) for name, weight in weights.items()), key=lambda entry: -entry[1]))
