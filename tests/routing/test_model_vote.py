"""The language model is asked only in doubt, and its vote decides together with the detectors'."""

from collections.abc import Callable

import pytest

from assistant.models.scoring import ScoredChoices
from assistant.routing.detectors.model_vote import NONE_OF_THEM, ModelVote
from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.router import Router, Thresholds
from assistant.settings import Settings
from assistant.text.prompts import PromptLibrary
from tests.routing.conftest import ScriptedVoter

DOUBTFUL = "I'm not sure about the thing from last time"
ALWAYS = Thresholds(ask_model=1.01)


def test_a_clear_message_costs_no_model_call(router_with: Callable[..., Router]) -> None:
    voter = ScriptedVoter("talk_to_person")
    decision = router_with(voter).decide("where is my order")
    assert voter.prompts == []
    assert decision.model_calls == 0
    assert decision.intents[0].intent == "track_shipment"


def test_where_model_and_detectors_agree_the_probability_rises(router_with: Callable[..., Router]) -> None:
    alone = router_with(ScriptedVoter(None)).decide("is the kettle electric")
    agreed = router_with(ScriptedVoter("product_details"), ALWAYS).decide("is the kettle electric")
    assert agreed.model_calls == 1
    assert agreed.intents[0].intent == "product_details"
    assert agreed.intents[0].probability >= alone.intents[0].probability
    assert agreed.votes[-1].detector == "model"


def test_a_model_that_finds_none_fitting_sends_the_message_out_of_scope(router_with: Callable[..., Router]) -> None:
    decision = router_with(ScriptedVoter(NONE_OF_THEM), Thresholds(ask_model=1.01, act=1.01)).decide(DOUBTFUL)
    assert decision.model_calls in (0, 1)
    assert decision.outcome in ("out_of_scope", "ambiguous")


def test_the_model_sees_the_message_and_a_description_of_each_candidate(router_with: Callable[..., Router]) -> None:
    voter = ScriptedVoter("product_details")
    router_with(voter, ALWAYS).decide("is the kettle electric")
    assert "is the kettle electric" in voter.prompts[0]
    assert "- product_details: " in voter.prompts[0]
    assert NONE_OF_THEM in voter.prompts[0]


@pytest.mark.parametrize("utterance", ["is the kettle electric", "where is my order", DOUBTFUL])
def test_a_model_out_of_order_changes_nothing(
    router: Router, router_with: Callable[..., Router], utterance: str
) -> None:
    broken = router_with(ScriptedVoter(None), ALWAYS).decide(utterance)
    assert broken.outcome == router.decide(utterance).outcome
    assert [i.intent for i in broken.intents] == [i.intent for i in router.decide(utterance).intents]
    assert broken.model_calls == 0


class Picker:
    """A hosted model that tells no probabilities, as the ladder passes on its pick."""

    def score_choices(self, prompt: object, choices: list[str]) -> ScoredChoices:
        """All for the second choice."""
        shares = {choice: float(choice == choices[1]) for choice in choices}
        return ScoredChoices(probabilities=shares, rung="hosted", by="pick")


def test_the_pick_of_a_hosted_model_is_a_strong_vote_but_no_certainty(settings: Settings, catalogue: Catalogue) -> None:
    vote = ModelVote(Picker(), PromptLibrary(settings.prompts_dir), catalogue).ask(
        "is the kettle electric", ["search_product", "product_details", "product_help"], "en"
    )
    assert vote is not None
    assert vote.scores[0] == ("product_details", 0.9)
    assert sum(share for _, share in vote.scores) == pytest.approx(1.0)
