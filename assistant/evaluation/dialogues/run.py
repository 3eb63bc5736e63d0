"""Runs dialogues against the sample shop and holds each turn against what must come of it."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from sqlalchemy import select, update

from assistant.clock import FixedClock
from assistant.conversation.assistant import Assistant
from assistant.conversation.reply import Incoming, Reply
from assistant.evaluation.dialogues.cases import Dialogue, Says
from assistant.ids import ConversationId, CustomerId
from assistant.routing.intents.catalogue import Catalogue
from assistant.shop.loading import load_shop
from assistant.shop.records import Order, Record
from assistant.shop.seed.generator import sample_shop
from assistant.shop.service import Shop
from assistant.storage.conversation_tables import HandoffRow
from assistant.storage.engine import Database
from assistant.storage.proposal_tables import AuditRow, DamageReportRow
from assistant.storage.shop_tables import PaymentMethodRow
from assistant.text.language import Language, has_han

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
"""The moment at which every dialogue begins; the sample shop's orders are counted back from it."""


class House(Protocol):
    """What a dialogue needs of the wiring; its clock is a `FixedClock`."""

    @property
    def assistant(self) -> Assistant: ...
    @property
    def catalogue(self) -> Catalogue: ...
    @property
    def shop(self) -> Shop: ...
    @property
    def database(self) -> Database: ...


class TurnVerdict(Record):
    """One turn: what was said and answered, and what is wrong with it."""

    number: int
    say: str
    text: str
    problems: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    router_calls: int = 0
    model_calls: int = 0
    milliseconds: float = 0.0


class Verdict(Record):
    """One dialogue: its turns, and what is wrong with the shop at the end."""

    file: str
    name: str
    language: Language
    turns: tuple[TurnVerdict, ...]
    problems: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every turn is right, and the end."""
        return not self.problems and not any(turn.problems for turn in self.turns)

    def __str__(self) -> str:
        lines = [f"{self.file}: {self.name}", *self.problems]
        for turn in self.turns:
            lines += [f"{turn.number}. {turn.say}  {list(turn.intents)}", *(f"   WRONG: {p}" for p in turn.problems)]
            lines += ["   | " + line for line in turn.text.splitlines()] if turn.problems else []
        return "\n".join(lines)


class DialogueRunner:
    """Runs dialogues one after another, each against the shop and at the moment of the beginning.

    Args:
        house: the parts; the shop in its database is replaced.
        clock: the house's clock.
    """

    def __init__(self, house: House, clock: FixedClock) -> None:
        self._house = house
        self._clock = clock

    def run(self, dialogue: Dialogue) -> Verdict:
        """Hold one conversation; turns after a wrong one are held as well."""
        self.reset()
        customer = self._house.shop.customer_by_email(dialogue.customer) if dialogue.customer else None
        if dialogue.customer and customer is None:
            raise ValueError(f"{dialogue.title}: there is no customer {dialogue.customer!r}")
        customer_id = customer.customer_id if customer else None
        if dialogue.gift_card is not None and customer_id is not None:
            self._set_gift_card(customer_id, dialogue.gift_card)
        before = self._orders(customer_id)
        turns: list[TurnVerdict] = []
        last: Reply | None = None
        for number, says in enumerate(dialogue.turns, start=1):
            turn, last = self._turn(number, says, dialogue, customer_id, last)
            turns.append(turn)
        return Verdict(
            file=dialogue.file,
            name=dialogue.name,
            language=dialogue.language,
            turns=tuple(turns),
            problems=tuple(_end(dialogue, before, self._orders(customer_id))),
        )

    def reset(self) -> None:
        """The shop and the clock as they are at the beginning."""
        rows = sample_shop(customers=40, orders=200, seed=7, today=TODAY, currency="USD")
        load_shop(self._house.database, rows, kind="sample", currency="USD", at=NOW, seed=7, today=TODAY, replace=True)
        self._clock.advance(NOW - self._clock.now())

    def _turn(
        self, number: int, says: Says, dialogue: Dialogue, customer_id: CustomerId | None, last: Reply | None
    ) -> tuple[TurnVerdict, Reply]:
        self._clock.advance(timedelta(minutes=says.wait))
        offered = last.decision.readings if last else ()
        text = says.say
        for at, name in enumerate(offered, start=1):
            text = text.replace(f"{{reading {at}}}", self._house.catalogue.get(name).label(dialogue.language))
        before = self._everything(customer_id)
        conversation = last.conversation_id if last else None
        started = time.perf_counter()
        reply = self._house.assistant.ask(Incoming(text=text, customer_id=customer_id, conversation_id=conversation))
        milliseconds = (time.perf_counter() - started) * 1000
        problems = list(_wrong(reply, says, says.language or dialogue.language, offered))
        changed = self._everything(customer_id) != before
        if changed != says.does:
            problems.append(f"the shop was {'changed' if changed else 'not changed'}")
        if says.brief:
            brief = self._brief(reply.conversation_id)
            problems += [f"{words!r} is missing in the brief" for words in says.brief if words not in brief]
        verdict = TurnVerdict(
            number=number,
            say=text,
            text=reply.text,
            problems=tuple(problems),
            intents=tuple(intent.intent for intent in reply.decision.intents),
            router_calls=reply.decision.model_calls,
            model_calls=reply.model_calls,
            milliseconds=round(milliseconds, 1),
        )
        return verdict, reply

    def _orders(self, customer_id: CustomerId | None) -> dict[str, Order]:
        orders = self._house.shop.orders(customer_id) if customer_id else ()
        return {order.order_id: order for order in orders}

    def _everything(self, customer_id: CustomerId | None) -> object:
        """All of a customer's that a change could touch, and the audit."""
        if customer_id is None:
            return None
        with self._house.database.read() as session:
            audit = tuple(session.scalars(select(AuditRow.proposal_id).where(AuditRow.customer_id == customer_id)))
            damage = tuple(session.scalars(select(DamageReportRow.item_id)))
        return self._house.shop.orders(customer_id), self._house.shop.customer(customer_id), audit, damage

    def _brief(self, conversation_id: ConversationId) -> str:
        query = select(HandoffRow.brief).where(HandoffRow.conversation_id == conversation_id)
        with self._house.database.read() as session:
            return "\n".join(str(brief) for brief in session.scalars(query))

    def _set_gift_card(self, customer_id: CustomerId, amount: float) -> None:
        with self._house.database.write() as session:
            session.execute(
                update(PaymentMethodRow)
                .where(PaymentMethodRow.customer_id == customer_id, PaymentMethodRow.source == "gift_card")
                .values(balance_cents=round(amount * 100))
            )


