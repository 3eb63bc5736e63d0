"""A connection that breaks in mid-answer and comes back."""

import threading
from typing import Any

import pytest

from assistant.web.state import Limits
from tests.web.wire import Wire

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
QUESTION = "Can I return headphones I opened?"


def test_a_wire_that_is_cut_in_mid_answer_and_joined_again_brings_the_rest_once(
    browser: Any, serve: Any, world: Any
) -> None:
    gate = threading.Event()
    world.assistant.before = lambda _: gate.wait(20)
    server = serve(Limits(per_owner=1000, per_address=1000))
    wire = Wire(int(server.url.rsplit(":", 1)[1]))
    page = browser.new_context().new_page()
    page.goto(wire.url)
    page.locator("shop-assistant[data-state=ready]").wait_for()
    page.get_by_role("textbox").fill(QUESTION)
    page.keyboard.press("Enter")
    sync_api.expect(page.locator(".assistant .text")).to_have_text("Yes.")
    wire.cut()
    sync_api.expect(page.locator(".progress")).to_contain_text("Connection lost, trying again")
    gate.set()
    wire.join()
    page.locator(".sources").wait_for()
    sync_api.expect(page.locator(".assistant .text")).to_contain_text("Yes. You can return opened headphones within")
    sync_api.expect(page.locator(".customer")).to_have_count(1)
    sync_api.expect(page.locator(".assistant")).to_have_count(1)
    assert [incoming.text for incoming in world.assistant.asked] == [QUESTION]
    page.context.close()
    wire.close()
