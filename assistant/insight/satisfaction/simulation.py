"""Made-up rated dialogues of the USS form, seeded: to try the measuring on, never to show how good a model is.

A dialogue has a hidden quality that drifts. Where it is low, answers fail, ask again or repeat themselves more often,
and customers repeat and correct themselves; three annotators see the quality with noise. None of it is certain: good
dialogues have failures too.
"""

import random
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.insight.satisfaction.dialogues import OVERALL, Line

_ANNOTATORS = 3


def simulate(dialogues: int, *, seed: int, language: str = "en") -> list[list[tuple[Line, Sequence[int]]]]:
    """Dialogues as `dialogues.write_rated` takes them; the same seed gives the same ones.

    Args:
        dialogues: how many.
        seed: decides everything.
        language: `en` or `zh`.
    """
    chance = random.Random(f"{seed} {language}")
    words = _words()[language]
    return [_dialogue(chance, words) for _ in range(dialogues)]


def _dialogue(chance: random.Random, words: dict[str, list[str]]) -> list[tuple[Line, Sequence[int]]]:
    quality, found = chance.gauss(0.3, 0.9), list[tuple[Line, Sequence[int]]]()
    thing = chance.choice(words["things"])
    request, answer, last = chance.choice(words["requests"]).format(thing=thing), "", 0.0
    for turn in range(chance.randint(3, 8)):
        bad = quality < -0.6
        if turn == 0:
            said = request
        elif bad and chance.random() < 0.55:
            said = chance.choice([request, chance.choice(words["corrections"]).format(thing=thing)])
        elif quality > 0.8 and chance.random() < 0.45:
            said = chance.choice(words["thanks"])
        else:
            said = chance.choice(words["follow_ups"]).format(thing=thing)
        found.append((Line("customer", said), _rated(chance, last)))
        kind = "fails" if chance.random() < (0.7 if bad else 0.12) else "delivers" if chance.random() < 0.6 else "asks"
        answer = answer if bad and answer and chance.random() < 0.35 else chance.choice(words[kind]).format(thing=thing)
        found.append((Line("shop", answer), ()))
        quality += chance.gauss(0.0, 0.25) - (0.25 if kind == "fails" else 0.0)
        last = quality
    found.append((Line("customer", OVERALL), _rated(chance, quality)))
    return found


def _rated(chance: random.Random, quality: float) -> tuple[int, ...]:
    seen = [quality + chance.gauss(0.0, 0.45) for _ in range(_ANNOTATORS)]
    return tuple(1 if s < -2.6 else 2 if s < -0.9 else 3 if s < 1.3 else 4 if s < 2.6 else 5 for s in seen)


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, list[str]]]:
    import yaml

    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("simulation.yaml").read_text(encoding="utf-8"))
    return found
