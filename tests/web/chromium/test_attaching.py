"""Photos and voice notes in the widget, over a scripted shop: what the customer sees, hears and presses."""

from pathlib import Path
from typing import Any

import pytest

from tests.web.chromium.conftest import NARROW, ready, sticks_out
from tests.web.looks import violations
from tests.web.test_attachments import Labels

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = sync_api.expect
ADD = {"en": "Add a photo or a voice note", "zh": "添加照片或语音"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_photo_waits_for_the_customer_and_goes_with_their_words(
    browser: Any, serve: Any, world: Any, shot: Any, tmp_path: Path, language: str
) -> None:
    server = serve(reader=Labels())
    context = browser.new_context(
        viewport=NARROW, reduced_motion="reduce", locale={"en": "en-GB", "zh": "zh-CN"}[language]
    )
    page = context.new_page()
    page.goto(server.url)
    ready(page)
    photo = tmp_path / "label of the parcel with a rather long name.png"
    photo.write_bytes(b"photo #W1000001")
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name=ADD[language]).click()
    chosen.value.set_files(photo)
    page.locator(".chip").wait_for()
    assert world.assistant.asked == []
    expect(page.locator(".composer > .count").first).not_to_be_empty()
    shot(page, "waits")
    assert sticks_out(page) == []
    assert violations(page) == []
    page.locator("#message").fill("Where is it?")
    page.keyboard.press("Enter")
    page.locator(".sources").wait_for()
    asked = world.assistant.asked[-1]
    assert (asked.text, asked.attached.kind, asked.attached.alone) == ("Where is it?", "photo", False)
    assert asked.attached.values.orders == ("#W1000001",)
    expect(page.locator(".chip")).to_be_hidden()
    expect(page.locator(".customer .came")).to_have_count(1)
    shot(page, "sent")
    assert violations(page) == []
    context.close()


def test_a_photo_can_be_taken_back_and_be_sent_without_words_by_keyboard(
    browser: Any, serve: Any, world: Any, tmp_path: Path
) -> None:
    page = browser.new_context(viewport=NARROW).new_page()
    page.goto(serve(reader=Labels()).url)
    ready(page)
    photo = tmp_path / "receipt.png"
    photo.write_bytes(b"photo")
    page.locator("input[type=file]").set_input_files(photo)
    page.get_by_role("button", name="Remove the photo").press("Enter")
    expect(page.locator(".chip")).to_be_hidden()
    expect(page.get_by_role("button", name="Send")).to_be_disabled()
    page.locator("input[type=file]").set_input_files(photo)
    page.locator(".chip").wait_for()
    page.locator("#message").press("Enter")
    page.locator(".sources").wait_for()
    assert world.assistant.asked[-1].attached.alone
    page.context.close()


def test_a_file_that_can_not_be_read_is_told_and_nothing_is_sent(
    browser: Any, serve: Any, world: Any, tmp_path: Path
) -> None:
    page = browser.new_context(viewport=NARROW).new_page()
    page.goto(serve(reader=Labels()).url)
    ready(page)
    empty = tmp_path / "empty.png"
    empty.write_bytes(b"")
    page.locator("#message").fill("Where is it?")
    page.locator("input[type=file]").set_input_files(empty)
    expect(page.get_by_text("There is nothing in this file.")).to_be_visible()
    expect(page.locator("#message")).to_have_value("Where is it?")
    assert world.assistant.asked == []
    assert violations(page) == []
    page.context.close()


def test_what_was_heard_is_sent_marked_and_can_be_corrected(
    browser: Any, serve: Any, world: Any, shot: Any, tmp_path: Path
) -> None:
    page = browser.new_context(viewport=NARROW, reduced_motion="reduce").new_page()
    page.goto(serve(reader=Labels()).url)
    ready(page)
    note = tmp_path / "note.wav"
    note.write_bytes(b"Where is order #W1000001?")  # no browser can decode it: it goes as it is
    page.locator("input[type=file]").set_input_files(note)
    page.locator(".sources").wait_for()
    asked = world.assistant.asked[-1]
    assert (asked.text, asked.attached.kind) == ("Where is order #W1000001?", "voice")
    expect(page.locator(".customer .came")).to_contain_text("Heard in your voice note.")
    shot(page, "heard")
    assert sticks_out(page) == []
    assert violations(page) == []
    page.get_by_role("button", name="Correct it").press("Enter")
    expect(page.locator("#message")).to_have_value("Where is order #W1000001?")
    expect(page.locator("#message")).to_be_focused()
    page.context.close()


def test_without_a_reader_there_is_no_button_and_no_second_script(browser: Any, serve: Any, world: Any) -> None:
    page = browser.new_context().new_page()
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(serve().url)
    ready(page)
    expect(page.get_by_role("button", name=ADD["en"])).to_have_count(0)
    assert not [url for url in loaded if "attach.js" in url]
    page.context.close()
