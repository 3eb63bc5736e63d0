"""The shop's router over the real encoders; what it learned is kept in the user's cache between runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from assistant.errors import ModelUnavailable
from assistant.models.embeddings.encoder import Encoder
from assistant.models.embeddings.load import encoders as load_encoders
from assistant.models.scoring import ScoredChoices
from assistant.routing.build import build_router
from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.router import Router, Thresholds
from assistant.settings import Settings
from assistant.text.prompts import PromptLibrary

PRODUCTS = ("Aria 500 Noise-Cancelling Headphones", "Kestrel K75 Mechanical Keyboard", "Pebblewood Tall Bookshelf")


@dataclass
class ScriptedVoter:
    """A language model that always prefers one answer, or is out of order."""

    prefers: str | None
    prompts: list[str] = field(default_factory=list)

    def score_choices(self, prompt: Any, choices: Sequence[str]) -> ScoredChoices:
        """90 % for the preferred choice."""
        self.prompts.append(str(prompt))
        if self.prefers is None:
            raise ModelUnavailable("out of order")
        rest = 0.1 / (len(choices) - 1)
        shares = {choice: 0.9 if choice == self.prefers else rest for choice in choices}
        return ScoredChoices(probabilities=shares, rung="local", by="score")


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings()


@pytest.fixture(scope="session")
def encoders(settings: Settings) -> Mapping[str, Encoder]:
    return load_encoders(settings)


@pytest.fixture(scope="session")
def catalogue(settings: Settings) -> Catalogue:
    return Catalogue.load(settings.prompts_dir / "intents")


@pytest.fixture(scope="session")
def router(settings: Settings, catalogue: Catalogue, encoders: Mapping[str, Encoder]) -> Router:
    return build_router(catalogue, encoders, cache_dir=settings.cache_dir, products=PRODUCTS)


@pytest.fixture(scope="session")
def router_with(settings: Settings, catalogue: Catalogue, encoders: Mapping[str, Encoder]) -> Callable[..., Router]:
    """Makes the shop's router with a language model."""

    def make(model: ScriptedVoter, thresholds: Thresholds | None = None) -> Router:
        prompts = PromptLibrary(settings.prompts_dir)
        return build_router(
            catalogue, encoders, cache_dir=settings.cache_dir, prompts=prompts, model=model, thresholds=thresholds
        )

    return make
