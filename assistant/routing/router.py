"""The router: from a message to an ordered list of requests, with what was heard and why it was decided so."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.errors import OperatorError
from assistant.routing.decision import RoutedIntent, RoutingDecision, Vote
from assistant.routing.detectors.model_vote import NONE_OF_THEM, ModelVote, with_vote
from assistant.routing.fusion.judge import Judge, Reading
from assistant.routing.fusion.prior import IntentPrior, leaned
from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.reading.follow_up import FOLLOWS, leans_on
from assistant.routing.reading.mood import mood_of
from assistant.routing.reading.slots import SlotFinder
from assistant.routing.reading.spelling import Spelling
from assistant.routing.reading.split import PART, PossibleCut, Request, possible_cuts, requests
from assistant.routing.reading.vague import Vague, vagueness
from assistant.routing.reading.wording import spoken, without_courtesies
from assistant.routing.renewal import Renewal
from assistant.text.language import Language, detect_language
from assistant.text.masking import Account, Masker

BEHAVIOUR = "behaviour"
"""The vote of what the customer did just before; its scores are what was added to logarithms, not probabilities."""
_SHOWN_NEAREST = 5
_SHOWN_LIFTS = 3
_MOST_READINGS = 3
_AGREED = 0.5


@dataclass(frozen=True)
class RoutingContext:
    """What the router knows of the conversation.

    Args:
        language: of the conversation, for messages that don't tell.
        last_intent: the intent that was served last; empty at the beginning.
        last_utterance: the words that asked for it.
        recent_orders: order ids mentioned lately, newest first.
        acts: what the customer did on the shop's pages just before, the newest first, such as `return_page`.
    """

    language: Language = "en"
    last_intent: str = ""
    last_utterance: str = ""
    recent_orders: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Thresholds:
    """Probabilities at which the router changes its mind.

    Args:
        act: a request with at least this much is served; below, the customer is asked which reading is meant.
        ask_model: below this the language model is asked, where there is one.
        doubt_scope: a message that is this probably out of scope is put before the model as well.
        reading: least probability of a reading that is offered to the customer.
        candidates: how many intents are put before the model.
    """

    act: float = 0.3
    ask_model: float = 0.6
    doubt_scope: float = 0.6
    reading: float = 0.08
    candidates: int = 4


class Router:
    """Decides what a message asks for.

    Args:
        catalogue: the intents.
        judge: reads texts without a language model.
        finder: finds values in words.
        model: the language model's vote.
        thresholds: see there; None for those that training chose.
        renewal: gives a judge that takes the place of the one before; asked before each decision. None: it stays.
        prior: says what the customer's behaviour makes likelier; None where nothing is known of it.
        spelling: mends mistyped English words; None where words aren't known.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        judge: Judge,
        finder: SlotFinder,
        model: ModelVote,
        thresholds: Thresholds | None = None,
        renewal: Renewal | None = None,
        prior: IntentPrior | None = None,
        spelling: Spelling | None = None,
    ) -> None:
        self._prior = prior
        self._spelling = spelling
        self._catalogue = catalogue
        self._judge = judge
        self._finder = finder
        self._model = model
        self._thresholds = thresholds
        self._renewal = renewal

    def decide(self, utterance: str, context: RoutingContext | None = None) -> RoutingDecision:
        """The requests of a message, in its order.

        Args:
            utterance: what the customer wrote; personal data may be masked (`<EMAIL_1>`).
            context: the conversation so far.
        """
        self.renew()
        context = context or RoutingContext()
        language = detect_language(utterance, default=context.language)
        mood = mood_of(utterance, language)
        felt = {"sentiment": mood.sentiment, "urgency": mood.urgency, "mood_words": mood.words}
        return self._decide(utterance, language, context).model_copy(update=felt)

    def renew(self, *, wait: bool = False) -> None:
        """Take up a refit, or its rollback, where there is one.

        Args:
            wait: until it can be taken up; otherwise a decision may still be made by the judge before.
        """
        if self._renewal is None:
            return
        fresh = self._renewal.waited() if wait else self._renewal()
        self._judge = fresh or self._judge

    def _decide(self, utterance: str, language: Language, context: RoutingContext) -> RoutingDecision:
        text = self._prepared(utterance, language)
        if not any(character.isalnum() for character in text):
            return RoutingDecision(language=language, outcome="ambiguous", thresholds=self._shown(language))
        whole = self._judge.read([text], language)[0]
        if whole.corrected:
            return self._decided([Request(text, whole)], language, context)
        if self._follows(text, language, whole, context):
            return self._follow_up(text, language, whole, context)
        if (vague := vagueness(text, language)) is not None:
            whole = self._leaned(whole, context)
            offered = dict(whole.probabilities) if vague is Vague.TOPIC else {}
            return self._ambiguous(offered, language, [whole], least=0.0)
        found = requests(text, language, whole, self._judge, self._catalogue, self._finder)
        if len(found) == 1:
            found = [found[0]._replace(reading=self._leaned(found[0].reading, context))]
        return self._decided(found, language, context)

    def read(self, texts: Sequence[str], language: Language) -> list[tuple[tuple[str, float], ...]]:
        """The probabilities of all intents by the words alone, best first, for each text; for measuring."""
        return [reading.probabilities for reading in self._judge.read(texts, language)]

    def possible_cuts(self, utterance: str, language: Language) -> list[PossibleCut]:
        """All places where a message may be cut into two requests; for learning which of them are cuts."""
        text = self._prepared(utterance, language)
        whole = self._judge.read([text], language)[0]
        return possible_cuts(text, language, whole, self._judge, self._catalogue, self._finder)

    def learn(
        self,
        utterance: str,
        intent: str,
        language: Language = "en",
        *,
        conversation_id: str = "",
        account: Account | None = None,
    ) -> None:
        """Correct a decision: the same message, and messages like it, are decided so from now on.

        Args:
            utterance: what the customer wrote; personal data in it is masked.
            intent: what it asks for; empty where it is no business of the shop.
            language: of the conversation, for messages that don't tell.
            conversation_id: where it was said; the correction is forgotten with it.
            account: of the customer, for masking.

        Raises:
            OperatorError: there is no such intent, or nowhere to keep it.
        """
        if intent and intent not in self._catalogue:
            raise OperatorError(f"there is no intent {intent!r}", fix="assistant intents list")
        masked = Masker(account=account).mask(utterance)
        language = detect_language(masked, default=language)
        text = self._prepared(masked, language)
        self._judge.learn(text, intent, language, conversation_id)

    def _prepared(self, utterance: str, language: Language) -> str:
        """What is read of a message: without courtesies, its mistyped words mended."""
        text = spoken(without_courtesies(utterance.strip(), language), language)
        return self._spelling.mended(text) if self._spelling is not None and language == "en" else text

    def taken(self, name: str, words: str) -> RoutedIntent:
        """The request `name` for words that were unclear until the customer chose it."""
        return self._routed(name, 1.0, words)

    def _leaned(self, reading: Reading, context: RoutingContext) -> Reading:
        """The reading with the customer's behaviour counted, where the text leaves it open what is meant."""
        if self._prior is None or not context.acts:
            return reading
        started = time.perf_counter()
        lift = self._prior.lift(context.acts)
        probabilities = leaned(reading.probabilities, lift)
        if probabilities == reading.probabilities:
            return reading
        likelier = sorted(lift.items(), key=lambda entry: -entry[1])[:_SHOWN_LIFTS]
        vote = Vote(
            detector=BEHAVIOUR,
            words=", ".join(context.acts),
            scores=tuple((name, round(value, 4)) for name, value in likelier),
            milliseconds=round((time.perf_counter() - started) * 1000, 3),
        )
        return replace(reading, probabilities=probabilities, votes=(*reading.votes, vote))

    def _follows(self, text: str, language: Language, whole: Reading, context: RoutingContext) -> bool:
        last = context.last_intent
        if last not in self._catalogue or self._catalogue.get(last).social:
            return False
        return leans_on(text, language, whole, last, self._finder)

    def _follow_up(self, text: str, language: Language, whole: Reading, context: RoutingContext) -> RoutingDecision:
        intent = self._routed(context.last_intent, FOLLOWS, text, follows_up=True)
        return self._decision(language, "routed", (intent,), [whole])

    def _decided(self, found: list[Request], language: Language, context: RoutingContext) -> RoutingDecision:
        readings = [request.reading for request in found]
        if len(found) > 1:
            routed = tuple(self._routed(r.reading.intent, r.reading.probability, r.words) for r in found)
            return self._decision(language, "routed", routed, readings)
        words, reading = found[0]
        limits = self._limits(language)
        doubtful = limits.doubt_scope < reading.outside <= reading.limit
        unsure = reading.probability < limits.ask_model and not reading.is_outside
        if (unsure or doubtful) and self._model.available:
            candidates = [name for name, _ in reading.probabilities[: limits.candidates]]
            vote = self._model.ask(words, candidates, language, reading.nearest, context.last_utterance)
            if vote is not None:
                return self._after_vote(words, reading, vote, language)
        if reading.is_outside:
            return self._decision(language, "out_of_scope", (), readings)
        if reading.probability >= limits.act:
            routed = (self._routed(reading.intent, reading.probability, words),)
            return self._decision(language, "routed", routed, readings)
        return self._ambiguous(dict(reading.probabilities), language, readings)

    def _after_vote(self, words: str, reading: Reading, vote: Vote, language: Language) -> RoutingDecision:
        before = {**dict(reading.probabilities), NONE_OF_THEM: reading.outside}
        after = with_vote(before, vote)
        best, probability = next(iter(after.items()))
        if best == vote.scores[0][0] == reading.intent:  # two that agree are never less sure than one
            probability = max(probability, reading.probability)
        if best == NONE_OF_THEM:
            return self._decision(language, "out_of_scope", (), [reading], vote)
        limits = self._limits(language)
        if probability >= max(limits.act, _AGREED) or best == vote.scores[0][0] == reading.intent:
            return self._decision(language, "routed", (self._routed(best, probability, words),), [reading], vote)
        return self._ambiguous(after, language, [reading], vote)

    def _ambiguous(
        self,
        probabilities: dict[str, float],
        language: Language,
        readings: list[Reading],
        vote: Vote | None = None,
        *,
        least: float | None = None,
    ) -> RoutingDecision:
        least = self._limits(language).reading if least is None else least
        known = {n: p for n, p in probabilities.items() if n in self._catalogue and not self._catalogue.get(n).social}
        offered = [name for name, probability in list(known.items())[:_MOST_READINGS] if probability >= least]
        offered = offered if len(offered) > 1 else []
        return self._decision(language, "ambiguous", (), readings, vote, offered)

    def _routed(self, name: str, probability: float, words: str, *, follows_up: bool = False) -> RoutedIntent:
        intent = self._catalogue.get(name)
        return RoutedIntent(
            intent=name,
            agent=intent.agent,
            probability=round(min(probability, 1.0), 4),
            words=words,
            slots=self._finder.find(words, intent),
            follows_up=follows_up,
        )

    def _decision(
        self,
        language: Language,
        outcome: str,
        intents: tuple[RoutedIntent, ...],
        readings: list[Reading],
        vote: Vote | None = None,
        offered: list[str] | None = None,
    ) -> RoutingDecision:
        votes = tuple(vote for reading in readings for vote in reading.votes)
        return RoutingDecision.model_validate(
            {
                "language": language,
                "outcome": outcome,
                "intents": intents,
                "readings": tuple(offered or ()),
                "votes": (*votes, *((vote,) if vote else ())),
                "nearest": readings[0].nearest[:_SHOWN_NEAREST],
                "thresholds": {
                    **self._shown(language),
                    "out_of_scope": round(readings[0].outside, 4),
                    "out_of_scope_limit": round(readings[0].limit, 4),
                },
                "model_calls": int(vote is not None),
            }
        )

    def _limits(self, language: Language) -> Thresholds:
        if self._thresholds is not None:
            return self._thresholds
        chosen = self._judge.figures(language)
        act, ask = chosen.get("act", Thresholds.act), chosen.get("ask_model", Thresholds.ask_model)
        return Thresholds(act=act, ask_model=ask)

    def _shown(self, language: Language) -> dict[str, float]:
        limits, chosen = self._limits(language), self._judge.figures(language)
        stated = {name: chosen[name] for name in ("risk", "asked") if name in chosen and self._thresholds is None}
        return {
            "act": limits.act,
            "ask_model": limits.ask_model,
            **stated,
            "enough": self._judge.enough(language),
            "part": PART,
        }
