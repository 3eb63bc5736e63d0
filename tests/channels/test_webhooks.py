"""The shop's systems hear what happened: signed, once, again after failures, and nowhere else."""

import base64
import hashlib
import hmac
import json
import threading
from datetime import timedelta
from typing import Any

import pytest

from assistant.channels.webhooks.dispatcher import ATTEMPTS, Webhooks
from assistant.channels.webhooks.post import NotDelivered, Target, post
from assistant.clock import FixedClock
from assistant.errors import OperatorError
from assistant.ids import CustomerId
from assistant.memory.erasing import erase_customer
from assistant.storage import outbox
from assistant.storage.engine import Database
from tests.channels.conftest import NOW, Receiver

KEY = b"a key of thirty-two random bytes"
SECRET = "whsec_" + base64.b64encode(KEY).decode()
HANDOFF = {"type": "handoff.created", "handoff_id": "h1", "conversation_id": "conv_1", "customer_id": "mia_1"}


@pytest.fixture
def webhooks(database: Database, clock: FixedClock, receiver: Receiver) -> Webhooks:
    return Webhooks(database, clock, [Target(f"{receiver.url}/hooks?shop=1", private=True)], SECRET, timeout_s=0.3)


def happen(database: Database, topic: str = outbox.EVENT_TOPIC, **payload: Any) -> None:
    with database.write() as session:
        outbox.put(session, topic, {**HANDOFF, **payload}, NOW)


def test_an_event_arrives_once_with_a_signature_that_the_receiver_can_check(
    database: Database, webhooks: Webhooks, receiver: Receiver
) -> None:
    happen(database)
    assert (webhooks.collect(), webhooks.deliver()) == (1, 1)
    assert (webhooks.collect(), webhooks.deliver()) == (0, 0)
    [(path, headers, body)] = receiver.got
    assert path == "/hooks?shop=1"
    assert json.loads(body)["type"] == "handoff.created"
    assert json.loads(body)["data"]["conversation_id"] == "conv_1"
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))


def test_an_executed_change_is_told_as_one(database: Database, webhooks: Webhooks, receiver: Receiver) -> None:
    with database.write() as session:
        change = {"proposal_id": "p1", "kind": "cancel_pending_order", "order_id": "#W1", "customer_id": "mia_1"}
        outbox.put(session, "change", change, NOW)
    webhooks.collect()
    webhooks.deliver()
    told = json.loads(receiver.got[0][2])
    assert (told["type"], told["data"]["order_id"]) == ("proposal.executed", "#W1")


def test_a_receiver_that_fails_is_tried_again_after_ever_longer_pauses(
    database: Database, clock: FixedClock, webhooks: Webhooks, receiver: Receiver
) -> None:
    receiver.answers = [500, 503]
    happen(database)
    webhooks.collect()
    for pause in (5, 10):
        assert webhooks.deliver() == 0
        clock.advance(timedelta(seconds=pause - 1))
        assert webhooks.deliver() == 0, "it is not time yet"
        clock.advance(timedelta(seconds=1))
    assert webhooks.deliver() == 1
    ids = {headers["webhook-id"] for _, headers, _ in receiver.got}
    assert (len(receiver.got), len(ids)) == (3, 1), "the same event keeps its id"


def test_after_too_many_failures_an_event_waits_for_a_person(
    database: Database, clock: FixedClock, webhooks: Webhooks, receiver: Receiver
) -> None:
    receiver.answers = [500] * ATTEMPTS
    happen(database)
    webhooks.collect()
    for _ in range(ATTEMPTS + 3):
        webhooks.deliver()
        clock.advance(timedelta(days=1))
    [dead] = webhooks.list("dead")
    assert (len(receiver.got), dead.attempts) == (ATTEMPTS, ATTEMPTS)
    assert "500" in dead.error
    assert webhooks.retry() == 1
    assert webhooks.deliver() == 1
    assert webhooks.list("dead") == ()


