"""The desk in a real Chromium, with the customer in another: from the handoff to the rating, by mouse and by keys."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from assistant.conversation.reply import Incoming
from assistant.desk.records import Role
from assistant.ids import ConversationId
from assistant.text.language import Language
from assistant.text.trials import Trial
from tests.web.chromium.conftest import PHONE, Open, Place, ask, ready, sign_in
from tests.web.looks import violations

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = sync_api.expect if sync_api else None
EMMA, LI = "emma_wilson_1003", "wei_li_1006"
PASSWORD = "four plain words here"
DESK = {"width": 1200, "height": 900}
HOSTILE = "<script>window.pwned=1</script><img src=x onerror='window.pwned=1'><b onmouseover=alert(1)>hi</b>"
Enter = Callable[..., Any]
Shot = Any
Look = Callable[[Any, str], None]


@pytest.fixture
def enter(visit: Open, place: Place) -> Enter:
    """Signs somebody in at the desk, in a browser of their own."""

    def open_(name: str, role: Role = "agent", language: Language = "en", viewport: Any = None) -> Any:
        if name not in {user.name for user in place.wiring.desk.users.all()}:
            place.wiring.desk.users.add(name, role, PASSWORD, display_name=name.title(), language=language)
        locale = "zh-CN" if language == "zh" else "en-US"
        page = visit(f"{place.url}/desk/login", viewport=viewport or DESK, locale=locale)
        page.locator("[name=name]").fill(name)
        page.locator("[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.locator("#queue").wait_for()
        page.wait_for_load_state()
        return page

    return open_


@pytest.fixture
def look(request: pytest.FixtureRequest) -> Look:
    """Keeps a screenshot as `shot` does, but without hiding the caret: that leaves inline styles on fields."""
    folder = Path(os.environ.get("WEB_SHOTS") or request.config.rootpath / ".pytest_cache" / "web")
    folder.mkdir(parents=True, exist_ok=True)
    name = request.node.name.removeprefix("test_").replace("[", "-").replace("]", "")

    def keep(page: Any, state: str) -> None:
        page.screenshot(path=folder / f"desk-{name[:80]}-{state}.png", caret="initial")

    return keep


def hold(place: Place, customer_id: str | None, *words: str) -> ConversationId:
    """A conversation with the assistant."""
    conversation: ConversationId | None = None
    for said in words:
        incoming = Incoming.model_validate({"text": said, "customer_id": customer_id, "conversation_id": conversation})
        conversation = place.wiring.assistant.ask(incoming).conversation_id
    assert conversation is not None
    return conversation


def fits(page: Any) -> None:
    """Nothing sticks out of the window, and axe finds nothing."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []
    page.evaluate("document.querySelectorAll('[style]').forEach((e) => e.removeAttribute('style'))")  # axe's own


def test_from_the_handoff_to_the_rating(visit: Open, enter: Enter, place: Place, shot: Shot, look: Look) -> None:
    desk = enter("amy")
    expect(desk.locator("#queue")).to_contain_text("Nobody is waiting")
    chat = ready(visit(place.url))
    sign_in(chat, EMMA)
    ask(chat, "I want to cancel order #W1003003")
    ask(chat, "let me talk to a person")
    desk.get_by_role("button", name="Claim").click()  # the queue shows it without a reload
    expect(desk.get_by_role("heading", name="Conversation with Emma Wilson")).to_be_visible()
    expect(desk.locator(".next")).to_contain_text("#W1003003 can be returned")
    expect(desk.locator(".facts")).to_contain_text("Order #W1003003 was delivered")
    look(desk, "claimed")
    fits(desk)
    desk.get_by_role("button", name="Edit", exact=True).click()
    answer = desk.locator("#answer")
    expect(answer).to_have_value(re.compile("Hello Emma"))
    answer.press("Control+End")
    answer.press_sequentially(" I am here until six.")
    answer.press("Control+Enter")
    expect(chat.locator("shop-assistant")).to_contain_text("I am here until six.")
    expect(desk.locator("#transcript .agent")).to_contain_text("I am here until six.")
    shot(chat, "answered")
    ask(chat, "Great, thank you!")
    expect(desk.locator("#transcript .customer").last).to_contain_text("Great, thank you!")
    expect(desk.locator(".next")).to_contain_text("They only say thanks")
    desk.get_by_role("button", name="Close", exact=True).first.click()
    expect(desk.get_by_role("heading", name="Close the conversation")).to_be_visible()
    look(desk, "closing")
    fits(desk)
    desk.get_by_role("button", name="Close it now").click()
    desk.locator("#queue").wait_for()
    rating = chat.get_by_role("group", name="Your rating")
    rating.get_by_text("5 of 5").locator("xpath=..").click()
    rating.get_by_role("button", name="Send").click()
    expect(rating).to_contain_text("Thank you")
    with place.wiring.database.read() as session:
        assert session.execute(text("SELECT stars FROM ratings")).scalar() == 5
        drafts = session.execute(text("SELECT outcome, edit_distance FROM desk_drafts ORDER BY created_at")).all()
    assert drafts[0] == ("edited", len(" I am here until six."))


