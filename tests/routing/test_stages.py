"""The slowest encoder reads only what the quick ones leave open."""

import numpy as np
import pytest

from assistant.routing.fusion.pool import Pool
from assistant.routing.fusion.scope import Scope
from assistant.routing.learning.trained import Stage
from assistant.routing.router import Router

_SLOW = {"classifier:e5", "classifier:mpnet"}
_SHARES = [[0.74, 0.16, 0.1], [0.76, 0.14, 0.1], [0.4, 0.3, 0.3], [0.91, 0.05, 0.04]]
"""Of two intents and of "out of scope", by message."""


def _stage(*detectors: str) -> Stage:
    return Stage(("use",), Pool(dict.fromkeys(detectors, 1.0)), Scope((0.0,) * 4, 0.0, threshold=0.6), {})


@pytest.mark.parametrize(
    "utterance",
    [
        "Where is my order #W2378156?",
        "please cancel order W5918442",
        "how do I get a refund to my card, where is my refund",
        "我的快递到哪里了",
        "帮我开一张发票",
    ],
)
def test_a_plain_request_is_not_read_by_the_slowest_encoder(router: Router, utterance: str) -> None:
    assert not _SLOW & {vote.detector for vote in router.decide(utterance).votes}


def test_a_message_that_surely_is_no_business_of_the_shop_is_not_read_by_it_either(router: Router) -> None:
    decision = router.decide("what's the weather like in Paris tomorrow")
    assert decision.far_outside
    assert not _SLOW & {vote.detector for vote in decision.votes}


def test_a_message_that_is_hard_to_read_is_read_by_all(router: Router) -> None:
    decision = router.decide("changed my mind about the size or maybe all of it")
    assert _SLOW & {vote.detector for vote in decision.votes}


def test_a_stage_settles_what_it_is_sure_of_and_what_is_surely_outside() -> None:
    pooled, outside = np.log(np.array(_SHARES)), np.array([0.7, 0.1, 0.81, 0.2])
    assert _stage("classifier:use", "words").settled(pooled, outside).tolist() == [False, True, True, True]


def test_few_examples_make_no_stage_sure_before_nine_of_ten() -> None:
    pooled, outside = np.log(np.array(_SHARES)), np.array([0.7, 0.1, 0.81, 0.2])
    assert _stage("kernel:use").settled(pooled, outside).tolist() == [False, False, False, True]
