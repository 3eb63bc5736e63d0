"""In the chat: what do you know about me, forget that, forget everything; only a yes deletes, and only one's own."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from assistant.app import Wiring
from assistant.conversation.reply import Reply
from assistant.ids import CustomerId
from assistant.storage.conversation_tables import ConversationRow, MessageRow
from assistant.storage.purging import find_in_files
from tests.conversation.conftest import Ask, asker
from tests.conversation.test_forgetting_a_customer import copy_of

EMMA, FANG, MIA = "emma.wilson@example.com", "wang.fang@example.com", "mia.chen@example.com"


@pytest.fixture(scope="module")
def shop(house: Wiring, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wiring]:
    wiring = copy_of(house, tmp_path_factory.mktemp("chat") / "data")
    yield wiring
    wiring.vectors.close()
    wiring.database.close()


@pytest.fixture
def say(shop: Wiring) -> Ask:
    return asker(shop)


def owner(shop: Wiring, email: str) -> CustomerId:
    found = shop.shop.customer_by_email(email)
    assert found is not None
    return found.customer_id


def facts(shop: Wiring, email: str) -> list[str]:
    return [f"{fact.kind}={fact.value}" for fact in shop.memory.facts(owner(shop, email))]


def conversations(shop: Wiring, email: str) -> int:
    with shop.database.read() as session:
        query = select(ConversationRow.conversation_id).where(ConversationRow.customer_id == owner(shop, email))
        return len(session.scalars(query).all())


@pytest.mark.parametrize("question", ["What do you know about me?", "你知道我的哪些信息？"])
def test_a_stranger_is_asked_to_sign_in(say: Ask, question: str) -> None:
    say("My shoe size is 44.", EMMA)
    reply = say(question)
    assert "44" not in reply.text
    assert not reply.quick_replies


def test_what_is_known_is_told_to_its_owner_only(say: Ask) -> None:
    say("My shoe size is 44.", EMMA)
    say("我的鞋码是39。", FANG)
    told = say("What do you know about me?", EMMA).text
    assert "Shoe size: 44" in told
    assert "39" not in told
    assert "鞋码：39" in say("你知道我的哪些信息？", FANG).text
    assert "44" not in say("what do you know about me?", MIA).text


@pytest.mark.parametrize(
    ("email", "tell", "fact", "wish", "yes"),
    [
        (EMMA, "I'm allergic to wool.", "allergy=wool", "forget that", "yes"),
        (EMMA, "I'm allergic to wool.", "allergy=wool", "Please forget what I just told you.", "Yes, delete it"),
        (EMMA, "I'm allergic to wool.", "allergy=wool", "don't remember that please", "yes please, delete it"),
        (EMMA, "I'm allergic to wool.", "allergy=wool", "forget my allergy", "ok"),
        (FANG, "我对羊毛过敏。", "allergy=羊毛", "忘掉这个", "好的"),
        (FANG, "我对羊毛过敏。", "allergy=羊毛", "把刚才说的删掉", "确认删除"),
        (FANG, "我对羊毛过敏。", "allergy=羊毛", "忘掉我的过敏", "是的，删掉吧"),
    ],
)
def test_a_fact_is_forgotten_after_a_yes(
    shop: Wiring, say: Ask, email: str, tell: str, fact: str, wish: str, yes: str
) -> None:
    first = say(tell, email)
    assert fact in facts(shop, email)
    kept = [known for known in facts(shop, email) if known != fact]
    asked = say(wish, email, after=first)
    value = fact.partition("=")[2]
    assert value in asked.text
    assert fact in facts(shop, email)
    done = say(yes, email, after=asked)
    assert facts(shop, email) == kept
    assert not done.proposal
    with shop.database.read() as session:
        texts = session.scalars(
            select(MessageRow.text).where(MessageRow.conversation_id == first.conversation_id)
        ).all()
    assert not [text for text in texts if value in text]
    shop.assistant.settle()
    assert value not in say("What do you know about me?", email).text
    assert all(value not in episode.text for episode in shop.memory.episodes(owner(shop, email)))


def test_what_was_just_listed_is_that(shop: Wiring, say: Ask) -> None:
    say("My ring size is 12.", MIA)
    listed = say("what do you know about me?", MIA)
    asked = say("forget that", MIA, after=listed)
    assert "Ring size: 12" in asked.text
    say("yes", MIA, after=asked)
    assert facts(shop, MIA) == []


@pytest.mark.parametrize(("wish", "no"), [("forget everything about me", "no"), ("把我的信息删掉", "不用了")])
def test_a_no_or_anything_else_deletes_nothing(shop: Wiring, say: Ask, wish: str, no: str) -> None:
    say("My shoe size is 44.", EMMA)
    before = conversations(shop, EMMA), facts(shop, EMMA)
    asked = say(wish, EMMA)
    assert len(asked.quick_replies) == 2
    say(no, EMMA, after=asked)
    again = say(wish, EMMA)
    other = say("where is my order?", EMMA, after=again)
    say("yes", EMMA, after=other)
    assert conversations(shop, EMMA) == before[0] + 2
    assert facts(shop, EMMA) == before[1]


def test_a_yes_from_another_customer_or_conversation_deletes_nothing(shop: Wiring, say: Ask) -> None:
    say("My shoe size is 44.", EMMA)
    say("forget everything about me", EMMA)
    say("yes", EMMA)
    say("yes", MIA)
    assert "shoe_size=44" in facts(shop, EMMA)


@pytest.mark.parametrize(
    ("email", "wish", "yes"),
    [(EMMA, "forget everything about me", "yes"), (FANG, "把我的信息删掉", "确认删除")],
)
def test_everything_is_forgotten_after_a_yes(shop: Wiring, say: Ask, email: str, wish: str, yes: str) -> None:
    said = say("My Krummhornkessel leaks and I live in Bruchsal. Write to kessel@nest.example", email)
    say("我的鞋码是39。", MIA)
    asked = say(wish, email, after=said)
    assert find_in_files(shop.settings.data_dir, ["Krummhornkessel"])
    done = say(yes, email, after=asked)
    assert facts(shop, email) == []
    assert conversations(shop, email) == 1
    assert "shoe_size=39" in facts(shop, MIA)
    shop.assistant.settle()
    assert find_in_files(shop.settings.data_dir, ["Krummhornkessel", "Bruchsal", "kessel@nest"]) == {}
    later = say("where is my order?", email, after=done)
    assert later.text
    assert later.conversation_id == done.conversation_id


@pytest.mark.parametrize("words", ["close my account please", "注销账号", "how can I get my account deleted"])
def test_closing_an_account_is_answered_from_the_pages(say: Ask, words: str) -> None:
    reply: Reply = say(words, EMMA)
    assert not reply.quick_replies
    assert reply.citations


def test_forget_it_in_the_middle_of_a_change_is_about_the_change(shop: Wiring, say: Ask) -> None:
    say("My shoe size is 44.", EMMA)
    begun = say("I want to change the address of an order", EMMA)
    say("forget that", EMMA, after=begun)
    assert "shoe_size=44" in facts(shop, EMMA)


def test_masks_of_before_are_gone_after_forgetting(shop: Wiring, say: Ask, tmp_path: Path) -> None:
    said = say("My e-mail is urquell@nest.example, what do you know about me?", EMMA)
    asked = say("forget everything about me", EMMA, after=said)
    done = say("yes", EMMA, after=asked)
    with shop.database.read() as session:
        row = session.get_one(ConversationRow, done.conversation_id)
    assert "urquell" not in str(row.state)


def test_a_stranger_who_proved_who_they_are_has_themselves_forgotten_and_goes_on(shop: Wiring) -> None:
    settings = shop.settings.model_copy(update={"identity_codes": "file"})
    wiring = Wiring(settings, clock=shop.clock, ladder=shop.ladder)
    for shared in ("database", "embeddings", "vectors", "knowledge", "catalogue", "router", "memory", "forgetting"):
        wiring.__dict__[shared] = getattr(shop, shared)
    ask = asker(wiring)
    asker(shop)("My ring size is 12.", MIA)
    begun = ask("what do you know about me?")
    sent = ask(f"my e-mail is {MIA}", after=begun)
    code = re.findall(r"\d{6}", (settings.data_dir / "codes.jsonl").read_text(encoding="utf-8"))[-1]
    told = ask(code, after=sent)
    assert "Ring size: 12" in told.text
    asked = ask("forget everything about me", after=told)
    done = ask("yes", after=asked)
    assert facts(shop, MIA) == []
    assert MIA not in (settings.data_dir / "codes.jsonl").read_text(encoding="utf-8")
    assert ask("where is my order?", after=done).tools
