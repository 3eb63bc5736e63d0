"""The widget in the corner of a shop's page: another origin, one script tag, a strict policy."""

import json
import statistics
from collections.abc import Callable
from typing import Any

import pytest

from tests.web.chromium.conftest import (
    NARROW,
    PHONE,
    SHOWN,
    WIDE,
    Open,
    Place,
    ask,
    press,
    ready,
    sign_in,
    sticks_out,
)
from tests.web.looks import violations

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = sync_api.expect
MIA = "mia_chen_1001"
Shot = Callable[[Any, str], None]


def opened(page: Any) -> Any:
    page.locator(".launcher").click()
    return ready(page)


def token(place: Place, customer_id: str = MIA) -> str:
    return place.wiring.tokens.for_customer(customer_id)  # type: ignore[arg-type]


def focused(page: Any) -> str:
    return str(page.evaluate(f"{SHOWN}.activeElement?.id || {SHOWN}.activeElement?.className || ''"))


def test_one_script_tag_is_all_that_a_page_of_another_origin_needs(visit: Open, place: Place, shot: Shot) -> None:
    loaded: list[Any] = []
    page = visit("about:blank")
    page.on("response", lambda response: loaded.append(response))
    page.goto(place.page.url)
    opened(page)
    shot(page, "open")
    ask(page, "Can I return headphones I opened?")
    page.locator(".source").first.click()
    expect(page.get_by_role("dialog", name="Returning headphones and earbuds")).to_be_visible()
    shot(page, "passage")
    scripts = [response for response in loaded if response.request.resource_type == "script"]
    assert [response.url for response in scripts] == [f"{place.url}/widget.js"]
    assert int(scripts[0].headers["content-length"]) <= 15 * 1024
    assert scripts[0].headers["content-encoding"] == "gzip"
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.title() == "A shop"


@pytest.mark.parametrize(
    ("viewport", "scheme", "language"),
    [
        pytest.param(WIDE, "light", "en", id="wide-light-en"),
        pytest.param(WIDE, "dark", "zh", id="wide-dark-zh"),
        pytest.param(PHONE, "light", "zh", id="phone-light-zh"),
        pytest.param(NARROW, "dark", "en", id="narrow-dark-en"),
    ],
)
def test_every_state_in_the_corner_fits_and_is_accessible(
    visit: Open, place: Place, shot: Shot, viewport: dict[str, int], scheme: str, language: str
) -> None:
    place.page.language = language
    page = visit(place.page.url, viewport, color_scheme=scheme)
    page.locator(".launcher").wait_for()

    def check(state: str) -> None:
        shot(page, state)
        assert sticks_out(page) == [], state
        assert violations(page) == [], state

    check("closed")
    opened(page)
    check("welcome")
    page.locator(".more").click()
    expect(page.locator(".menu")).to_be_visible()
    check("menu")
    page.keyboard.press("Escape")
    ask(page, "有水壶卖吗？" if language == "zh" else "Do you have a kettle?")
    check("products")
    page.locator(".more").click()
    page.locator(".menu .end").click()
    check("rating")
    page.context.set_offline(True)
    expect(page.locator(".banner")).to_be_visible()
    check("offline")
    page.context.set_offline(False)
    expect(page.locator(".banner")).to_be_hidden()
    press(page, page.locator(".person"))
    expect(page.locator(".banner")).to_be_visible()
    check("waiting")


