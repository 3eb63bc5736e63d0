"""act: each request is served by a tool at once or by its sub-agent; what can't be served goes to a person."""

from collections.abc import Callable, Sequence
from typing import Any

from assistant.agents.roster import Roster
from assistant.conversation.added_answers import LOOKED_AT, AddedAnswers
from assistant.conversation.direct.arguments import DirectArguments
from assistant.conversation.direct.filled import Filled
from assistant.conversation.direct.words import about_own, asks
from assistant.conversation.heard.damage import reported_damage
from assistant.conversation.history import as_messages
from assistant.conversation.identification.desk import IdentificationDesk
from assistant.conversation.not_understood import NotUnderstood
from assistant.conversation.pages.answer_kind import asks_how_it_is, asks_which_there_are, is_guide, leads_astray
from assistant.conversation.pages.answerable import ANSWERS, SURELY_ANSWERS
from assistant.conversation.pages.rules_first import Rule, asks_rule, bids, claims, presumes
from assistant.conversation.pages.safety import put_safety_first
from assistant.conversation.pages.search import SEARCHING, TELLS, PageSearch
from assistant.conversation.pages.sections import with_section
from assistant.conversation.reading.counts import AS_ASKED, wants_other_count
from assistant.conversation.reading.for_person import tells_person
from assistant.conversation.reading.leaning import Leaning
from assistant.conversation.reading.of_refusal import remember_refusal
from assistant.conversation.reading.own_things import LOOK_UPS, asks_money_of_it
from assistant.conversation.reading.signals import brief, signals
from assistant.conversation.reading.subject import remember_subject
from assistant.conversation.recall import Recall
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.showing.views import Views
from assistant.conversation.state import Asked
from assistant.conversation.talk.small_talk import COURTESIES, HANDED_OVER, SmallTalk
from assistant.conversation.tasks.desk import TaskDesk
from assistant.conversation.tasks.going_back import asks_what_goes_back
from assistant.conversation.turn import Served, Turn
from assistant.errors import ModelUnavailable
from assistant.models.ladder import ModelLadder
from assistant.routing.decision import RoutedIntent
from assistant.routing.intents.catalogue import Catalogue
from assistant.shop.asked import asks_for_data
from assistant.tools.context import ToolContext
from assistant.tools.registry import ToolOutcome, ToolRegistry
from assistant.tools.results import KnowledgeResult, OrderResult, ProductList

_CHOSEN = ("answer", "button", "identification")
"""Who says what was asked for before: the rule for it has been told."""
_SWAPS = ("change_items", "exchange_items")
_GENERAL_LOOK_UPS = ("refund_status",)
"""Of those, what customers who are known ask about in general as well."""
_OF_ORDERS = ("get_order_details", "list_orders")
_OF_PRODUCTS = ("get_product_details", "search_products", "compare_products")
_GUIDES = 0.85
_PERHAPS = 0.35
"""How likely a page must be to answer what no product's data tell."""
_HARDLY_READ = 0.6
"""What is read less surely as a wish for a person may be a question that says "robot" or "pay me"."""
_TELLS_SURELY = 0.7
"""What a page must score to be told to a customer who asks for a rule, or perhaps does."""
_NOT_RECEIVED = "not_received"
_OF_A_PRODUCT = ("get_product_details", "check_stock")
_MISSING = "wrong_or_missing_item"
_BY_PERSON = {_MISSING: "missing_by_person", _NOT_RECEIVED: "not_received_by_person"}
_FALLBACK_TOOLS = {"orders": "list_orders", "products": "search_products", "faq": "search_knowledge"}


