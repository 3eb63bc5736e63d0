"""What is corrected once is right the next time, and nothing else changes."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from assistant.errors import OperatorError
from assistant.models.embeddings.encoder import Encoder
from assistant.routing.build import build_router
from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.learning.corrections import CorrectionFile
from assistant.routing.router import Router
from assistant.settings import Settings

ODD = "the doohickey came without its thingamajig"


@pytest.fixture
def make(catalogue: Catalogue, encoders: Mapping[str, Encoder], settings: Settings, tmp_path: Path) -> "Maker":
    return Maker(catalogue, encoders, settings, tmp_path / "kept" / "corrections.jsonl")


class Maker:
    """Builds the shop's router over one file of corrections, as every process of the shop does."""

    def __init__(self, catalogue: Catalogue, encoders: Mapping[str, Encoder], settings: Settings, path: Path) -> None:
        self.path = path
        self._parts = (catalogue, encoders, settings.cache_dir)

    def router(self) -> Router:
        """A router that has just been started."""
        catalogue, encoders, cache_dir = self._parts
        return build_router(catalogue, encoders, cache_dir=cache_dir, corrections=self.path)


def intents(router: Router, text: str) -> list[str]:
    return [intent.intent for intent in router.decide(text).intents]


def test_a_correction_changes_the_next_decision(make: Maker) -> None:
    router = make.router()
    assert intents(router, ODD) != ["warranty_policy"]
    router.learn(ODD, "warranty_policy")
    assert intents(router, ODD) == ["warranty_policy"]
    assert intents(router, "Hello, " + ODD + ", thanks") == ["warranty_policy"]


def test_a_correction_outlives_a_restart_and_reaches_other_processes(make: Maker) -> None:
    other = make.router()
    other.decide("hello")
    make.router().learn(ODD, "warranty_policy")
    assert intents(other, ODD) == ["warranty_policy"]
    assert intents(make.router(), ODD) == ["warranty_policy"]


def test_messages_of_other_intents_are_read_as_before(make: Maker) -> None:
    router = make.router()
    asked = ("Where is my order?", "I want to cancel my order", "我的订单到哪了？", "how do I return this lamp")
    before = [intents(router, text) for text in asked]
    router.learn(ODD, "warranty_policy")
    router.learn("那个东西没带那个小玩意", "warranty_policy")
    assert [intents(router, text) for text in asked] == before


def test_a_later_correction_of_the_same_message_counts(make: Maker) -> None:
    router = make.router()
    router.learn(ODD, "warranty_policy")
    router.learn(ODD, "track_shipment")
    assert intents(router, ODD) == ["track_shipment"]


def test_a_message_can_be_taught_to_be_out_of_scope(make: Maker) -> None:
    router = make.router()
    router.learn("the moon is made of parcels", "")
    assert router.decide("the moon is made of parcels").outcome == "out_of_scope"


def test_an_intent_that_does_not_exist_is_refused(make: Maker) -> None:
    with pytest.raises(OperatorError, match="no intent 'teleport'"):
        make.router().learn(ODD, "teleport")
    assert not make.path.exists()


def test_a_damaged_line_costs_only_itself(make: Maker) -> None:
    make.router().learn(ODD, "warranty_policy")
    with make.path.open("ab") as file:
        file.write(b"broken\n")
    make.router().learn("the whatsit hums", "warranty_policy")
    assert [c.text for c in CorrectionFile(make.path).all()] == [ODD, "the whatsit hums"]
