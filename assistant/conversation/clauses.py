"""Answers clause by clause beside the sentences that they were made from.

Small models get two things wrong more often than the numbers themselves: they turn a negation round ("is
covered" where the page says "is not covered"), and they tell the number of one thing of another (the warranty
of a monitor for that of a kettle). Each clause of the answer is laid beside the clause of the sources that
shares most of its words; a number may stand only beside words that stand beside it in a source.
"""

import re
from collections.abc import Sequence

from assistant.text.language import has_han
from assistant.text.quantities import quantities

_CLAUSES = re.compile(r"\.(?!\d)|[;:!?。；：！？，\n]|,? (?:but|however|although|unless)\b|, (?=and\b)")
_NEGATED = re.compile(
    r"\b(?:not|no|never|none|neither|nor|cannot|without|nothing)\b|n['’]t\b|[不没無无未非勿别]", re.IGNORECASE
)
_EITHER_WAY = re.compile(r"\b(?:only|except|unless|at most|less|fewer)\b|[只仅限除]", re.IGNORECASE)
_WORD = re.compile(r"[a-z]{3,}|\d+")
_STOP = frozenset(
    "the and for with are was can may you your our its that this from have has will not they them which when what "
    "who how does than then also any all per into over".split()
)
_SHARED = 0.6


def turned_round(answer: str, sources: Sequence[str]) -> tuple[str, ...]:
    """Clauses of `answer` that say the opposite of the clause of `sources` that is most like them.

    Args:
        answer: a worded answer, without citation marks.
        sources: the sentences that it was made from.
    """
    known = [(clause, _tokens(clause)) for source in sources for clause in _CLAUSES.split(source) if clause.strip()]
    wrong = []
    for clause in _CLAUSES.split(answer):
        tokens = _tokens(clause)
        if len(tokens) < 2 or _EITHER_WAY.search(clause):
            continue
        shared, like = max(((len(tokens & other) / len(tokens), text) for text, other in known), default=(0.0, ""))
        if shared >= _SHARED and not _EITHER_WAY.search(like) and _negated(clause) != _negated(like):
            wrong.append(clause.strip())
    return tuple(wrong)


def misplaced(answer: str, sources: Sequence[str]) -> tuple[str, ...]:
    """Clauses of `answer` that say a number of something else than the sources do.

    A clause is refused when it names something that stands in the sources, but in none that has the number.

    Args:
        answer: a worded answer, without citation marks.
        sources: the sentences that it was made from, each with the heading that it stands under.
    """
    known = [(_tokens(source), {(q.kind, q.value) for q in quantities(source)}) for source in sources]
    named = frozenset().union(*(tokens for tokens, _ in known)) if known else frozenset()
    wrong = []
    for clause in _CLAUSES.split(answer):
        things = frozenset(token for token in _tokens(clause) & named if not token.isdigit())
        for quantity in quantities(clause):
            having = [tokens for tokens, values in known if (quantity.kind, quantity.value) in values]
            if having and not any(things <= tokens for tokens in having):
                wrong.append(clause.strip())
    return tuple(dict.fromkeys(wrong))


def _negated(clause: str) -> bool:
    return _NEGATED.search(clause) is not None


def _tokens(clause: str) -> frozenset[str]:
    lowered = clause.lower()
    words = {word.removesuffix("ed").removesuffix("s") for word in _WORD.findall(lowered) if word not in _STOP}
    if has_han(lowered):
        plain = re.sub(r"[^\u4e00-\u9fff]|[不没无未的了吗呢是]", " ", lowered)
        words |= {plain[i : i + 2] for i in range(len(plain) - 1) if " " not in plain[i : i + 2]}
    return frozenset(words)
