"""What visitors' browsers tell is kept with their consent only, once, within bounds, and never as somebody else's."""

import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import assistant.web
from assistant.insight.events.chat import Drain
from assistant.insight.events.event import Event
from assistant.insight.events.log import Log
from assistant.web.app import create_app
from assistant.web.widget.assets import WidgetAssets
from tests.web.conftest import NOW, World, local_client

STATIC = Path(assistant.web.__file__).parent / "static"
VISITOR = "a1b2c3d4e5f6"


def body(*events: dict[str, Any], **more: Any) -> dict[str, Any]:
    plain = [{"id": f"event{n:04}", "at": NOW.isoformat(), "kind": "view", **e} for n, e in enumerate(events or ({},))]
    return {"consent": True, "visitor": VISITOR, "events": plain, **more}


@pytest.fixture
def log(world: World, tmp_path: Path) -> Log:
    return Log.open(tmp_path / "events", world.clock)


def kept(world: World, log: Log) -> list[Event]:
    Drain(world.database, log, world.clock).once()
    return sorted(log.read(), key=lambda event: event.id)


def test_events_of_a_stranger_are_kept_under_the_browsers_id(client: TestClient, world: World, log: Log) -> None:
    told = body(
        {"item": "P1", "category": "lamps", "price_cents": 1999, "page": "/lamps/p1?utm=x#top", "language": "zh-CN"},
        {"kind": "search", "query": "lamp for mia.chen@example.com"},
    )
    answer = client.post("/api/events", json=told)

    assert (answer.status_code, answer.json()) == (202, {"taken": 2})
    view, search = kept(world, log)
    assert (view.visitor, view.customer, view.source) == (f"browser:{VISITOR}", None, "browser")
    assert (view.item, view.price_cents, view.page, view.language) == ("P1", 1999, "/lamps/p1", "zh")
    assert search.query is not None
    assert "mia" not in search.query


def test_events_under_a_token_are_the_customers(client: TestClient, world: World, log: Log) -> None:
    headers = world.bearer("customer_0")
    assert client.post("/api/events", json=body(), headers=headers).status_code == 202
    assert client.post("/api/events", json=body(), headers={"Authorization": "Bearer forged"}).status_code == 401

    (event,) = kept(world, log)
    assert (event.customer, event.visitor) == ("customer_0", "customer:customer_0")


@pytest.mark.parametrize(("consent", "headers"), [(False, {}), (True, {"Sec-GPC": "1"})])
def test_without_consent_nothing_is_kept(
    client: TestClient, world: World, log: Log, consent: bool, headers: dict[str, str]
) -> None:
    answer = client.post("/api/events", json=body(consent=consent), headers=headers)

    assert (answer.status_code, answer.json()) == (202, {"taken": 0})
    assert kept(world, log) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "decision"},
        {"customer": "customer_0"},
        {"at": "2026-11-27T09:00:00"},
        {"at": 1795689000},
        {"quantity": 0},
        {"quantity": True},
        {"price_cents": -1},
        {"item": "x" * 129},
        {"id": "../../etc"},
    ],
)
def test_what_no_browser_may_say_is_refused(client: TestClient, wrong: dict[str, Any]) -> None:
    assert client.post("/api/events", json=body(wrong)).status_code == 422


def test_batches_are_bounded_in_number_size_and_rate(client: TestClient) -> None:
    assert client.post("/api/events", json=body(*[{}] * 51)).status_code == 422
    assert client.post("/api/events", content=b" " * 70_000).status_code == 413
    answers = [client.post("/api/events", json=body()) for _ in range(61)]
    assert {answer.status_code for answer in answers[:59]} == {202}
    assert (answers[-1].status_code, int(answers[-1].headers["Retry-After"]) > 0) == (429, True)


def test_a_batch_that_is_sent_again_counts_once(client: TestClient, world: World, log: Log) -> None:
    for _ in range(2):
        client.post("/api/events", json=body({"item": "P1"}))
    kept(world, log)

    assert log.report().rows()["duplicate"] == 1
    assert log.report().kept == 1


