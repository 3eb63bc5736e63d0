"""Answers from the shop's pages: worded by a hosted model, or quoted; never guessed."""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.conversation.pages.answer_kind import of_the_kind, wanted
from assistant.conversation.pages.answerable import ANYTHING, MAY_ANSWER, SURELY_ANSWERS, probability, signals
from assistant.conversation.pages.asked_for import asked_kinds
from assistant.conversation.pages.choice import FaqChoice
from assistant.conversation.pages.destinations import of_the_place, says_where_instead
from assistant.conversation.pages.extract import Sentences, sentences
from assistant.conversation.pages.rules_first import presumes
from assistant.conversation.pages.wording import FaqWording
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.talk.offering import offer_person
from assistant.conversation.turn import Part, Source, Turn
from assistant.errors import ModelUnavailable
from assistant.models.ladder import ModelLadder
from assistant.routing.decision import RoutedIntent
from assistant.routing.intents.catalogue import Catalogue
from assistant.text.language import has_han
from assistant.text.quantities import quantities
from assistant.tools.results import PassageView

_PASSAGES = 2
_PLAUSIBLE = 0.3
_CLOSE = 0.35
_SURE_READING = 0.3
_BRIEF, _BRIEF_HAN = 5, 8
_OTHER_LANGUAGE = 0.12
"""What the best passage must score where none in the customer's language is better: they score low across languages."""
_VOUCHED, _HALF_VOUCHED = 0.15, 0.3
"""What a passage must score to be shown as what comes closest: by itself, and where the reading speaks for its page,
or for a page."""
_SURE_ANSWER = 0.8
"""From here an answer is given as such: of the questions in evals/retrieval, the first passage answers 90 % above, but
63 % (en) and 66 % (zh) between .7 and .8, and half of those between .4 and .7."""
_SILENT = 0.02
"""Below this no other page is near: the question's words tell the search nothing, the reading tells more."""
_BY_SEARCH = ((0.0, _CLOSE, _SURE_ANSWER, 1.0), (0.0, MAY_ANSWER, SURELY_ANSWERS, 1.0))
"""Scores of a search, and how likely a passage is to answer for them where that wasn't learned."""
_HALF = 0.5
_AS_GOOD = 0.99
_SURE = 0.85
_EVEN = 0.5
"""How likely a passage is that is told beside another."""
_NEAR = 0.5
"""A passage that the search scores so is shown as what comes closest, however unlikely it answers."""
_CERTAIN = 0.9
"""How likely passages answer among which only the search decides."""
_NONE_ANSWERS = 0.6
_YES = re.compile(r"^(?:yes[:,] +|(?:是的?|可以|能|会|有)[：，])(\S)", re.IGNORECASE)
"""How a page answers its own heading; it is no yes to what a customer takes for granted."""


