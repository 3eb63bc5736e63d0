"""What customers come for, from the first word to the last, in a real Chromium over the real assistant."""

import re
from typing import Any

import pytest

from assistant.conversation.reply import Incoming
from tests.web.chromium.conftest import (
    NARROW,
    PHONE,
    SHOWN,
    Open,
    Place,
    answered,
    ask,
    press,
    ready,
    sign_in,
    sticks_out,
)
from tests.web.looks import violations

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = sync_api.expect if sync_api else None
MIA, EMMA = "mia_chen_1001", "emma_wilson_1003"
Shot = Any


def fits(page: Any) -> None:
    """Nothing sticks out, and axe finds nothing."""
    assert sticks_out(page) == []
    assert violations(page) == []


def test_a_customer_sees_where_their_order_is(visit: Open, place: Place, shot: Shot) -> None:
    page = ready(visit(place.url))
    sign_in(page, MIA)
    ask(page, "Where is my order?")
    card = page.get_by_role("group", name="Parcel of order #W1001001")
    expect(card.locator("[aria-current=step]")).to_contain_text("Out for delivery")
    expect(card.locator(".due")).to_contain_text("24 November")
    card.get_by_text("All scans").click()
    expect(card.locator(".scans li").first).to_contain_text("out for delivery")
    shot(page, "tracking")
    fits(page)
    ask(page, "show me all my orders")
    orders = page.get_by_role("group", name=re.compile("^Order #W"))
    expect(orders).to_have_count(2)
    expect(orders.first).to_contain_text("$189.00")
    expect(page.locator(".assistant").last.locator("ul:not(.lines)")).to_have_count(0)
    shot(page, "orders")
    fits(page)
    press(page, orders.first.get_by_role("button", name="Where is it?"))
    expect(page.get_by_role("group", name="Parcel of order #W1001001")).to_have_count(2)


def come_to_the_card(page: Any) -> Any:
    """From "I want to return something" to the card, by quick replies only."""
    ask(page, "I want to return something")
    for _ in range(6):
        if page.locator(".proposal:not(.over)").count():
            break
        press(page, page.locator(".quick .pill").first)
    return page.locator(".proposal:not(.over)")


def test_a_return_is_made_by_quick_replies_and_one_card(visit: Open, place: Place, shot: Shot) -> None:
    page = ready(visit(place.url, PHONE))
    sign_in(page, MIA)
    ask(page, "I want to return something")
    expect(page.get_by_role("group", name="Suggested replies").get_by_role("button")).to_have_count(3)
    expect(page.locator(".assistant ol")).to_have_count(0)
    shot(page, "which")
    fits(page)
    card = come_to_the_card(page)
    expect(card).to_contain_text("Hearthline Pour Gooseneck Kettle (white): $89.00")
    expect(card.locator(".moves strong")).to_have_text("$89.00")
    expect(page.locator(".assistant").last).not_to_contain_text("Gooseneck")
    shot(page, "card")
    fits(page)
    assert place.executed() == 0
    press(page, card.get_by_role("button", name="Yes, go ahead"))
    expect(page.locator(".assistant").last).to_contain_text("Done: the return for order #W1001002 is requested.")
    assert place.executed() == 1
    shot(page, "done")


def test_a_card_that_is_confirmed_in_two_tabs_is_carried_out_once(visit: Open, place: Place, shot: Shot) -> None:
    page = ready(visit(place.url))
    sign_in(page, MIA)
    come_to_the_card(page)
    with page.expect_popup() as opened:
        page.evaluate("() => { window.open('/'); }")
    other = ready(opened.value)
    twin = other.locator(".proposal:not(.over)")
    expect(twin).to_be_visible()
    page.locator(".proposal .confirm").last.click()
    twin.get_by_role("button", name="Yes, go ahead").click()
    answered(page)
    answered(other)
    shot(other, "second-tab")
    assert place.executed() == 1
    for tab in (page, other):
        expect(tab.locator(".assistant").last).to_contain_text("the return for order #W1001002")
        expect(tab.locator(".failure")).to_have_count(0)
        tab.reload()
        ready(tab)
        expect(tab.locator(".proposal.over .ended")).to_have_text("Done")
        expect(tab.locator(".proposal:not(.over)")).to_have_count(0)


def test_after_a_reload_the_history_shows_the_same_cards(visit: Open, place: Place, shot: Shot) -> None:
    page = ready(visit(place.url))
    sign_in(page, MIA)
    ask(page, "Where is my order?")
    ask(page, "Do you have a kettle?")
    come_to_the_card(page)

    def seen() -> dict[str, Any]:
        return dict(
            page.evaluate(
                """() => { const all = (of) => [...document.querySelector("shop-assistant").shadowRoot
                    .querySelectorAll(of)].map((e) => e.innerText);
                  return { words: all(".text"), cards: all(".card"), said: all(".bubble"), pills: all(".pill") }; }"""
            )
        )

    before = seen()
    assert len(before["cards"]) >= 5
    page.reload()
    ready(page)
    expect(page.locator(".proposal .confirm")).to_be_enabled()
    assert seen() == before
    shot(page, "reloaded")
    press(page, page.locator(".proposal .confirm"))
    assert place.executed() == 1


