"""Whoever has a token lists, reads and erases their own conversations, and nobody else's."""

from typing import Any

import httpx
import pytest

from tests.web.doors.conftest import EMMA, MIA, Door


class Caller:
    """A client of the API."""

    def __init__(self, door: Door, email: str = "") -> None:
        self._client = httpx.Client(
            base_url=door.url, headers={"Authorization": f"Bearer {door.token(email)}"}, timeout=30
        )

    def __call__(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self._client.request(method, path, **more)

    def say(self, text: str) -> str:
        """Begin a conversation; returns its id."""
        answer = self("POST", "/v1/chat/completions", json={"messages": [{"role": "user", "content": text}]})
        return str(answer.json()["shop_assistant"]["conversation_id"])


@pytest.mark.parametrize("email", ["wang.fang@example.com", ""])  # who has no conversations of other tests
def test_conversations_are_listed_newest_first_and_page_by_page(door: Door, email: str) -> None:
    caller = Caller(door, email)
    begun = [caller.say(f"Hello {number}") for number in range(3)]
    first = caller("GET", "/api/conversations?limit=2").json()
    assert [c["conversation_id"] for c in first["conversations"]] == begun[:0:-1]
    assert first["conversations"][0]["title"] == "Hello 2"
    second = caller("GET", f"/api/conversations?limit=1&before={first['next']}").json()
    assert [c["conversation_id"] for c in second["conversations"]] == begun[:1]


def test_an_erased_conversation_is_gone_for_good(door: Door) -> None:
    emma = Caller(door, EMMA)
    gone, kept = emma.say("My shoe size is 39"), emma.say("Hello")
    assert Caller(door, MIA)("DELETE", f"/api/conversations/{gone}").status_code == 404
    assert emma("DELETE", f"/api/conversations/{gone}").status_code == 204
    assert emma("GET", f"/api/conversations/{gone}").status_code == 404
    assert emma("DELETE", f"/api/conversations/{gone}").status_code == 404
    assert emma("GET", f"/api/conversations/{kept}").status_code == 200
    assert "39" not in str(emma("GET", "/api/me/data").json()["facts"])


def test_a_customer_takes_a_copy_and_has_everything_forgotten(door: Door) -> None:
    james = Caller(door, "james.porter@example.com")
    said = james.say("My name is James and I wear size L")
    copy = james("GET", "/api/me/data").json()
    assert said in [c["conversation_id"] for c in copy["conversations"]]
    erased = james("DELETE", "/api/me/data").json()
    assert erased["conversations"] == len(copy["conversations"])
    assert james("GET", "/api/me/data").json()["conversations"] == []
    assert james("GET", "/api/conversations").json() == {"conversations": [], "next": None}


def test_a_stranger_has_no_account_to_copy_or_erase(door: Door) -> None:
    stranger = Caller(door)
    for method in ("GET", "DELETE"):
        refused = stranger(method, "/api/me/data")
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "customers_only")


def test_a_method_that_is_not_served_is_told_which_are(door: Door) -> None:
    refused = Caller(door)("PUT", "/api/me/data")
    assert (refused.status_code, refused.headers["allow"]) == (405, "DELETE, GET")