class FaqComposer:
    """Makes a part of the reply from passages.

    A hosted model words the answer from the passages' facts; a local one only helps to choose the passage
    that is quoted (unless the operator trusts it to word as well); without a model retrieval chooses.

    Args:
        ladder: tells which models can be asked.
        wording: for hosted models.
        choice: for local models.
        sentences: finds what to quote.
        catalogue: knows which pages tell of an intent.
        local_words: whether a local model may word answers too.
        support_email: told when no page answers.
    """

    def __init__(
        self,
        ladder: ModelLadder,
        wording: FaqWording,
        choice: FaqChoice,
        sentences: Sentences,
        catalogue: Catalogue,
        *,
        local_words: bool,
        support_email: str,
    ) -> None:
        self._ladder = ladder
        self._wording = wording
        self._choice = choice
        self._sentences = sentences
        self._catalogue = catalogue
        self._local_words = local_words
        self._support_email = support_email

    def compose(
        self,
        question: str,
        passages: tuple[PassageView, ...],
        turn: Turn,
        texts: ReplyTexts,
        intent: RoutedIntent | None = None,
        *,
        least: float = MAY_ANSWER,
    ) -> Part:
        """An answer to `question` (masked) that rests on `passages`, or an honest "I found nothing".

        See `answer` for the arguments.
        """
        answered = self.answer(question, passages, turn, texts, intent, least=least)
        return self._nothing_found(question, turn, texts) if answered is None else answered

    def answer(
        self,
        question: str,
        passages: tuple[PassageView, ...],
        turn: Turn,
        texts: ReplyTexts,
        intent: RoutedIntent | None = None,
        *,
        least: float = MAY_ANSWER,
    ) -> Part | None:
        """An answer to `question` (masked) that rests on `passages`; None where they don't answer it.

        Args:
            question: what was asked.
            passages: best first.
            turn: the turn.
            texts: of the customer's language.
            intent: what the question was read as; a sure reading vouches for a passage of its own topic.
            least: how likely a passage must be to answer; `ANYTHING` for drafts, which needn't say how sure they are.
        """
        vouched = self._vouched(passages, intent)
        vouched += [p for p in passages[:1] if p.language != texts.language and p.score >= _OTHER_LANGUAGE]
        sure = {p.passage_id: self._answers(question, p, passages, intent, texts) for p in passages}
        plausible = tuple(
            p
            for p in passages
            if p.score >= _PLAUSIBLE
            or p.named
            or p in vouched
            or (_learned(p, texts) and sure[p.passage_id] >= MAY_ANSWER)
        )
        own = [p for p in passages if self._is_own(p, intent)]
        silent = max((p.score for p in passages if p not in own), default=0.0) < _SILENT
        untold = _is_brief(question) or (silent and not asked_kinds(question, texts.language))
        vouch = [p for p in vouched if not _learned(p, texts) or (untold and p in own)]
        vouch += [p for p in plausible if p.score >= _NEAR and not asked_kinds(question, texts.language)]
        sure |= {p.passage_id: max(sure[p.passage_id], MAY_ANSWER) for p in vouch}
        plausible = tuple(
            sorted(plausible, key=lambda p: (-min(sure[p.passage_id], _CERTAIN), _lacks_amount(question, p)))
        )
        none_answers = 0.0
        chosen = of_the_place(question, of_the_kind(question, plausible)) if plausible else ()
        try:
            if plausible and self._words:
                surest = _surest(sure, (*chosen, *plausible))
                if surest >= SURELY_ANSWERS or least == ANYTHING:  # what only comes closest is quoted
                    name = intent.intent if intent else ""
                    worded = self._wording.word(question, chosen[:_PASSAGES], turn, texts, name)
                    if worded is not None:
                        return self._as_sure(worded, question, surest, least, turn, texts)
            elif plausible and self._ladder.available and self._choice.needed(plausible):
                plausible, none_answers = self._choice.choose(question, plausible)
                chosen = of_the_place(question, of_the_kind(question, plausible))
        except ModelUnavailable:
            none_answers = 0.0
        if not plausible or none_answers > _NONE_ANSWERS:
            return None
        elsewhere = says_where_instead(question, chosen[0])
        shown = (chosen[0],) if elsewhere else _with_neighbour(question, _alike(chosen), plausible, sure)
        quote = self._quote(question, _not_confirming(question, shown), texts)
        # a table of places leads to the list of them
        surest = 1.0 if elsewhere else _surest(sure, (*chosen, plausible[0]))
        return self._as_sure(quote, question, surest, least, turn, texts)

    def likely(
        self, question: str, passages: tuple[PassageView, ...], texts: ReplyTexts, intent: RoutedIntent | None
    ) -> float:
        """How likely the best of `passages` is to answer `question`; 0 where that wasn't learned of such pages."""
        told = (p for p in passages if _learned(p, texts))
        return max((self._answers(question, p, passages, intent, texts) for p in told), default=0.0)

    def _vouched(self, passages: Sequence[PassageView], intent: RoutedIntent | None) -> list[PassageView]:
        """Passages on pages about what the question was surely read as: they may come closest, however it is worded."""
        if intent is None or intent.probability < _SURE_READING or intent.intent not in self._catalogue:
            return []
        entry = self._catalogue.get(intent.intent)
        least = _HALF_VOUCHED if entry.direct == "search_knowledge" else _PLAUSIBLE
        return [p for p in passages if p.named or p.score >= (_VOUCHED if entry.is_told_on(p.page) else least)]

    def _is_own(self, passage: PassageView, intent: RoutedIntent | None) -> bool:
        """Whether a passage stands on a page that tells of what the question was read as."""
        if intent is None or intent.intent not in self._catalogue:
            return False
        return self._catalogue.get(intent.intent).is_told_on(passage.page)

    def _answers(
        self,
        question: str,
        passage: PassageView,
        passages: tuple[PassageView, ...],
        intent: RoutedIntent | None,
        texts: ReplyTexts,
    ) -> float:
        """How likely it is that a passage answers; by the search alone where nothing else was learned of such pages."""
        if not _learned(passage, texts):
            import numpy as np

            return float(np.interp(passage.score, *_BY_SEARCH))
        entry = self._catalogue.get(intent.intent) if intent is not None and intent.intent in self._catalogue else None
        return probability(signals(question, passage, passages, intent, entry), passage.language)

    def _as_sure(
        self, part: Part, question: str, sure: float, least: float, turn: Turn, texts: ReplyTexts
    ) -> Part | None:
        """The answer as it is where its passage surely answers, as what comes closest where it may; else none."""
        if sure < least:
            return None
        if sure >= SURELY_ANSWERS or least == ANYTHING:
            return part
        if turn.state.tasks or turn.state.asked is not None or turn.state.identifying is not None:
            text = texts.say("closest_and_on", answer=part.text)
        else:
            text = texts.say("closest", answer=part.text)
            offer_person(turn, texts, question)
        around = Source(text.replace(part.text, ""))
        return replace(part, text=text, sources=(*part.sources, around), wording="closest")

    def _nothing_found(self, question: str, turn: Turn, texts: ReplyTexts) -> Part:
        """Says so and offers a person, unless another question follows in this reply."""
        if turn.state.tasks or turn.state.asked is not None:
            return Part(text=texts.say("no_passage_and_on"), wording="nothing_found")
        offer_person(turn, texts, question)
        return Part(
            text=texts.say("no_passage", support_email=self._support_email),
            sources=(Source(self._support_email),),
            wording="nothing_found",
        )

    @property
    def _words(self) -> bool:
        states = self._ladder.states()
        return states.get("hosted", "open") != "open" or (self._local_words and self._ladder.available)

    def _quote(self, question: str, passages: tuple[PassageView, ...], texts: ReplyTexts) -> Part:
        paragraphs: list[str] = []
        sources: list[Source] = []
        for number, passage in enumerate(passages, start=1):
            words = self._sentences.quote(question, passage.text, brief=number > 1, alone=len(passages) == 1)
            if presumes(question):
                words = _YES.sub(lambda lead: lead[1].upper(), words)
            if words.startswith("•") and len(passages) > 1:
                words = f"\n{words}"
            quote = texts.say("extract", quote=words)
            if len(passages) > 1 and passage.heading:
                quote = texts.say("extract_headed", heading=passage.heading, quote=words)
            other = f"{texts.say('other_language')} " if passage.language != texts.language else ""
            paragraphs.append(f"{other}{quote} [{number}]")
            sources.append(Source(f"{passage.heading}\n{passage.text}", passage=number, said=other + quote))
        return Part(text="\n\n".join(paragraphs), passages=passages, sources=tuple(sources), wording="quote")


