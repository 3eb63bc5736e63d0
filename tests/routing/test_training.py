"""Training: any catalogue, cached by content, deterministic; parts may be missing."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.models.embeddings.encoder import Encoder
from assistant.routing.build import build_router, learn
from assistant.routing.detectors import few
from assistant.routing.detectors.detector import Matrix
from assistant.routing.detectors.encoders import shop_plan
from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.intents.lint import misplaced
from tests.routing.small_bank import BANK


class Counting:
    """An encoder that counts the texts it was given."""

    def __init__(self, inner: Encoder) -> None:
        self.inner = inner
        self.sha256 = inner.sha256
        self.texts = 0

    def embed(self, texts: Sequence[str], *, as_query: bool = True) -> Matrix:
        """Vectors of the inner encoder."""
        self.texts += len(texts)
        return self.inner.embed(texts, as_query=as_query)


@pytest.fixture
def bank(tmp_path: Path) -> Catalogue:
    folder = tmp_path / "bank"
    folder.mkdir()
    (folder / "bank.yaml").write_text(BANK, encoding="utf-8")
    return Catalogue.load(folder)


def test_the_router_takes_any_catalogue(bank: Catalogue, encoders: Mapping[str, Encoder], tmp_path: Path) -> None:
    router = build_router(bank, encoders, cache_dir=tmp_path)
    decided = {text: router.decide(text).intents for text in ("somebody took my card", "账户余额还有多少")}
    assert [i.intent for i in decided["somebody took my card"]] == ["lost_card"]
    assert [i.intent for i in decided["账户余额还有多少"]] == ["balance"]


def test_what_was_learned_is_read_back_exactly(
    bank: Catalogue, encoders: Mapping[str, Encoder], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(few, "FEWEST_NAMED", 3)
    first = learn(bank, encoders, tmp_path)
    again = learn(bank, encoders, tmp_path)
    assert again.names == first.names
    for name, linear in first.linear.items():
        np.testing.assert_array_equal(again.linear[name].weights, linear.weights)
    slow = shop_plan(encoders).stages["en"][-1][0]
    assert again.few.named.keys() == first.few.named.keys() == {"minilm+use", f"minilm+use+{slow}", "use", "use+e5"}
    for together, named in first.few.named.items():
        np.testing.assert_array_equal(again.few.named[together].names, named.names)
        np.testing.assert_array_equal(again.few.named[together].kernel.dual, named.kernel.dual)
    for language in ("en", "zh"):
        assert [s.pool for s in again.stages[language]] == [s.pool for s in first.stages[language]]
        assert [s.scope for s in again.stages[language]] == [s.scope for s in first.stages[language]]


def test_a_changed_example_costs_only_itself(bank: Catalogue, encoders: Mapping[str, Encoder], tmp_path: Path) -> None:
    learn(bank, encoders, tmp_path)
    changed = tmp_path / "changed"
    changed.mkdir()
    (changed / "bank.yaml").write_text(BANK.replace("card is gone", "my card has vanished"), encoding="utf-8")
    counting = {name: Counting(encoder) for name, encoder in encoders.items()}
    learn(Catalogue.load(changed), counting, tmp_path)
    reading = shop_plan(encoders).heard("en")[-1]
    assert {name: encoder.texts for name, encoder in counting.items()} == {name: name in reading for name in encoders}


def test_e5_reads_english_where_there_is_no_mpnet(encoders: Mapping[str, Encoder]) -> None:
    assert shop_plan({name: encoders[name] for name in ("minilm", "use", "e5")}).stages["en"][-1] == ("e5",)
    assert shop_plan({**encoders, "mpnet": encoders["use"]}).stages["en"][-1] == ("mpnet",)


def test_a_damaged_cache_is_learned_again(bank: Catalogue, encoders: Mapping[str, Encoder], tmp_path: Path) -> None:
    first = learn(bank, encoders, tmp_path)
    for path in (tmp_path / "router").iterdir():
        path.write_bytes(b"broken")
    assert learn(bank, encoders, tmp_path).names == first.names


def test_one_encoder_is_enough(bank: Catalogue, encoders: Mapping[str, Encoder], tmp_path: Path) -> None:
    router = build_router(bank, {"use": encoders["use"]}, cache_dir=tmp_path)
    assert [i.intent for i in router.decide("my card was stolen yesterday").intents] == ["lost_card"]
    assert [i.intent for i in router.decide("我想查一下余额").intents] == ["balance"]


def test_an_encoder_that_cannot_read_a_language_is_not_enough(
    bank: Catalogue, encoders: Mapping[str, Encoder], tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="'zh'"):
        build_router(bank, {"minilm": encoders["minilm"]}, cache_dir=tmp_path)


def test_an_example_in_the_wrong_intent_is_pointed_out(encoders: Mapping[str, Encoder], tmp_path: Path) -> None:
    folder = tmp_path / "wrong"
    folder.mkdir()
    wrong = BANK.replace("am I overdrawn", "somebody stole my bank card")
    (folder / "bank.yaml").write_text(wrong, encoding="utf-8")
    catalogue = Catalogue.load(folder)
    found = misplaced(catalogue, learn(catalogue, encoders, tmp_path).vectors)
    assert found[0].where == "balance"
    assert "somebody stole my bank card" in found[0].what