def test_a_chinese_conversation(visit: Open, place: Place, shot: Shot) -> None:
    page = ready(visit(place.url, PHONE, locale="zh-CN", color_scheme="dark"))
    shot(page, "welcome")
    sign_in(page, MIA)
    ask(page, "我的订单到哪了？")
    expect(page.get_by_role("group", name="订单 #W1001001 的包裹")).to_contain_text("派送中")
    shot(page, "parcel")
    fits(page)
    ask(page, "拆开过的耳机可以退货吗？")
    page.locator(".source").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("回答中依据此处的内容")
    shot(page, "passage")
    fits(page)
    page.keyboard.press("Escape")
    ask(page, "有水壶卖吗？")
    page.get_by_role("button", name="并排比较").click()
    expect(page.get_by_role("row", name=re.compile("^价格"))).to_contain_text("$45.00")
    shot(page, "compare")
    fits(page)


def test_a_source_shows_which_sentences_rest_on_it(visit: Open, place: Place, shot: Shot) -> None:
    page = ready(visit(place.url))
    ask(page, "Can I return headphones I opened?")
    source = page.locator(".source", has_text="over-ear")
    source.focus()
    lit = page.locator(".claim.lit")
    expect(lit.first).to_be_visible()
    words = lit.all_inner_texts()
    assert any("restocking fee of 15%" in sentence for sentence in words)
    expect(page.locator(".claim:not(.lit)").first).to_contain_text("in-ear")
    shot(page, "lit")
    source.press("Enter")
    rests = page.get_by_role("dialog").locator(".rests")
    expect(rests).to_contain_text("restocking fee of 15%")
    expect(rests).not_to_contain_text("in-ear")
    shot(page, "passage")
    fits(page)


def test_what_is_said_behind_a_list_stands_behind_the_cards_that_show_it(visit: Open, place: Place, shot: Shot) -> None:
    page = ready(visit(place.url, PHONE))
    sign_in(page, MIA)
    ask(page, "I want to return something")
    come_to_the_card(page)
    ask(page, "Do you have a kettle?")
    answer = page.locator(".assistant").last
    expect(answer.locator(".text").first).not_to_contain_text("still waiting")
    expect(answer.locator(".goods + .text")).to_contain_text("still waiting")
    shot(page, "behind")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_products_show_price_and_stock_and_stand_side_by_side(
    visit: Open, place: Place, shot: Shot, scheme: str
) -> None:
    page = ready(visit(place.url, NARROW, color_scheme=scheme))
    ask(page, "Do you have a kettle?")
    expect(page.locator(".tile")).to_have_count(3)
    expect(page.locator(".tile .picture").first).to_have_js_property("complete", True)
    assert page.evaluate(f"{SHOWN}.querySelector('.tile .picture').naturalWidth") > 0
    shot(page, "found")
    fits(page)
    page.get_by_role("button", name="Compare side by side").click()
    expect(page.get_by_role("region", name="Compare side by side").get_by_role("columnheader")).to_have_count(3)
    shot(page, "compare")
    fits(page)
    press(page, page.get_by_role("button", name="What are the specifications of the Hearthline Glass Tea Kettle?"))
    expect(page.locator(".one .tile")).to_contain_text("Hearthline Glass Tea Kettle")
    shot(page, "one")
    fits(page)


def test_a_person_takes_over_answers_and_closes_and_the_customer_rates(visit: Open, place: Place, shot: Shot) -> None:
    desk = place.wiring.desk
    amy = desk.users.get(desk.users.add("amy", "agent", "four plain words here", display_name="Amy"))
    james = place.wiring.shop.customer_by_email("james.porter@example.com")
    assert james is not None
    place.wiring.assistant.ask(Incoming(text="I want to talk to a person", customer_id=james.customer_id))
    page = ready(visit(place.url, PHONE))
    sign_in(page, EMMA)
    press(page, page.get_by_role("button", name="Talk to a person"))
    banner = page.locator(".banner")
    expect(banner).to_contain_text("Nobody is at the desk just now")
    shot(page, "nobody")
    desk.sessions.start(amy.user_id)
    expect(banner).to_contain_text("1 before you")
    shot(page, "waiting")
    fits(page)
    (case,) = [case for case in desk.queue.waiting() if case.customer_id == EMMA]
    assert desk.queue.claim(case.handoff_id, amy)
    expect(banner).to_have_text("You are talking with Amy.")
    desk.talk.say(case.conversation_id, amy, "Hello Emma, Amy here. How can I help?")
    expect(page.locator(".assistant").last).to_contain_text("Hello Emma, Amy here.")
    ask(page, "My kettle is too loud.")
    expect(page.locator(".assistant").last).to_contain_text("Hello Emma, Amy here.")
    page.reload()
    ready(page)
    expect(banner).to_have_text("You are talking with Amy.")
    desk.talk.say(case.conversation_id, amy, "I am sorry. A new one is on its way.")
    expect(page.locator(".assistant .by").last).to_contain_text("Amy")
    expect(page.locator(".assistant").last).to_contain_text("A new one is on its way.")
    shot(page, "talking")
    fits(page)
    desk.queue.close(case.handoff_id, amy, label="product", summary="A loud kettle.")
    rating = page.get_by_role("group", name="Your rating")
    expect(rating).to_be_visible()
    rating.get_by_role("radio", name="4 of 5").check()
    rating.get_by_role("textbox").fill("Quick and kind.")
    shot(page, "rating")
    fits(page)
    rating.get_by_role("button", name="Send").click()
    expect(rating).to_contain_text("Thank you")
    assert desk.queue.state(case.conversation_id).rated
