"""The router counts what a customer did just before they wrote, where the words leave it open what is meant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest

from assistant.models.embeddings.encoder import Encoder
from assistant.routing.build import build_router
from assistant.routing.fusion.prior import SURE
from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.router import BEHAVIOUR, Router, RoutingContext
from assistant.settings import Settings

OPEN = ("a question about it please help", "the lamp thing", "problem with the box from yesterday")
CLEAR = "please cancel my order W1234567"
ACTS = RoutingContext(acts=("return_page",))


@dataclass(frozen=True)
class Leaning:
    """A prior by which one intent is likelier after every act."""

    intent: str

    def lift(self, acts: Sequence[str]) -> Mapping[str, float]:
        """Much for that intent."""
        return {self.intent: 2.0} if acts else {}


@pytest.fixture(scope="module")
def leaning(settings: Settings, catalogue: Catalogue, encoders: Mapping[str, Encoder]) -> Router:
    return build_router(catalogue, encoders, cache_dir=settings.cache_dir, prior=Leaning("return_items"))


def test_an_open_message_leans_to_what_was_done_before_and_says_so(leaning: Router) -> None:
    moved = 0
    for text in OPEN:
        alone, after = leaning.decide(text), leaning.decide(text, ACTS)
        votes = [vote for vote in after.votes if vote.detector == BEHAVIOUR]
        assert not [vote for vote in alone.votes if vote.detector == BEHAVIOUR]
        if votes:
            moved += 1
            assert votes[0].words == "return_page"
            assert votes[0].scores[0][0] == "return_items"
            assert BEHAVIOUR in str(after.explain())
    assert moved


def test_a_message_whose_words_are_sure_is_decided_as_without_it(leaning: Router) -> None:
    alone, after = leaning.decide(CLEAR), leaning.decide(CLEAR, ACTS)
    assert alone.intents[0].intent == "cancel_order"
    assert alone.intents[0].probability >= SURE
    assert [(i.intent, i.probability) for i in after.intents] == [(i.intent, i.probability) for i in alone.intents]


def test_nothing_changes_where_nothing_was_done(leaning: Router) -> None:
    for text in (*OPEN, CLEAR):
        alone, after = leaning.decide(text), leaning.decide(text, RoutingContext())
        assert [i.model_dump() for i in after.intents] == [i.model_dump() for i in alone.intents]
        assert after.readings == alone.readings
