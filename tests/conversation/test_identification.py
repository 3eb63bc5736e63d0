"""A stranger asks for private things, proves who they are in the chat, and gets what they had asked for."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from assistant.app import Wiring
from assistant.clock import FixedClock
from assistant.conversation.identification.reading import NameZip, address_in, asks_again, code_in, name_zip_in
from assistant.conversation.reply import Incoming, Reply
from assistant.errors import CustomerError
from assistant.models.ladder import ModelLadder
from assistant.storage.identity_tables import IdentityCodeRow
from tests.conversation.conftest import NOW, Ask, asker

EMAIL, UNKNOWN = "mia.chen@example.com", "nobody.at.all@example.com"
ORDER = "#W1001001"


class Chat:
    """The house with a letter box, and a clock that can be moved."""

    def __init__(self, house: Wiring, **changes: Any) -> None:
        self.clock = FixedClock(NOW)
        settings = house.settings.model_copy(update={"identity_codes": "file", **changes})
        self.wiring = Wiring(settings, clock=self.clock, ladder=ModelLadder(rungs=()))
        for shared in ("database", "embeddings", "vectors", "knowledge", "catalogue", "router"):
            self.wiring.__dict__[shared] = getattr(house, shared)
        self.ask: Ask = asker(self.wiring)
        self.box: Path = settings.data_dir / "codes.jsonl"

    def letters(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in self.box.read_text("utf-8").splitlines()] if self.box.exists() else []

    def code(self) -> str:
        found = re.search(r"\d{6}", self.letters()[-1]["text"])
        assert found is not None
        return found.group()

    def wrong_code(self) -> str:
        return f"{(int(self.code()) + 1) % 1_000_000:06}"

    def say(self, *messages: str) -> Reply:
        """Several messages of a stranger in one conversation; the last answer."""
        reply: Reply | None = None
        for message in messages:
            reply = self.ask(message, after=reply)
        assert reply is not None
        return reply


@pytest.fixture
def chat(house: Wiring) -> Iterator[Chat]:
    chat = Chat(house)
    yield chat
    chat.box.unlink(missing_ok=True)
    with chat.wiring.database.write() as session:
        for row in session.scalars(select(IdentityCodeRow)):
            session.delete(row)


def test_a_stranger_is_asked_then_known_then_told_where_the_order_is(chat: Chat) -> None:
    asked = chat.ask("Where is my order?")
    sent = chat.ask(f"it's {EMAIL}", after=asked)
    told = chat.ask(f"the code is {chat.code()}", after=sent)

    assert "e-mail address" in asked.text
    assert EMAIL in sent.text
    assert not [*asked.tools, *sent.tools]
    assert chat.letters()[-1]["to"] == EMAIL
    assert chat.code() not in sent.text
    assert "I know who you are" in told.text
    assert [call.name for call in told.tools] == ["track_shipment"]
    assert ORDER in told.text
    assert "track_shipment" in [call.name for call in chat.ask("where is my order now?", after=told).tools]


def test_the_same_in_chinese(chat: Chat) -> None:
    asked = chat.ask("我的订单到哪了？")
    sent = chat.ask(f"邮箱是{EMAIL}", after=asked)
    told = chat.ask(f"验证码 {chat.code()}", after=sent)

    assert "电子邮箱" in asked.text
    assert "验证码" in sent.text
    assert chat.letters()[-1]["text"].startswith("您在")
    assert "身份已确认" in told.text
    assert ORDER in told.text


def test_a_change_goes_on_after_it_too(chat: Chat) -> None:
    sent = chat.say("cancel order #W1003001", "emma.wilson@example.com")
    reply = chat.ask(chat.code(), after=sent)

    assert "I know who you are" in reply.text
    assert reply.proposal is not None or "why" in reply.text.lower()


def test_public_questions_are_answered_meanwhile(chat: Chat) -> None:
    asked = chat.say("Where is my order?", EMAIL)
    aside = chat.ask("How long does delivery take?", after=asked)
    told = chat.ask(chat.code(), after=aside)

    assert aside.citations
    assert ORDER in told.text


def test_an_unknown_address_gets_the_very_same_answers_and_no_letter(chat: Chat) -> None:
    known, unknown = (chat.say("Where is my order?", address) for address in (EMAIL, UNKNOWN))
    assert known.text.replace(EMAIL, "") == unknown.text.replace(UNKNOWN, "")
    assert [letter["to"] for letter in chat.letters()] == [EMAIL]

    guess = chat.wrong_code()
    for _ in range(5):
        known, unknown = (chat.ask(guess, after=reply) for reply in (known, unknown))
        assert known.text == unknown.text
        assert known.handoff == unknown.handoff
    assert known.handoff


def test_after_five_wrong_codes_a_person_takes_over_and_the_right_one_comes_too_late(chat: Chat) -> None:
    reply = chat.say("Where is my order?", EMAIL)
    right, wrong = chat.code(), chat.wrong_code()
    for _ in range(4):
        reply = chat.ask(wrong, after=reply)
        assert not reply.handoff
    reply = chat.ask(wrong, after=reply)
    assert reply.handoff
    late = chat.ask(right, after=reply)
    assert ORDER not in late.text
    assert not late.tools
    again = chat.ask("Where is my order?", after=late)
    assert ORDER not in again.text
    assert chat.ask(EMAIL, after=again).tools == ()
    assert len(chat.letters()) == 1


def test_a_code_counts_for_ten_minutes(chat: Chat) -> None:
    reply = chat.say("Where is my order?", EMAIL)
    code = chat.code()
    chat.clock.advance(timedelta(minutes=10))
    reply = chat.ask(code, after=reply)
    assert "no longer valid" in reply.text
    reply = chat.ask(EMAIL, after=reply)
    assert ORDER in chat.ask(chat.code(), after=reply).text


def test_a_code_counts_once_and_in_its_own_conversation_only(chat: Chat) -> None:
    first = chat.say("Where is my order?", EMAIL)
    code = chat.code()
    other = chat.say("Where is my order?", UNKNOWN)
    assert ORDER not in chat.ask(code, after=other).text
    assert ORDER in chat.ask(code, after=first).text

    checked = chat.wiring.identification.codes.check(first.conversation_id, code)
    assert checked.outcome == "expired"


def test_a_newer_code_takes_the_place_of_the_older_one(chat: Chat) -> None:
    reply = chat.say("Where is my order?", EMAIL)
    older = chat.code()
    reply = chat.ask(EMAIL, after=reply)
    newer = chat.code()
    if older != newer:
        assert ORDER not in chat.ask(older, after=reply).text
    assert ORDER in chat.ask(newer, after=reply).text


def test_no_more_than_five_codes_an_hour_go_to_one_address(chat: Chat) -> None:
    for _ in range(7):
        reply = chat.say("Where is my order?", EMAIL)
    assert reply.handoff
    assert len(chat.letters()) == 5
    chat.clock.advance(timedelta(hours=1, seconds=1))
    chat.say("Where is my order?", EMAIL)
    assert len(chat.letters()) == 6


def test_codes_are_kept_as_hashes(chat: Chat) -> None:
    chat.say("Where is my order?", EMAIL)
    with chat.wiring.database.read() as session:
        (row,) = session.scalars(select(IdentityCodeRow)).all()
    kept = " ".join(str(getattr(row, column.key)) for column in IdentityCodeRow.__table__.columns)
    assert chat.code() not in kept
    assert EMAIL not in kept


def test_what_was_proved_belongs_to_the_conversation_and_ends(chat: Chat) -> None:
    sent = chat.say("Where is my order?", EMAIL)
    told = chat.ask(chat.code(), after=sent)
    assert ORDER not in chat.ask("Where is my order?").text

    other = chat.wiring.shop.customer_by_email("emma.wilson@example.com")
    assert other is not None
    with pytest.raises(CustomerError):
        chat.wiring.assistant.ask(
            Incoming(text="hi", customer_id=other.customer_id, conversation_id=told.conversation_id)
        )
    chat.clock.advance(timedelta(hours=12))
    late = chat.ask("Where is my order?", after=told)
    assert "e-mail address" in late.text
    assert ORDER not in late.text


def test_never_mind_ends_it(chat: Chat) -> None:
    reply = chat.say("Where is my order?", "never mind")
    assert "not about an account" in reply.text
    assert "code" not in chat.ask(EMAIL, after=reply).text or not chat.letters()


def test_name_and_postcode_count_where_the_shop_allows_it(house: Wiring) -> None:
    chat = Chat(house, identity_codes="none", identity_by_name_zip=True)
    mia = chat.wiring.shop.customer_by_email(EMAIL)
    assert mia is not None
    asked = chat.ask("Where is my order?")
    assert "postcode" in asked.text
    assert "e-mail" not in asked.text
    wrong = chat.ask(f"{mia.first_name} {mia.last_name}, 00000", after=asked)
    assert ORDER not in wrong.text
    told = chat.ask(f"I'm {mia.first_name} {mia.last_name}, {mia.address.zip}", after=wrong)
    assert ORDER in told.text


def test_name_and_postcode_count_for_nothing_elsewhere(chat: Chat) -> None:
    mia = chat.wiring.shop.customer_by_email(EMAIL)
    assert mia is not None
    reply = chat.say("Where is my order?", f"{mia.first_name} {mia.last_name}, {mia.address.zip}")
    assert ORDER not in reply.text


def test_where_no_way_is_open_a_stranger_is_told_to_sign_in(house: Wiring) -> None:
    chat = Chat(house, identity_codes="none")
    reply = chat.ask("Where is my order?")
    assert "sign in" in reply.text
    assert ORDER not in chat.ask(EMAIL, after=reply).text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("123456", "123456"),
        ("it is 123 456.", "123456"),
        ("１２３４５６", "123456"),
        ("验证码是123456", "123456"),
        ("12345", None),
        ("1234567", None),
        ("#W123456", None),
    ],
)
def test_codes_are_read_as_people_write_them(text: str, code: str | None) -> None:
    assert code_in(text) == code


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mia Chen, 94110", NameZip("Mia", "Chen", "94110")),
        ("my name is Anna Maria Lopez and my zip code is 78701", NameZip("Anna Maria", "Lopez", "78701")),
        ("我叫陈美丽，邮编200040", NameZip("美丽", "陈", "200040")),
        ("James Porter SW1A 1AA", NameZip("James", "Porter", "SW1A 1AA")),
        ("94110", None),
        ("where is order 1234567", None),
        ("show me order 12345", None),
    ],
)
def test_names_with_postcodes_are_read_as_people_write_them(text: str, found: NameZip | None) -> None:
    assert name_zip_in(text) == found


def test_addresses_and_wishes_for_another_code_are_read() -> None:
    assert address_in("Mia.Chen@Example.com thanks") == "Mia.Chen@Example.com"
    assert address_in("no address here") is None
    assert asks_again("I didn't get the code")
    assert asks_again("没收到")
    assert not asks_again("where is my order?")
