"""What the pages hold for a request: searched with its words, and where that is unsure, with what it is about."""

from collections.abc import Callable, Sequence

from assistant.conversation.direct.arguments import DirectArguments
from assistant.conversation.direct.words import about_own, asks
from assistant.conversation.pages.answerable import ANSWERS, probability, signals
from assistant.conversation.pages.at_hand import of_thing
from assistant.conversation.pages.rules_first import Rule, asks_rule, bids, presumes
from assistant.conversation.reading.own_things import LOOK_UPS
from assistant.conversation.reading.signals import signals as said
from assistant.conversation.reading.variant_questions import speaks_of_it
from assistant.conversation.turn import Served, Turn
from assistant.routing.decision import RoutedIntent
from assistant.routing.intents.catalogue import Catalogue
from assistant.tools.context import ToolContext
from assistant.tools.knowledge import passages_for
from assistant.tools.registry import ToolOutcome, ToolRegistry
from assistant.tools.results import KnowledgeResult

ANY_PAGE = "shop_info"
"""What a question is taken for that no intent fits."""
TELLS = 0.5
"""From here a page tells something to the point."""
TELLS_THE_FAR = 0.85
"""What a page must score to be told to a question that the router takes for none of the shop's business."""
SEARCHING = ("search_knowledge", "search_products")
_DEEP = 24
"""So many passages are looked through for the score of those that were found with the name of what is asked about."""
_HARDLY = 0.01
"""What one scores that isn't among them."""
_TWO = 2
_PRODUCTS, _HELP = "products", "product_help"
_AS_ONE = 0.8
"""What a whole message must score where some of its parts aren't served by pages."""
_CLEAR = 0.6
"""A request of its own is read at least so surely; less, and it may be half a question."""


