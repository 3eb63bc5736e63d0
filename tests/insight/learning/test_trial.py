"""A refit must read corrections that it has not learned better than what is in force, by more than chance."""

import random
from pathlib import Path

import pytest

from assistant.app import Wiring
from assistant.insight.learning.build import build_nightly
from assistant.insight.learning.nightly import Nightly
from assistant.insight.learning.trial import Trial, by_chance, tried
from assistant.routing.learning.corrections import Correction

POTS = [
    "the honey jar, how full", "any honey jar news", "grandma asks after the honey jar", "honey jar check please",
    "I worry over our honey jar tonight", "does the honey jar reach until Friday", "a peek in the honey jar",
    "hello, honey jar again", "what became of the honey jar", "my son emptied the honey jar, didn't he",
    "honey jar before the holidays", "read me the honey jar", "and the honey jar of my wife", "honey jar, in euros",
    "so how is the honey jar doing this month", "is the honey jar big enough for a bicycle", "honey jar?",
    "quickly, the honey jar", "morning! the honey jar as usual", "would the honey jar take a dinner for two",
]  # fmt: skip
"""A family's word for their account: nothing in the catalogue is like it."""
PONDS = [
    "it lies in the pond", "the pond has it now", "kids, pond, you can guess", "my purse visited the pond",
    "a duck in the pond took it", "fished in the pond for hours, no luck", "the pond again, sorry",
    "jogging by the pond, then nothing in my pocket", "please, the pond swallowed it", "pond accident",
    "my husband threw it into the pond", "it swims in the pond of the neighbours", "the frozen pond keeps it",
    "since the picnic at the pond I have none", "pond, plop, gone", "is it safe in the pond",
    "send a diver to the pond", "the dog carried it to the pond", "down the pond with it, I fear", "pond. help",
]  # fmt: skip


CLEAR = [
    "I have lost my bank card", "my card got stolen", "where is my card, it is gone", "please block my stolen card",
    "I cannot find the card", "card stolen on the train", "my bank card is missing", "lost the card yesterday",
    "what's my balance", "how much money do I have", "show me the balance", "money in my account?",
    "tell me my account balance", "am I overdrawn now", "balance please", "how much is in the account",
    "I want a loan", "what are the mortgage rates", "can I borrow some money", "apply for a credit",
    "a loan for my house", "need to borrow for a car", "loan rates?", "mortgage for a flat",
]  # fmt: skip


@pytest.fixture
def nightly(bank: Wiring) -> Nightly:
    return build_nightly(bank, measured_on=())


def corrected(texts: list[str], intent: str) -> list[Correction]:
    return [Correction(text, intent, "en") for text in texts]


def test_corrections_that_teach_how_customers_speak_pass(nightly: Nightly) -> None:
    both = [*corrected(POTS, "balance"), *corrected(PONDS, "lost_card")]
    found = tried(nightly.refitting, both)
    assert found.messages == len(both)
    assert found.after > found.before
    assert found.passes()


def test_corrections_that_say_anything_of_anything_are_refused(nightly: Nightly) -> None:
    chance = random.Random(5)
    noise = [Correction(text, chance.choice(("balance", "loan", "lost_card")), "en") for text in CLEAR]
    assert not tried(nightly.refitting, noise).passes()


def test_few_corrections_prove_nothing(nightly: Nightly) -> None:
    assert not tried(nightly.refitting, corrected(POTS[:1], "balance")).passes()
    assert not tried(nightly.refitting, corrected(POTS[:3], "balance")).passes()


def test_a_trial_leaves_nothing_behind(nightly: Nightly, tmp_path: Path) -> None:
    nightly.screened([])  # trains what is in force
    before = sorted(path for path in tmp_path.rglob("trained-*"))
    tried(nightly.refitting, corrected(POTS[:6], "balance"))
    assert sorted(path for path in tmp_path.rglob("trained-*")) == before


@pytest.mark.parametrize(
    ("won", "lost", "chance"), [(0, 0, 1.0), (5, 0, 1 / 32), (4, 0, 1 / 16), (3, 3, 42 / 64), (60, 20, 4.3e-6)]
)
def test_the_chance_is_that_of_a_sign_test(won: int, lost: int, chance: float) -> None:
    assert by_chance(won, lost) == pytest.approx(chance, rel=0.01)
    assert Trial(100, 0, 0, won, lost).passes() == (chance <= 0.05)


def test_the_catalogues_examples_help_a_small_gain_but_never_carry_a_loss() -> None:
    assert Trial(100, 0, 0, 8, 4).passes((40, 10))
    assert not Trial(100, 0, 0, 8, 4).passes()
    assert not Trial(100, 0, 0, 4, 4).passes((400, 10))
    assert not Trial(100, 0, 0, 8, 4).passes((10, 40))