def test_every_page_of_the_desk_listens_from_the_moment_it_is_opened(enter: Enter, place: Place) -> None:
    conversation = hold(place, EMMA, "where is my order?", "I want a person")
    desk = enter("amy")
    for path in ("/desk", f"/desk/conversations/{conversation}") * 3:
        with desk.expect_request("**/events"):
            desk.goto(f"{place.url}{path}")


def test_the_keys_stay_on_their_row_when_the_queue_is_read_anew(enter: Enter, place: Place) -> None:
    hold(place, LI, "我的扫地机器人怎么还没到", "转人工")
    desk = enter("amy")
    desk.goto(f"{place.url}/desk")
    desk.keyboard.press("j")
    row = desk.locator("[data-row] .words").first
    expect(row).to_be_focused()
    with desk.expect_response("**/desk/queue"):
        desk.evaluate("() => document.querySelector('#live').dispatchEvent(new Event('changed'))")
    hold(place, EMMA, "where is my order?", "I want a person")
    expect(desk.locator("[data-row]")).to_have_count(2)
    expect(desk.get_by_role("link", name="我的扫地机器人怎么还没到")).to_be_focused()


def test_the_keyboard_alone_is_enough(enter: Enter, place: Place) -> None:
    conversation = hold(place, LI, "我的扫地机器人怎么还没到", "转人工")
    desk = enter("amy")
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog", name="Keys")).to_be_visible()
    desk.keyboard.press("Escape")
    desk.keyboard.press("j")
    desk.keyboard.press("c")
    expect(desk.get_by_role("heading", name="Conversation with 李伟")).to_be_visible()
    desk.locator(".sentences").wait_for()
    desk.keyboard.press("/")
    desk.keyboard.type("保修多久？")
    desk.keyboard.press("Enter")
    expect(desk.locator(".answer")).to_contain_text("保修")
    desk.keyboard.press("Escape")
    desk.keyboard.press("a")
    expect(desk.locator("#transcript .agent")).to_contain_text("收货地址还是对的吗")
    desk.keyboard.press("r")
    desk.keyboard.type("再见")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#transcript .agent").last).to_contain_text("再见")
    desk.keyboard.press("Escape")
    desk.keyboard.press("w")
    desk.get_by_label("Label").wait_for()
    for _ in range(8):
        if desk.evaluate("document.activeElement.textContent") == "Close it now":
            break
        desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    desk.locator("#queue").wait_for()
    assert place.wiring.desk.queue.state(conversation).status == "closed"


def test_two_agents_press_claim_and_one_is_told_who_was_quicker(enter: Enter, place: Place) -> None:
    hold(place, EMMA, "I want to talk to a person")
    amy, bo = enter("amy"), enter("bo")
    form = bo.evaluate("new URLSearchParams(new FormData(document.querySelector('[data-claim]').form)).toString()")
    action = bo.evaluate("document.querySelector('[data-claim]').form.action")
    amy.get_by_role("button", name="Claim").click()
    amy.locator("#composer").wait_for()
    bo.evaluate(
        """([action, form]) => { const f = document.createElement("form"); f.method = "post"; f.action = action;
          for (const [name, value] of new URLSearchParams(form)) {
            const i = document.createElement("input"); i.name = name; i.value = value; f.append(i); }
          document.body.append(f); f.submit(); }""",
        [action, form],
    )
    expect(bo.locator("main")).to_contain_text("Amy has this conversation")


