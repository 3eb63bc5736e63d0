"""Customers write e-mail: each letter is answered once, in its thread, and nobody is believed for their address."""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from zlib import crc32

import pytest
from pydantic import SecretStr
from sqlalchemy import Select, select

from assistant.app import Wiring
from assistant.channels.email.letters import read_letter
from assistant.desk.talk import put_message
from assistant.errors import OperatorError
from assistant.mail.imap import ImapIn
from assistant.mail.smtp import SmtpOut
from assistant.storage.conversation_tables import ConversationRow, MessageRow
from tests.channels.mail_servers import Mailbox, Outbox, imap_server, smtp_server
from tests.conversation.conftest import house
from tests.web.doors.conftest import EMMA, MIA, over

__all__ = ["house"]
QUESTION = "Can I return headphones I opened?"
pytestmark = pytest.mark.usefixtures("house")


@pytest.fixture
def outbox() -> Iterator[Outbox]:
    with smtp_server() as made:
        yield made


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with imap_server() as made:
        yield made


@pytest.fixture
def shop(house: Wiring, outbox: Outbox, mailbox: Mailbox) -> Wiring:
    """The shop with a mailbox and a way to send."""
    return over(
        house,
        smtp_url=SecretStr(outbox.url),
        imap_url=SecretStr(mailbox.url),
        mail_from="help@lumora.example",
        identity_codes="smtp",
    )


def letter(sender: str, text: str, answers: EmailMessage | None = None, **headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = f"Somebody <{sender}>", "help@lumora.example", "A question"
    made["Message-ID"] = f"<{crc32(f'{sender} {text}'.encode())}@their.example>"
    if answers is not None:
        made["In-Reply-To"] = made["References"] = str(answers["Message-ID"])
        text += "\n\nOn Tue, 24 Nov 2026 at 09:30, Lumora <help@lumora.example> wrote:\n> " + QUESTION
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def body(sent: EmailMessage) -> str:
    return str(sent.get_content())


def test_a_letter_is_answered_once_in_its_thread(shop: Wiring, outbox: Outbox, mailbox: Mailbox) -> None:
    asked = letter("kim@example.com", QUESTION)
    mailbox.put(asked)
    assert (shop.email.poll(), shop.email.poll()) == (1, 0)
    [answer] = outbox.letters
    assert answer["To"] == "kim@example.com"
    assert answer["Subject"] == "Re: A question"
    assert answer["In-Reply-To"] == asked["Message-ID"]
    assert answer["Auto-Submitted"] == "auto-replied"
    assert "[1]" in body(answer)
    assert mailbox.read == {1}


def test_an_answer_goes_on_with_the_conversation_and_what_it_quotes_is_not_read(
    shop: Wiring, outbox: Outbox, mailbox: Mailbox
) -> None:
    mailbox.put(letter("lee@example.com", "How long does delivery take?"))
    shop.email.poll()
    mailbox.put(letter("lee@example.com", "And to China?", answers=outbox.letters[0]))
    mailbox.put(letter("thief@example.com", "And to China, please?", answers=outbox.letters[0]))
    shop.email.poll()
    with shop.database.read() as session:
        turns = [str(sent["Message-ID"]).strip("<>").partition("@")[0] for sent in outbox.letters]
        conversations = {}
        for turn in turns:
            row = session.scalars(_of_turn(turn)).one()
            conversations[turn] = row.conversation_id
            assert row.channel == "email"
    first, second, of_the_thief = (conversations[turn] for turn in turns)
    assert first == second
    assert of_the_thief != first, "knowing a letter's id makes nobody its reader"


def test_a_sender_is_not_believed_and_a_code_goes_to_the_address_that_the_shop_knows(
    shop: Wiring, outbox: Outbox, mailbox: Mailbox
) -> None:
    mailbox.put(letter(MIA, "Where is my order?"))
    shop.email.poll()
    assert "W10" not in body(outbox.letters[0]), "anybody can write any sender"
    mailbox.put(letter(MIA, MIA, answers=outbox.letters[0]))
    shop.email.poll()
    code_letter = next(sent for sent in outbox.letters[1:] if sent["Auto-Submitted"] == "auto-generated")
    assert code_letter["To"] == MIA
    code = re.search(r"\b\d{6}\b", body(code_letter))
    assert code is not None
    told = next(sent for sent in outbox.letters[1:] if sent["Auto-Submitted"] == "auto-replied")
    mailbox.put(letter(MIA, code.group(), answers=told))
    shop.email.poll()
    assert "#W" in body(outbox.letters[-1])


def test_a_letter_whose_answer_could_not_be_sent_is_not_answered_twice(
    shop: Wiring, outbox: Outbox, mailbox: Mailbox
) -> None:
    outbox.refuse = 1
    mailbox.put(letter("noor@example.com", QUESTION))
    with pytest.raises(OSError, match="come back later"):
        shop.email.poll()
    assert mailbox.read == set()
    assert shop.email.poll() == 1
    with shop.database.read() as session:
        turn = str(outbox.letters[0]["Message-ID"]).strip("<>").partition("@")[0]
        conversation = session.scalars(_of_turn(turn)).one().conversation_id
        assert session.query(MessageRow).filter_by(conversation_id=conversation, author="customer").count() == 1


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"List_Id": "<news.example>"}],
    ids=["out of office", "newsletter", "list"],
)
def test_machines_are_not_answered(shop: Wiring, outbox: Outbox, mailbox: Mailbox, headers: dict[str, str]) -> None:
    mailbox.put(letter("bot@example.com", "I am away until Monday", **headers))
    assert shop.email.poll() == 0
    assert outbox.letters == []


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00nonsense",
        b"From: a@b.example\r\nContent-Type: text/plain; charset=klingon\r\n\r\nhello",
        b"From: <script>@x\r\nSubject: =?utf-8?b?////?=\r\n\r\n\x00\x01hello",
        b"From: a@b.example\r\nContent-Type: multipart/mixed\r\n\r\nno boundary",
        b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n<p>Where is <b>my order</b>?<script>x()</script>",
    ],
    ids=["empty", "bytes", "charset", "headers", "multipart", "html"],
)
def test_a_broken_letter_stops_nobody(shop: Wiring, outbox: Outbox, mailbox: Mailbox, raw: bytes) -> None:
    mailbox.put(raw)
    mailbox.put(letter("ines@example.com", f"{QUESTION} {len(raw)}"))
    shop.email.poll()
    assert "ines@example.com" in [sent["To"] for sent in outbox.letters]
    assert len(mailbox.read) == 2


