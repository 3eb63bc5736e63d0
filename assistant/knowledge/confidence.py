"""How sure a passage is to answer a question: one number, 0 to 1, that means the same for every question.

A logistic regression on three signals: the passage's score, how far it stands above the fifth best, and how
much of the question's words stand on no page at all. Fitted with balanced classes on the 371 questions with
and 100 questions without an answer a language in `evals/retrieval/`, apart for pages that tell how customers ask and
for pages that don't, whose scores are lower. On halves that it was not fitted on, its AUROC is .92 in English and .89
in Chinese for the former, .73 and .79 for the latter. The questions without an answer are close to what the shop
does, so this is a first sieve: whether a passage really answers is for the reader of the passage to say.
"""

import math
from dataclasses import dataclass

from assistant.text.language import Language

GOOD_ENOUGH = 0.4
"""From here a hit counts as confident: keeps .88 (en) and .85 (zh) of the questions that have an answer, and
drops .82 and .74 of those that have none (pages without customers' questions: .83, .82, .49 and .60)."""


@dataclass(frozen=True)
class _Fit:
    score: float
    gap: float
    absent: float
    offset: float


_ASKED_FITS: dict[tuple[Language, Language], _Fit] = {
    ("en", "en"): _Fit(18.34, 1.33, -1.91, -8.68),
    ("zh", "zh"): _Fit(10.27, 3.26, -4.79, -4.30),
    ("en", "zh"): _Fit(6.19, 7.90, -4.22, -1.06),
    ("zh", "en"): _Fit(25.25, 3.38, -7.13, -3.46),
}
_FITS: dict[tuple[Language, Language], _Fit] = {
    ("en", "en"): _Fit(2.50, 4.39, -2.24, -0.61),
    ("zh", "zh"): _Fit(5.28, 7.04, -3.05, -1.41),
    ("en", "zh"): _Fit(7.27, 0.0, -2.46, -0.52),
    ("zh", "en"): _Fit(10.90, 0.0, -4.35, 0.06),
}


def confidence(
    asked: Language, shelf: Language, *, score: float, gap: float, absent: float, told: bool = False
) -> float:
    """The probability that a passage answers, were half of all questions without an answer.

    Args:
        asked: language of the question.
        shelf: language of the passage.
        score: of the passage, as the search ranks it.
        gap: how far it stands above the fifth best passage of its language; negative below it.
        absent: share of the question's words (by idf) that no passage of the question's language has.
        told: whether its page tells how customers ask for it.
    """
    fit = (_ASKED_FITS if told else _FITS)[asked, shelf]
    return 1 / (1 + math.exp(-(fit.score * score + fit.gap * gap + fit.absent * absent + fit.offset)))
