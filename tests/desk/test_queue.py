"""The queue: who waits, who has what, and that two can't have the same."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from assistant.clock import FixedClock
from assistant.desk.desk import Desk
from assistant.desk.queue import NotThere, NotYours
from assistant.desk.records import UserId
from assistant.storage.engine import Database
from assistant.storage.migrate import upgrade
from tests.desk.conftest import NOW, Waits, agent, conversation_of, waiting_in


def test_the_most_pressing_waits_first_then_the_angry_then_the_oldest(
    desk: Desk, waits: Waits, clock: FixedClock
) -> None:
    old = waits()
    clock.advance(timedelta(minutes=1))
    angry = waits(sentiment="angry")
    pressing = waits(urgency="high")
    assert [case.handoff_id for case in desk.queue.waiting()] == [pressing, angry, old]
    assert desk.queue.waiting()[2].waited_s == 60
    assert desk.queue.waiting()[0].last_words == "I want a person"


def test_one_agent_gets_a_conversation_and_the_other_is_told_no(desk: Desk, waits: Waits) -> None:
    handoff, amy, bo = waits(), agent(desk), agent(desk, "bo")
    assert desk.queue.claim(handoff, amy)
    assert not desk.queue.claim(handoff, bo)
    assert desk.queue.claim(handoff, amy)
    with pytest.raises(NotYours):
        desk.talk.say(conversation_of(desk, handoff), bo, "Hello")
    with pytest.raises(NotYours):
        desk.queue.close(handoff, bo, label="other", summary="")


def race(database: Database) -> tuple[int, int]:
    """How many of eight agents win each of twenty conversations that all of them want; and how many take over."""
    upgrade(database)
    desk = Desk(database, FixedClock(NOW))
    agents = [agent(desk, f"agent{n}") for n in range(8)]
    most = 0
    for _ in range(20):
        handoff = waiting_in(desk)()
        gate = threading.Barrier(len(agents))

        def claim(who: object, handoff: object = handoff, gate: threading.Barrier = gate) -> bool:
            gate.wait()
            return desk.queue.claim(handoff, who)  # type: ignore[arg-type]

        with ThreadPoolExecutor(len(agents)) as pool:
            won = sum(pool.map(claim, agents))
        assert won == 1
        most = max(most, won)
    handoff = waiting_in(desk)()
    conversation = conversation_of(desk, handoff)
    desk.queue.claim(handoff, agents[0])
    desk.queue.hand_back(handoff, agents[0])
    with ThreadPoolExecutor(len(agents)) as pool:
        took = sum(pool.map(lambda who: desk.queue.take_over(conversation, who), agents))
    return most, took


def test_of_eight_agents_at_the_same_moment_one_wins_on_sqlite(database: Database) -> None:
    assert race(database) == (1, 1)


def test_of_eight_agents_at_the_same_moment_one_wins_on_postgresql(postgres_url: str) -> None:
    database = Database(postgres_url)
    with database.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    try:
        assert race(database) == (1, 1)
    finally:
        database.close()


def test_an_agent_answers_and_the_customer_gets_it_with_a_name(desk: Desk, waits: Waits, clock: FixedClock) -> None:
    handoff, amy = waits(), agent(desk)
    conversation = conversation_of(desk, handoff)
    before = desk.talk.all(conversation)
    desk.queue.claim(handoff, amy)
    clock.advance(timedelta(seconds=30))
    desk.talk.say(conversation, amy, "Hello, this is Amy.")
    fresh = desk.talk.all(conversation, after=before[-1].message_id)
    assert [(message.author, message.agent, message.text) for message in fresh] == [
        ("agent", "Amy", "Hello, this is Amy.")
    ]
    assert [case.unread for case in desk.queue.claimed(amy.user_id)] == [0]


def test_messages_of_the_same_moment_keep_their_order(desk: Desk, waits: Waits) -> None:
    handoff, amy = waits(), agent(desk)
    conversation = conversation_of(desk, handoff)
    desk.queue.claim(handoff, amy)
    for words in ("one", "two", "three"):
        desk.talk.say(conversation, amy, words)
    assert [message.text for message in desk.talk.all(conversation)][1:] == ["one", "two", "three"]


def test_a_customer_is_told_honestly_where_they_stand(desk: Desk, waits: Waits, clock: FixedClock) -> None:
    first = waits()
    clock.advance(timedelta(seconds=5))
    second = waits()
    mine = conversation_of(desk, second)
    assert (desk.queue.state(mine).status, desk.queue.state(mine).ahead) == ("waiting", 1)
    assert not desk.queue.state(mine).staffed
    amy = agent(desk)
    desk.sessions.start(amy.user_id)
    assert desk.queue.state(mine).staffed
    desk.queue.claim(first, amy)
    assert desk.queue.state(mine).ahead == 0
    desk.queue.claim(second, amy)
    assert (desk.queue.state(mine).status, desk.queue.state(mine).agent) == ("claimed", "Amy")
    desk.queue.close(second, amy, label="delivery", summary="Told when it comes.")
    assert desk.queue.state(mine).status == "closed"
    desk.queue.rate(mine, 5, "thanks")
    assert desk.queue.state(mine).rated


def test_an_agent_puts_a_conversation_back_and_hands_another_back(desk: Desk, waits: Waits) -> None:
    handoff, amy, bo = waits(), agent(desk), agent(desk, "bo")
    desk.queue.claim(handoff, amy)
    desk.queue.release(handoff, amy)
    assert [case.status for case in desk.queue.waiting()] == ["waiting"]
    desk.queue.claim(handoff, bo)
    conversation = conversation_of(desk, handoff)
    desk.queue.hand_back(handoff, bo)
    assert desk.queue.current(conversation) is None
    assert desk.queue.state(conversation).status == "none"
    assert desk.queue.take_over(conversation, amy)
    assert desk.queue.is_held(conversation)
    assert [entry.action for entry in desk.audit.entries()] == [
        "took over", "handed back", "claimed", "put back", "claimed",
    ]  # fmt: skip


def test_a_conversation_is_passed_on_to_a_colleague_with_a_note_that_the_customer_never_sees(
    desk: Desk, waits: Waits
) -> None:
    handoff, amy, bo = waits(), agent(desk), agent(desk, "bo")
    desk.queue.claim(handoff, amy)
    own = conversation_of(desk, handoff)
    before = desk.queue.version(own)
    desk.queue.pass_on(handoff, amy, bo.user_id, "Knows the espresso machines.")
    case = desk.queue.case(handoff)
    assert case is not None
    assert (case.claimed_by, case.holder, case.passed_on_by) == (bo.user_id, "Bo", "Amy")
    assert [(note.by, note.text) for note in desk.notes.all(own)] == [("Amy", "Knows the espresso machines.")]
    assert all("espresso" not in message.text for message in desk.talk.all(own))
    assert desk.queue.version(own) != before
    assert [entry.action for entry in desk.audit.entries(2)] == ["passed on", "noted"]
    with pytest.raises(NotYours):
        desk.talk.say(own, amy, "Hello")
    with pytest.raises(NotYours):
        desk.queue.pass_on(handoff, amy, bo.user_id)
    desk.talk.say(own, bo, "Hello")


def test_a_conversation_put_back_is_no_longer_passed_on_by_anybody(desk: Desk, waits: Waits) -> None:
    handoff, amy, bo = waits(), agent(desk), agent(desk, "bo")
    desk.queue.claim(handoff, amy)
    desk.queue.pass_on(handoff, amy, bo.user_id)
    desk.queue.release(handoff, bo)
    case = desk.queue.case(handoff)
    assert case is not None
    assert (case.status, case.passed_on_by) == ("waiting", "")


def test_nothing_is_passed_on_to_somebody_who_cannot_answer(desk: Desk, waits: Waits) -> None:
    handoff, amy, eve = waits(), agent(desk), agent(desk, "eve", "engineer")
    agent(desk, "old")
    desk.users.disable("old")
    bo = agent(desk, "bo")
    desk.queue.claim(handoff, amy)
    for nobody in (eve.user_id, amy.user_id, UserId("user_none")):
        with pytest.raises(NotThere):
            desk.queue.pass_on(handoff, amy, nobody, "Please")
    assert [one.user_id for one in desk.queue.colleagues(amy)] == [bo.user_id]
    assert desk.notes.all(conversation_of(desk, handoff)) == ()


def test_those_at_the_desk_come_first_among_colleagues(desk: Desk) -> None:
    amy, bo, cy = agent(desk), agent(desk, "bo"), agent(desk, "cy")
    desk.sessions.start(cy.user_id)
    assert [(one.display_name, one.present) for one in desk.queue.colleagues(amy)] == [("Cy", True), ("Bo", False)]
    assert bo.user_id in {one.user_id for one in desk.queue.colleagues(amy)}
