"""Around the chat: health, metrics, headers, sample customers, cited passages."""

import threading
from typing import Any

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from assistant.storage.shop_tables import ShopInfoRow
from assistant.web.app import create_app


def test_the_server_is_up_at_once_and_ready_when_its_models_are(world: Any) -> None:
    gate = threading.Event()

    def wait() -> None:
        gate.wait(10)

    app = create_app(world, warm_up=wait)
    with TestClient(app) as client:
        assert client.get("/healthz").json() == {"status": "up"}
        assert client.get("/").status_code == 200
        assert client.get("/api/config").json()["ready"] is False
        waiting = client.get("/readyz")
        assert (waiting.status_code, waiting.headers["retry-after"]) == (503, "2")
        refused = client.post("/api/chat", json={"message": "hi"}, headers=world.bearer())
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "starting")
        assert "assistant_ready 0.0" in client.get("/metrics").text
        gate.set()
        assert app.state.readiness.wait(10) == "ready"
        assert client.get("/readyz").status_code == 200
        assert client.get("/api/config").json()["ready"] is True


def test_a_server_that_can_not_be_warmed_says_so_and_stays_up(world: Any) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    heard: list[Exception | None] = []
    app = create_app(world, warm_up=fail)
    app.state.readiness.on_done(heard.append)
    with TestClient(app) as client:
        assert app.state.readiness.wait(10) == "failed"
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").json()["error"]["code"] == "not_available"
    assert isinstance(heard[0], ZeroDivisionError)


def test_metrics_show_the_breakers_and_the_requests(client: TestClient, world: Any) -> None:
    world.ladder.states = lambda: {"hosted": "open", "local": "closed"}
    client.get("/api/conversations/conv_1", headers=world.bearer())
    text = client.get("/metrics").text
    assert 'assistant_model_breaker_state{rung="hosted",state="open"} 1.0' in text
    assert 'assistant_model_breaker_state{rung="hosted",state="closed"} 0.0' in text
    assert 'route="/api/conversations/{conversation_id}",status="404"' in text
    assert "conv_1" not in text


@pytest.mark.parametrize("path", ["/", "/static/index.html", "/healthz", "/api/me", "/nowhere"])
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert "cache-control" in headers


def test_a_sample_customer_signs_in_and_is_greeted_by_name(client: TestClient) -> None:
    customers = client.get("/api/config").json()["demo_customers"]
    assert [customer["name"] for customer in customers] == ["Sara Moss", "陈伟"]
    signed = client.post("/api/demo/sign-in", json={"customer_id": customers[0]["customer_id"]}).json()
    me = client.get("/api/me", headers={"Authorization": f"Bearer {signed['token']}"}).json()
    assert me == signed["me"]
    assert me["customer"]["email"] == "customer0@example.com"


def test_a_visitor_is_nobody_in_particular(client: TestClient) -> None:
    token = client.post("/api/visitor").json()["token"]
    me = client.get("/api/me", headers={"Authorization": f"Bearer {token}"}).json()
    assert me == {"kind": "visitor", "customer": None}


def test_signing_in_without_a_password_is_for_the_sample_shop_only(client: TestClient, world: Any) -> None:
    with world.database.write() as session:
        session.execute(update(ShopInfoRow).values(kind="tau-retail"))
    assert client.get("/api/config").json()["demo_customers"] == []
    assert client.post("/api/demo/sign-in", json={"customer_id": "customer_0"}).status_code == 404


def test_signing_in_without_a_password_can_be_switched_off(world: Any) -> None:
    world.settings = world.settings.model_copy(update={"demo_sign_in": False})
    app = create_app(world)
    with TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 5)) as client:
        app.state.readiness.wait(10)
        assert client.get("/api/config").json()["demo_customers"] == []
        assert client.post("/api/demo/sign-in", json={"customer_id": "customer_0"}).status_code == 404


@pytest.mark.parametrize(
    ("base_url", "address"),
    [
        ("http://127.0.0.1:8000", "203.0.113.9"),
        ("http://shop.example", "127.0.0.1"),
        ("http://203.0.113.5:8000", "203.0.113.9"),
    ],
)
def test_signing_in_without_a_password_is_for_this_machine_only(world: Any, base_url: str, address: str) -> None:
    app = create_app(world)
    with TestClient(app, base_url=base_url, client=(address, 5)) as client:
        app.state.readiness.wait(10)
        assert client.get("/api/config").json()["demo_customers"] == []
        assert client.post("/api/demo/sign-in", json={"customer_id": "customer_0"}).status_code == 404


def test_a_cited_passage_opens_with_the_section_around_it(client: TestClient) -> None:
    passage = client.get("/api/passages/policies/en/returns%23opened").json()
    assert passage["heading"] == "Opened items"
    assert passage["section_text"].startswith(passage["text"])
    assert client.get("/api/passages/policies/en/secrets").status_code == 404


def test_a_crash_is_answered_as_json_with_all_headers_and_tells_nothing(
    client: TestClient, world: Any, caplog: pytest.LogCaptureFixture
) -> None:
    world.knowledge.passage = None
    crashed = client.get("/api/passages/policies/en/returns")
    assert (crashed.status_code, crashed.json()["error"]["code"]) == (500, "internal")
    assert "content-security-policy" in crashed.headers
    assert "/api/passages/policies/en/returns failed" in caplog.text


def test_the_description_of_the_api_names_the_refusals(client: TestClient) -> None:
    chat = client.get("/api/openapi.json").json()["paths"]["/api/chat"]["post"]
    assert {"400", "401", "404", "413", "422", "429", "503"} <= chat["responses"].keys()
    assert client.get("/docs").status_code == 404