def _learned(passage: PassageView, texts: ReplyTexts) -> bool:
    """Whether what was learned of the signals holds for a passage: it tells how customers ask, in their language."""
    return passage.told and passage.language == texts.language


def _surest(sure: dict[str, float], passages: Sequence[PassageView]) -> float:
    return max(sure[passage.passage_id] for passage in passages)


def _lacks_amount(question: str, passage: PassageView) -> bool:
    """Whether a passage holds no amount or time such as the question asks for, taking none for granted."""
    wish = None if presumes(question) else wanted(question)
    return wish is not None and not any(map(wish.met_by, sentences(passage.text)))


def _is_brief(question: str) -> bool:
    """Whether a question has so few words that the search can't tell what it is near to: the reading tells more."""
    han = sum(has_han(character) for character in question)
    return 0 < han <= _BRIEF_HAN or (not han and len(question.split()) <= _BRIEF)


def _alike(passages: tuple[PassageView, ...]) -> tuple[PassageView, ...]:
    """The best passage, and the next one when it scores nearly the same: then the search can't tell which answers."""
    best = passages[0]
    share = _AS_GOOD if best.score >= _SURE else _HALF
    near = (p for p in passages[1:_PASSAGES] if p.language == best.language and p.score >= share * best.score)
    return (best, *near)


def _with_neighbour(
    question: str, shown: tuple[PassageView, ...], plausible: tuple[PassageView, ...], sure: dict[str, float]
) -> tuple[PassageView, ...]:
    """One passage alone is joined by a likely one of its page where the question takes something for granted.

    What contradicts it may stand in the next section: "is Care 19 dollars for my pan?", and Care isn't sold for pans.
    """
    if len(shown) > 1 or not presumes(question):
        return shown
    beside = (p for p in plausible if p.page == shown[0].page and p not in shown)
    return (*shown, *[p for p in beside if sure[p.passage_id] >= _EVEN][:1])


def _not_confirming(question: str, passages: tuple[PassageView, ...]) -> tuple[PassageView, ...]:
    """The passages without those that say, of something else, the very number that the question takes for granted."""
    if not presumes(question) and passages[0].score >= _SURE_ANSWER:
        return passages
    presumed = {(found.kind, found.value) for found in quantities(question)}
    told = [{(found.kind, found.value) for found in quantities(passage.text)} for passage in passages]
    first = told[0] & presumed
    return tuple(p for at, p in enumerate(passages) if at == 0 or first or not told[at] & presumed)
