"""A change that a tool of the shop's own MCP server makes: proposed, confirmed, called once; the server is real."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from assistant.app import Wiring
from assistant.clock import FixedClock
from assistant.conversation.reply import Incoming, ProposalAnswer, Reply
from assistant.desk.calling import call_person
from assistant.errors import CustomerError, OperatorError
from assistant.ids import ConversationId, CustomerId
from assistant.shop.changes.requests import SuppliedCall
from assistant.storage.proposal_tables import AuditRow
from assistant.tools.proposals import Proposal
from assistant.tools.registry import ToolKind
from tests.conversation.conftest import NOW, asker, house
from tests.tools.club import FILE, SPEND, WRAP, Club, with_servers
from tests.web.doors.conftest import running

__all__ = ["house"]
pytest.importorskip("mcp", reason="mcp is not installed (the `mcp` extra)")
MIA, EMMA = "mia.chen@example.com", "emma.wilson@example.com"


@pytest.fixture(scope="module")
def club() -> Club:
    return Club()


@pytest.fixture(scope="module")
def address(club: Club) -> Iterator[str]:
    with running(club.app()) as url:
        yield url


@pytest.fixture
def over(house: Wiring, club: Club, tmp_path: Path) -> Callable[..., Wiring]:
    """The shop with the file; `gift_cards` asks for points to be spent, `promotions` for an order to be wrapped."""
    club.called.clear()
    club.may_answer.set()

    def make(url: str, timeout: float = 10, text: str = FILE, known: bool = True) -> Wiring:
        file = tmp_path / "mcp_servers.yaml"
        file.write_text(text.format(url=url, timeout=timeout), "utf-8")
        served = {"gift_cards": "spend_points", "promotions": "gift_wrap"}
        intents = [
            i.model_copy(update={"direct": served[i.name], "identified": known}) if i.name in served else i
            for i in house.catalogue
        ]
        return with_servers(house, file, tmp_path, intents)

    return make


def proposed(wiring: Wiring, language: str, points: str = "100") -> Reply:
    """Mia has answered all questions, and sees the card."""
    ask = asker(wiring)
    how_many = ask(SPEND[language], MIA)
    what_for = ask(points if language == "en" else f"{points}个", MIA, how_many)
    return ask("a voucher, please" if language == "en" else "代金券", MIA, what_for)


def press(wiring: Wiring, card: Reply, answer: Any = "confirm", email: str = MIA) -> Reply:
    """The customer presses a button of the card."""
    customer = wiring.shop.customer_by_email(email)
    assert customer is not None
    assert card.proposal is not None
    pressed = ProposalAnswer(proposal_id=card.proposal.proposal_id, answer=answer)
    yes, no = (
        ("Yes, go ahead", "No, leave it as it is") if card.language == "en" else ("是的，请办理", "不用了，保持不变")
    )
    return wiring.assistant.ask(
        Incoming(
            text=yes if answer == "confirm" else no,
            customer_id=customer.customer_id,
            conversation_id=ConversationId(card.conversation_id),
            answer=pressed,
            language=card.language,
        )
    )


def stored(wiring: Wiring, reply: Reply) -> Proposal:
    """The proposal of a card, as it is now."""
    customer = wiring.shop.customer_by_email(MIA)
    assert customer is not None
    assert reply.proposal is not None
    found = wiring.proposals.get(reply.proposal.proposal_id, customer.customer_id)
    assert found is not None
    return found


@pytest.mark.parametrize("language", ["en", "zh"])
def test_mia_sees_what_will_be_sent_says_yes_and_it_is_called_once(
    language: str, over: Callable[..., Wiring], address: str, club: Club
) -> None:
    wiring = over(address)
    asked = asker(wiring)(SPEND[language], MIA)
    assert asked.text.startswith({"en": "How many points would you like", "zh": "您想用多少积分"}[language])
    card = proposed(wiring, language)
    assert card.proposal is not None
    assert not club.called
    assert (
        card.proposal.title == {"en": "Turn 100 of your points into a voucher", "zh": "用100个积分换代金券"}[language]
    )
    assert (
        card.proposal.lines == {"en": ("Points: 100", "For: a voucher"), "zh": ("积分：100", "用途：代金券")}[language]
    )
    assert (
        card.proposal.notes
        == {"en": ("Points that were used can't be given back.",), "zh": ("用掉的积分不能退回。",)}[language]
    )
    assert card.proposal.title in card.text
    done = press(wiring, card)
    assert {"en": "Done: 100 points are used.", "zh": "已办好：用掉了100个积分。"}[language] in done.text
    assert "CLUB-100" in done.text
    mia = wiring.shop.customer_by_email(MIA)
    assert mia is not None
    key = card.proposal.proposal_id
    sent = {"customer": mia.customer_id, "points": 100, "use": "voucher", "request_id": key, "meta": key}
    assert club.called == [("spend_points", sent)]
    with wiring.database.read() as session:
        audit = session.scalars(select(AuditRow).where(AuditRow.proposal_id == key)).one()
        assert (audit.kind, audit.customer_id) == ("supplied_call", mia.customer_id)
        assert audit.after is not None
        assert audit.after["tool"] == "spend_points"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_yes_in_words_executes_and_a_second_yes_in_another_tab_is_told_so(
    language: str, over: Callable[..., Wiring], address: str, club: Club
) -> None:
    wiring = over(address)
    card = proposed(wiring, language)
    first = asker(wiring)({"en": "yes please", "zh": "好的，确认"}[language], MIA, card)
    assert "CLUB-100" in first.text
    second = press(wiring, card)
    assert {"en": "not done a second time", "zh": "没有重复"}[language] in second.text
    assert "CLUB-100" in second.text
    assert len(club.called) == 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_two_tabs_at_the_same_moment_call_once(
    language: str, over: Callable[..., Wiring], address: str, club: Club
) -> None:
    wiring = over(address)
    card = proposed(wiring, language)
    customer_id = stored(wiring, card).customer_id
    club.hold()
    ended: list[str] = []
    assert card.proposal is not None
    key = card.proposal.proposal_id
    tab = threading.Thread(target=lambda: ended.append(wiring.proposals.confirm(key, customer_id).outcome))
    tab.start()
    assert club.began.wait(20)
    meanwhile = press(wiring, card)
    assert {"en": "being carried out right now", "zh": "正在办理"}[language] in meanwhile.text
    club.may_answer.set()
    tab.join(20)
    assert ended == ["executed"]
    assert len(club.called) == 1
    assert stored(wiring, card).status == "executed"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_no_calls_nobody(language: str, over: Callable[..., Wiring], address: str, club: Club) -> None:
    wiring = over(address)
    card = proposed(wiring, language)
    press(wiring, card, "decline")
    assert stored(wiring, card).status == "declined"
    press(wiring, card)
    assert stored(wiring, card).status == "declined"
    assert not club.called


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_the_server_refuses_is_told_in_its_words_without_links(
    language: str, over: Callable[..., Wiring], address: str, club: Club
) -> None:
    wiring = over(address)
    card = proposed(wiring, language, "999")
    refused = press(wiring, card)
    assert "You only have 120 points." in refused.text
    assert "evil.example" not in refused.text
    assert refused.proposal is None
    again = press(wiring, card)
    assert "You only have 120 points." in again.text
    assert len(club.called) == 1
    assert stored(wiring, card).status == "failed"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_server_that_is_dead_when_mia_says_yes_changed_nothing_and_she_may_try_again(
    language: str, over: Callable[..., Wiring], address: str, club: Club
) -> None:
    _ = over(address).registry  # it answers once, and is remembered
    away = over("http://127.0.0.1:9")
    card = proposed(away, language)
    told = press(away, card)
    assert {"en": "so nothing was done", "zh": "所以什么都没有做"}[language] in told.text
    assert stored(away, card).status == "failed"
    assert told.handoff is False
    back = over(address)
    assert told.proposal is not None
    assert "CLUB-100" in press(back, told).text
    assert len(club.called) == 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_answer_is_told_honestly_goes_to_a_person_and_is_never_asked_again(
    language: str, over: Callable[..., Wiring], address: str, club: Club
) -> None:
    wiring = over(address, timeout=1)
    card = proposed(wiring, language)
    club.hold()
    told = press(wiring, card)
    club.may_answer.set()
    assert {"en": "I don't know whether it was done", "zh": "我不确定是否办成"}[language] in told.text
    assert told.handoff
    assert card.proposal is not None
    case = wiring.desk.queue.current(ConversationId(card.conversation_id))
    assert case is not None
    assert card.proposal.proposal_id in case.reason
    again = press(wiring, card)
    assert {"en": "I don't know whether it was done", "zh": "我不确定是否办成"}[language] in again.text
    assert stored(wiring, card).status == "unsettled"
    assert len(club.called) == 1


def test_a_process_that_dies_on_the_way_leaves_a_call_that_nobody_repeats_and_a_person_looks_at(
    over: Callable[..., Wiring], address: str, club: Club
) -> None:
    class Died(Exception):
        pass

    def die(step: str) -> None:
        if step == "asked":
            raise Died

    wiring = over(address)
    card = proposed(wiring, "en")
    proposal = stored(wiring, card)
    with pytest.raises(Died):
        replace(wiring.proposals, step=die).confirm(proposal.proposal_id, proposal.customer_id)
    assert wiring.proposals.given_up() == ()
    assert wiring.proposals.confirm(proposal.proposal_id, proposal.customer_id).outcome == "executing"
    later = replace(wiring.proposals, clock=FixedClock(NOW + timedelta(minutes=3)))
    assert [one.proposal_id for one in later.given_up()] == [proposal.proposal_id]
    assert later.given_up() == ()
    assert call_person(wiring.database, wiring.clock, proposal.conversation_id, "look it up")
    assert wiring.desk.queue.current(proposal.conversation_id) is not None
    assert not call_person(wiring.database, wiring.clock, proposal.conversation_id, "look it up")
    assert later.confirm(proposal.proposal_id, proposal.customer_id).outcome == "unsettled"
    assert len(club.called) == 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_order_that_is_named_is_the_customers_own(
    language: str, over: Callable[..., Wiring], address: str, club: Club
) -> None:
    wiring = over(address)
    ask = asker(wiring)
    mia, emma = wiring.shop.customer_by_email(MIA), wiring.shop.customer_by_email(EMMA)
    assert mia is not None
    assert emma is not None
    own, foreign = (wiring.shop.orders(customer.customer_id)[0].order_id for customer in (mia, emma))
    which = ask(WRAP[language], MIA)
    refused = ask(foreign, MIA, which)
    assert refused.proposal is None
    note = ask(own, MIA, refused)
    assert {"en": "What shall the note say?", "zh": "卡片上写什么？"}[language] in note.text
    card = ask({"en": "Happy birthday, dear Ann", "zh": "祝小安生日快乐"}[language], MIA, note)
    assert card.proposal is not None
    assert own in card.proposal.title
    with pytest.raises(CustomerError):
        press(wiring, card, email=EMMA)
    assert wiring.proposals.confirm(card.proposal.proposal_id, emma.customer_id).outcome == "unknown"
    assert not club.called
    press(wiring, card)
    said = {"en": "Happy birthday, dear Ann", "zh": "祝小安生日快乐"}[language]
    assert [(name, given["order"], given["note_text"]) for name, given in club.called] == [("gift_wrap", own, said)]


def test_no_order_of_another_customer_is_ever_sent(over: Callable[..., Wiring], address: str, club: Club) -> None:
    wiring = over(address)
    mia, emma = wiring.shop.customer_by_email(MIA), wiring.shop.customer_by_email(EMMA)
    assert mia is not None
    assert emma is not None
    foreign = wiring.shop.orders(emma.customer_id)[0].order_id
    context = _context(wiring, mia.customer_id)
    outcome = wiring.registry.call("gift_wrap", {"order": foreign, "note_text": "x"}, context)
    assert not outcome.ok
    assert not wiring.registry.call("gift_wrap", {"order": foreign, "note_text": "x"}, _context(wiring, None)).ok
    tool = wiring.registry.get("spend_points")
    assert (tool.kind, tool.private) == (ToolKind.WRITE, True)
    assert set(tool.schema.model_fields) == {"points", "use"}
    assert not wiring.registry.call("spend_points", {"points": 5, "use": "voucher"}, context).ok
    assert not wiring.registry.call("spend_points", {"points": 50, "use": "x", "customer": "y"}, context).ok
    assert not club.called


def test_a_value_that_the_server_would_not_take_is_asked_for_again(over: Callable[..., Wiring], address: str) -> None:
    ask = asker(over(address))
    asked = ask(SPEND["en"], MIA)
    too_many = ask("5000", MIA, asked)
    assert "isn't possible" in too_many.text
    assert "How many points" in too_many.text
    assert "What would you like for them?" in ask("two hundred", MIA, too_many).text


def test_a_stranger_is_asked_who_they_are_first(over: Callable[..., Wiring], address: str, club: Club) -> None:
    reply = asker(over(address))(SPEND["en"])
    assert reply.proposal is None
    assert not club.called


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ("        write: true\n        order_argument", "        order_argument", "write: true"),
        ("idempotency_argument: request_id", "idempotency_argument: nothing", "no argument 'nothing'"),
        ("names: {{points: Points, use: For}}", "names: {{points: Points}}", "words.en.names lacks 'use'"),
        ("trees: 种树", "tree: 种树", "words.zh.values.use lacks 'trees'"),
        ("Turn {{points}} of", "Turn {{point}} of", "speak of 'point'"),
        ("您想换什么？", "", "ask.use"),
    ],
)
def test_a_file_in_which_something_could_not_be_said_is_refused(
    wrong: str, right: str, told: str, over: Callable[..., Wiring], address: str
) -> None:
    assert wrong in FILE
    with pytest.raises(OperatorError, match=told) as error:
        _ = over(address, text=FILE.replace(wrong, right)).registry
    assert "docs/api.md" in error.value.fix


def test_an_intent_for_strangers_can_not_change_anything(over: Callable[..., Wiring], address: str) -> None:
    with pytest.raises(OperatorError, match="changes something for one customer"):
        _ = over(address, known=False).assistant


def test_a_tool_that_was_taken_out_of_the_file_is_not_called(
    over: Callable[..., Wiring], address: str, club: Club
) -> None:
    wiring = over(address)
    card = proposed(wiring, "en")
    assert isinstance(stored(wiring, card).request, SuppliedCall)
    kept = FILE[: FILE.index("      - name: spend_points")] + FILE[FILE.index("      - name: gift_wrap") :]
    _ = over(address, text=kept)
    proposal = stored(wiring, card)
    assert wiring.proposals.confirm(proposal.proposal_id, proposal.customer_id).outcome == "failed"
    assert not club.called


def _context(wiring: Wiring, customer_id: CustomerId | None) -> Any:
    from assistant.tools.context import ToolContext

    conversation = ConversationId("c")
    return ToolContext(
        customer_id, conversation, "en", wiring.shop, wiring.knowledge, wiring.clock, proposals=wiring.proposals
    )