class PageSearch:
    """Searches the pages for requests.

    Args:
        catalogue: knows the names of what is asked about, and the pages about it.
        registry: the tools.
        direct: fills the search's arguments.
        context_for: the circumstances of a tool call in a turn.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        registry: ToolRegistry,
        direct: DirectArguments,
        context_for: Callable[[Turn], ToolContext],
    ) -> None:
        self._catalogue = catalogue
        self._registry = registry
        self._direct = direct
        self._context_for = context_for

    def from_pages(self, intent: RoutedIntent, turn: Turn) -> Served:
        """What the pages hold for a request, whatever tool it would be served by."""
        filled = self._direct.fill("search_knowledge", intent, turn)
        arguments = filled.arguments if filled and filled.arguments else {"query": intent.words}
        outcome = self._registry.call("search_knowledge", arguments, self._context_for(turn))
        return self.about_it(_served((outcome,), intent), intent, turn)

    def answering(self, intent: RoutedIntent, turn: Turn, least: float) -> Served | None:
        """What the pages hold for a question that was read as one for another tool, where they likely answer it.

        Args:
            least: how likely the best passage must be to answer (see `answerable`), 0 to 1.
        """
        served = self.from_pages(intent, turn)
        entry = self._catalogue.get(intent.intent)
        learned = [p for p in served.passages if p.told and p.language == turn.language]
        likely = (probability(signals(intent.words, p, served.passages, intent, entry), p.language) for p in learned)
        return served if max(likely, default=0.0) >= least else None

    def of_thing_at_hand(self, intent: RoutedIntent, turn: Turn, least: float) -> Served | None:
        """What the pages hold for words about the thing that was talked about, which they don't name.

        Args:
            least: how likely the best passage must be to answer them, 0 to 1.
        """
        kind = self._direct.kind_at_hand(turn, turn.language)
        if not kind:
            return None
        named = intent.model_copy(update={"words": f"{kind}{'：' if turn.language == 'zh' else ': '}{intent.words}"})
        return self.answering(named, turn, least)

    def name_at_hand(self, turn: Turn) -> str:
        """The name of the product that was talked about last; empty where none was."""
        return self._direct.title_at_hand(turn, turn.language)

    def as_one(self, intents: Sequence[RoutedIntent], turn: Turn) -> Sequence[RoutedIntent]:
        """Parts of one question as one: what happened and the rule for it, or two that find their page together.

        "The lid came broken, how many days do I have?" of a visitor is one question; questions to the pages are one
        where the whole message finds its page more surely than its parts, and so is a visitor's question about a rule,
        a part of which reads like a wish ("how many points do I get and when do they arrive?"). What asks nothing
        belongs to the question after it ("we'd order 60 chairs; what discount is that?").
        """
        if len(intents) < _TWO:
            return intents
        direct = [self._catalogue.get(one.intent).direct for one in intents]
        first, last = intents[0], intents[-1]
        told = self._catalogue.get(first.intent).changes_order and not asks(first.words)
        vague = last.probability < _CLEAR or direct[-1] in (*SEARCHING, *LOOK_UPS)
        if len(intents) == _TWO and turn.customer is None and told and (vague or asks(last.words)):
            rule = asks_rule(last.words) is Rule.SURELY and vague
            together = first.model_copy(update={"words": turn.masked})
            if rule or self.answering(together, turn, ANSWERS) is not None:
                return (together,)
            if vague and not presumes(turn.masked):
                return intents
        if (
            turn.customer is None
            and direct[-1] == "search_knowledge"
            and asks(last.words)
            and not any(
                asks(one.words) or bids(one.words) or self._catalogue.get(one.intent).agent == "orders"
                for one in intents[:-1]
            )
        ):
            return (last.model_copy(update={"words": turn.masked, "slots": ()}),)
        pages = [one for one, tool in zip(intents, direct, strict=True) if tool == "search_knowledge"]
        if not pages or (len(pages) < len(intents) and (turn.customer is not None or not _asks_pages(turn.masked))):
            return intents
        if len(pages) == len(intents) and asks(last.words) and not any(asks(one.words) for one in intents[:-1]):
            return (last.model_copy(update={"words": turn.masked, "slots": ()}),)
        whole = pages[0].model_copy(update={"words": turn.masked, "slots": ()})
        best = [max((p.score for p in self.from_pages(one, turn).passages), default=0.0) for one in (whole, *intents)]
        least = 0.0 if len(pages) == len(intents) else _AS_ONE
        return (whole,) if best[0] >= max(least, *best[1:]) else intents

    def about_it(self, served: Served, intent: RoutedIntent, turn: Turn) -> Served:
        """Where the search is unsure, also pages about what is asked that it finds with the name of that.

        They keep the score that the question itself gives them.
        """
        served = self._of_thing(served, intent, turn)
        if intent.intent == ANY_PAGE or max((p.score for p in served.passages), default=0.0) >= TELLS:
            return served
        entry, context = self._catalogue.get(intent.intent), self._context_for(turn)
        named = {"query": f"{entry.label(turn.language)}: {intent.words}"}
        again = self._registry.call("search_knowledge", named, context)
        by_name = [p for p in _served((again,), intent).passages if entry.is_told_on(p.page)]
        both = {p.passage_id for p in by_name} & {p.passage_id for p in served.passages}
        more = [p for p in by_name if p.passage_id not in both]
        query = next((o.result.query for o in served.outcomes if isinstance(o.result, KnowledgeResult)), intent.words)
        deep = {passage.passage_id: passage for passage in (passages_for(context, query, _DEEP) if more else ())}
        own = (deep.get(p.passage_id) or p.model_copy(update={"score": _HARDLY, "asked": 0.0}) for p in more)
        kept = (p.model_copy(update={"named": p.passage_id in both}) for p in served.passages)
        found = (*kept, *(passage.model_copy(update={"named": True}) for passage in own))
        served.outcomes = (*served.outcomes, again)
        served.passages = tuple(sorted(found, key=lambda passage: -passage.score))
        return served

    def _of_thing(self, served: Served, intent: RoutedIntent, turn: Turn) -> Served:
        """What the pages hold for words about the thing that is talked about, which they don't name; see `at_hand`."""
        thing = self._direct.thing_at_hand(intent, turn) if self._may_be_of_thing(intent) else None
        if thing is None or not served.passages:
            return served
        kind = self._direct.kind_at_hand(turn, turn.language)
        query = {"query": f"{kind}{'：' if turn.language == 'zh' else ': '}{intent.words}"}
        again = self._registry.call("search_knowledge", query, self._context_for(turn))
        named = _served((again,), intent).passages
        points = said().points_back(intent.words) or speaks_of_it(intent.words)
        served.passages = of_thing(served.passages, named, thing, points=points)
        served.outcomes = (*served.outcomes, again)
        return served

    def _may_be_of_thing(self, intent: RoutedIntent) -> bool:
        """Whether a request is about how a thing is or is used, rather than about a rule of the shop."""
        agent = self._catalogue.get(intent.intent).agent
        return agent == _PRODUCTS or intent.intent in (ANY_PAGE, _HELP) or intent.probability < _CLEAR

    def with_rules(self, served: Served, intent: RoutedIntent, turn: Turn) -> Served:
        """Search once more with the name of the rule that is asked for before the question."""
        query = f"{self._catalogue.get(intent.intent).label(turn.language)}: {intent.words}"
        again = self._registry.call("search_knowledge", {"query": query}, self._context_for(turn))
        both = _served((*served.outcomes, again), intent)
        both.passages = tuple({passage.passage_id: passage for passage in both.passages}.values())
        return both


def _asks_pages(words: str) -> bool:
    """Whether a message asks how something is, of nothing that is the customer's own."""
    return asks_rule(words) is Rule.SURELY or (asks(words) and not about_own(words))


def _served(outcomes: tuple[ToolOutcome, ...], intent: RoutedIntent) -> Served:
    served = Served(intent, outcomes)
    for outcome in outcomes:
        if isinstance(outcome.result, KnowledgeResult):
            served.passages += outcome.result.passages
    return served