def test_a_draft_is_thrown_away_when_the_customer_writes(enter: Enter, place: Place) -> None:
    conversation = hold(place, EMMA, "I want to cancel order #W1003003", "a person please")
    desk = enter("amy")
    desk.get_by_role("button", name="Claim").click()
    desk.get_by_role("button", name="Edit", exact=True).click()
    place.wiring.assistant.ask(
        Incoming.model_validate(
            {"text": "Can I return opened headphones?", "customer_id": EMMA, "conversation_id": conversation}
        )
    )
    expect(desk.locator(".note")).to_contain_text("thrown away")
    expect(desk.locator(".draft")).to_contain_text("headphones")
    desk.locator("#answer").press("Control+Enter")
    expect(desk.get_by_role("alert")).to_contain_text("The customer wrote meanwhile")
    expect(desk.locator("#transcript .agent")).to_have_count(0)


def test_an_agent_proposes_and_the_customer_confirms(
    visit: Open, enter: Enter, place: Place, shot: Shot, look: Look
) -> None:
    chat = ready(visit(place.url))
    sign_in(chat, EMMA)
    ask(chat, "I want to talk to a person")
    desk = enter("amy")
    desk.get_by_role("button", name="Claim").click()
    desk.locator(".order summary", has_text="#W1003001").click()
    desk.locator(".order[open]").get_by_role("button", name="Propose a change").click()
    desk.get_by_role("button", name="Cancel it").click()
    look(desk, "proposing")
    desk.get_by_role("button", name="Send the proposal").click()
    expect(desk.locator("#transcript .proposal")).to_contain_text("waits for their yes")
    assert place.executed() == 0
    card = chat.get_by_role("group", name="A change that waits for your yes")
    expect(card).to_contain_text("#W1003001")
    card.get_by_role("button", name="Yes, go ahead").click()
    expect(desk.locator("#transcript .proposal")).to_contain_text("carried out")
    assert place.executed() == 1


def test_what_customers_write_never_runs_at_the_desk(enter: Enter, place: Place) -> None:
    hold(place, EMMA, HOSTILE, "talk to a person")
    lead = enter("lou", "lead")
    lead.get_by_role("button", name="Claim").click()
    lead.locator(".brief").wait_for()
    expect(lead.locator("#transcript")).to_contain_text("<script>window.pwned=1</script>")
    for path in ("", "/figures", "/audit", "/figures/conversations?kind=volume"):
        lead.goto(f"{place.url}/desk{path}")
        assert lead.evaluate("window.pwned") is None
        assert lead.locator("main img").count() == 0


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["wide", "phone"])
def test_every_page_fits_and_is_accessible(
    enter: Enter, place: Place, look: Look, language: Language, viewport: dict[str, int]
) -> None:
    hold(place, LI, "我的扫地机器人怎么还没到，太差劲了", "转人工")
    hold(place, EMMA, "Can I return opened headphones?", "I want a person, it is urgent!!")
    hold(place, None, "do you sell boats")
    lead = enter("lou", "lead", language, viewport)
    look(lead, "queue")
    fits(lead)
    lead.locator("[data-claim]").first.click()
    lead.locator(".brief").wait_for()
    look(lead, "conversation")
    fits(lead)
    lead.locator(".sources summary").first.click()
    lead.locator(".order summary").first.click()
    lead.locator(".order[open] .offer-at button").click()
    lead.locator(".offer .chip").first.click()
    lead.locator(".offer form").wait_for()
    fits(lead)
    begun = place.wiring.clock.now().isoformat()
    trial = Trial("base", place.wiring.prompts.hash, "warmer", "0123456789ab", 0.5, "salt", begun)
    if place.wiring.prompt_versions.trials.last() is None:
        place.wiring.prompt_versions.trials.start(trial)
    for path in ("figures?days=7", "trial", "drafts", "audit", "figures/conversations?kind=volume", "login"):
        lead.goto(f"{place.url}/desk/{path}")
        look(lead, path.split("?")[0].replace("/", "-"))
        fits(lead)


