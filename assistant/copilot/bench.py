"""Runs situations at the desk against the sample shop: is the brief true, the draft supported, the next step right?

What is true is asked of the shop's READ tools once more, beside the copilot: every number, date, amount and id of a
fact must stand in one of their results, in a passage that the fact names, or in a proposal.
"""

import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from assistant.clock import FixedClock
from assistant.conversation.assistant import Assistant
from assistant.conversation.grounding.check import Check
from assistant.conversation.reply import Incoming
from assistant.copilot.bench_cases import DeskCase
from assistant.copilot.copilot import Copilot
from assistant.copilot.records import Brief, Draft
from assistant.desk.desk import Desk
from assistant.desk.records import DeskUser, UserId
from assistant.ids import ConversationId, CustomerId
from assistant.knowledge.search import KnowledgeSearch
from assistant.shop.loading import load_shop
from assistant.shop.records import Record
from assistant.shop.seed.generator import sample_shop
from assistant.shop.service import Shop
from assistant.storage.engine import Database
from assistant.tools.context import ToolContext
from assistant.tools.proposals import Proposals
from assistant.tools.registry import ToolRegistry
from assistant.tools.results import for_model

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
_BETWEEN = timedelta(seconds=20)
"""Between messages, so that their order is told by their times."""
_AGENT = DeskUser(user_id=UserId("bench"), name="bench", display_name="Bench", role="agent")


class DeskHouse(Protocol):
    """What a situation needs of the wiring; its clock is a `FixedClock`."""

    @property
    def assistant(self) -> Assistant: ...
    @property
    def copilot(self) -> Copilot: ...
    @property
    def desk(self) -> Desk: ...
    @property
    def shop(self) -> Shop: ...
    @property
    def database(self) -> Database: ...
    @property
    def registry(self) -> ToolRegistry: ...
    @property
    def knowledge(self) -> KnowledgeSearch: ...
    @property
    def proposals(self) -> Proposals: ...
    @property
    def check(self) -> Check: ...


class DeskLook(Record):
    """What the copilot made of one situation.

    Attributes:
        facts: as the brief tells them; `unverified`: what nothing verifies in them.
        unsupported: what stands in no source of a sentence of the draft.
    """

    step: str
    facts: tuple[str, ...]
    unverified: tuple[str, ...]
    draft: Draft
    unsupported: tuple[str, ...]


class DeskVerdict(Record):
    """One situation: what is wrong with the brief, with the draft, with the step."""

    name: str
    file: str
    language: str
    step: str
    wanted: tuple[str, ...]
    missing: tuple[str, ...]
    unverified: tuple[str, ...]
    unsupported: tuple[str, ...]
    wording: tuple[str, ...]
    draft: str
    milliseconds: float
    rung: str

    @property
    def step_right(self) -> bool:
        """Whether the next step is the right one."""
        return self.step in self.wanted

    @property
    def problems(self) -> tuple[str, ...]:
        """Everything that is wrong."""
        step = () if self.step_right else (f"the next step is {self.step!r} and not {' or '.join(self.wanted)}",)
        return (*step, *self.missing, *self.unverified, *self.unsupported, *self.wording)

    def __str__(self) -> str:
        lines = [f"{self.file}: {self.name}", *(f"   WRONG: {problem}" for problem in self.problems)]
        return "\n".join([*lines, *("   | " + line for line in self.draft.splitlines())])


class DeskReport(Record):
    """The figures of a run; shares are counts of situations."""

    situations: int
    brief_whole: int
    brief_true: int
    draft_supported: int
    draft_says: int
    step_right: int
    languages: dict[str, str]
    ms_p50: float
    ms_p95: float
    rungs: dict[str, int]
    failing: tuple[str, ...]


