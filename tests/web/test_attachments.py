"""Photos and voice notes: taken where a reader is set up, and nowhere else; sent with a message, opened by few."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant.errors import CustomerError
from assistant.media.reader import Reading
from assistant.media.values import values_in
from assistant.web.app import create_app
from tests.web.conftest import World, local_client


@dataclass
class Labels:
    """Reads files whose bytes are words; a photo begins with "photo"."""

    media_types: tuple[str, ...] = ("image/png", "audio/wav")
    languages: tuple[str, ...] = ("en", "zh")
    seen: list[str] = field(default_factory=list)

    def read(self, content: bytes, language: str) -> Reading:
        """The words that the bytes are."""
        self.seen.append(language)
        if not content:
            raise CustomerError("There is nothing in this file.")
        words = content.decode()
        if not words.startswith("photo"):
            return Reading("voice", words, values_in([words]))
        return Reading("photo", "Photo", values_in([words]), b"\xff\xd8\xff picture")


@pytest.fixture
def labels() -> Labels:
    return Labels()


@pytest.fixture
def reading(world: World, labels: Labels) -> Iterator[TestClient]:
    app = create_app(world, reader=labels)
    with local_client(app) as client:
        assert app.state.readiness.wait(10) == "ready"
        yield client


def test_without_a_reader_there_is_no_such_thing(client: TestClient, world: World) -> None:
    assert client.get("/api/config").json()["attachments"] == []
    assert client.post("/api/attachments", content=b"x", headers=world.bearer()).status_code == 404
    assert "/api/attachments" not in client.get("/api/openapi.json").json()["paths"]


def upload(client: TestClient, world: World, content: str, who: str = "customer_0") -> dict[str, Any]:
    """Have a file read."""
    headers = {**world.bearer(who), "Content-Type": "image/png"}
    answer = client.post("/api/attachments?language=zh", content=content.encode(), headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_file_is_read_and_sent_with_a_message(reading: TestClient, world: World, labels: Labels) -> None:
    config = reading.get("/api/config").json()
    assert (config["attachments"], config["spoken"]) == (["image/png", "audio/wav"], ["en", "zh"])
    heard = upload(reading, world, "where is #W1000001")
    assert (heard["kind"], heard["text"]) == ("voice", "where is #W1000001")
    assert labels.seen == ["zh"]
    body = {"message": heard["text"], "attachment_id": heard["attachment_id"]}
    assert reading.post("/api/chat", json=body, headers=world.bearer("customer_0")).status_code == 200
    attached = world.assistant.asked[-1].attached
    assert attached is not None
    assert attached.values.orders == ("#W1000001",)


def test_a_transcript_that_was_changed_is_the_customers_own_typing(reading: TestClient, world: World) -> None:
    heard = upload(reading, world, "where is #W1000001")
    body = {"message": "where is #W1000002", "attachment_id": heard["attachment_id"]}
    assert reading.post("/api/chat", json=body, headers=world.bearer("customer_0")).status_code == 200
    assert world.assistant.asked[-1].attached is None


def test_words_beside_a_photo_are_the_customers(reading: TestClient, world: World) -> None:
    for message, alone in (("Photo", True), ("It came like this", False)):
        shown = upload(reading, world, "photo #W1000001")
        body = {"message": message, "attachment_id": shown["attachment_id"]}
        assert reading.post("/api/chat", json=body, headers=world.bearer("customer_0")).status_code == 200
        attached = world.assistant.asked[-1].attached
        assert attached is not None
        assert attached.alone is alone


def test_a_photo_is_opened_by_its_owner_only_and_can_do_nothing_but_be_looked_at(
    reading: TestClient, world: World
) -> None:
    shown = upload(reading, world, "photo")
    path = f"/api/attachments/{shown['attachment_id']}"
    answer = reading.get(path, headers=world.bearer("customer_0"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, no-store"
    assert reading.get(path, headers=world.bearer("customer_1")).status_code == 404
    body = {"message": "hello", "attachment_id": shown["attachment_id"]}
    assert reading.post("/api/chat", json=body, headers=world.bearer("customer_1")).status_code == 404
    kept = [path.name for path in world.settings.attachments_dir.iterdir()]
    assert len(kept) == 1
    assert shown["attachment_id"] not in kept[0]


def test_our_pages_may_use_the_microphone_only_where_voice_is_understood(
    reading: TestClient, client: TestClient
) -> None:
    assert "microphone=(self)" in reading.get("/").headers["permissions-policy"]
    assert "microphone=()" in client.get("/").headers["permissions-policy"]


@pytest.mark.parametrize(
    ("kind", "content", "status", "code"),
    [
        ("text/html", b"x", 415, "media_type"),
        ("application/pdf", b"x", 415, "media_type"),
        ("image/png", b"", 422, "refused"),
        ("image/png", b"x" * (8 * 1024 * 1024 + 1), 413, "too_large"),
    ],
)
def test_what_can_not_be_read_is_refused(
    reading: TestClient, world: World, kind: str, content: bytes, status: int, code: str
) -> None:
    answer = reading.post("/api/attachments", content=content, headers={**world.bearer(), "Content-Type": kind})
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code


def test_a_file_needs_a_token(reading: TestClient) -> None:
    assert reading.post("/api/attachments", content=b"x", headers={"Content-Type": "image/png"}).status_code == 401
