"""Whatever is written, through whichever door: a reply or a clear refusal, never a crash."""

import json
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.doors.conftest import MIA, Door

SQL = ("'; DROP TABLE orders; --", "' OR 1=1 --", '"; SELECT * FROM customers;', "%' UNION SELECT email FROM customers")
MARKUP = ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "{{7*7}}", "${7*7}")
ODD = (
    "\u202e\u0627\u0644\u0637\u0644\u0628",
    "\u200f\u200e\u2066",
    "\ud83d",
    "\udc00a",
    "\x00",
    "\x1b[31m",
    "\ufffe",
    "𝕎𝟙",
)
BITS = st.sampled_from((*SQL, *MARKUP, *ODD, "Where is my order", "#W1001001", "取消订单", "\n", " "))
WRITTEN = st.lists(BITS | st.text(max_size=20), min_size=1, max_size=6).map("".join)
FEW = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def mia(door: Door) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {door.token(MIA)}", "Content-Type": "application/json"}
    with httpx.Client(base_url=door.url, headers=headers, timeout=60) as client:
        yield client


@FEW
@given(written=WRITTEN)
def test_in_the_chat(mia: httpx.Client, written: str) -> None:
    answered = mia.post("/api/chat", content=json.dumps({"message": written}))
    assert answered.status_code in (200, 422), answered.text
    if answered.status_code == 200:
        assert "event: final" in answered.text
        assert "event: error" not in answered.text


@FEW
@given(written=WRITTEN)
def test_through_the_api_of_openai(mia: httpx.Client, written: str) -> None:
    body = {"messages": [{"role": "user", "content": written}]}
    answered = mia.post("/v1/chat/completions", content=json.dumps(body))
    assert answered.status_code in (200, 400), answered.text
    if answered.status_code == 200:
        assert answered.json()["choices"][0]["message"]["content"]


@pytest.mark.parametrize("letter", ["x", "好", "\u202e", "<", "\ud83d"])
def test_a_hundred_kilobytes_are_refused_clearly(mia: httpx.Client, letter: str) -> None:
    long = json.dumps({"message": letter * 100_000})
    refused = mia.post("/api/chat", content=long)
    assert refused.status_code in (413, 422)
    assert refused.json()["error"]["message"]
    refused = mia.post(
        "/v1/chat/completions", content=json.dumps({"messages": [{"role": "user", "content": letter * 100_000}]})
    )
    assert refused.status_code in (400, 413)


@pytest.mark.parametrize("path", ["conversations/{}", "passages/{}", "conversations?before={}"])
def test_in_the_address(mia: httpx.Client, path: str) -> None:
    for written in ("%00", "%ED%A0%BD", "..%2f..%2fetc%2fpasswd", "%27%20OR%201=1", "x" * 3000):
        answered = mia.get(f"/api/{path.format(written)}")
        assert answered.status_code in (404, 422), (written, answered.text)
