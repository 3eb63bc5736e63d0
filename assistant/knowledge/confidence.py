"""How sure a passage is to answer a question: one number, 0 to 1, that means the same for every question.

A logistic regression on the passage's score, how far it stands above the fifth best, how much of the question's words
stand on no page at all and, where pages tell how customers ask, how many words the question has: a long one is near to
nothing. Fitted with balanced classes on the questions with and without an answer in `evals/retrieval/` and
`evals/faithfulness/` (without the held-out third), apart for pages that tell how customers ask and for pages that
don't, whose scores are lower. On folds that it was not fitted on, its AUROC is .92 in both languages for the former
(.94 and .91 on the held-out third of the faithfulness questions), .73 and .79 for the latter. The questions without an
answer are close to what the shop does, so this is a first sieve: whether a passage really answers is for the reader
of the passage to say.
"""

import math
from dataclasses import dataclass

from assistant.text.language import Language

GOOD_ENOUGH = 0.4
"""From here a hit counts as confident: keeps .88 (en) and .90 (zh) of the questions that have an answer, and drops .80
of those that have none (pages without customers' questions: .83, .82, .49 and .60)."""


@dataclass(frozen=True)
class _Fit:
    score: float
    gap: float
    absent: float
    offset: float
    words: float = 0.0


_ASKED_FITS: dict[tuple[Language, Language], _Fit] = {
    ("en", "en"): _Fit(13.09, 3.82, -2.34, -10.44, words=2.23),
    ("zh", "zh"): _Fit(8.81, 5.36, -4.73, -12.01, words=2.79),
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
    asked: Language,
    shelf: Language,
    *,
    score: float,
    gap: float,
    absent: float,
    words: int = 0,
    told: bool = False,
) -> float:
    """The probability that a passage answers, were half of all questions without an answer.

    Args:
        asked: language of the question.
        shelf: language of the passage.
        score: of the passage, as the search ranks it.
        gap: how far it stands above the fifth best passage of its language; negative below it.
        absent: share of the question's words (by idf) that no passage of the question's language has.
        words: how many different terms the question has.
        told: whether its page tells how customers ask for it.
    """
    fit = (_ASKED_FITS if told else _FITS)[asked, shelf]
    said = fit.score * score + fit.gap * gap + fit.absent * absent + fit.words * math.log(1 + words)
    return 1 / (1 + math.exp(-(said + fit.offset)))
