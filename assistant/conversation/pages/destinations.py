"""Questions about a place that no row of a table covers: "Canada for 9.99?" is answered by where the shop delivers.

A table of prices by region says nothing of Canada, and quoting all of it confirms what was taken for granted. The
sentence that names the regions says that there are no others.
"""

from assistant.shop.places import elsewhere_in, regions_in
from assistant.text.tables import Row, lines_and_rows
from assistant.tools.results import PassageView

_SOME = 2
"""So many regions a passage names in its sentences when it says where the shop delivers."""


def of_the_place(question: str, passages: tuple[PassageView, ...]) -> tuple[PassageView, ...]:
    """The one passage that says which places there are, where the question names none of them; else all passages.

    Only where it is the best one, or that is a table of places or stands on the same page.
    """
    best = passages[0]
    if not _names_other(question):
        return passages
    listing = next((p for p in passages if _lists(p) and (p.page == best.page or _by_place(best))), None)
    return passages if listing is None else (listing,)


def says_where_instead(question: str, passage: PassageView) -> bool:
    """Whether a passage lists the places there are, and a question names a place that is none of them."""
    return _names_other(question) and _lists(passage)


def _names_other(question: str) -> bool:
    return bool(elsewhere_in(question)) and not regions_in(question)


def _lists(passage: PassageView) -> bool:
    lines = lines_and_rows(passage.text)
    return len(regions_in("\n".join(line for line in lines if not isinstance(line, Row)))) >= _SOME


def _by_place(passage: PassageView) -> bool:
    return any(isinstance(line, Row) and regions_in(line.label) for line in lines_and_rows(passage.text))
