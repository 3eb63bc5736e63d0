"""Which rows of a table answer a question: of the place, thing or level that it names; all where it names none."""

import re
from collections.abc import Sequence

from assistant.conversation.pages.rules_first import presumes
from assistant.shop.analysis import analyse
from assistant.shop.places import regions_in
from assistant.shop.vocabulary import vocabulary
from assistant.text.tables import key_of

_LONG = 4
_FEW_ROWS = 4


def named_rows(question: str, found: Sequence[str]) -> list[int]:
    """The places in `found` of the rows that the question names; none where it names none of them, or all.

    A row is named by its first cell: by a place that lies in its region ("Germany": European Union), by a kind of
    product, or by one of its words; of a short table so only where something is taken for granted of one row ("the
    warranty on bedding is two years, right?").

    Args:
        question: what was asked.
        found: the sentences of a passage, rows of a table among them.
    """
    keys = {at: key for at, said in enumerate(found) if (key := key_of(said)) is not None}
    for names in (_by_place(question, keys), _by_kind(question, keys), _by_word(question, keys)):
        if names and len(names) < len(keys):
            return names
    return []


def _by_place(question: str, keys: dict[int, str]) -> list[int]:
    regions = [names for names in regions_in(question).values()]
    return [at for at, key in keys.items() if any(name in key for names in regions for name in names)]


def _by_kind(question: str, keys: dict[int, str]) -> list[int]:
    words = vocabulary()
    asked = set(analyse(question, words).kinds(words))
    return [at for at, key in keys.items() if asked & set(analyse(key, words).kinds(words))] if asked else []


def _by_word(question: str, keys: dict[int, str]) -> list[int]:
    asked, said = _words(question), {at: _words(key) for at, key in keys.items()}
    everywhere = set.intersection(*said.values()) if said else set()
    named = [at for at, words in said.items() if (words - everywhere) & asked]
    alone = len(named) == 1 and presumes(question)
    return named if len(keys) > _FEW_ROWS or alone else []


def _words(text: str) -> set[str]:
    lowered = text.lower()
    latin = {word.removesuffix("s") for word in re.findall(r"[a-z]+", lowered) if len(word) >= _LONG}
    han = re.sub(r"[^\u4e00-\u9fff]", " ", lowered)
    return latin | {han[at : at + 2] for at in range(len(han) - 1) if " " not in han[at : at + 2]}