@contextmanager
def tidied(runner: DialogueRunner) -> Iterator[DialogueRunner]:
    """The runner, with the shop put back for others afterwards."""
    yield runner
    runner.reset()


def _end(dialogue: Dialogue, before: dict[str, Order], after: dict[str, Order]) -> Iterator[str]:
    for number, state in dialogue.after.items():
        found = after[number].status.value if number in after else "not there"
        if found != state:
            yield f"{number} is {found!r} at the end and not {state!r}"
    touched = [n for n in before.keys() | after.keys() if n not in dialogue.after and before.get(n) != after.get(n)]
    if touched:
        yield f"{', '.join(sorted(touched))} must be as before"


def _wrong(reply: Reply, says: Says, language: Language, offered: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with a reply."""
    text, decision = reply.text, reply.decision
    intents = tuple(intent.intent for intent in decision.intents)
    yield from (f"{words!r} is missing" for words in says.hears if words not in text)
    yield from (f"{words!r} was said" for words in says.lacks if words in text)
    if says.any and not any(words in text for words in says.any):
        yield f"none of {_list(says.any)} is there"
    if says.intents is not None and intents != says.intents:
        yield f"it was read as {_list(intents)} and not as {_list(says.intents)}"
    if says.clarifies is not None and says.clarifies != (decision.outcome == "ambiguous" and bool(decision.readings)):
        yield f"it should {'' if says.clarifies else 'not '}be asked which reading is meant: {decision.outcome}"
    if says.takes is not None and intents != offered[says.takes - 1 : says.takes]:
        yield f"it was read as {_list(intents)} and not as reading {says.takes} of {_list(offered)}"
    shown = reply.proposal.kind if reply.proposal else False
    if says.proposes is not None and shown != says.proposes:
        yield f"{shown or 'nothing'} was proposed"
    if reply.handoff != says.handoff:
        yield "a person took over" if reply.handoff else "no person took over"
    if reply.language != language or not _is_in(language, text):
        yield f"the reply is not in {language}"
    if text.count("?") + text.count("？") > 1:
        yield "more than one question"
    yield from (f"the check refused {words!r}" for words in reply.failed_checks)


def _is_in(language: Language, text: str) -> bool:
    """Whether a text is in a language; names and addresses in it may be in the other one."""
    han = sum(has_han(character) for character in text)
    return han > 0 if language == "zh" else han < len(text) / 5


def _list(names: Iterable[str]) -> str:
    return ", ".join(names) or "nothing"
