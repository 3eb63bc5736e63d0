"""Accounts, sessions, roles and what is written down about people at the desk."""

from datetime import timedelta

import pytest

from assistant.clock import FixedClock
from assistant.desk.desk import Desk
from assistant.errors import OperatorError
from assistant.storage.desk_tables import DeskSessionRow, DeskUserRow
from tests.desk.conftest import PASSWORD, Waits, agent, conversation_of


def test_somebody_signs_in_by_their_own_password_only(desk: Desk) -> None:
    amy = agent(desk)
    assert desk.users.authenticate("AMY ", PASSWORD) == amy
    assert desk.users.authenticate("amy", PASSWORD + "x") is None
    assert desk.users.authenticate("nobody", PASSWORD) is None
    with desk.database.read() as session:
        stored = session.get(DeskUserRow, amy.user_id)
    assert stored is not None
    assert PASSWORD not in stored.password_hash


def test_a_disabled_account_is_out_at_once(desk: Desk) -> None:
    amy = agent(desk)
    token = desk.sessions.start(amy.user_id)
    assert desk.sessions.find(token) is not None
    desk.users.disable("amy")
    assert desk.sessions.find(token) is None
    assert desk.users.authenticate("amy", PASSWORD) is None
    desk.users.enable("amy")
    assert desk.users.authenticate("amy", PASSWORD) is not None


def test_another_password_signs_every_browser_out(desk: Desk) -> None:
    token = desk.sessions.start(agent(desk).user_id)
    desk.users.set_password("amy", "another four words")
    assert desk.sessions.find(token) is None
    assert desk.users.authenticate("amy", "another four words") is not None


def test_a_session_ends_when_nobody_uses_it_and_its_key_is_not_in_the_table(desk: Desk, clock: FixedClock) -> None:
    token = desk.sessions.start(agent(desk).user_id)
    with desk.database.read() as session:
        assert session.get(DeskSessionRow, token) is None
    for _ in range(5):
        clock.advance(timedelta(minutes=100))
        assert desk.sessions.find(token) is not None
    clock.advance(timedelta(hours=2))
    assert desk.sessions.find(token) is None
    fresh = desk.sessions.start(agent(desk, "bo").user_id)
    found = desk.sessions.find(fresh)
    assert found is not None
    assert found.owns(found.csrf)
    assert not found.owns("")
    desk.sessions.end(fresh)
    assert desk.sessions.find(fresh) is None


@pytest.mark.parametrize(("name", "password"), [("a", PASSWORD), ("amy lin", PASSWORD), ("amy", "short")])
def test_an_account_that_would_not_do_is_refused_with_what_would(desk: Desk, name: str, password: str) -> None:
    with pytest.raises(OperatorError, match="fix:"):
        desk.users.add(name, "agent", password)


def test_a_name_is_given_once(desk: Desk) -> None:
    agent(desk)
    with pytest.raises(OperatorError, match="already"):
        agent(desk)


def test_roles_may_what_they_need(desk: Desk) -> None:
    rights = {role: agent(desk, role, role) for role in ("agent", "lead", "engineer", "admin")}
    assert {name for name, user in rights.items() if user.may("answer")} == {"agent", "lead", "admin"}
    assert {name for name, user in rights.items() if user.may("figures")} == {"lead", "engineer", "admin"}
    assert {name for name, user in rights.items() if user.may("audit")} == {"lead", "admin"}


def test_a_look_at_a_conversation_is_written_down_once(desk: Desk, waits: Waits, clock: FixedClock) -> None:
    amy, conversation = agent(desk), conversation_of(desk, waits())
    for _ in range(3):
        desk.audit.note(amy.user_id, "saw", conversation)
    clock.advance(timedelta(minutes=6))
    desk.audit.note(amy.user_id, "saw", conversation)
    assert [(entry.user, entry.action) for entry in desk.audit.entries(conversation_id=conversation)] == [
        ("Amy", "saw"),
        ("Amy", "saw"),
    ]