def test_only_a_letters_own_words_are_read() -> None:
    raw = letter("a@b.example", "Yes.\n> no\nOn Mon, Mia wrote\n-- \nMia\nCEO").as_bytes()
    assert read_letter(raw).text == "Yes.\nOn Mon, Mia wrote"
    chinese = letter("a@b.example", "好的\n\n在 2026年11月24日，Lumora 写道：\n> 可以吗？").as_bytes()
    assert read_letter(chinese).text == "好的"


def test_a_wrong_password_is_an_error_that_says_so() -> None:
    with imap_server() as mailbox:
        wrong = mailbox.url.replace("geheim", "falsch")
        with pytest.raises(OSError, match="wrong password"), ImapIn(wrong).open():
            pass


@pytest.mark.parametrize("url", ["", "http://x", "smtp://", "smtp://host:port"])
def test_an_address_that_is_none_is_refused_with_what_to_do(house: Wiring, url: str) -> None:
    with pytest.raises(OperatorError, match="fix:"):
        SmtpOut(url, "help@lumora.example", house.clock)


def test_a_subject_can_not_smuggle_in_a_header(house: Wiring, outbox: Outbox) -> None:
    SmtpOut(outbox.url, "help@lumora.example", house.clock).send("a@b.example", "Hi\r\nBcc: x@y.example", "text")
    assert outbox.letters[0]["Bcc"] is None
    assert outbox.letters[0]["Subject"] == "Hi Bcc: x@y.example"


def test_what_our_people_write_goes_out_once(shop: Wiring, outbox: Outbox, mailbox: Mailbox) -> None:
    mailbox.put(letter(EMMA, "I want to talk to a real person"))
    shop.email.poll()
    turn = str(outbox.letters[0]["Message-ID"]).strip("<>").partition("@")[0]
    with shop.database.write() as session:
        conversation = session.scalars(_of_turn(turn)).one()
        put_message(session, conversation.conversation_id, "agent", "Hello, this is Ada.", shop.clock.now())  # type: ignore[arg-type]
    assert (shop.email.send_agents_answers(), shop.email.send_agents_answers()) == (1, 0)
    assert body(outbox.letters[-1]).strip() == "Hello, this is Ada."
    assert outbox.letters[-1]["To"] == EMMA


def _of_turn(turn_id: str) -> Select[tuple[ConversationRow]]:
    of_it = select(MessageRow.conversation_id).where(MessageRow.turn_id == turn_id)
    return select(ConversationRow).where(ConversationRow.conversation_id.in_(of_it))
