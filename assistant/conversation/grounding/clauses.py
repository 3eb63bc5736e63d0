"""Answers clause by clause beside the sentences that they were made from: whose number is it?

Small models tell the number of one thing of another (the warranty of a monitor for that of a kettle). A number
may stand only beside words that stand beside it in a source.
"""

from collections.abc import Sequence

from assistant.conversation.grounding.polarity import CLAUSES, tokens
from assistant.text.quantities import quantities


def misplaced(answer: str, sources: Sequence[str]) -> tuple[str, ...]:
    """Clauses of `answer` that say a number of something else than the sources do.

    A clause is refused when it names something that stands in the sources, but in none that has the number.

    Args:
        answer: a worded answer, without citation marks.
        sources: the sentences that it was made from, each with the heading that it stands under.
    """
    known = [(tokens(source), {(q.kind, q.value) for q in quantities(source)}) for source in sources]
    named = frozenset().union(*(words for words, _ in known)) if known else frozenset()
    wrong = []
    for clause in CLAUSES.split(answer):
        things = frozenset(token for token in tokens(clause) & named if not token.isdigit())
        for quantity in quantities(clause):
            having = [words for words, values in known if (quantity.kind, quantity.value) in values]
            if having and not any(things <= words for words in having):
                wrong.append(clause.strip())
    return tuple(dict.fromkeys(wrong))
