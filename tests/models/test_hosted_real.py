"""A hosted model against a real OpenAI-compatible server: llama-cpp-python's, on loopback, the default model in it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from typing import Any

import pytest
from langchain_core.messages import HumanMessage, SystemMessage
from pydantic import BaseModel, Field

from assistant.clock import Deadline, deadline_scope
from assistant.errors import DeadlineExceeded
from assistant.models.breaker import Breaker
from assistant.models.hosted.chat_model import hosted_model
from assistant.models.ladder import LadderRung, ModelLadder
from assistant.models.usage import usage_scope
from assistant.settings import Settings
from tests.models.llama_shared import MODEL

pytestmark = pytest.mark.model

_UP_WITHIN_S = 90


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: Any) -> Any:
    if not MODEL.is_file():
        pytest.skip(f"no model at {MODEL}: assistant models pull, or set ASSISTANT_TEST_MODEL")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("server") / "log.txt"
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(MODEL), "--host", "127.0.0.1"]
    options = ["--port", str(port), "--n_ctx", "2048", "--n_threads", "2", "--model_alias", "qwen"]
    with log.open("w") as out:
        server = subprocess.Popen(
            command + options, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, "OMP_WAIT_POLICY": "passive"}
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/v1/models", server, log)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(url: Any, server: Any, log: Any) -> None:
    end = time.monotonic() + _UP_WITHIN_S
    while time.monotonic() < end:
        if server.poll() is not None:
            pytest.fail(f"the server did not start: {log.read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the server was not up within {_UP_WITHIN_S} s: {log.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def model(base_url: Any) -> Any:
    return hosted_model(Settings(hosted_base_url=base_url, hosted_model="qwen", hosted_timeout_s=120))


class Wish(BaseModel):
    """What the customer wants."""

    wish: str = Field(description="refund, tracking or other")


def track_order(order_id: str) -> str:
    """Tell where the parcel of an order is."""
    return order_id


def cancel_order(order_id: str) -> str:
    """Cancel an order."""
    return order_id


ASK = [SystemMessage("Answer in one short sentence."), HumanMessage("What is the capital of France?")]
TRACK = [HumanMessage("Where is my parcel? The order is W2575533.")]


def test_an_answer_with_its_tokens(model: Any) -> None:
    message = model.invoke(ASK, max_tokens=24)
    assert "Paris" in message.text
    assert 0 < message.usage_metadata["output_tokens"] <= 24


def test_an_answer_ends_at_max_tokens(model: Any) -> None:
    message = model.invoke([HumanMessage("Count from 1 to 100.")], max_tokens=12)
    assert message.usage_metadata["output_tokens"] <= 13
    chunks = list(model.stream([HumanMessage("Count from 1 to 100.")], max_tokens=12))
    assert len([chunk for chunk in chunks if chunk.text]) <= 13


def test_a_stream_in_pieces(model: Any) -> None:
    pieces = [chunk.text for chunk in model.stream(ASK, max_tokens=24) if chunk.text]
    assert len(pieces) > 1
    assert "Paris" in "".join(pieces)


async def test_an_event_loop_gets_answers_and_streams(model: Any) -> None:
    assert "Paris" in (await model.ainvoke(ASK, max_tokens=24)).text
    assert "Paris" in "".join([str(chunk.text) async for chunk in model.astream(ASK, max_tokens=24)])


def test_a_tool_by_name(model: Any) -> None:
    message = model.bind_tools([track_order], tool_choice="track_order").invoke(TRACK)
    assert message.tool_calls[0]["name"] == "track_order"
    assert message.tool_calls[0]["args"] == {"order_id": "W2575533"}


@pytest.mark.parametrize("tools", [[track_order], [track_order, cancel_order]], ids=["of one", "of two"])
def test_some_tool_although_the_server_does_not_take_required(model: Any, tools: Any) -> None:
    message = model.bind_tools(tools, tool_choice="any").invoke(TRACK, max_tokens=64)
    assert message.tool_calls[0]["name"] == "track_order"
    assert message.tool_calls[0]["args"] == {"order_id": "W2575533"}


def test_structured_output(model: Any) -> None:
    assert isinstance(model.with_structured_output(Wish).invoke(TRACK), Wish)


def test_a_deadline_ends_a_long_answer(model: Any) -> None:
    start = time.monotonic()
    with deadline_scope(Deadline(1.5)), pytest.raises(DeadlineExceeded):
        model.invoke([HumanMessage("Write a long story about a lighthouse.")], max_tokens=120)
    assert time.monotonic() - start < 3.0


def test_the_ladder_over_it_counts_calls_and_tokens(model: Any) -> None:
    ladder = ModelLadder(rungs=(LadderRung(name="hosted", model=model, breaker=Breaker("hosted")),))
    with usage_scope() as usage:
        scored = ladder.score_choices(TRACK, ["wants a refund", "asks where a parcel is"])
        assert ladder.invoke(ASK, max_tokens=24).response_metadata["rung"] == "hosted"
    assert scored is not None
    assert scored.best == "asks where a parcel is"
    assert (usage.calls, usage.rung) == (2, "hosted")
    assert usage.output_tokens > 0
