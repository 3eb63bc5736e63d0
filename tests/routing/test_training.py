"""Training: any catalogue, cached by content, deterministic; parts may be missing."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.models.embeddings.encoder import Encoder
from assistant.routing.build import build_router, learn
from assistant.routing.detectors.detector import Matrix
from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.intents.lint import misplaced

BANK = """
agent: bank
intents:
  - name: lost_card
    label: {en: Lost card, zh: 卡丢了}
    description: {en: The card was lost or stolen., zh: 银行卡丢失或被盗。}
    examples:
      en: [I lost my card, my card was stolen, card is gone, I cannot find my bank card, block my stolen card]
      zh: [我的卡丢了, 银行卡被偷了, 卡不见了, 找不到我的银行卡, 挂失]
  - name: balance
    label: {en: Balance, zh: 余额}
    description: {en: Wants to know the balance., zh: 想知道余额。}
    examples:
      en: [what is my balance, how much money is in my account, show my balance, account balance, am I overdrawn]
      zh: [我的余额是多少, 账户里有多少钱, 查余额, 看一下余额, 我透支了吗]
  - name: loan
    label: {en: Loan, zh: 贷款}
    description: {en: Asks about loans., zh: 咨询贷款。}
    examples:
      en: [I need a loan, what are your mortgage rates, can I borrow money, apply for credit, loan for a house]
      zh: [我要贷款, 房贷利率多少, 能借钱吗, 申请信贷, 买房贷款]
out_of_scope:
  en: [tell me a joke, what is the weather, who won the match]
  zh: [讲个笑话, 天气怎么样, 谁赢了比赛]
"""


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
    bank: Catalogue, encoders: Mapping[str, Encoder], tmp_path: Path
) -> None:
    first = learn(bank, encoders, tmp_path)
    again = learn(bank, encoders, tmp_path)
    assert again.names == first.names
    for name, linear in first.linear.items():
        np.testing.assert_array_equal(again.linear[name].weights, linear.weights)
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
    assert {name: encoder.texts for name, encoder in counting.items()} == {"minilm": 1, "use": 1, "e5": 1}


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
