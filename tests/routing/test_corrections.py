"""What is corrected once is right the next time, and nothing else changes."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.errors import OperatorError
from assistant.models.embeddings.encoder import Encoder
from assistant.routing.build import build_router
from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.learning.corrections import Correction, CorrectionFile
from assistant.routing.router import Router
from assistant.settings import Settings
from assistant.text.masking import Account

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


def test_a_correction_goes_with_the_conversation_that_it_quotes(make: Maker) -> None:
    kept, router, other = CorrectionFile(make.path), make.router(), make.router()
    router.learn("the whatsit hums", "warranty_policy", conversation_id="conv_other")
    router.learn(ODD, "warranty_policy", conversation_id="conv_ann")
    assert intents(other, ODD) == ["warranty_policy"]
    assert kept.forget({"conv_ann"}, [ODD, "the whatsit hums"]) == 1
    assert b"thingamajig" not in make.path.read_bytes()
    for asked in (router, other, make.router()):
        assert intents(asked, ODD) != ["warranty_policy"]
        assert intents(asked, "the whatsit hums") == ["warranty_policy"]
    router.learn("a thing so long that the file is not shorter than before", "", conversation_id="conv_bob")
    assert intents(other, "the whatsit hums") == ["warranty_policy"]
    assert kept.forget({"conv_ann"}, [ODD]) == 0


def test_a_correction_without_a_source_is_known_by_its_words(make: Maker) -> None:
    router, kept = make.router(), CorrectionFile(make.path)
    router.learn(ODD, "warranty_policy")
    router.learn("Write to zq@nest.example about it", "talk_to_person")
    router.learn("hello", "greeting")
    assert kept.forget((), [f"Hello there, {ODD.upper()}!!", "write to zq@nest.example about it"]) == 2
    assert [correction.text for correction in kept.all()] == ["hello"]


def test_personal_data_is_masked_before_a_correction_is_kept(make: Maker) -> None:
    account = Account(first_name="Zephyrine", last_name="Quorndon")
    make.router().learn("Zephyrine here, send the whatsit to zq@nest.example", "track_shipment", account=account)
    written = make.path.read_text(encoding="utf-8")
    assert "zq@nest" not in written
    assert "Zephyrine" not in written
    assert "<EMAIL_1>" in written


def test_corrections_that_come_while_others_are_forgotten_are_kept(make: Maker) -> None:
    kept = CorrectionFile(make.path)

    def add(writer: int) -> None:
        mine = CorrectionFile(make.path)
        for number in range(50):
            mine.add(Correction(f"writer {writer} says {number}", "greeting", "en", f"conv_{writer}_{number}"))

    with ThreadPoolExecutor(3) as pool:
        adding = [pool.submit(add, writer) for writer in range(3)]
        gone = 0
        while not all(future.done() for future in adding):
            gone += kept.forget({f"conv_0_{number}" for number in range(50)}, [])
        for future in adding:
            future.result()
    gone += kept.forget({f"conv_0_{number}" for number in range(50)}, [])
    assert gone == 50
    assert len(kept.all()) == 100