def test_the_keyboard_is_enough(visit: Open, place: Place) -> None:
    page = visit(place.page.url)
    page.locator(".launcher").wait_for()
    page.keyboard.press("Tab")
    assert "launcher" in focused(page)
    page.keyboard.press("Enter")
    ready(page)
    assert focused(page) == "message"
    page.keyboard.type("Do you have a kettle?")
    page.keyboard.press("Enter")
    page.locator("shop-assistant[data-busy=false] .tile").first.wait_for()
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if focused(page) == "link" and "Compare" in page.evaluate(f"{SHOWN}.activeElement.textContent"):
            break
    page.keyboard.press("Space")
    expect(page.get_by_role("region", name="Compare side by side")).to_be_visible()
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if "more" in focused(page).split():
            break
    page.keyboard.press("Enter")
    expect(page.locator(".menu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".menu")).to_be_hidden()
    expect(page.locator(".panel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_be_hidden()
    assert "launcher" in focused(page)


def test_the_pages_language_is_the_widgets(visit: Open, place: Place) -> None:
    place.page.language = "zh-CN"
    page = opened(visit(place.page.url, locale="en-US"))
    expect(page.locator(".welcome h2")).to_have_text("您好，需要什么帮助？")
    page.evaluate("document.querySelector('shop-assistant').setAttribute('language', 'en')")
    expect(page.locator(".welcome h2")).to_have_text("How can we help?")


def test_a_customer_who_is_signed_in_at_the_shop_is_known_here(visit: Open, place: Place) -> None:
    page = visit(place.page.url)
    page.locator(".launcher").wait_for()
    page.evaluate("token => { document.querySelector('shop-assistant').token = token; }", token(place))
    opened(page)
    expect(page.locator(".welcome h2")).to_have_text("Hello 陈米娅, how can we help?")
    ask(page, "Where is my order?")
    expect(page.get_by_role("group", name="Parcel of order #W1001001")).to_be_visible()
    page.evaluate("() => { document.querySelector('shop-assistant').token = null; }")
    expect(page.locator(".welcome h2")).to_have_text("How can we help?")
    ask(page, "Where is my order?")
    expect(page.locator(".assistant").last).not_to_contain_text("#W1001001")


def test_a_token_that_ran_out_is_fetched_again_and_the_message_is_sent_once(visit: Open, place: Place) -> None:
    page = visit(place.page.url)
    page.locator(".launcher").wait_for()
    page.evaluate(
        """tokens => { window.given = 0;
          document.querySelector("shop-assistant").getToken = async () => tokens[window.given++ ? 1 : 0]; }""",
        [token(place), token(place)],
    )
    opened(page)
    page.evaluate("() => { document.querySelector('shop-assistant').session.values.token = 'x.y.z'; }")
    ask(page, "Where is my order?")
    expect(page.get_by_role("group", name="Parcel of order #W1001001")).to_be_visible()
    assert page.evaluate("window.given") == 2
    assert place.messages("customer") == ["Where is my order?"]


def test_the_page_hears_what_happens(visit: Open, place: Place) -> None:
    page = visit(place.page.url)
    page.locator(".launcher").wait_for()
    page.evaluate(
        """() => { window.heard = [];
          for (const name of ["open", "ready", "sent", "reply", "desk", "rated", "close"])
            document.addEventListener(`shop-assistant:${name}`, () => window.heard.push(name)); }"""
    )
    opened(page)
    ask(page, "Do you have a kettle?")
    page.locator(".more").click()
    page.locator(".menu .end").click()
    page.get_by_role("radio", name="5 of 5").check()
    page.get_by_role("button", name="Send", exact=True).first.click()
    expect(page.locator(".rating")).to_contain_text("Thank you")
    page.get_by_role("button", name="Close the chat").first.click()
    heard = page.evaluate("window.heard")
    assert [name for name in heard if name != "desk"] == ["open", "ready", "sent", "reply", "rated", "close"]


def test_colours_and_corners_are_the_shops(visit: Open, place: Place, shot: Shot) -> None:
    page = visit(place.page.url)
    page.locator(".launcher").wait_for()
    page.evaluate(
        """() => { const chat = document.querySelector("shop-assistant").style;
          chat.setProperty("--sa-accent", "rgb(88, 40, 160)"); chat.setProperty("--sa-radius", "4px");
          chat.setProperty("--sa-width", "500px"); }"""
    )
    opened(page)
    shot(page, "themed")
    style = "e => { const s = getComputedStyle(e); return [s.backgroundColor, s.width]; }"
    assert page.locator(".launcher").evaluate(style)[0] == "rgb(88, 40, 160)"
    assert page.locator(".panel").evaluate(style)[1] == "500px"


def test_a_page_that_is_not_on_the_list_gets_no_answer(visit: Open, place: Place) -> None:
    page = visit(place.page.stranger)
    page.locator(".launcher").click()
    page.locator("shop-assistant[data-state=starting]").wait_for(state="attached")
    refused = page.evaluate("url => fetch(`${url}/api/config`).then(() => 'read', () => 'refused')", place.url)
    assert refused == "refused"


def test_how_soon_the_first_words_of_a_direct_answer_are_there(
    visit: Open, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    page = ready(visit(place.url))
    sign_in(page, MIA)
    page.evaluate(
        """() => { window.times = [];
          const root = document.querySelector("shop-assistant").shadowRoot;
          let began = 0;
          root.addEventListener("keydown", (event) => { if (event.key === "Enter") began = performance.now(); }, true);
          new MutationObserver(() => {
            const words = [...root.querySelectorAll(".assistant .text")].pop()?.textContent;
            if (began && words) { window.times.push(performance.now() - began); began = 0; }
          }).observe(root, { childList: true, subtree: true }); }"""
    )
    for _ in range(12):
        ask(page, "Where is my order?")
    times = sorted(page.evaluate("window.times")[2:])
    figures = {"turns": len(times), "p50_ms": round(statistics.median(times)), "slowest_ms": round(times[-1])}
    with capsys.disabled():
        print(f"\nfirst words of a direct answer, from Enter to the page: {json.dumps(figures)}")
    assert len(times) == 10
    assert times[0] < 2000