@pytest.mark.parametrize(
    ("clock", "at", "means"),
    [
        (timedelta(hours=-8), timedelta(hours=-8, minutes=-1), timedelta(minutes=-1)),
        (timedelta(seconds=20), timedelta(0), timedelta(0)),
        (timedelta(0), timedelta(days=400), timedelta(0)),
        (timedelta(0), timedelta(days=-400), timedelta(days=-2)),
    ],
)
def test_a_browser_whose_clock_is_wrong_is_set_right(
    client: TestClient, world: World, log: Log, clock: timedelta, at: timedelta, means: timedelta
) -> None:
    told = body({"at": (NOW + at).isoformat()}, sent_at=(NOW + clock).isoformat())
    assert client.post("/api/events", json=told).status_code == 202

    (event,) = kept(world, log)
    assert event.at == NOW + means


def test_pages_of_the_shop_may_tell_and_others_may_not(world: World) -> None:
    settings = world.settings.model_copy(update={"widget_origins": ("https://shop.example",)})
    world.settings = settings
    with local_client(create_app(world)) as client:
        for origin, allowed in (("https://shop.example", "https://shop.example"), ("https://elsewhere.example", None)):
            asked = client.options("/api/events", headers={"Origin": origin, "Access-Control-Request-Method": "POST"})
            assert asked.headers.get("access-control-allow-origin") == allowed


def test_the_route_and_its_errors_are_in_the_description(client: TestClient) -> None:
    described = client.get("/api/openapi.json").json()["paths"]["/api/events"]["post"]
    assert described["responses"].keys() == {"202", "400", "401", "413", "422", "429", "503"}


def test_the_script_is_small_and_every_page_may_load_it(client: TestClient) -> None:
    answer = client.get("/events.js", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert len(WidgetAssets(STATIC).events.compressed) < 1300


_PAGE = """
const sent = [], store = new Map();
globalThis.window = globalThis;
globalThis.localStorage = {
  getItem: (k) => store.get(k) ?? null, setItem: (k, v) => store.set(k, v), removeItem: (k) => store.delete(k),
};
globalThis.document = {
  currentScript: { src: "https://a.example/events.js", dataset: DATASET }, documentElement: { lang: "zh" },
};
globalThis.location = { pathname: "/lamps" };
globalThis.addEventListener = () => {};
Object.defineProperty(globalThis, "navigator", { value: { language: "en", globalPrivacyControl: GPC } });
globalThis.setTimeout = () => 1;
globalThis.clearTimeout = () => {};
let status = 503;
globalThis.fetch = async (url, { body, headers }) => {
  sent.push({ url, headers, body: JSON.parse(body) });
  return { status };
};
eval(require("fs").readFileSync(0, "utf8"));
(async () => {
  ACTIONS
  console.log(JSON.stringify({ sent, stored: [...store.keys()] }));
})();
"""


def played(actions: str, dataset: dict[str, str], gpc: bool = False) -> dict[str, Any]:
    """What the script sends and stores on a page."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node to run the script with")
    page = _PAGE.replace("DATASET", json.dumps(dataset)).replace("GPC", json.dumps(gpc)).replace("ACTIONS", actions)
    script = WidgetAssets(STATIC).events.content
    done = subprocess.run([node, "-e", page], input=script, capture_output=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_script_sends_again_what_the_server_could_not_take_under_the_same_ids() -> None:
    found = played(
        "await shopEvents.flush(); status = 202; await shopEvents.flush(); await shopEvents.flush();",
        {"consent": "granted", "kind": "view", "item": "P1", "priceCents": "1999", "token": "t"},
    )
    first, second = found["sent"]

    assert first["url"] == "https://a.example/api/events"
    assert first["headers"]["Authorization"] == "Bearer t"
    assert first["body"]["events"] == second["body"]["events"]
    (event,) = first["body"]["events"]
    assert (event["kind"], event["item"], event["price_cents"], event["page"]) == ("view", "P1", 1999, "/lamps")


@pytest.mark.parametrize(
    ("actions", "dataset", "gpc"),
    [
        ("shopEvents.track('view'); await shopEvents.flush();", {}, False),
        ("shopEvents.consent(true); shopEvents.track('view'); await shopEvents.flush();", {}, True),
        (
            "shopEvents.consent(false); shopEvents.track('view'); await shopEvents.flush();",
            {"consent": "granted"},
            False,
        ),
    ],
)
def test_the_script_sends_and_makes_no_visitor_without_consent(
    actions: str, dataset: dict[str, str], gpc: bool
) -> None:
    found = played(actions, dataset, gpc)
    assert found["sent"] == []
    assert "shop-events-visitor" not in found["stored"]
