"""Text to search terms: words, Chinese characters and pairs of them, and concepts that join the languages."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant.shop.vocabulary import Vocabulary, english_words, fold
from assistant.text.language import has_han

_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+|[a-z0-9.]+")
_PHRASE_WORDS = 4


@dataclass(frozen=True)
class Terms:
    """What a text is about.

    Attributes:
        words: Latin words without plural endings; Chinese characters and bigrams, or a whole phrase that a
            concept explains.
        concepts: names of the vocabulary's groups, in order of the text.
        unexplained: those words that no concept explains.
    """

    words: tuple[str, ...]
    concepts: tuple[str, ...]
    unexplained: tuple[str, ...]

    def kinds(self, vocabulary: Vocabulary) -> tuple[str, ...]:
        """Those concepts that say what a product is."""
        return tuple(concept for concept in self.concepts if concept in vocabulary.kinds)


def analyse(text: str, vocabulary: Vocabulary, *, document: bool = False, mend: Callable[[str], str] = str) -> Terms:
    """The terms of `text`.

    Args:
        text: a query or a field of a product, English, Chinese or mixed.
        vocabulary: names the concepts.
        document: what will be searched rather than a query: stop words stay, and the characters of Chinese
            phrases that a concept explains, so that a part of them can be found too.
        mend: corrects one Latin word, or returns it as it was.
    """
    words: list[str] = []
    concepts: list[str] = []
    unexplained: list[str] = []
    stop = frozenset() if document else vocabulary.stop_words
    for latin, run in _runs(fold(text)):
        if latin:
            _latin([mend(word) for word in english_words(run)], vocabulary, stop, words, concepts, unexplained)
        else:
            _han(run, vocabulary, stop, document, words, concepts, unexplained)
    return Terms(tuple(words), tuple(concepts), tuple(unexplained))


def kind_word(title: str, vocabulary: Vocabulary) -> str:
    """What kind of product a title says it is, in the title's own language ("headphones", "头戴式耳机"); or empty."""
    named = [
        phrase for phrase, concepts in vocabulary.concepts.items() if has_han(phrase) and concepts & vocabulary.kinds
    ]
    han = [phrase for phrase in named if phrase in fold(title)]
    kinds = analyse(title, vocabulary, document=True).kinds(vocabulary)
    return max(han, key=len) if han else (kinds[-1] if kinds else "")


def _runs(text: str) -> Iterator[tuple[bool, str]]:
    latin: list[str] = []
    for match in _RUN.finditer(text):
        if match.group()[0].isascii():
            latin.append(match.group())
            continue
        if latin:
            yield True, " ".join(latin)
            latin = []
        yield False, match.group()
    if latin:
        yield True, " ".join(latin)


def _latin(
    run: list[str],
    vocabulary: Vocabulary,
    stop: frozenset[str],
    words: list[str],
    concepts: list[str],
    unexplained: list[str],
) -> None:
    at = 0
    while at < len(run):
        for size in range(min(_PHRASE_WORDS, len(run) - at), 0, -1):
            named = vocabulary.concepts.get("".join(run[at : at + size]))
            if named:
                concepts.extend(sorted(named))
                words.extend(run[at : at + size])
                break
        else:
            size = 1
            if run[at] not in stop:
                words.append(run[at])
                unexplained.append(run[at])
        at += size


def _han(
    run: str,
    vocabulary: Vocabulary,
    stop: frozenset[str],
    document: bool,
    words: list[str],
    concepts: list[str],
    unexplained: list[str],
) -> None:
    rest: list[str] = []
    at = 0
    while at < len(run):
        for size in range(min(vocabulary.han_length, len(run) - at), 0, -1):
            piece = run[at : at + size]
            named = vocabulary.concepts.get(piece)
            if named:
                concepts.extend(sorted(named))
                words.extend(dict.fromkeys((piece, *_grams(piece))) if document else (piece,))
                break
            if piece in stop:
                rest.append(" ")
                break
        else:
            size = 1
            rest.append(run[at])
        at += size
    for piece in "".join(rest).split():
        grams = _grams(piece)
        words.extend(grams)
        unexplained.extend(grams)


def _grams(piece: str) -> list[str]:
    return [*piece, *(piece[i : i + 2] for i in range(len(piece) - 1))] if len(piece) > 1 else [piece]


def names_kind(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text names a kind of product, rather than what it is like ("a quiet one")."""
    return bool(analyse(text, vocabulary).kinds(vocabulary))
