"""Photos and voice notes: read into words where a reader is set up, and nowhere else."""

from dataclasses import dataclass, field

import pytest
from starlette.testclient import TestClient

from assistant.errors import CustomerError
from assistant.web.app import create_app
from tests.web.conftest import World, local_client


@dataclass
class Labels:
    """Reads pictures whose bytes are words."""

    media_types: tuple[str, ...] = ("image/png", "audio/*")
    seen: list[tuple[str, str]] = field(default_factory=list)

    def read(self, content: bytes, media_type: str, language: str) -> str:
        """The words that the bytes are."""
        self.seen.append((media_type, language))
        if not content:
            raise CustomerError("There is nothing in this file.")
        return content.decode()


@pytest.fixture
def labels() -> Labels:
    return Labels()


@pytest.fixture
def reading(world: World, labels: Labels) -> TestClient:
    app = create_app(world, reader=labels)
    with local_client(app) as client:
        assert app.state.readiness.wait(10) == "ready"
        return client


def test_without_a_reader_there_is_no_such_thing(client: TestClient, world: World) -> None:
    assert client.get("/api/config").json()["attachments"] == []
    assert client.post("/api/attachments", content=b"x", headers=world.bearer()).status_code == 404
    assert "/api/attachments" not in client.get("/api/openapi.json").json()["paths"]


def test_a_file_comes_back_as_words_and_is_not_kept(reading: TestClient, world: World, labels: Labels) -> None:
    assert reading.get("/api/config").json()["attachments"] == ["image/png", "audio/*"]
    for kind in ("image/png", "audio/webm;codecs=opus"):
        headers = {**world.bearer("customer_0"), "Content-Type": kind}
        answer = reading.post("/api/attachments?language=zh", content="订单 #W1000001".encode(), headers=headers)
        assert answer.json() == {"text": "订单 #W1000001"}
    assert labels.seen == [("image/png", "zh"), ("audio/webm", "zh")]


@pytest.mark.parametrize(
    ("kind", "content", "status", "code"),
    [
        ("text/html", b"x", 415, "media_type"),
        ("image/svg+xml", b"x", 415, "media_type"),
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
