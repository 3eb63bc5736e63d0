"""The chat page in a real Chromium: what customers see, hear and press."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.web.state import Limits
from tests.web.conftest import CARD
from tests.web.looks import sticks_out, violations

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)
pytestmark = [
    pytest.mark.web,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (Debian: apt-get install chromium)"),
]
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
QUESTION, QUESTION_ZH = "Can I return headphones I opened?", "拆开过的耳机可以退货吗？"
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 320, "height": 640}
KEEP_WHAT_IS_SENT = """
  const real = window.fetch;
  window.fetch = (url, options) => {
    if (String(url).endsWith("/api/chat")) window.sent = JSON.parse(options.body);
    return real(url, options);
  };
"""
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api.expect.set_options(timeout=15_000)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Any, serve: Any) -> Iterator[Open]:
    """Opens the chat page of a fresh server; fails the test on script errors and on requests to other hosts."""
    server, problems, contexts = serve(Limits(per_owner=1000, per_address=1000)), [], []

    def open_(locale: str = "en-US", viewport: dict[str, int] | None = None, **options: Any) -> Any:
        context = browser.new_context(locale=locale, viewport=viewport or DESKTOP, **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(KEEP_WHAT_IS_SENT)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith(server.url) else problems.append(request.url))
        page.goto(server.url)
        page.locator("shop-assistant[data-state=ready]").wait_for()
        return page

    yield open_
    for context in contexts:
        context.close()
    assert problems == []


def ask(page: Any, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.keyboard.press("Enter")


def test_an_answer_streams_in_and_its_source_opens(open_page: Open, world: Any) -> None:
    gate = threading.Event()
    world.assistant.before = lambda _: gate.wait(10)
    page = open_page()
    ask(page, QUESTION)
    answer = page.locator(".assistant .text")
    sync_api.expect(answer).to_have_text("Yes.")
    gate.set()
    page.get_by_role("button", name="Source 1: Returns and refunds, Opened items").first.click()
    dialog = page.get_by_role("dialog", name="Returns and refunds")
    sync_api.expect(dialog).to_contain_text("within 30 days of delivery")
    dialog.get_by_role("button", name="Show the whole section").click()
    sync_api.expect(dialog).to_contain_text("in the box that they came in")
    page.keyboard.press("Escape")
    sync_api.expect(dialog).to_be_hidden()
    assert page.evaluate("document.querySelector('shop-assistant').shadowRoot.activeElement.className") == "cite"


def test_the_finished_answer_is_announced_once_and_no_half_of_it(open_page: Open, world: Any) -> None:
    page = open_page()
    page.evaluate(
        """() => { window.heard = [];
          const status = document.querySelector("shop-assistant").shadowRoot.querySelector(".transcript [role=status]");
          new MutationObserver(() => status.textContent && window.heard.push(status.textContent))
            .observe(status, { childList: true, characterData: true, subtree: true }); }"""
    )
    ask(page, QUESTION)
    page.locator(".sources").wait_for()
    page.wait_for_function("window.heard.length > 0")
    heard = page.evaluate("window.heard")
    assert len(heard) == 1
    assert heard[0].startswith("Assistant: Yes. You can return")
    assert page.get_by_role("log").get_attribute("aria-live") == "off"


def test_everything_works_with_the_keyboard_alone(open_page: Open, world: Any) -> None:
    page = open_page()

    def tab_to(name: str, back: bool = False) -> None:
        for _ in range(25):
            page.keyboard.press("Shift+Tab" if back else "Tab")
            focused = page.evaluate(
                """() => { const e = document.querySelector("shop-assistant").shadowRoot.activeElement
                    ?? document.activeElement;
                  return e ? e.getAttribute("aria-label") || e.labels?.[0]?.textContent || e.textContent : ""; }"""
            )
            if focused == name:
                return
        raise AssertionError(f"{name!r} can't be reached by Tab")

    tab_to("Sign in as a sample customer")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    sync_api.expect(page.locator(".welcome h2")).to_have_text("Hello 陈伟, how can we help?")
    page.keyboard.press("ArrowUp")
    sync_api.expect(page.locator(".welcome h2")).to_have_text("Hello Sara Moss, how can we help?")
    tab_to("Your message")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("They are blue.")
    page.keyboard.press("Enter")
    page.locator(".sources").wait_for()
    assert world.assistant.asked[0].text == f"{QUESTION}\nThey are blue."
    assert world.assistant.asked[0].customer_id == "customer_0"
    tab_to("Start a return", back=True)
    page.keyboard.press("Enter")
    sync_api.expect(page.locator(".customer").last).to_contain_text("Start a return")
    page.locator(".sources").nth(1).wait_for()
    tab_to("Source 1: Returns and refunds, Opened items", back=True)
    page.keyboard.press("Space")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    tab_to("New conversation", back=True)
    page.keyboard.press("Enter")
    sync_api.expect(page.locator(".welcome")).to_be_visible()


def test_a_chinese_browser_gets_a_chinese_page_and_enter_that_picks_a_character_sends_nothing(
    open_page: Open, world: Any
) -> None:
    page = open_page(locale="zh-CN")
    sync_api.expect(page.locator(".welcome h2")).to_have_text("您好，需要什么帮助？")
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    field = page.get_by_role("textbox")
    field.fill(QUESTION_ZH)
    field.evaluate(
        "e => e.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    assert field.input_value() == QUESTION_ZH
    page.keyboard.press("Enter")
    sync_api.expect(page.locator(".assistant .text")).to_contain_text("30 天内可以退货")
    assert world.assistant.asked[0].language == "zh"
    sync_api.expect(page.locator(".content")).to_have_attribute("lang", "zh-Hans")
    page.get_by_role("button", name="Switch to English").click()
    sync_api.expect(page.get_by_role("button", name="New conversation")).to_be_visible()
    page.reload()
    sync_api.expect(page.get_by_role("textbox")).to_have_attribute("placeholder", "Write a message…")


@pytest.mark.parametrize(  # every pair of window, colours and language comes once
    ("viewport", "scheme", "locale", "question"),
    [
        pytest.param(PHONE, "light", "en-US", QUESTION, id="phone-light-en"),
        pytest.param(PHONE, "dark", "zh-CN", QUESTION_ZH, id="phone-dark-zh"),
        pytest.param(DESKTOP, "light", "zh-CN", QUESTION_ZH, id="desktop-light-zh"),
        pytest.param(DESKTOP, "dark", "en-US", QUESTION, id="desktop-dark-en"),
    ],
)
def test_every_state_fits_the_window_and_has_no_accessibility_violation(
    open_page: Open, world: Any, tmp_path: Path, viewport: dict[str, int], scheme: str, locale: str, question: str
) -> None:
    gate = threading.Event()
    page = open_page(locale, viewport, color_scheme=scheme, reduced_motion="reduce")
    checked = []

    def check(state: str) -> None:
        page.screenshot(path=tmp_path / f"{state}.png")
        checked.append(state)
        assert sticks_out(page) == [], state
        assert violations(page) == [], state

    check("welcome")
    page.locator("select").select_option(index=1)
    sync_api.expect(page.locator(".welcome h2")).to_contain_text("Sara Moss")
    world.assistant.before = lambda _: gate.wait(10)
    ask(page, question)
    page.locator(".assistant .text:not(:empty)").wait_for()
    check("streaming")
    gate.set()
    page.locator(".sources").wait_for()
    check("answered")
    page.locator(".source").first.click()
    page.get_by_role("dialog").wait_for()
    check("passage")
    page.keyboard.press("Escape")
    world.assistant.handoff = True
    page.locator(".quick .pill").last.click()
    page.locator(".notice").wait_for()
    check("handed over")

    def crash(incoming: object) -> None:
        raise ZeroDivisionError

    world.assistant.before = crash
    ask(page, "x" * 300)
    page.locator(".failure").wait_for()
    check("failed")
    assert len(checked) == 6


def test_a_failed_answer_can_be_asked_for_again(open_page: Open, world: Any) -> None:
    page = open_page()

    def crash(incoming: object) -> None:
        raise ZeroDivisionError

    world.assistant.before = crash
    ask(page, QUESTION)
    failure = page.get_by_role("alert")
    sync_api.expect(failure).to_contain_text("Something went wrong on our side")
    world.assistant.before = lambda _: None
    failure.get_by_role("button", name="Try again").click()
    page.locator(".sources").wait_for()
    assert page.locator(".customer").count() == 1


def test_a_connection_lost_in_mid_answer_is_taken_up_again(open_page: Open, world: Any) -> None:
    gate = threading.Event()
    world.assistant.before = lambda _: gate.wait(10)
    page = open_page()
    page.evaluate(
        """() => { const real = window.fetch; let cut = false;
          window.fetch = async (url, options) => {
            const response = await real(url, options);
            if (cut || !String(url).endsWith("/api/chat")) return response;
            cut = true;
            const reader = response.body.getReader();
            const first = await reader.read();
            reader.cancel();
            return new Response(new ReadableStream({ start(c) { c.enqueue(first.value); c.error(new Error("cut")); } }),
              { status: 200 });
          }; }"""
    )
    ask(page, QUESTION)
    gate.set()
    page.locator(".sources").wait_for()
    sync_api.expect(page.locator(".assistant .text")).to_contain_text("Yes. You can return opened headphones within")
    assert len(world.assistant.asked) == 1


def test_offline_the_page_says_so_and_keeps_what_is_written(open_page: Open) -> None:
    page = open_page()
    page.context.set_offline(True)
    sync_api.expect(page.locator(".banner")).to_contain_text("You are offline")
    page.get_by_role("textbox").fill(QUESTION)
    page.keyboard.press("Enter")
    assert page.get_by_role("textbox").input_value() == QUESTION
    page.context.set_offline(False)
    sync_api.expect(page.locator(".banner")).to_be_hidden()
    page.keyboard.press("Enter")
    page.locator(".sources").wait_for()


def test_a_reloaded_page_goes_on_where_it_was(open_page: Open, world: Any) -> None:
    gate = threading.Event()
    page = open_page()
    page.locator("select").select_option(index=1)
    sync_api.expect(page.locator(".welcome h2")).to_contain_text("Sara Moss")
    ask(page, QUESTION)
    page.locator(".sources").wait_for()
    world.assistant.before = lambda _: gate.wait(10)
    ask(page, "And a mouse?")
    page.locator(".assistant").nth(1).wait_for()
    page.reload()
    page.locator(".assistant").nth(1).wait_for()
    sync_api.expect(page.locator(".customer .bubble")).to_have_text([QUESTION, "And a mouse?"])
    gate.set()
    page.locator(".sources").nth(1).wait_for()
    sync_api.expect(page.locator(".customer .bubble")).to_have_text([QUESTION, "And a mouse?"])
    assert [incoming.text for incoming in world.assistant.asked] == [QUESTION, "And a mouse?"]
    assert page.locator("select").input_value() == "customer_0"


def test_a_page_reloaded_before_it_saw_the_answer_shows_it_once(open_page: Open, world: Any) -> None:
    page = open_page()
    ask(page, QUESTION)
    page.locator(".sources").wait_for()
    page.evaluate(
        """() => { const kept = JSON.parse(sessionStorage["shop-assistant"]);
          sessionStorage["shop-assistant"] = JSON.stringify({ ...kept, pending: window.sent }); }"""
    )
    page.reload()
    page.locator("shop-assistant[data-state=ready]").wait_for()
    page.get_by_role("button", name="Start a return").wait_for()
    sync_api.expect(page.locator(".customer .bubble")).to_have_text([QUESTION])
    sync_api.expect(page.locator(".assistant .text")).to_have_count(1)
    assert len(world.assistant.asked) == 1


def test_markup_in_messages_and_answers_is_shown_and_never_run(open_page: Open, world: Any) -> None:
    page = open_page()
    attack = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script> **[1]**"
    ask(page, attack)
    page.locator(".sources").wait_for()
    sync_api.expect(page.locator(".bubble")).to_have_text(attack)
    assert page.title() == "Lumora · Assistant"


def test_a_message_that_is_too_long_is_not_sent_and_says_by_how_much(open_page: Open, world: Any) -> None:
    page = open_page()
    page.get_by_role("textbox").fill("x" * 4010)
    sync_api.expect(page.locator(".count")).to_have_text("10 characters too many")
    sync_api.expect(page.get_by_role("button", name="Send")).to_be_disabled()
    page.keyboard.press("Enter")
    assert world.assistant.asked == []


@pytest.mark.parametrize(
    ("locale", "button", "answer"),
    [
        ("en-US", "Yes, go ahead", "confirm"),
        ("en-US", "Change something", "change"),
        ("en-US", "No, leave it as it is", "decline"),
        ("zh-CN", "是的，请办理", "confirm"),
        ("zh-CN", "我要修改", "change"),
        ("zh-CN", "不用了，保持不变", "decline"),
    ],
)
def test_a_proposal_is_a_card_whose_buttons_answer_that_very_proposal(
    open_page: Open, world: Any, tmp_path: Path, locale: str, button: str, answer: str
) -> None:
    world.assistant.proposal = CARD
    scheme = "dark" if answer == "change" else "light"
    page = open_page(locale, PHONE, color_scheme=scheme, reduced_motion="reduce")
    ask(page, "取消订单" if locale == "zh-CN" else "cancel my order")
    card = page.locator(".proposal")
    sync_api.expect(card).to_contain_text("Cancel order #W1000001")
    sync_api.expect(card).to_contain_text("$39.00 back to your Visa")
    page.screenshot(path=tmp_path / "card.png")
    sync_api.expect(page.locator(".quick")).to_have_count(0)
    assert violations(page) == []
    assert sticks_out(page) == []
    world.assistant.proposal = None
    card.get_by_role("button", name=button, exact=True).click()
    sync_api.expect(page.locator(".sources")).to_have_count(2)
    assert page.evaluate("window.sent.answer") == {"proposal_id": "prop_1", "answer": answer}
    assert page.evaluate("window.sent.message") == button
    pressed = world.assistant.asked[-1]
    assert pressed.answer is not None
    assert (pressed.answer.proposal_id, pressed.answer.answer) == ("prop_1", answer)
    page.screenshot(path=tmp_path / "pressed.png")
    sync_api.expect(card.get_by_role("button")).to_have_count(0)


def test_a_card_can_not_be_pressed_once_the_talk_has_gone_on(open_page: Open, world: Any) -> None:
    world.assistant.proposal = CARD
    page = open_page()
    ask(page, "cancel my order")
    card = page.locator(".proposal")
    sync_api.expect(card.get_by_role("button")).to_have_count(3)
    world.assistant.proposal = None
    ask(page, QUESTION)
    sync_api.expect(card.get_by_role("button")).to_have_count(0)
