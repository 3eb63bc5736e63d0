"""Hosted ears and eyes: a service that speaks OpenAI's protocol hears voice notes, and describes photos for people."""

import base64
import io
import json
import threading
import wave
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from assistant.errors import CustomerError
from assistant.media.photo.vision import described
from assistant.media.reader import MediaReader
from assistant.settings import Settings
from assistant.storage.attachment_tables import AttachmentRow
from assistant.text.prompts import PromptLibrary
from assistant.web.app import create_app
from tests.media.test_hostile_files import wav
from tests.web.conftest import World, local_client, world
from tests.web.test_attachments import Labels

__all__ = ["world"]


@dataclass
class Service:
    """What the service answers, and what it was sent."""

    answers: dict[str, Any]
    sent: list[tuple[str, bytes]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def service() -> Iterator[Service]:
    told = Service(
        {
            "/v1/audio/transcriptions": {"text": "订单W一零零三零零一到哪了"},
            "/v1/chat/completions": {
                "id": "1",
                "object": "chat.completion",
                "created": 1,
                "model": "eyes",
                "choices": [
                    {
                        "index": 0,
                        "finish_reason": "stop",
                        "message": {"role": "assistant", "content": "A lamp with a torn shade."},
                    }
                ],
            },
        }
    )

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.sent.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            answer = told.answers.get(self.path)
            body = json.dumps(answer).encode() if answer is not None else b"<html>away</html>"
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    told.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    yield told
    server.shutdown()
    server.server_close()


@pytest.fixture
def ears(service: Service) -> Iterator[MediaReader]:
    settings = Settings(voice_model="hosted:whisper-1", hosted_base_url=service.url, media_deadline_s=30)
    reader = MediaReader(settings, PromptLibrary(settings.prompts_dir))
    yield reader
    reader.close()


def test_a_service_hears_chinese_and_gets_plain_wav(ears: MediaReader, service: Service) -> None:
    assert ears.languages == ("en", "zh")
    reading = ears.read(wav(1.0, level=3000), "zh")
    assert reading.text == "订单#W1003001到哪了"
    assert reading.values.orders == ("#W1003001",)
    ((path, body),) = service.sent
    assert path == "/v1/audio/transcriptions"
    start = body.index(b"RIFF")
    with wave.open(io.BytesIO(body[start:])) as file:
        assert (file.getframerate(), file.getnchannels()) == (16_000, 1)
    assert b'name="language"\r\n\r\nzh' in body


@pytest.mark.parametrize("answer", [{"text": "  "}, {"error": "no"}, None])
def test_a_service_that_hears_nothing_is_no_transcript(ears: MediaReader, service: Service, answer: object) -> None:
    service.answers["/v1/audio/transcriptions"] = answer
    with pytest.raises(CustomerError, match="type what you need"):
        ears.read(wav(1.0, level=3000), "en")


def test_a_photo_is_described_in_few_words(service: Service) -> None:
    words = described(b"\xff\xd8\xff x", "Describe", base_url=service.url, api_key="", model="eyes", timeout_s=5)
    assert words == "A lamp with a torn shade."
    asked = json.loads(service.sent[0][1])
    url = asked["messages"][0]["content"][1]["image_url"]["url"]
    assert base64.b64decode(url.removeprefix("data:image/jpeg;base64,")) == b"\xff\xd8\xff x"
    service.answers["/v1/chat/completions"] = None
    assert described(b"x", "Describe", base_url=service.url, api_key="", model="eyes", timeout_s=5) == ""


def test_the_description_goes_to_the_desk_and_never_to_the_customer_or_the_turn(world: World, service: Service) -> None:
    world.settings = world.settings.model_copy(update={"hosted_base_url": service.url, "vision_model": "eyes"})
    world.prompts = PromptLibrary(world.settings.prompts_dir)  # type: ignore[attr-defined]
    app = create_app(world, reader=Labels())  # type: ignore[arg-type]
    with local_client(app) as client:
        assert app.state.readiness.wait(10) == "ready"
        headers = {**world.bearer("customer_0"), "Content-Type": "image/png"}
        shown = client.post("/api/attachments", content=b"photo", headers=headers).json()
        body = {"message": "It came like this", "attachment_id": shown["attachment_id"]}
        said = client.post("/api/chat", json=body, headers=world.bearer("customer_0")).text
        labelled = client.post("/api/attachments", content=b"photo #W1000001", headers=headers)
    assert "torn" not in json.dumps(shown) + said + labelled.text
    assert "torn" not in world.assistant.asked[-1].model_dump_json()
    assert len(service.sent) == 1  # what can be read needs no eyes
    with world.database.read() as session:
        row = session.get(AttachmentRow, shown["attachment_id"])
        assert row is not None
        assert row.description == "A lamp with a torn shade."
