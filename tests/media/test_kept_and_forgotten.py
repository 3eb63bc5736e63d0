"""Where photos lie, who gets them, and that nothing of them is left when their customer or conversation goes."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from assistant.app import Wiring
from assistant.clock import FixedClock
from assistant.conversation.heard.attached import ReadValues
from assistant.conversation.reply import Incoming
from assistant.ids import ConversationId, CustomerId
from assistant.media.reader import Reading
from assistant.media.store import AttachmentStore
from assistant.memory.exporting import export_customer
from assistant.memory.retention import KeepFor
from assistant.models.ladder import ModelLadder
from assistant.settings import Settings
from assistant.shop.loading import load_shop
from assistant.shop.seed.generator import sample_shop
from assistant.storage.attachment_tables import AttachmentRow
from assistant.storage.purging import find_in_files
from tests.conversation.conftest import NOW, TODAY, house

__all__ = ["house"]
EMMA = CustomerId("emma_wilson_1003")
SECRET = "Zwirbelwolle"


class Home:
    """A shop of its own, into which photos come."""

    def __init__(self, house: Wiring, folder: Path) -> None:
        self.clock = FixedClock(NOW)
        settings = Settings(data_dir=folder, local_model="none", photo=True)
        self.parts = Wiring(settings, clock=self.clock, ladder=ModelLadder(rungs=()))
        for shared in ("embeddings", "knowledge", "catalogue", "router"):
            self.parts.__dict__[shared] = getattr(house, shared)
        rows = sample_shop(customers=10, orders=20, seed=7, today=TODAY, currency="USD")
        load_shop(self.parts.database, rows, kind="sample", currency="USD", at=NOW, seed=7, today=TODAY)
        self.store = AttachmentStore(self.parts.database, settings.attachments_dir, self.clock)

    @property
    def files(self) -> list[Path]:
        """Photos on the disk."""
        return sorted(self.parts.settings.attachments_dir.glob("*"))

    def send(self, words: str = "It came like this", customer: CustomerId = EMMA) -> ConversationId:
        """A photo with a message; returns its conversation."""
        attachment_id = self.upload(customer)
        attached = self.store.take(attachment_id, f"customer:{customer}", words)
        assert attached is not None
        self.store.describe(attachment_id, f"a torn {SECRET}")
        incoming = Incoming(text=words, customer_id=customer, attached=attached)
        return self.parts.assistant.ask(incoming).conversation_id

    def upload(self, customer: CustomerId = EMMA) -> str:
        """A photo that is read."""
        reading = Reading("photo", f"Photo: {SECRET}", ReadValues(items=(SECRET,)), SECRET.encode())
        return self.store.put(reading, f"customer:{customer}", customer)

    def rows(self) -> list[AttachmentRow]:
        """What the table holds."""
        with self.parts.database.read() as session:
            return list(session.scalars(select(AttachmentRow)))


@pytest.fixture
def home(house: Wiring, tmp_path: Path) -> Iterator[Home]:
    made = Home(house, tmp_path)
    yield made
    made.parts.vectors.close()
    made.parts.database.close()


def test_a_photo_belongs_to_its_conversation_once_it_was_sent(home: Home) -> None:
    conversation = home.send()
    (row,) = home.rows()
    assert (row.conversation_id, row.words, row.found) == (conversation, "", {})
    (picture,) = home.store.pictures(conversation)
    assert home.store.picture(picture.attachment_id, conversation_id=conversation) == SECRET.encode()
    assert home.store.picture(picture.attachment_id, conversation_id="conv_other") is None
    assert home.store.picture(picture.attachment_id, owner="customer:somebody") is None
    assert home.store.picture(picture.attachment_id) is None
    assert home.files[0].stat().st_mode & 0o077 == 0


def test_a_sent_photo_can_not_be_sent_again_and_nobody_else_can_send_it(home: Home) -> None:
    attachment_id = home.upload()
    with pytest.raises(LookupError):
        home.store.take(attachment_id, "customer:somebody", "x")
    attached = home.store.take(attachment_id, f"customer:{EMMA}", "x")
    home.parts.assistant.ask(Incoming(text="x", customer_id=EMMA, attached=attached))
    assert home.store.take(attachment_id, f"customer:{EMMA}", "x") is None


def test_forgetting_a_customer_takes_their_photos_out_of_the_folder(home: Home) -> None:
    home.send()
    home.upload()
    other = CustomerId("mia_chen_1001") if home.parts.shop.customer_by_email("mia.chen@example.com") else EMMA
    home.send(customer=other)
    assert len(home.files) == 3
    assert home.parts.forgetting.forget(EMMA).complete
    assert [row.customer_id for row in home.rows()] == [other]
    assert len(home.files) == 1
    home.parts.forgetting.forget(other)
    assert home.files == []
    assert find_in_files(home.parts.settings.data_dir, [SECRET]) == {}


def test_deleting_a_conversation_takes_its_photo_and_leaves_others(home: Home) -> None:
    first, second = home.send(), home.send()
    home.parts.forgetting.forget_conversations([first])
    home.parts.forgetting.finish()
    assert [row.conversation_id for row in home.rows()] == [second]
    assert len(home.files) == 1


def test_what_was_never_sent_goes_after_a_day_and_old_conversations_take_photos_along(home: Home) -> None:
    home.send()
    home.upload()
    home.parts.forgetting.prune(KeepFor())
    assert len(home.files) == 2
    home.clock.advance(timedelta(days=2))
    home.parts.forgetting.prune(KeepFor())
    assert len(home.files) == 1
    home.parts.forgetting.prune(KeepFor(conversations=1))
    assert home.files == []


def test_a_customers_copy_of_their_data_names_their_photos(home: Home) -> None:
    home.send()
    with home.parts.database.read() as session:
        copy = export_customer(session, EMMA)
    (attachment,) = copy["conversations"][0]["attachments"]
    assert attachment["kind"] == "photo"
    assert home.store.picture(attachment["attachment_id"], owner=f"customer:{EMMA}") == SECRET.encode()
