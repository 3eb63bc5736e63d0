"""Whatever is typed into the chat or at the desk: it is shown as text, nothing of it runs, no request fails."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.web.chromium.conftest import SHOWN, Open, Place, answered, ask, ready, sign_in
from tests.web.chromium.test_desk import DESK, EMMA, PASSWORD
from tests.web.doors.test_whatever_is_written import MARKUP, ODD, SQL, WRITTEN

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = sync_api.expect

SOME = settings(
    max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
RUNS = (
    "<script>window.pwned=1</script>",
    "<img src=x onerror='window.pwned=1'>",
    "<svg onload=window.pwned=1>",
    "\"'><iframe srcdoc='<script>parent.pwned=1</script>'>",
    "[here](javascript:window.pwned=1)",
    "javascript:window.pwned=1",
    "{{constructor.constructor('window.pwned=1')()}}",
)


class Alarm:
    """Hears what must not happen on a page."""

    def __init__(self, page: Any) -> None:
        self.heard: list[str] = []
        page.on("dialog", lambda dialog: (self.heard.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("response", lambda got: self.heard.append(f"{got.status} {got.url}") if got.status >= 500 else None)
        self._page = page

    def check(self) -> None:
        """Fails if anything was heard or has run."""
        assert self.heard == []
        assert self._page.evaluate("window.pwned") is None


def type_into(field: Any, written: str) -> None:
    """Put words into a field, halves of surrogate pairs too, as a script or an odd keyboard would."""
    tell = "field.dispatchEvent(new Event('input', {bubbles: true}))"
    field.evaluate(f"(field) => {{ field.value = {json.dumps(written)}; {tell}; }}")


@pytest.fixture
def chat(visit: Open, place: Place) -> Iterator[Any]:
    page = ready(visit(place.url))
    sign_in(page, EMMA)
    alarm = Alarm(page)
    yield page
    alarm.check()


@SOME
@given(written=WRITTEN)
def test_in_the_chat_it_is_answered_and_the_chat_goes_on(chat: Any, place: Place, written: str) -> None:
    before = len(place.messages("assistant"))
    type_into(chat.locator("#message"), written)
    chat.keyboard.press("Enter")
    answered(chat)
    assert chat.evaluate("window.pwned") is None
    assert chat.evaluate(f"{SHOWN}.querySelectorAll('script, iframe, img[onerror], [onload]').length") == 0
    told = chat.locator("#message").evaluate("(field) => field.value")
    assert len(place.messages("assistant")) > before or not written.strip() or told  # answered, or still in the field
    chat.locator("#message").fill("")


@pytest.mark.parametrize("written", RUNS)
def test_markup_is_read_as_it_was_written(chat: Any, place: Place, written: str) -> None:
    ask(chat, written)
    assert written in chat.evaluate(f"{SHOWN}.textContent")


def test_what_is_far_too_long_stays_in_the_field_and_the_customer_is_told(chat: Any, place: Place) -> None:
    type_into(chat.locator("#message"), "x<b>好" * 20_000)
    chat.keyboard.press("Enter")
    answered(chat)
    assert not any(len(message) > 50_000 for message in place.messages("customer"))
    assert chat.evaluate(f"{SHOWN}.textContent.length") < 400_000
    chat.locator("#message").fill("")
    ask(chat, "Where is my order #W1003001?")
    assert "#W1003001" in place.messages("assistant")[-1]


def test_at_the_desk_it_reaches_the_customer_as_text(chat: Any, visit: Open, place: Place) -> None:
    for written in RUNS[:3]:
        ask(chat, written)
    ask(chat, "let me talk to a person")
    place.wiring.desk.users.add("amy", "lead", PASSWORD, display_name="<b>Amy</b>", language="en")
    desk = visit(f"{place.url}/desk/login", viewport=DESK)
    desk.locator("[name=name]").fill("amy")
    desk.locator("[name=password]").fill(PASSWORD)
    desk.keyboard.press("Enter")
    alarm = Alarm(desk)
    desk.get_by_role("button", name="Claim").click()
    desk.locator(".brief").wait_for()
    for n, written in enumerate((*RUNS, *MARKUP, *SQL, *ODD)):
        type_into(desk.locator("#answer"), written + " .")
        desk.locator("#answer").press("Control+Enter")
        desk.locator("#transcript .agent").nth(n).wait_for()
        expect(desk.locator("#answer")).to_have_value("")
    alarm.check()
    expect(chat.get_by_role("log").get_by_text("UNION SELECT email").last).to_be_attached()
    for query in (*RUNS, *SQL, "%00", "\u202e"):
        desk.goto(f"{place.url}/desk")
        asked = {"days": query, "kind": query, "key": query}
        for path in ("figures", "figures/conversations", "figures.csv", "audit"):
            found = desk.request.get(f"{place.url}/desk/{path}", params=asked)
            assert found.status < 500, (path, query, found.status)
    alarm.check()
    assert place.wiring.shop.loaded()