def test_what_is_written_while_an_answer_is_sent_stays_and_nothing_is_sent_twice(enter: Enter, place: Place) -> None:
    hold(place, EMMA, "talk to a person")
    desk = enter("amy")
    desk.get_by_role("button", name="Claim").click()
    desk.locator(".brief").wait_for()
    slow: list[Any] = []
    desk.route("**/send", lambda route: slow.append(route))
    answer = desk.locator("#answer")
    answer.press_sequentially("The first.")
    answer.press("Control+Enter")
    answer.press("Control+Enter")
    answer.press_sequentially(" The second,")
    assert len(slow) == 1
    slow[0].continue_()
    expect(desk.locator("#transcript .agent")).to_contain_text("The first.")
    expect(answer).to_have_value("The second,")
    expect(answer).to_be_focused()
    assert place.messages("agent") == ["The first."]


def test_an_agent_is_told_while_the_server_cannot_be_reached_and_loses_no_word(
    enter: Enter, place: Place, look: Look
) -> None:
    hold(place, EMMA, "talk to a person")
    desk = enter("amy")
    desk.get_by_role("button", name="Claim").click()
    desk.locator(".brief").wait_for()
    expect(desk.locator("#unreachable")).to_be_hidden()
    desk.context.set_offline(True)
    answer = desk.locator("#answer")
    answer.press_sequentially("I am looking into your order now.")
    answer.press("Control+Enter")
    expect(desk.locator("#unreachable")).to_be_visible()
    expect(answer).to_have_value("I am looking into your order now.")
    look(desk, "unreachable")
    fits(desk)
    desk.context.set_offline(False)
    answer.press("Control+Enter")
    expect(desk.locator("#transcript .agent")).to_contain_text("I am looking into your order now.")
    expect(desk.locator("#unreachable")).to_be_hidden()
    assert place.messages("agent") == ["I am looking into your order now."]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [DESK, PHONE], ids=["desk", "phone"])
def test_a_note_and_a_colleague_by_keys_alone(
    enter: Enter, visit: Open, place: Place, look: Look, language: Language, width: Any
) -> None:
    hold(place, EMMA, "where is my order?", "I want a person")
    bo = enter("bo" + language, language=language)
    amy = enter("amy" + language, language=language, viewport=width)
    amy.keyboard.press("j")
    amy.keyboard.press("c")
    amy.locator("#answer").wait_for()
    amy.keyboard.press("n")
    amy.keyboard.type("Third lost parcel: be generous.")
    amy.keyboard.press("Control+Enter")
    expect(amy.locator("#transcript .aside")).to_contain_text("be generous")
    expect(amy.locator("#note-text")).to_have_value("")
    amy.keyboard.press("Escape")
    amy.keyboard.press("p")
    amy.locator("select[name=to]").wait_for()
    expect(amy.locator("select[name=to]")).to_be_focused()
    fits(amy)
    amy.locator("select[name=to]").focus()
    amy.keyboard.press("Tab")
    amy.keyboard.type("You know her.")
    with amy.expect_response("**/transcript"):
        amy.evaluate("() => document.querySelector('#live').dispatchEvent(new Event('changed'))")
    look(amy, "passing")
    amy.keyboard.press("Tab")
    expect(amy.locator(".closing .main")).to_be_focused()
    amy.keyboard.press("Enter")
    amy.locator("#queue").wait_for()
    bo.locator(".case", has_text="I want a person").first.wait_for()
    bo.keyboard.press("j")
    bo.keyboard.press("Enter")
    expect(bo.locator("#transcript .aside").last).to_contain_text("You know her.")
    look(bo, "passed")
    fits(bo)
