"""What paraphrases are worth: a model's words are measured beside the examples alone, and asked for only once."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from assistant.evaluation.router.augmenting import ACCEPTED, ALL, ALONE, AugmentBench, augment_table
from assistant.evaluation.router.intent_sets import IntentSet, Labelled
from assistant.models.embeddings.encoder import Encoder
from assistant.models.embeddings.load import encoders as load_encoders
from assistant.models.scripted import ScriptedChatModel
from assistant.settings import PROJECT_DIR, Settings
from assistant.text.prompts import PromptLibrary
from tests.evaluation.test_learning import HELD, TRAIN

WRITTEN = {
    "lost card": "1. a thief has my bank card\n2. can you lend me money\n3. my card has disappeared",
    "balance": "1. tell me how much is in my account\n2. 我的余额\n3. what is left in my account",
    "loan": "1. could you lend me some cash\n2. I would like to borrow\n3. I need a loan",
}


@pytest.fixture
def data() -> IntentSet:
    train = tuple(Labelled(text, intent) for intent, texts in TRAIN.items() for text in texts)
    return IntentSet("bank", train, {2: tuple(one for at, one in enumerate(train) if at % 5 < 2)}, HELD)


def test_the_router_is_measured_with_paraphrases_and_without(data: IntentSet, tmp_path: Path) -> None:
    encoders: Mapping[str, Encoder] = load_encoders(Settings())

    def bench(*answers: str) -> AugmentBench:
        model = ScriptedChatModel(script=list(answers))
        prompts = PromptLibrary(PROJECT_DIR / "prompts")
        return AugmentBench(data, encoders, tmp_path / "cache", prompts, model, tmp_path / "made")

    outcome = bench(*WRITTEN.values()).run(2, intents=3, each=3, seeds=1, sure=0.2)
    assert outcome.written == 9
    assert outcome.refused["another language"] == 1
    assert outcome.refused["a near-copy"] >= 1
    assert outcome.refused["read as something else"] >= 1
    assert sum(outcome.refused.values()) < 9
    assert set(outcome.right) == {ALONE, ALL, ACCEPTED}
    told = augment_table(outcome)
    assert "9 paraphrases written" in told
    assert "points" in told
    assert bench().run(2, intents=3, each=3, seeds=1, sure=0.2) == outcome  # and no model was asked
