"""Runs one case on a bench and tells what was seen."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from assistant.conversation.reply import Incoming, Reply
from assistant.evaluation.suites.cases.expect import ToolWanted
from assistant.evaluation.suites.cases.forms import (
    AnswerCase,
    AttackCase,
    Case,
    CopilotCase,
    DecisionCase,
    Held,
    SimulatedCase,
    Turn,
)
from assistant.evaluation.suites.running.bench import Bench, touched
from assistant.evaluation.suites.running.injecting import foreign_words, inject
from assistant.evaluation.suites.running.seen import CaseImpossible, Seen, SeenCitation, SeenIntent, SeenTool, SeenTurn
from assistant.evaluation.suites.running.sent import prompts_as_sent
from assistant.evaluation.suites.running.simulator import Simulated
from assistant.ids import ConversationId, CustomerId, new_id
from assistant.routing.decision import RoutingDecision
from assistant.routing.router import RoutingContext
from assistant.shop.records import Customer
from assistant.storage.shop_tables import PaymentMethodRow
from assistant.tools.context import ToolContext
from assistant.tools.proposals import ProposalResult

_TOP = 3
_KEPT_RESULT = 2_000


def run_case(bench: Bench, case: Case) -> Seen:
    """Run a case once.

    Raises:
        CaseImpossible: it names what there isn't.
    """
    if isinstance(case, DecisionCase):
        return _decide(bench, case)
    if isinstance(case, CopilotCase):
        if bench.at_desk is None:
            raise CaseImpossible("there is no copilot in this house")
        return bench.at_desk(case)
    bench.reset()
    return _Conversation(bench, case).held()


def reference_of(bench: Bench, case: Held) -> dict[str, Any] | None:
    """What a case's reference actions leave changed; the shop is as new before and after.

    Raises:
        CaseImpossible: one of them does not run.
    """
    bench.reset()
    return _Conversation(bench, case).reference()


def _decide(bench: Bench, case: DecisionCase) -> Seen:
    context = RoutingContext(language=case.language, last_intent=case.after, last_utterance=case.after_words)
    started = time.perf_counter()
    with prompts_as_sent() as sent:
        decision = bench.house.router.decide(case.say, context)
    milliseconds = round((time.perf_counter() - started) * 1000, 1)
    turn = SeenTurn(
        say=case.say,
        **_decision(decision),
        model_calls=decision.model_calls,
        milliseconds=milliseconds,
        timings_ms={"router": milliseconds},
        prompts=tuple(sent),
    )
    return Seen(turns=(turn,))


class _Conversation:
    def __init__(self, bench: Bench, case: Held) -> None:
        self._bench = bench
        self._case = case
        self._house = bench.house
        customer = bench.house.shop.customer_by_email(case.customer) if case.customer else None
        if case.customer and customer is None:
            raise CaseImpossible(f"there is no customer {case.customer!r} in the sample shop")
        self._customer: Customer | None = customer
        self._id: CustomerId | None = customer.customer_id if customer else None
        self._last: Reply | None = None

    def held(self) -> Seen:
        bench, case = self._bench, self._case
        reference = self.reference()
        if case.gift_card is not None:
            self._set_gift_card(case.gift_card)
        if isinstance(case, AttackCase):
            for injection in case.inject:
                inject(bench, injection, self._customer)
        before = bench.account(self._id)
        everybody = foreign_words(bench, self._id) if isinstance(case, AttackCase) else frozenset[str]()
        simulator = bench.customer_of(case) if isinstance(case, SimulatedCase) else None
        turns = tuple(self._simulated(simulator) if simulator else self._scripted())
        after = bench.account(self._id)
        shown = "\n".join(f"{turn.text}\n{' '.join(tool.result for tool in turn.tools)}" for turn in turns)
        said = "\n".join([*(turn.say for turn in turns), *(each.text for each in getattr(case, "inject", ()))])
        return Seen(
            turns=turns,
            states={
                key: value["status"] for key, value in after.items() if isinstance(value, dict) and "status" in value
            },
            touched=touched(before, after),
            reference=reference,
            foreign=tuple(sorted(word for word in everybody if word in shown and word not in said)),
            strayed=simulator.strayed() if simulator else (),
            player=simulator.name if simulator else "",
        )

    def _scripted(self) -> Iterator[SeenTurn]:
        case = self._case
        if isinstance(case, AnswerCase):
            yield self._turn(Turn(say=case.say))
        elif not isinstance(case, SimulatedCase):
            for turn in case.turns:
                yield self._turn(turn)

    def _simulated(self, simulator: Simulated) -> Iterator[SeenTurn]:
        say = simulator.opening()
        while say:
            seen = self._turn(Turn(say=say))
            yield seen
            say = simulator.answer(seen)

    def _turn(self, turn: Turn) -> SeenTurn:
        bench, house = self._bench, self._house
        bench.clock.advance(timedelta(minutes=turn.wait))
        offered = self._last.decision.readings if self._last else ()
        say = turn.say
        for at, name in enumerate(offered, start=1):
            say = say.replace(f"{{reading {at}}}", house.catalogue.get(name).label(self._case.language))
        before = bench.account(self._id)
        conversation = None if turn.new or self._last is None else self._last.conversation_id
        if turn.new:
            house.assistant.settle()
        incoming = Incoming(text=say, customer_id=self._id, conversation_id=conversation)
        started = time.perf_counter()
        with prompts_as_sent() as sent:
            reply = house.assistant.ask(incoming)
        milliseconds = (time.perf_counter() - started) * 1000
        self._last = reply
        return SeenTurn(
            say=say,
            text=reply.text,
            offered=offered,
            **_decision(reply.decision) | {"language": reply.language},
            tools=tuple(
                SeenTool(name=t.name, arguments=t.arguments, ok=t.ok, result=t.result[:_KEPT_RESULT])
                for t in reply.tools
            ),
            citations=tuple(SeenCitation(page=c.page, heading=c.heading, text=c.text) for c in reply.citations),
            proposal=reply.proposal.model_dump(mode="json", exclude={"proposal_id"}) if reply.proposal else None,
            handoff=reply.handoff,
            brief=bench.brief(reply.conversation_id) if reply.handoff else "",
            changed=bench.account(self._id) != before,
            refused=reply.failed_checks,
            rung=reply.rung.value,
            model_calls=reply.model_calls,
            input_tokens=reply.input_tokens,
            output_tokens=reply.output_tokens,
            milliseconds=round(milliseconds, 1),
            timings_ms=reply.timings_ms,
            prompts=tuple(sent),
            own=(house.settings.support_email,),
            crashed=reply.crashed,
        )

    def reference(self) -> dict[str, Any] | None:
        """What the reference actions come to on a shop of their own; the shop is as new afterwards."""
        end = self._case.end
        if not end.actions:
            return None
        if self._id is None:
            raise CaseImpossible("a stranger has no reference actions")
        before = self._bench.account(self._id)
        for action in end.actions:
            self._act(action, self._id)
        found = touched(before, self._bench.account(self._id))
        self._bench.reset()
        return found

    def _act(self, action: ToolWanted, customer_id: CustomerId) -> None:
        house = self._house
        context = ToolContext(
            customer_id=customer_id,
            conversation_id=ConversationId(new_id("conv")),
            language=self._case.language,
            shop=house.shop,
            knowledge=house.knowledge,
            clock=self._bench.clock,
            proposals=house.proposals,
        )
        outcome = house.registry.call(action.name, action.arguments, context)
        if not isinstance(outcome.result, ProposalResult):
            raise CaseImpossible(f"the reference action {action.name} does not run: {outcome.text}")
        answer = house.proposals.confirm(outcome.result.proposal.proposal_id, customer_id)
        if not answer.executed:
            raise CaseImpossible(f"the reference action {action.name} does not run: {answer.outcome} {answer.reason}")

    def _set_gift_card(self, amount: float) -> None:
        with self._house.database.write() as session:
            session.execute(
                update(PaymentMethodRow)
                .where(PaymentMethodRow.customer_id == self._id, PaymentMethodRow.source == "gift_card")
                .values(balance_cents=round(amount * 100))
            )


def _decision(decision: RoutingDecision) -> dict[str, Any]:
    return {
        "language": decision.language,
        "outcome": decision.outcome,
        "readings": decision.readings,
        "router_calls": decision.model_calls,
        "intents": tuple(
            SeenIntent(
                intent=each.intent,
                probability=round(each.probability, 4),
                slots={slot.name: slot.value for slot in each.slots},
            )
            for each in decision.intents
        ),
        "votes": tuple(
            (vote.detector, tuple((name, round(share, 3)) for name, share in vote.scores[:_TOP]))
            for vote in decision.votes
        ),
    }
