"""A photo or a voice note becomes words that the customer looks over before sending them."""

from pathlib import Path
from typing import Any

import pytest

from tests.web.chromium.conftest import NARROW, ready, sticks_out
from tests.web.looks import violations
from tests.web.test_attachments import Labels

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = sync_api.expect


def test_words_of_a_file_come_into_the_field_and_are_sent_by_the_customer_only(
    browser: Any, serve: Any, world: Any, shot: Any, tmp_path: Path
) -> None:
    server = serve(reader=Labels())
    page = browser.new_context(viewport=NARROW, reduced_motion="reduce").new_page()
    page.goto(server.url)
    ready(page)
    photo, empty = tmp_path / "label.png", tmp_path / "empty.png"
    photo.write_bytes(b"#W1000001")
    empty.write_bytes(b"")
    page.locator("#message").fill("Where is")
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Add a photo or a voice note").click()
    chosen.value.set_files(photo)
    expect(page.locator("#message")).to_have_value("Where is #W1000001")
    shot(page, "read")
    assert sticks_out(page) == []
    assert violations(page) == []
    assert world.assistant.asked == []
    page.locator("input[type=file]").set_input_files(empty)
    expect(page.locator(".count")).to_have_text("This file could not be read.")
    expect(page.locator("#message")).to_have_value("Where is #W1000001")
    page.locator("#message").press("Enter")
    page.locator(".sources").wait_for()
    assert [incoming.text for incoming in world.assistant.asked] == ["Where is #W1000001"]
    page.context.close()


def test_without_a_reader_there_is_no_button(browser: Any, serve: Any, world: Any) -> None:
    page = browser.new_context().new_page()
    page.goto(serve().url)
    ready(page)
    expect(page.get_by_role("button", name="Add a photo or a voice note")).to_have_count(0)
    page.context.close()