class Act:
    """The fourth stage of a turn.

    Args:
        catalogue: says how each intent is served.
        registry: the tools.
        roster: the sub-agents.
        ladder: the models.
        direct: fills arguments of READ tools in code.
        recall: what is remembered of the customer, fetched only for agents.
        small_talk: serves intents that need neither a tool nor a model.
        tasks: serves changes, step by step.
        identification: asks strangers who they are.
        leaning: makes follow-ups whole for tools that search.
        context_for: the circumstances of a tool call in a turn.
    """

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        registry: ToolRegistry,
        roster: Roster,
        ladder: ModelLadder,
        direct: DirectArguments,
        recall: Recall,
        small_talk: SmallTalk,
        tasks: TaskDesk,
        identification: IdentificationDesk,
        leaning: Leaning,
        context_for: Callable[[Turn], ToolContext],
    ) -> None:
        self._catalogue = catalogue
        self._registry = registry
        self._roster = roster
        self._ladder = ladder
        self._direct = direct
        self._recall = recall
        self._small_talk = small_talk
        self._tasks = tasks
        self._identification = identification
        self._leaning = leaning
        self._pages = PageSearch(catalogue, registry, direct, context_for)
        self._not_understood = NotUnderstood(catalogue, self._pages, tasks)
        self._context_for = context_for
        self._added = AddedAnswers(catalogue, self._pages, tasks, self._serve, direct.reckoning)

    def __call__(self, turn: Turn, texts: ReplyTexts, views: Views) -> None:
        """Fill in `turn.served`, one entry for each request, in the order of the message."""
        decision = turn.decision
        if decision is None:
            raise ValueError("act comes after understand")
        if all(self._catalogue.get(intent.intent).agent == "faq" for intent in decision.intents):
            self._tasks.remember_named(turn)
        claim = turn.state.claim
        was_off_topic, turn.state.off_topic = turn.state.off_topic, False
        if turn.move is not None and turn.move.kind == "stuck" and self._small_talk.only_tells(turn):
            turn.move, decision = None, decision.model_copy(update={"outcome": "out_of_scope", "intents": ()})
        if turn.answered:
            turn.state.unsure = 0
        elif turn.move is not None:
            turn.state.unsure = 0
            moved = self._tasks.advance(turn.move, turn, texts, views)
            asking = turn.state.tasks[-1] if moved and moved[-1].quick_replies and turn.state.tasks else None
            if turn.move.rest:
                self._serve_all(decision.intents[1:], turn, texts, views, asks=asking is None)
            goes_on = asking is not None and asking in turn.state.tasks[-1:]
            turn.served = [*turn.served, *moved] if goes_on else [*moved, *turn.served]
        else:
            instead, is_all = self._small_talk.instead(decision, turn)
            turn.served += [instead] if instead else []
            if is_all:
                turn.state.unsure = 0
                turn.served += self._tasks.resume(turn, texts, views) if turn.state.tasks else []
            elif decision.outcome == "routed":
                turn.state.unsure = 0
                self._serve_all(decision.intents, turn, texts, views)
            else:
                turn.served += self._not_understood(decision, turn, texts, views, was_off_topic=was_off_topic)
        remember_refusal(turn)
        put_safety_first(turn, self._pages)
        if any(self._catalogue.get(intent.intent).agent != "faq" for intent in decision.intents):
            turn.state.claim = turn.state.claim if turn.state.claim != claim else ""
        if turn.state.pictures and not turn.state.handed_off and reported_damage(turn.served):
            turn.served.append(Served(None, reply=("heard/looks_at_it", {}), handoff="a photo of damage to look at"))

    def _serve_all(
        self, intents: Sequence[RoutedIntent], turn: Turn, texts: ReplyTexts, views: Views, *, asks: bool = True
    ) -> None:
        """Serve what can be answered, then begin the changes, or go back to the one that waits: one question.

        Args:
            intents: the requests.
            turn: the turn.
            texts: of the customer's language.
            views: of the same language.
            asks: whether the task that waits must be gone back to; otherwise its question is asked beside.
        """
        waiting = bool(turn.state.tasks)
        intents = self._pages.as_one(intents, turn)
        rules = {intent: told for intent in intents if (told := self._rule_of_own(intent, turn))}
        changes = [
            intent
            for intent in intents
            if turn.customer is not None and intent not in rules and self._tasks.takes(intent)
        ]
        for intent in intents:
            if intent in rules:
                turn.served.append(rules[intent])
            elif intent not in changes:
                turn.served += self._added(self._serve(intent, turn, views), turn, texts, views)
        if any(served.handoff for served in turn.served):
            return
        if changes:
            for intent in changes:
                turn.state.last_intent, turn.state.last_utterance = intent.intent, intent.words
            turn.served += self._tasks.begin(changes, turn, texts, views)
        elif (
            asks and waiting and turn.state.asked is None and not any(intent.intent == "goodbye" for intent in intents)
        ):
            turn.served += self._tasks.resume(turn, texts, views)

    def _serve(self, intent: RoutedIntent, turn: Turn, views: Views) -> Served:
        entry = self._catalogue.get(intent.intent)
        if (told := self._despite(intent, turn)) is not None:
            return told
        if tells_person(intent, turn):
            return Served(intent, reply=("handoff_told", {}))
        if entry.agent == "products" and (more := self._direct.more(intent, turn)) is not None:
            turn.state.last_intent = intent.intent
            return self._call_directly(more[0], more[1], intent, turn, views)
        intent = self._made_whole(intent, turn)
        if intent.intent in LOOK_UPS:
            turn.state.last_look_up = intent.intent
        turn.state.last_intent, turn.state.last_utterance = intent.intent, intent.words
        if entry.identified and turn.customer is None:
            asked = self._identification.begin(intent, turn)
            words, look_up = intent.words, intent.intent in LOOK_UPS
            general = entry.changes_order or (look_up and (presumes(words) or claims(words) or not about_own(words)))
            return self._rules_first(intent, asked, turn) if general else self._sure_page(intent, asked, turn)
        if served := self._small_talk.serve(intent, turn):
            return served
        if entry.changes_order:
            return self._change(intent, turn, views)
        if entry.direct == "search_products" and (filled := self._direct.recommendation(intent, turn)) is not None:
            if turn.state.no_suggestions and turn.customer is None:
                return Served(intent, reply=("recommend_products", {"declined": True, "suggestions": [], "about": ""}))
            return self._call_directly("recommend_products", filled, intent, turn, views)
        if entry.direct is not None:
            if (told := self._guide(entry.direct, intent, turn)) is not None:
                return told
            of_orders = entry.direct in _OF_ORDERS
            if of_orders and (several := self._direct.several_orders(entry.direct, intent, turn)) is not None:
                return self._call_directly("list_orders", several, intent, turn, views)
            if entry.direct in _OF_A_PRODUCT and (version := self._direct.version(intent, turn)) is not None:
                return self._call_directly("get_item_details", version, intent, turn, views)
            if (variants := self._direct.variants(entry.direct, intent, turn)) is not None:
                return self._call_directly("list_variants", variants, intent, turn, views)
            filled = self._direct.fill(entry.direct, intent, turn)
            if filled is None and (alone := self._direct.of_one(entry.direct, intent, turn)) is not None:
                return self._call_directly("get_product_details", alone, intent, turn, views)
            if filled is not None:
                return self._call_directly(entry.direct, filled, intent, turn, views)
        return self._ask_agent(intent, turn, views)

    def _rules_first(self, intent: RoutedIntent, asked: Served, turn: Turn) -> Served:
        """A stranger's question about a change ("can I return it once opened?") is answered from the pages first."""
        named = intent.slot("order_id") is not None and asks_rule(intent.words) is Rule.NONE
        if asked.handoff or named:
            return asked
        if not (asks(intent.words) or presumes(intent.words) or claims(intent.words)):
            return self._sure_page(intent, asked, turn)
        served = self._pages.from_pages(intent, turn)
        served.otherwise, served.after = asked, "identify/offer"
        return served

    def _despite(self, intent: RoutedIntent, turn: Turn) -> Served | None:
        """The page that surely answers a question that was hardly read as one for a person or as small talk."""
        of_itself = intent.intent in COURTESIES or intent.intent in HANDED_OVER
        if not of_itself or intent.probability >= _HARDLY_READ or not presumes(intent.words):
            return None
        return self._pages.answering(intent, turn, ANSWERS)

    def _sure_page(self, intent: RoutedIntent, asked: Served, turn: Turn) -> Served:
        """A stranger's message that was read as private but surely finds its page ("I have no printer at home")."""
        if asked.handoff or bids(intent.words) or intent.slot("order_id") is not None:
            return asked
        served = self._pages.answering(intent, turn, ANSWERS if asks(intent.words) else SURELY_ANSWERS)
        if served is None or (brief(intent.words) and not asks(intent.words) and not is_guide(served.passages)):
            return asked
        served.otherwise, served.after = asked, "identify/offer"
        return served

    def _rule_of_own(self, intent: RoutedIntent, turn: Turn) -> Served | None:
        """The page's answer to a customer who asks how the rule is; None where they want it done, or no page says it.

        What they may want after it is offered, and a yes begins it.
        """
        entry = self._catalogue.get(intent.intent)
        if turn.customer is None or turn.state.tasks or not (entry.changes_order or intent.intent in _GENERAL_LOOK_UPS):
            return None
        if intent.intent in _SWAPS and wants_other_count(intent.words):
            told = self._pages.from_pages(intent.model_copy(update={"words": AS_ASKED[turn.language]}), turn)
            return told if max((passage.score for passage in told.passages), default=0.0) >= TELLS else None
        rule, votes = asks_rule(intent.words), turn.decision.votes if turn.decision else ()
        chosen = bool(votes) and votes[0].detector in _CHOSEN
        wished = signals().wishes(intent.words) and signals().names(intent.words, intent.intent)
        if chosen or rule is Rule.NONE or intent.slot("order_id") or intent.follows_up:
            return None
        if wished or asks_what_goes_back(intent.words) or asks_money_of_it(intent, turn):
            return None
        just_told = turn.state.last_order and turn.state.last_intent in LOOK_UPS
        if rule is Rule.PERHAPS and (just_told or self._direct.names_own_order(intent, turn)):
            return None
        served = self._pages.from_pages(intent, turn)
        best = max((passage.score for passage in served.passages), default=0.0)
        if best < (TELLS if rule is Rule.SURELY else _TELLS_SURELY):
            return None
        turn.state.last_intent, turn.state.last_utterance = intent.intent, intent.words
        turn.state.asked = Asked(
            kind="reading", options=(intent.intent,), labels=(entry.label(turn.language),), utterance=intent.words
        )
        served.after = "rules_offer"
        return served

    def _guide(self, tool: str, intent: RoutedIntent, turn: Turn) -> Served | None:
        """The page that surely answers a question about a kind of product; None where one certain product is meant."""
        kind = tool in _OF_PRODUCTS and self._direct.names_kind(intent, turn)
        anything = tool == "get_product_details" and self._direct.names_no_thing(intent, turn)
        if not (kind or anything) or not asks(intent.words) or asks_which_there_are(intent.words):
            return None
        if tool != "get_product_details":
            return self._pages.answering(intent, turn, ANSWERS) if asks_rule(intent.words) else None
        served = self._pages.from_pages(intent, turn)
        sure = served.passages and served.passages[0].score >= _GUIDES
        told = served if sure else self._pages.answering(intent, turn, ANSWERS) if kind else None
        only = self._direct.only_of_kind(intent.words)
        if told is not None and only is not None:
            turn.state.last_product, turn.state.last_options, turn.state.last_item = only.product_id, {}, ""
        return told

    def _made_whole(self, intent: RoutedIntent, turn: Turn) -> RoutedIntent:
        """A follow-up with the question that it leans on, for tools that search by words."""
        if intent.follows_up and (whole := with_section(intent.words, turn)) is not None:
            return intent.model_copy(update={"words": whole})
        direct, before = self._catalogue.get(intent.intent).direct, turn.state.last_utterance
        looked = turn.state.last_intent in (intent.intent, *LOOKED_AT)
        if direct == "search_products" and (narrowed := self._direct.narrowed(intent, turn, looked=looked)):
            return intent.model_copy(update={"words": self._leaning.whole(*narrowed)})
        if direct not in SEARCHING or not before or not intent.follows_up:
            return intent
        return intent.model_copy(update={"words": self._leaning.whole(before, intent.words)})

    def _call_directly(self, tool: str, filled: Filled, intent: RoutedIntent, turn: Turn, views: Views) -> Served:
        if filled.ask_product:
            whole = asks(intent.words) and not signals().points_back(intent.words)
            told = self._pages.answering(intent, turn, ANSWERS) if whole else None
            return told or Served(intent, reply=("which_product", {}))
        if filled.choose_from:
            return self._which_order(filled, intent, turn, views)
        outcome = self._registry.call(tool, filled.arguments or {}, self._context_for(turn))
        listed = outcome.result if isinstance(outcome.result, ProductList) else None
        nothing = not outcome.ok or (listed is not None and (listed.near or not listed.products))
        if tool in _OF_PRODUCTS and nothing and asks(intent.words):
            told = self._pages.answering(intent, turn, _PERHAPS)
            if told is not None:
                return told
        served = self._from_outcomes((outcome,), intent, turn)
        of_this_one = signals().points_back(intent.words) and asks_for_data(intent.words)
        searched = tool == "search_products" and asks_how_it_is(intent.words)
        if (tool == "get_product_details" and asks(intent.words) and not of_this_one) or searched:
            told = self._pages.answering(intent, turn, _PERHAPS)
            served.otherwise = told or self._pages.of_thing_at_hand(intent, turn, ANSWERS)
        if tool == "search_knowledge" and leads_astray(served.passages, intent):
            return self._pages.with_rules(served, intent, turn)
        return self._pages.about_it(served, intent, turn) if tool == "search_knowledge" else served

    def _which_order(self, filled: Filled, intent: RoutedIntent, turn: Turn, views: Views) -> Served:
        ids = tuple(order.order_id for order in filled.choose_from)
        turn.state.listed_orders = ids
        turn.state.asked = Asked(
            kind="slot", options=ids, labels=ids, utterance=turn.masked, intent=intent, slot="order_id"
        )
        shown = [views.order(order) for order in filled.choose_from]
        return Served(intent, reply=("which_order", {"orders": shown}), quick_replies=ids)

    def _change(self, intent: RoutedIntent, turn: Turn, views: Views) -> Served:
        """A change of an order: the order is found, then a person makes the change."""
        filled = self._direct.fill("get_order_details", intent, turn) or Filled({})
        if filled.choose_from and turn.state.handed_off and intent.intent in _BY_PERSON:
            return Served(intent, reply=("handoff_waiting", {}))
        if filled.choose_from:
            return self._which_order(filled, intent, turn, views)
        if intent.intent in _BY_PERSON and self._direct.is_on_its_way(intent.words, filled.arguments, turn):
            return self._call_directly("track_shipment", filled, intent, turn, views)
        outcomes: tuple[ToolOutcome, ...] = ()
        if filled.arguments:
            outcomes = (self._registry.call("get_order_details", filled.arguments, self._context_for(turn)),)
            if not outcomes[0].ok:
                return Served(intent, outcomes, reply=("refused", {}))
        if turn.state.handed_off:
            return Served(intent, outcomes, reply=("handoff_waiting", {}))
        told: dict[str, Any] = {}
        if intent.intent == _NOT_RECEIVED:
            result = outcomes[0].result if outcomes else None
            told = views.arrival(result.order if isinstance(result, OrderResult) else None)
        said = _BY_PERSON.get(intent.intent, "change_by_person")
        return Served(intent, outcomes, reply=(said, told), handoff=f"wants a change: {intent.intent}")

    def _ask_agent(self, intent: RoutedIntent, turn: Turn, views: Views) -> Served:
        agent = self._roster.get(self._catalogue.get(intent.intent).agent, turn.language)
        try:
            if not self._ladder.available:
                raise ModelUnavailable("no model is set up")
            self._recall.for_model(turn)
            history = as_messages(turn, turn.masker.mask(intent.words))
            run = agent.run(self._ladder, self._registry, history, self._context_for(turn), turn.masker)
        except ModelUnavailable:
            tool = _FALLBACK_TOOLS[agent.name]
            filled = self._direct.fill(tool, intent, turn) or Filled({})
            return self._call_directly(tool, filled, intent, turn, views)
        served = self._from_outcomes(run.outcomes, intent, turn)
        served.words = run.text
        if any(outcome.name == "transfer_to_human_agents" and outcome.ok for outcome in run.outcomes):
            served.reply, served.handoff = ("handoff", {}), "the agent found no tool for the request"
        return served

    def _from_outcomes(self, outcomes: tuple[ToolOutcome, ...], intent: RoutedIntent, turn: Turn) -> Served:
        served = Served(intent, outcomes)
        for outcome in outcomes:
            remember_subject(outcome, turn, intent.words)
            if isinstance(outcome.result, KnowledgeResult):
                served.passages += outcome.result.passages
        return served