def test_a_receiver_that_hangs_is_given_up_in_time_and_tried_again(
    database: Database, clock: FixedClock, webhooks: Webhooks, receiver: Receiver
) -> None:
    receiver.answers = [0]
    happen(database)
    webhooks.collect()
    assert webhooks.deliver() == 0
    [waiting] = webhooks.list("pending")
    assert "TimeoutError" in waiting.error
    clock.advance(timedelta(seconds=5))
    assert webhooks.deliver() == 1


def test_a_redirect_is_not_followed(database: Database, webhooks: Webhooks, receiver: Receiver) -> None:
    receiver.answers = [307]
    happen(database)
    webhooks.collect()
    assert webhooks.deliver() == 0
    assert [path for path, _, _ in receiver.got] == ["/hooks?shop=1"]


def test_a_receiver_that_is_gone_for_good_is_left_alone(
    database: Database, webhooks: Webhooks, receiver: Receiver
) -> None:
    receiver.answers = [410]
    happen(database)
    webhooks.collect()
    webhooks.deliver()
    assert [one.attempts for one in webhooks.list("dead")] == [1]


def test_two_processes_send_an_event_once(
    database: Database, clock: FixedClock, webhooks: Webhooks, receiver: Receiver
) -> None:
    for number in range(10):
        happen(database, handoff_id=f"h{number}")
    other = Webhooks(database, clock, [Target(f"{receiver.url}/hooks?shop=1", private=True)], SECRET)
    both = [threading.Thread(target=each.collect) for each in (webhooks, other)]
    both += [threading.Thread(target=each.deliver) for each in (webhooks, other)]
    for step in (both[:2], both[2:]):
        for thread in step:
            thread.start()
        for thread in step:
            thread.join()
    told = sorted(json.loads(body)["data"]["handoff_id"] for _, _, body in receiver.got)
    assert told == [f"h{number}" for number in range(10)]


def test_nothing_is_sent_into_private_networks_unless_the_operator_says_so() -> None:
    for host in ("127.0.0.1", "[::1]", "10.0.0.8", "192.168.1.4", "169.254.169.254", "[::ffff:10.0.0.8]", "0.0.0.0"):
        with pytest.raises(NotDelivered, match="not a public address"):
            post(Target(f"https://{host}/"), b"{}", {})
    with pytest.raises(NotDelivered, match="not a public address"):
        post(Target("https://169.254.169.254/", private=True), b"{}", {})


@pytest.mark.parametrize(
    "url", ["http://shop.example/hooks", "ftp://shop.example", "https://user@shop.example", "shop"]
)
def test_an_address_that_would_leak_is_refused_with_what_to_do(database: Database, clock: FixedClock, url: str) -> None:
    with pytest.raises(OperatorError, match="fix:"):
        Webhooks(database, clock, [Target(url)], SECRET)


def test_a_weak_secret_is_refused_with_what_to_do(database: Database, clock: FixedClock) -> None:
    for secret in ("", "secret", "whsec_c2hvcnQ=", "whsec_!"):
        with pytest.raises(OperatorError, match="openssl rand"):
            Webhooks(database, clock, [Target("https://shop.example/hooks")], secret)


def test_what_happened_is_dropped_where_nobody_listens(database: Database, clock: FixedClock) -> None:
    happen(database)
    silent = Webhooks(database, clock, [], "")
    assert silent.collect() == 0
    with database.read() as session:
        assert not outbox.pending(session, outbox.EVENT_TOPIC)


def test_a_forgotten_customer_is_gone_from_webhooks_too(
    database: Database, webhooks: Webhooks, receiver: Receiver
) -> None:
    happen(database)
    webhooks.collect()
    happen(database)
    with database.write() as session:
        erase_customer(session, CustomerId("mia_1"))
    assert (webhooks.list(), webhooks.collect()) == ((), 0)


def test_the_operator_tries_every_receiver(webhooks: Webhooks, receiver: Receiver) -> None:
    receiver.answers = [200, 500]
    assert list(webhooks.test().values()) == [""]
    assert "500" in next(iter(webhooks.test().values()))
    assert json.loads(receiver.got[0][2])["type"] == "test"
