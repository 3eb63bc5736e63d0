"""The dialogues that ship with the code: written by one author, rated by the same, in both languages.

They are no customers' conversations. They teach a first model, so that a new shop's queue is ranked at all; a shop's
own ratings take their place when there are enough (see `learning`).
"""

from pathlib import Path

from assistant.insight.satisfaction.dialogues import Moment, read_rated
from assistant.settings import PROJECT_DIR

FOLDER = PROJECT_DIR / "evals" / "satisfaction"
LANGUAGES = ("en", "zh")
IGNORED = ("answer_words", "answer_words_mean", "answer_numbers", "answers_in_a_row", "chinese")
"""What the author's answers differ in from a real assistant's: nothing must be learned from it."""


def own_moments(folder: Path = FOLDER) -> list[Moment]:
    """Their rated moments.

    The two languages tell the same stories: the two tellings of a story have one number, so that neither is held back
    while the other teaches.

    Raises:
        OperatorError: the files are missing.
    """
    return [moment for language in LANGUAGES for moment in read_rated(folder / f"own_{language}.txt")]


def aside_moments(folder: Path = FOLDER) -> list[Moment]:
    """Rated moments in another style, to measure on; nothing is ever learned from them.

    Raises:
        OperatorError: the files are missing.
    """
    return [moment for language in LANGUAGES for moment in read_rated(folder / f"aside_{language}.txt")]
