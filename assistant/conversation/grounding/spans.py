"""Which sentence of a reply rests on which passage or tool result; citation numbers are given out here, in code.

What code worded (a template, a quote) rests on what it was worded from. In a model's words, a citation mark
says it; without one, a sentence rests on the sources that hold its quantities and most of its words.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.conversation.reply import Citation, Span
from assistant.conversation.turn import Part, Source
from assistant.ids import PassageId
from assistant.text.quantities import quantities
from assistant.text.segment import terms
from assistant.text.sentences import sentence_bounds

MARK = re.compile(r"\[(\d+)\]")
_SHARED = 0.3
_FEWEST_WORDS = 2
_NEARLY = 0.8
_SPACE = re.compile(r"\s+")


def numbered(part: Part, citations: Sequence[Citation]) -> tuple[Part, list[Citation]]:
    """The part with its marks renumbered for the whole reply, and the citations so far.

    Args:
        part: its marks count from 1.
        citations: of the parts before it; a passage that is cited again keeps its number.
    """
    known = {citation.passage_id: citation.number for citation in citations}
    numbers: dict[int, int] = {0: 0}
    cited = list(citations)
    for index, passage in enumerate(part.passages, start=1):
        passage_id = PassageId(passage.passage_id)
        if passage_id not in known:
            known[passage_id] = len(cited) + 1
            cited.append(
                Citation(
                    number=known[passage_id],
                    passage_id=passage_id,
                    page=passage.page,
                    title=passage.title,
                    heading=passage.heading,
                    text=passage.text,
                    language=passage.language,
                )
            )
        numbers[index] = known[passage_id]
    text = MARK.sub(lambda match: f"[{numbers[int(match[1])]}]", part.text)
    sources = tuple(
        Source(source.text, numbers[source.passage], source.tool, _renumbered(source.said, numbers))
        for source in part.sources
    )
    return replace(part, text=text, sources=sources), cited


def spans_of(text: str, sources: Sequence[Source], unmask: Callable[[str], str], offset: int = 0) -> list[Span]:
    """The sentences of a part's text, each with what it rests on.

    Args:
        text: as the customer reads it.
        sources: of the part, masked, numbered for the whole reply.
        unmask: puts personal data back into the sources.
        offset: where the part begins in the reply.
    """
    open_sources = [Source(unmask(s.text), s.passage, s.tool, unmask(s.said)) for s in sources if s.passage or s.tool]
    spans = []
    for start, end in sentence_bounds(text):
        resting = _resting(text[start:end], open_sources)
        spans.append(
            Span(
                start=offset + start,
                end=offset + end,
                citations=tuple(sorted({source.passage for source in resting if source.passage})),
                tools=tuple(dict.fromkeys(source.tool for source in resting if source.tool)),
            )
        )
    return spans


def _renumbered(text: str, numbers: dict[int, int]) -> str:
    return MARK.sub(lambda match: f"[{numbers.get(int(match[1]), int(match[1]))}]", text)


def _resting(sentence: str, sources: Sequence[Source]) -> list[Source]:
    marked = {int(number) for number in MARK.findall(sentence)}
    bare = _plain(MARK.sub("", sentence))
    worded = [source for source in sources if source.said and bare in _plain(MARK.sub("", source.said))]
    if worded:
        return worded
    if marked:
        return [source for source in sources if source.passage in marked]
    free = [source for source in sources if not source.said]
    amounts = {(quantity.kind, quantity.value) for quantity in quantities(bare)}
    words = set(terms(bare))
    shares = [_share(source, amounts, words, bare) for source in free]
    best = max(shares, default=0.0)
    return [s for s, share in zip(free, shares, strict=True) if share >= max(_SHARED, _NEARLY * best)]


def _share(source: Source, amounts: set[tuple[str, str]], words: set[str], sentence: str) -> float:
    """How much of a sentence stands in a source, 0 to 1: all of it when it stands there word for word."""
    if sentence in _plain(source.text):
        return 1.0
    held = {(quantity.kind, quantity.value) for quantity in quantities(source.text)}
    shared = len(words & set(terms(source.text)))
    if shared < _FEWEST_WORDS and not amounts & held:
        return 0.0
    said = shared / len(words) if words else 0.0
    return (said + len(amounts & held) / len(amounts)) / 2 if amounts else said


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
