"""What a question wants to hear: an amount for "how much", a time for "how long", of the thing that it names."""

import re
from dataclasses import dataclass

from assistant.routing.decision import RoutedIntent
from assistant.shop.analysis import analyse
from assistant.shop.places import regions_in
from assistant.shop.vocabulary import vocabulary
from assistant.text.quantities import quantities
from assistant.tools.results import PassageView

_KINDS = {
    "money": re.compile(
        r"\bhow much\b(?! (?:time|longer))|\b(?:price|cost|fee|charge)s?\b"
        r"|多少钱|多少块|运费多少|收费|费用|什么价|几块",
        re.I,
    ),
    "duration": re.compile(
        r"\bhow (?:long|soon|quick\w*|fast|many (?:\w+ )?(?:days|weeks|months|hours|years))\b"
        r"|\bwhen (?:do|will|does|can) "
        r"|多久|多长时间|几天|多少天|几个月|多少个月|几年|什么时候到|时效",
        re.I,
    ),
}
_SHARED = 2
_SURE = 0.7
_GUIDES = "products/"
_NOT_MUCH = 0.75
_NEAR = 5


@dataclass(frozen=True)
class Wanted:
    """What the answer must hold.

    Attributes:
        kind: `money` or `duration`.
        places: regions of delivery that the question names, each by its names.
        things: kinds of products that it names.
    """

    kind: str
    places: tuple[tuple[str, str], ...] = ()
    things: frozenset[str] = frozenset()

    def met_by(self, sentence: str) -> bool:
        """Whether one sentence (or row of a table) holds such a quantity of what the question names."""
        if not any(found.kind == self.kind for found in quantities(sentence)):
            return False
        if not all(any(name in sentence for name in names) for names in self.places):
            return False
        return not self.things or bool(self.things & _things(sentence))


def is_row_about(sentence: str, question: str) -> bool:
    """Whether a sentence is a row of a table that says two of the question's words."""
    if sentence.count(": ") < 2 or "; " not in sentence:
        return False
    return shared_words(sentence, question) >= _SHARED


def shared_words(one: str, other: str) -> int:
    """How many words two texts share (of Chinese: pairs of characters)."""
    return len(_words(one) & _words(other))


def _words(text: str) -> set[str]:
    latin = {word.removesuffix("s") for word in re.findall(r"[a-z]{4,}", text.lower())}
    han = re.sub(r"[^\u4e00-\u9fff]", " ", text)
    return latin | {han[at : at + 2] for at in range(len(han) - 1) if " " not in han[at : at + 2]}


def on_topic(question: str, passages: tuple[PassageView, ...], intent: RoutedIntent) -> tuple[PassageView, ...]:
    """The passages, with the one first that the intent vouches for, where search is unsure or found no page of ours.

    It must stand on a page about the intent (`policies/shipping` for `shipping_policy`) and say a word of the
    question. A guide to a product gives way to it only where it isn't much nearer to the question.
    """
    best = passages[0]
    if intent.probability < _SURE or (best.confident and not best.page.startswith(_GUIDES)):
        return passages
    topics = {part.removesuffix("s") for part in intent.intent.split("_")}
    shared = {
        passage.passage_id: len(_words(question) & _words(f"{passage.heading} {passage.text}"))
        for passage in passages[:_NEAR]
        if topics & {part.removesuffix("s") for part in re.split(r"[/-]", passage.page)}
        and (not best.confident or passage.score >= _NOT_MUCH * best.score)
    }
    chosen = max(shared, key=shared.__getitem__, default=None)
    if chosen is None or not shared[chosen]:
        return passages
    vouched = next(passage for passage in passages if passage.passage_id == chosen)
    others = tuple(passage for passage in passages if passage is not vouched)
    return (vouched.model_copy(update={"confident": True}), *others)


def wanted(question: str) -> Wanted | None:
    """What a question asks for; None where anything may answer it."""
    asked = [kind for kind, pattern in _KINDS.items() if pattern.search(question)]
    if len(asked) != 1:
        return None
    return Wanted(asked[0], tuple(regions_in(question).values()), _things(question))


def _things(text: str) -> frozenset[str]:
    words = vocabulary()
    return frozenset(analyse(text, words).kinds(words))