class DeskBench:
    """Runs situations one after another, each against the shop as it was at the beginning.

    Args:
        house: the parts; the shop in its database is replaced.
        clock: the house's clock.
    """

    def __init__(self, house: DeskHouse, clock: FixedClock) -> None:
        self.house = house
        self._clock = clock

    def reset(self) -> None:
        """The shop and the clock as they are at the beginning."""
        rows = sample_shop(customers=40, orders=200, seed=7, today=TODAY, currency="USD")
        load_shop(self.house.database, rows, kind="sample", currency="USD", at=NOW, seed=7, today=TODAY, replace=True)
        self._clock.advance(NOW - self._clock.now())

    def run(self, case: DeskCase) -> DeskVerdict:
        """Hold the conversation, take it over, and look at brief and draft."""
        self.reset()
        look = self.look(case)
        draft, told = look.draft, "\n".join(look.facts)
        return DeskVerdict(
            name=case.name,
            file=case.file,
            language=case.language,
            step=look.step,
            wanted=case.step,
            missing=tuple(f"{words!r} is not among the facts" for words in case.facts if words not in told),
            unverified=(
                *(f"{words!r} stands among the facts" for words in case.claims if words in told),
                *look.unverified,
            ),
            unsupported=look.unsupported,
            wording=tuple(_wording(draft, case)),
            draft=draft.text,
            milliseconds=draft.milliseconds,
            rung=draft.rung,
        )

    def look(self, case: DeskCase) -> DeskLook:
        """Hold the conversation in the shop as it is, take it over, and look at brief and draft."""
        conversation, customer_id = self.hold(case)
        brief = self.house.copilot.brief(conversation, case.language)
        draft = self.house.copilot.draft(conversation, case.language)
        return DeskLook(
            step=brief.next_step.key,
            facts=tuple(fact.text for fact in brief.facts),
            unverified=tuple(self._unverified(brief, conversation, customer_id)),
            draft=draft,
            unsupported=tuple(self._unsupported(draft)),
        )

    def hold(self, case: DeskCase) -> tuple[ConversationId, CustomerId | None]:
        """Hold the conversation of a situation, and take it over; its id, and whose it is."""
        customer = self.house.shop.customer_by_email(case.customer) if case.customer else None
        if case.customer and customer is None:
            raise ValueError(f"{case.file}: there is no customer {case.customer!r}")
        customer_id = customer.customer_id if customer else None
        conversation: ConversationId | None = None
        for number, text in enumerate((*case.say, *case.then)):
            if number == len(case.say) and conversation is not None:
                self.house.desk.queue.take_over(conversation, _AGENT)
            incoming = Incoming(text=text, customer_id=customer_id, conversation_id=conversation)
            conversation = self.house.assistant.ask(incoming).conversation_id
            self._clock.advance(_BETWEEN)
        if conversation is None:
            raise ValueError(f"{case.file}: nothing is said")
        return conversation, customer_id

    def _unverified(self, brief: Brief, conversation: ConversationId, customer_id: CustomerId | None) -> Iterator[str]:
        truth = self._truth(conversation, customer_id)
        for fact in brief.facts:
            sources = [fact.origin.text] if fact.origin.kind == "passage" else truth
            if wrong := self.house.check.unsupported(fact.text, sources):
                yield f"nothing verifies {', '.join(wrong)} in the fact {fact.text!r}"

    def _truth(self, conversation: ConversationId, customer_id: CustomerId | None) -> list[str]:
        """What the READ tools say of this customer, in both languages' words."""
        house = self.house
        if customer_id is None:
            return []
        context = ToolContext(
            customer_id=customer_id,
            conversation_id=conversation,
            language="en",
            shop=house.shop,
            knowledge=house.knowledge,
            clock=self._clock,
        )
        orders = house.shop.orders(customer_id)
        calls: list[tuple[str, dict[str, str]]] = [("get_user_details", {}), ("refund_status", {}), ("list_orders", {})]
        calls += [
            (tool, {"order_id": order.order_id})
            for order in orders
            for tool in ("get_order_details", "track_shipment", "refund_status")
        ]
        said = [house.registry.call(name, arguments, context).text for name, arguments in calls]
        names = [f"{item.name} {item.name_zh}" for order in orders for item in order.items]
        made = [for_model(proposal) for proposal in house.proposals.of_conversation(conversation, customer_id)]
        cards = [
            f"{len(orders)}",
            *(method.last_four or "" for method in house.shop.customer(customer_id).payment_methods),
        ]
        return [*said, *names, *made, *cards]

    def _unsupported(self, draft: Draft) -> Iterator[str]:
        if not draft.text:
            yield "there is no draft"
        for sentence in draft.sentences:
            sources = [draft.origins[index].text for index in sentence.origins]
            if wrong := self.house.check.unsupported(sentence.text, sources):
                yield f"{', '.join(wrong)} in {sentence.text!r} is in no source of the sentence"


def desk_report(verdicts: Sequence[DeskVerdict]) -> DeskReport:
    """The figures of all situations that were run."""
    times = sorted(verdict.milliseconds for verdict in verdicts)

    def count(right: Callable[[DeskVerdict], bool], of: Iterable[DeskVerdict] = verdicts) -> int:
        return sum(map(right, of))

    languages = {}
    for language in ("en", "zh"):
        own = [verdict for verdict in verdicts if verdict.language == language]
        languages[language] = f"{count(lambda v: not v.problems, own)} of {len(own)}"
    rungs = [verdict.rung for verdict in verdicts]
    return DeskReport(
        situations=len(verdicts),
        brief_whole=count(lambda v: not v.missing),
        brief_true=count(lambda v: not v.unverified),
        draft_supported=count(lambda v: not v.unsupported),
        draft_says=count(lambda v: not v.wording),
        step_right=count(lambda v: v.step_right),
        languages=languages,
        ms_p50=round(statistics.median(times), 1) if times else 0.0,
        ms_p95=round(times[min(len(times) - 1, round(0.95 * (len(times) - 1)))], 1) if times else 0.0,
        rungs={rung: rungs.count(rung) for rung in sorted(set(rungs))},
        failing=tuple(str(verdict) for verdict in verdicts if verdict.problems),
    )


def _wording(draft: Draft, case: DeskCase) -> Iterator[str]:
    yield from (f"{words!r} is not in the draft" for words in case.draft if words not in draft.text)
    yield from (f"{words!r} is in the draft" for words in case.lacks if words in draft.text)
    if draft.language != case.language:
        yield f"the draft is in {draft.language}"
