"""Pages about the kind of thing that is talked about, where words don't name it: "can I wash it?" of a pillow.

The guides to kettles and to coffee machines say nearly the same words about limescale, and mean different things.
"""

import re
from collections.abc import Sequence

from assistant.shop.analysis import analyse
from assistant.shop.records import Product
from assistant.shop.vocabulary import english_words, vocabulary
from assistant.tools.results import PassageView

_GUIDES = "products/"
_TELLS_OF_IT = 0.3
"""What a passage of a guide to the thing at hand must score to be told instead of one of another kind of thing."""


def of_thing(
    found: Sequence[PassageView], named: Sequence[PassageView], thing: Product, *, points: bool
) -> tuple[PassageView, ...]:
    """The passages for words about a thing, without those of guides to other kinds of things.

    Args:
        found: what was found for the words, best first.
        named: what was found for the words with the kind of thing before them, best first.
        thing: that was talked about.
        points: whether the words surely mean it ("it", "它"); otherwise other guides stay where its own tell nothing.
    """
    own = [p for p in named if _is_guide_to(p, thing) and p.score >= _TELLS_OF_IT]
    if not own and not points:
        return tuple(found)
    best = {passage.passage_id: passage for passage in found}
    for passage in own:
        before = best.get(passage.passage_id)
        if before is None or before.score < passage.score:
            best[passage.passage_id] = passage
    kept = (passage for passage in best.values() if not _is_guide_to_others(passage, thing))
    return tuple(sorted(kept, key=lambda passage: -passage.score))


def _is_guide_to(passage: PassageView, thing: Product) -> bool:
    """Whether a passage stands in a guide to the kind of thing that a product is, or to all such goods."""
    if not passage.page.startswith(_GUIDES):
        return False
    goods = set(english_words(f"{thing.category} {thing.kind}"))
    return not _kinds_of_guide(passage).isdisjoint(_kinds(thing)) or not _words(passage).isdisjoint(goods)


def _is_guide_to_others(passage: PassageView, thing: Product) -> bool:
    """Whether a passage stands in a guide to other kinds of things alone; one to batteries or plugs is to any."""
    if not passage.page.startswith(_GUIDES) or not _kinds_of_guide(passage) or _is_guide_to(passage, thing):
        return False
    phrases = (phrase for kind in _kinds(thing) for phrase in vocabulary().phrases(kind))
    return _words(passage).isdisjoint(word for phrase in phrases for word in english_words(phrase))


def _kinds(thing: Product) -> set[str]:
    known = vocabulary()
    return set(analyse(thing.name, known, document=True).kinds(known))


def _kinds_of_guide(passage: PassageView) -> set[str]:
    known = vocabulary()
    return set(analyse(f"{_name(passage)} | {passage.title}", known, document=True).kinds(known))


def _words(passage: PassageView) -> set[str]:
    return set(english_words(f"{_name(passage)} {passage.title}"))


def _name(passage: PassageView) -> str:
    """The page's name in words; it is the same in all languages."""
    return re.sub(r"[-_/.]", " ", passage.page.removeprefix(_GUIDES))
