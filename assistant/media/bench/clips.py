"""Sentences that espeak-ng speaks: questions with order numbers said digit by digit, and some without."""

import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import OperatorError
from assistant.shop.records import Order

WITH_NUMBER = (
    "Where is my order {}?",
    "Has order {} been shipped yet?",
    "What did I buy in order {}?",
    "I would like to know when order {} arrives.",
    "Please cancel order {}.",
    "I want to return something from order {}.",
    "Can you track {} for me please?",
    "Did you refund order {}?",
    "The order number is {}.",
    "I have a question about order {}.",
)
WITHOUT_NUMBER = (
    "Can I return headphones that I opened?",
    "How long does delivery take?",
    "Which ways to pay do you accept?",
    "How long is the warranty on a desk lamp?",
    "Do you deliver to Canada?",
    "I would like to talk to a person.",
    "What happens if my parcel is lost?",
    "How do I change my delivery address?",
    "Do you sell wireless earphones?",
    "When do I get my money back?",
)
VOICES = ("en-us", "en-gb", "en-us+f3", "en-gb+m3", "en-us+m7")
SPEEDS = (130, 145, 160)
_WORDS = "zero one two three four five six seven eight nine".split()


@dataclass(frozen=True)
class Clip:
    """One spoken sentence: what is said, as it would be typed, and the order that it names, if any."""

    said: str
    typed: str
    order: Order | None
    voice: str
    speed: int

    def sound(self, folder: Path) -> bytes:
        """The WAV file.

        Raises:
            OperatorError: espeak-ng is not installed.
        """
        if shutil.which("espeak-ng") is None:
            raise OperatorError("espeak-ng is not installed", fix="apt-get install espeak-ng")
        path = folder / "clip.wav"
        command = ["espeak-ng", "-v", self.voice, "-s", str(self.speed), "-w", str(path), self.said]
        subprocess.run(command, check=True, capture_output=True)
        return path.read_bytes()


def clips(orders: Sequence[Order], seed: int = 7) -> tuple[Clip, ...]:
    """Thirty clips: twenty with a number of these orders, ten without."""
    dice = random.Random(seed)
    made = []
    for place in range(2 * len(WITH_NUMBER)):
        order = orders[place % len(orders)]
        sentence = WITH_NUMBER[place % len(WITH_NUMBER)]
        made.append(_clip(sentence, order, place, dice))
    return (*made, *(_clip(sentence, None, place, dice) for place, sentence in enumerate(WITHOUT_NUMBER)))


def sounds(made: Sequence[Clip]) -> Iterator[tuple[Clip, bytes]]:
    """Each clip with its WAV file."""
    with tempfile.TemporaryDirectory(prefix="clips-") as folder:
        for clip in made:
            yield clip, clip.sound(Path(folder))


def _clip(sentence: str, order: Order | None, place: int, dice: random.Random) -> Clip:
    voice, speed = VOICES[place % len(VOICES)], dice.choice(SPEEDS)
    if order is None:
        return Clip(sentence, sentence, None, voice, speed)
    return Clip(sentence.format(spelled(order.order_id)), sentence.format(order.order_id), order, voice, speed)


def spelled(order_id: str) -> str:
    """An order number as people say it: the letter, then digit by digit, a breath after every third."""
    digits = [_WORDS[int(char)] for char in order_id if char.isdigit()]
    letters = [char for char in order_id if char.isalpha()]
    groups = [" ".join(digits[at : at + 3]) for at in range(0, len(digits), 3)]
    return f"{' '.join(letters)} {', '.join(groups)}".strip()
