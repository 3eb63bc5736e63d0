"""From the outbox to the receivers: each event once to each of them, again after failures, dead after too many.

An event becomes a delivery a receiver in one transaction with its outbox note being done. A delivery is claimed by a
conditional update that moves its next attempt on, so several processes never send it at the same time; a process that
dies leaves it to the next. Receivers may still see one twice (they answered, and we died): `webhook-id` tells.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from assistant.channels.webhooks.post import TIMEOUT_S, NotDelivered, Target, post
from assistant.channels.webhooks.signing import headers, key_of
from assistant.clock import Clock
from assistant.ids import new_id
from assistant.settings import Settings
from assistant.storage import outbox
from assistant.storage.engine import Database, changed_one
from assistant.storage.webhook_tables import WebhookRow

log = logging.getLogger(__name__)

CHANGE_TOPIC = "change"
ATTEMPTS = 10
_FIRST_PAUSE = timedelta(seconds=5)
_LEASE = timedelta(seconds=TIMEOUT_S * 3)
_BATCH = 100
_PERIOD_S = 1.0
_IDLE_PERIOD_S = 60.0


@dataclass(frozen=True)
class Delivery:
    """One event for one receiver, and how far it got."""

    webhook_id: str
    url: str
    type: str
    status: str
    attempts: int
    next_at: datetime
    error: str


class Webhooks:
    """Sends the shop's systems what happened.

    Args:
        database: with the outbox and the deliveries.
        clock: tells when an attempt is due.
        targets: the receivers; without any, events are dropped.
        secret: signs; `whsec_...`.
        timeout_s: for one attempt.

    Raises:
        OperatorError: a receiver's address or the secret can't be used.
    """

    def __init__(
        self, database: Database, clock: Clock, targets: Sequence[Target], secret: str, timeout_s: float = TIMEOUT_S
    ) -> None:
        self._database = database
        self._clock = clock
        self._targets = {target.url: target for target in targets}
        self._timeout_s = timeout_s
        for target in targets:
            target.check()
        self._key = key_of(secret) if targets else b""

    @classmethod
    def of(cls, settings: Settings, database: Database, clock: Clock) -> "Webhooks":
        """To the receivers that the settings name."""
        targets = [Target(url, settings.webhook_private) for url in settings.webhook_urls]
        return cls(database, clock, targets, settings.webhook_secret.get_secret_value())

    def run(self, ended: Event) -> None:
        """Send what is due, every second until `ended`; what goes wrong is logged and tried again.

        Without receivers it only keeps the outbox from growing, once a minute.
        """
        while not ended.wait(_PERIOD_S if self._targets else _IDLE_PERIOD_S):
            try:
                self.collect()
                self.deliver()
            except SQLAlchemyError:
                log.exception("webhooks could not be read from the database")

    def collect(self) -> int:
        """Take events out of the outbox; returns how many deliveries became due."""
        now, made = self._clock.now(), 0
        with self._database.read() as session:  # a look that takes no lock; most of the time there is nothing
            if not any(outbox.pending(session, topic, 1) for topic in (outbox.EVENT_TOPIC, CHANGE_TOPIC)):
                return 0
        with self._database.write() as session:
            for topic in (outbox.EVENT_TOPIC, CHANGE_TOPIC):
                notes = outbox.pending(session, topic, _BATCH)
                for note in notes:
                    for url in self._targets:
                        session.add(_delivery(url, topic, note.payload, note.created_at, now))
                        made += 1
                outbox.mark_done(session, [note.outbox_id for note in notes], now)
        return made

    def deliver(self) -> int:
        """Send what is due; returns how many were delivered."""
        now = self._clock.now()
        due = (WebhookRow.status == "pending", WebhookRow.next_at <= now, WebhookRow.url.in_(self._targets))
        with self._database.read() as session:
            ids = session.scalars(
                select(WebhookRow.webhook_id).where(*due).order_by(WebhookRow.next_at).limit(_BATCH)
            ).all()
        return sum(self._deliver_one(webhook_id) for webhook_id in ids)

    def list(self, status: str = "") -> tuple[Delivery, ...]:
        """Deliveries, the newest first; those of one status where it is given."""
        query = select(WebhookRow).order_by(WebhookRow.created_at.desc(), WebhookRow.webhook_id)
        with self._database.read() as session:
            rows = session.scalars(query.where(WebhookRow.status == status) if status else query)
            return tuple(Delivery(r.webhook_id, r.url, r.type, r.status, r.attempts, r.next_at, r.error) for r in rows)

    def retry(self, webhook_id: str = "") -> int:
        """Give dead deliveries, or the one of this id, all their attempts again; returns how many."""
        which = WebhookRow.webhook_id == webhook_id if webhook_id else WebhookRow.status == "dead"
        with self._database.write() as session:
            ids = session.scalars(select(WebhookRow.webhook_id).where(which, WebhookRow.status != "delivered")).all()
            session.execute(
                update(WebhookRow)
                .where(WebhookRow.webhook_id.in_(ids))
                .values(status="pending", attempts=0, next_at=self._clock.now(), error="")
            )
        return len(ids)

    def test(self) -> dict[str, str]:
        """Send every receiver a `test` event now; what went wrong, by address, empty where all is well."""
        outcome = {}
        for url, target in self._targets.items():
            try:
                self._send(target, new_id("msg"), _body("test", {}, self._clock.now()))
                outcome[url] = ""
            except NotDelivered as error:
                outcome[url] = str(error)
        return outcome

    def _deliver_one(self, webhook_id: str) -> bool:
        now = self._clock.now()
        with self._database.write() as session:
            claim = update(WebhookRow).where(
                WebhookRow.webhook_id == webhook_id, WebhookRow.status == "pending", WebhookRow.next_at <= now
            )
            if not changed_one(session.execute(claim.values(next_at=now + _LEASE, attempts=WebhookRow.attempts + 1))):
                return False
            row = session.get_one(WebhookRow, webhook_id, populate_existing=True)
            url, body, attempts = row.url, row.body, row.attempts
        try:
            self._send(self._targets[url], webhook_id, body)
        except NotDelivered as error:
            log.warning("webhook %s to %s failed the %d. time: %s", webhook_id, url, attempts, error)
            dead = error.gone or attempts >= ATTEMPTS
            pause = _FIRST_PAUSE * 2 ** (attempts - 1)
            self._settle(webhook_id, status="dead" if dead else "pending", error=str(error)[:500], next_at=now + pause)
            return False
        self._settle(webhook_id, status="delivered", error="", next_at=now)
        return True

    def _send(self, target: Target, webhook_id: str, body: str) -> None:
        payload = body.encode()
        post(target, payload, headers(self._key, webhook_id, self._clock.now(), payload), self._timeout_s)

    def _settle(self, webhook_id: str, **values: Any) -> None:
        with self._database.write() as session:
            session.execute(update(WebhookRow).where(WebhookRow.webhook_id == webhook_id).values(**values))


def _delivery(url: str, topic: str, payload: dict[str, Any], happened: datetime, now: datetime) -> WebhookRow:
    kind = "proposal.executed" if topic == CHANGE_TOPIC else str(payload["type"])
    data = {name: value for name, value in payload.items() if name != "type"}
    return WebhookRow(
        webhook_id=new_id("msg"),
        url=url,
        type=kind,
        conversation_id=payload.get("conversation_id"),
        customer_id=payload.get("customer_id"),
        body=_body(kind, data, happened),
        status="pending",
        attempts=0,
        next_at=now,
        error="",
        created_at=now,
    )


def _body(kind: str, data: dict[str, Any], at: datetime) -> str:
    return json.dumps({"type": kind, "timestamp": at.isoformat(), "data": data}, ensure_ascii=False)
