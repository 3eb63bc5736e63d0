"""A real voice and a real photo, through a Chromium's microphone and file chooser, the readers and the desk."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from assistant.app import Wiring
from assistant.media.bench.receipts import receipts
from assistant.storage.attachment_tables import AttachmentRow
from tests.web.chromium.conftest import CHROMIUM, FLAGS, NARROW, Place, answered, placed, ready, sign_in, sticks_out
from tests.web.looks import violations

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytest.importorskip("moonshine_cpp", reason="the voice extra is not installed: uv pip install -e '.[voice]'")
pytest.importorskip("rapidocr", reason="the photo extra is not installed: uv pip install -e '.[photo]'")
expect = sync_api.expect
EMMA = "emma_wilson_1003"
PASSWORD = "four plain words here"


@pytest.fixture
def spoken_place(house: Wiring, tmp_path: Path) -> Iterator[Place]:
    """A shop that hears and sees."""
    with placed(house, tmp_path, photo=True, voice_model="moonshine", media_deadline_s=90) as made:
        yield made


@pytest.fixture
def microphone(tmp_path: Path) -> Iterator[Any]:
    """A browser whose microphone hears a sentence about Emma's order."""
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed (Debian: apt-get install espeak-ng)")
    said = tmp_path / "said.wav"
    words = "Where is my order W one zero zero three zero zero one?"
    subprocess.run(["espeak-ng", "-v", "en-us", "-s", "140", "-w", str(said), words], check=True)
    flags = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
    with sync_api.sync_playwright() as playwright:
        file = f"--use-file-for-fake-audio-capture={said}%noloop"
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags, file])
        yield browser
        browser.close()


def emmas_page(browser: Any, place: Place, **options: Any) -> Any:
    """The chat of Emma's."""
    context = browser.new_context(viewport=NARROW, reduced_motion="reduce", **options)
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto(place.url)
    ready(page)
    sign_in(page, EMMA)
    return page


def test_emma_speaks_and_confirms_what_was_heard(microphone: Any, spoken_place: Place, shot: Any) -> None:
    page = emmas_page(microphone, spoken_place, permissions=["microphone"])
    page.get_by_role("button", name="Record a voice note").press("Enter")
    stop = page.get_by_role("button", name="End the recording and send it")
    stop.wait_for()
    shot(page, "recording")
    assert violations(page) == []
    page.wait_for_function(
        "() => document.querySelector('shop-assistant').shadowRoot.querySelector('.mic').dataset.time >= '0:06'"
    )
    stop.press("Enter")
    page.locator(".customer .came").wait_for()
    answered(page)
    assert "#W1003001" in page.locator(".assistant .text").last.inner_text()
    assert "Did you mean" in page.locator(".assistant .text").last.inner_text()
    shot(page, "asked back")
    assert sticks_out(page) == []
    assert violations(page) == []
    page.get_by_role("button", name="Yes, that is right").press("Enter")
    answered(page)
    page.locator(".assistant .text").last.get_by_text("#W1003001").first.wait_for()
    shot(page, "answered")
    page.reload()
    ready(page)
    expect(page.locator(".customer .came")).to_have_count(1)
    page.context.close()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_emma_shows_a_receipt_and_the_desk_opens_it(
    browser: Any, spoken_place: Place, shot: Any, tmp_path: Path, language: str
) -> None:
    shop = spoken_place.wiring.shop
    own = [order for order in shop.orders(EMMA) if order.order_id == "#W1003001"]  # type: ignore[arg-type]
    drawn = receipts(own, "Lumora", count=4)[{"en": 2, "zh": 1}[language]]
    photo = tmp_path / "receipt.jpg"
    photo.write_bytes(drawn.content)
    page = emmas_page(browser, spoken_place, locale={"en": "en-GB", "zh": "zh-CN"}[language])
    page.locator("input[type=file]").set_input_files(photo)
    page.locator(".chip").wait_for()
    page.locator("#message").press("Enter")
    answered(page)
    page.locator(".quick").wait_for()
    assert "#W1003001" in page.locator(".assistant .text").last.inner_text()
    shot(page, "asked back")
    assert sticks_out(page) == []
    assert violations(page) == []
    page.locator(".quick button").first.press("Enter")
    answered(page)
    desk = spoken_place.wiring.desk
    desk.users.add("amy", "agent", PASSWORD, display_name="Amy", language="en" if language == "en" else "zh")
    agent = browser.new_context(viewport={"width": 1200, "height": 900}).new_page()
    agent.goto(f"{spoken_place.url}/desk/login")
    agent.locator("input[name=name]").fill("amy")
    agent.locator("input[name=password]").fill(PASSWORD)
    agent.keyboard.press("Enter")
    agent.wait_for_url("**/desk")
    with spoken_place.wiring.database.read() as session:
        conversation_id = session.scalars(select(AttachmentRow.conversation_id)).one()
    agent.goto(f"{spoken_place.url}/desk/conversations/{conversation_id}")
    link = agent.get_by_role("link", name="Open the photo" if language == "en" else "打开照片")
    shot(agent, "desk")
    assert violations(agent) == []
    with agent.expect_popup() as opened:
        link.click()
    picture = opened.value
    picture.wait_for_load_state()
    assert picture.evaluate("document.images[0].naturalWidth") > 300
    actions = [entry.action for entry in desk.audit.entries()]
    assert "opened a photo" in actions
    agent.context.close()
    page.context.close()
