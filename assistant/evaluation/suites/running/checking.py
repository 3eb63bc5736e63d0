"""Checks cases themselves: whether what they name is there, and whether they can pass at all. No model is asked."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from sqlalchemy import select

from assistant.evaluation.suites.assertions.words import is_said
from assistant.evaluation.suites.cases.expect import Expect
from assistant.evaluation.suites.cases.forms import (
    AnswerCase,
    AttackCase,
    Case,
    CopilotCase,
    DecisionCase,
    Held,
    SimulatedCase,
)
from assistant.evaluation.suites.running.bench import Bench
from assistant.evaluation.suites.running.fingerprint import digest, stimulus
from assistant.evaluation.suites.running.seen import CaseImpossible
from assistant.evaluation.suites.running.talk import reference_of
from assistant.shop.records import OrderStatus, Record
from assistant.storage.knowledge_tables import KnowledgePageRow


class CaseFinding(Record):
    """Something about a case: an error keeps it from saying anything, a warning makes it worth a look."""

    level: Literal["error", "warning"]
    case: str
    what: str

    def __str__(self) -> str:
        return f"{self.level}: {self.case}: {self.what}"


class CaseChecker:
    """Checks cases on a bench.

    Args:
        bench: its shop is reset.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        bench.reset()
        house = bench.house
        with house.database.read() as session:
            self._pages = set(session.scalars(select(KnowledgePageRow.page)))
        self._examples = {example.text.strip().casefold(): example.intent for example in house.catalogue.examples}

    def findings(self, cases: Sequence[Case]) -> list[CaseFinding]:
        """All findings, case by case."""
        found = [finding for case in cases for finding in self._about(case)]
        return [*found, *_duplicates(cases)]

    def _about(self, case: Case) -> Iterator[CaseFinding]:
        for what in self._errors(case):
            yield CaseFinding(level="error", case=case.name, what=what)
        if isinstance(case, DecisionCase) and case.say.strip().casefold() in self._examples:
            yield CaseFinding(level="error", case=case.name, what="the message is an example of the catalogue: a leak")

    def _errors(self, case: Case) -> Iterator[str]:
        if isinstance(case, CopilotCase):
            if case.customer and self._bench.house.shop.customer_by_email(case.customer) is None:
                yield f"there is no customer {case.customer!r}"
            yield from (f"{words!r} must and must not be in the draft" for words in case.draft if words in case.lacks)
            return
        for expect in _expectations(case):
            yield from self._ids(expect)
            yield from _contradictions(expect)
        if isinstance(case, DecisionCase):
            if case.after and case.after not in self._bench.house.catalogue:
                yield f"there is no intent {case.after!r}"
            return
        yield from self._shop(case)

    def _ids(self, expect: Expect) -> Iterator[str]:
        house = self._bench.house
        named = [*(expect.intents or ()), *(name for each in expect.intents_any for name in each)]
        yield from (f"there is no intent {name!r}" for name in named if name not in house.catalogue)
        tools = [*(tool.name for tool in expect.tools), *expect.tools_not]
        tools += [expect.proposes] if isinstance(expect.proposes, str) else []
        yield from (f"there is no tool {name!r}" for name in tools if name not in house.registry)
        for page in expect.cites:
            if not any(known.endswith(page) for known in self._pages):
                yield f"there is no page {page!r}"

    def _shop(self, case: Held) -> Iterator[str]:
        house = self._bench.house
        customer = house.shop.customer_by_email(case.customer) if case.customer else None
        if case.customer and customer is None:
            yield f"there is no customer {case.customer!r}"
            return
        orders = {order.order_id for order in house.shop.orders(customer.customer_id)} if customer else set()
        states = {status.value for status in OrderStatus}
        for number, state in (case.end.orders or {}).items():
            if number not in orders:
                yield f"{case.customer or 'a stranger'} has no order {number}"
            if state not in states:
                yield f"there is no state {state!r} of an order"
        if case.end.actions:
            try:
                if not reference_of(self._bench, case):
                    yield "the reference actions change nothing"
            except CaseImpossible as error:
                yield str(error)


def _contradictions(expect: Expect) -> Iterator[str]:
    """Why no reply can be as expected."""
    for words in expect.says:
        yield from (f"{words!r} must and must not be said" for other in expect.says_not if is_said(other, words))
    if expect.says_any and all(any(is_said(n, w) for n in expect.says_not) for w in expect.says_any):
        yield "all of says_any must not be said"
    called = {tool.name for tool in expect.tools}
    yield from (f"{name} must and must not be called" for name in expect.tools_not if name in called)
    if expect.cited is False and expect.cites:
        yield "a page must be cited, and none may be"
    if expect.intents is not None and expect.intents_any and expect.intents not in expect.intents_any:
        yield "intents and intents_any exclude each other"
    if expect.brief and expect.handoff is False:
        yield "a brief is expected, and nobody may take over"


def _expectations(case: Case) -> Iterable[Expect]:
    if isinstance(case, CopilotCase):
        return ()
    if isinstance(case, DecisionCase | AnswerCase | SimulatedCase):
        return (case.expect,)
    return (turn.expect for turn in case.turns)


def _duplicates(cases: Sequence[Case]) -> Iterator[CaseFinding]:
    """Cases that do the very same as another; attacks differ by what must not happen too."""
    by_stimulus: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        never = case.never.model_dump(mode="json") if isinstance(case, AttackCase) else {}
        told = {key: value for key, value in stimulus(case).items() if key not in ("id", "judge")}
        by_stimulus[digest([told, never])].append(case)
    for same in by_stimulus.values():
        for case in same[1:]:
            yield CaseFinding(level="warning", case=case.name, what=f"does the same as {same[0].name}")
