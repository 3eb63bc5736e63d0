"""A hosted model that misbehaves: every fault is told apart, within the time, and nothing wrong passes as an answer."""

import asyncio
import functools
import json
import time
from typing import Any

import pytest
from langchain_core.messages import HumanMessage
from pydantic import BaseModel

from assistant.clock import Deadline, deadline_scope
from assistant.errors import DeadlineExceeded, ModelUnavailable, OperatorError, RequestRefused
from assistant.models.hosted.chat_model import HostedChatModel, hosted_model
from assistant.models.hosted.forms import Dialect
from assistant.settings import Settings
from tests.models.fault_server import Fault, FaultServer, closed_port, completion

ASK = [HumanMessage("Hello?")]


@functools.cache
def shared_model(base_url: Any, timeout_s: Any) -> Any:
    model = hosted_model(Settings(hosted_base_url=base_url, hosted_model="m", hosted_timeout_s=timeout_s))
    model.backoff_s = 0.01
    return model


def model_at(base_url: Any, timeout_s: Any = 5.0) -> Any:
    """A model that has learned nothing yet about its server."""
    model = shared_model(base_url, timeout_s)
    model._dialect = Dialect()
    return model


@pytest.fixture(scope="module")
def running_server() -> Any:
    with FaultServer() as running:
        yield running


@pytest.fixture
def server(running_server: Any) -> Any:
    running_server.reset()
    return running_server


@pytest.fixture(params=["invoke", "ainvoke", "stream", "astream"])
def ask(request: pytest.FixtureRequest) -> Any:
    """The four ways to ask; each gives the whole text."""

    async def astream(model: Any) -> Any:
        return "".join([str(chunk.text) async for chunk in model.astream(ASK)])

    ways: dict[str, Any] = {
        "invoke": lambda model: str(model.invoke(ASK).text),
        "ainvoke": lambda model: str(asyncio.run(model.ainvoke(ASK)).text),
        "stream": lambda model: "".join(str(chunk.text) for chunk in model.stream(ASK)),
        "astream": lambda model: asyncio.run(astream(model)),
    }
    ways[request.param].streams = "stream" in request.param
    return ways[request.param]


def right(ask: Any, text: Any = "Hello") -> Any:
    return Fault.stream([text[:2], text[2:]]) if ask.streams else Fault.answer(text)


def test_a_right_answer_comes_through_with_its_tokens(server: Any) -> None:
    server.answers = [Fault.answer("Hello")]
    message = model_at(server.base_url).invoke(ASK, max_tokens=7)
    assert message.text == "Hello"
    assert message.usage_metadata["input_tokens"] == 11
    assert server.requests[0]["max_tokens"] == 7
    assert "max_completion_tokens" not in server.requests[0]


def test_a_stream_comes_in_pieces_with_its_tokens(server: Any) -> None:
    server.answers = [Fault.stream(["Hel", "lo"])]
    chunks = list(model_at(server.base_url).stream(ASK))
    assert [chunk.text for chunk in chunks if chunk.text] == ["Hel", "lo"]
    assert sum(chunk.usage_metadata["output_tokens"] for chunk in chunks if chunk.usage_metadata) == 3


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_fault_that_passes_is_tried_again(server: Any, ask: Any, status: Any) -> None:
    server.answers = [Fault.error(status), right(ask)]
    assert ask(model_at(server.base_url)) == "Hello"
    assert len(server.requests) == 2


def test_a_server_that_asks_to_wait_is_given_the_time_it_asks_for(server: Any) -> None:
    server.answers = [Fault.error(429, Retry_After="0"), Fault.answer()]
    model = model_at(server.base_url).model_copy(update={"backoff_s": 60.0})
    assert model.invoke(ASK).text == "Hello"


@pytest.mark.parametrize("after", ["3600", "Wed, 21 Oct 2099 07:28:00 GMT"])
def test_nobody_waits_beyond_the_deadline(server: Any, after: Any) -> None:
    server.answers = [Fault.error(429, Retry_After=after)]
    start = time.monotonic()
    with pytest.raises(ModelUnavailable, match="429"):
        model_at(server.base_url).invoke(ASK)
    assert time.monotonic() - start < 1.0
    assert len(server.requests) == 1


def test_tries_end(server: Any, ask: Any) -> None:
    server.answers = [Fault.error(503)]
    with pytest.raises(ModelUnavailable, match="503"):
        ask(model_at(server.base_url))
    assert len(server.requests) == 3


@pytest.mark.parametrize(("status", "kind"), [(401, ModelUnavailable), (404, ModelUnavailable), (400, RequestRefused)])
def test_what_will_not_change_is_not_tried_again(server: Any, ask: Any, status: Any, kind: Any) -> None:
    server.answers = [Fault.error(status)]
    with pytest.raises(kind, match=str(status)):
        ask(model_at(server.base_url))
    assert len(server.requests) == 1


def test_a_prompt_that_is_too_long_is_a_refusal_and_not_a_failure(server: Any) -> None:
    server.answers = [Fault.error(400, "context_length_exceeded: too many tokens")]
    with pytest.raises(RequestRefused):
        model_at(server.base_url).invoke(ASK)


def test_a_server_that_hangs_costs_no_more_than_its_time(server: Any, ask: Any) -> None:
    server.answers = [Fault(hang=True)]
    model = model_at(server.base_url, timeout_s=0.3)
    start = time.monotonic()
    with pytest.raises(DeadlineExceeded):
        ask(model)
    assert time.monotonic() - start < 1.0


def test_the_turns_deadline_is_shorter_than_the_models(server: Any, ask: Any) -> None:
    server.answers = [Fault(hang=True)]
    model = model_at(server.base_url, timeout_s=30)
    start = time.monotonic()
    with deadline_scope(Deadline(0.3)), pytest.raises(DeadlineExceeded):
        ask(model)
    assert time.monotonic() - start < 1.0


@pytest.mark.parametrize("how", ["drips", "stalls"])
def test_a_server_that_keeps_the_body_back_costs_no_more_than_its_time(server: Any, ask: Any, how: Any) -> None:
    slow = right(ask, "Hello, this takes a while")
    if how == "drips":
        slow.drip_s = 0.05
    else:
        slow.hang, slow.stop_after = True, 20
    server.answers = [slow]
    model = model_at(server.base_url, timeout_s=0.5)
    start = time.monotonic()
    with pytest.raises(DeadlineExceeded):
        ask(model)
    assert time.monotonic() - start < 1.2


def test_a_deadline_that_has_passed_asks_nobody(server: Any, ask: Any) -> None:
    server.answers = [right(ask)]
    with deadline_scope(Deadline(0)), pytest.raises(DeadlineExceeded):
        ask(model_at(server.base_url))
    assert server.requests == []


def test_nobody_listens(ask: Any) -> None:
    model = model_at(f"http://127.0.0.1:{closed_port()}/v1")
    start = time.monotonic()
    with pytest.raises(ModelUnavailable, match="no connection"):
        ask(model)
    assert time.monotonic() - start < 3.0


@pytest.mark.parametrize(
    "fault",
    [
        Fault(body=b"<html><body>Sign in</body></html>", content_type="text/html"),
        Fault(body=b"<html>as if it were JSON</html>"),
        Fault(body=b""),
        Fault(body=b"{}"),
        Fault(body=b"[]"),
        Fault(body=b"null"),
        Fault(body=b'"text"'),
        Fault(body=json.dumps({"error": {"message": "overloaded"}}).encode()),
        Fault(body=json.dumps({**completion(""), "choices": []}).encode()),
        Fault(body=json.dumps({**completion(""), "choices": None}).encode()),
        Fault(body=json.dumps({**completion(""), "choices": [{"index": 0}]}).encode()),
        Fault.answer(""),
        Fault(body=json.dumps(completion(None)).encode()),
    ],
    ids=lambda fault: fault.body[:60].decode() or "empty",
)
def test_a_200_that_is_no_answer_is_a_failure(server: Any, ask: Any, fault: Any) -> None:
    server.answers = [fault]
    with pytest.raises(ModelUnavailable):
        ask(model_at(server.base_url))


@pytest.mark.parametrize("stop_after", [0, 40, 200])
def test_an_answer_that_is_cut_is_a_failure(server: Any, stop_after: Any) -> None:
    fault = Fault.answer("Hello")
    fault.stop_after = stop_after
    server.answers = [fault]
    with pytest.raises(ModelUnavailable):
        model_at(server.base_url).invoke(ASK)


def test_a_stream_that_is_cut_gives_its_beginning_and_then_fails(server: Any) -> None:
    fault = Fault.stream(["Your parcel ", "arrives ", "tomorrow"])
    fault.stop_after = fault.body.index(b"arrives") + 20
    server.answers = [fault]
    heard: list[str] = []
    with pytest.raises(ModelUnavailable):
        heard.extend(chunk.text for chunk in model_at(server.base_url).stream(ASK))
    server.answers = [Fault.stream(["Your parcel "], finish=False)]
    with pytest.raises(ModelUnavailable, match="before its end"):
        list(model_at(server.base_url).stream(ASK))


def test_a_stream_without_words_is_a_failure(server: Any) -> None:
    for fault in (Fault.stream([]), Fault.stream([], finish=False), Fault.stream([], finish=False, done=False)):
        server.answers = [fault]
        with pytest.raises(ModelUnavailable):
            list(model_at(server.base_url).stream(ASK))


def test_an_answer_that_the_model_declines_is_a_refusal(server: Any) -> None:
    server.answers = [Fault.answer("", finish_reason="content_filter")]
    with pytest.raises(RequestRefused):
        model_at(server.base_url).invoke(ASK)
    server.answers = [Fault.answer(None, refusal="I can't help with that")]
    with pytest.raises(RequestRefused):
        model_at(server.base_url).invoke(ASK)


def test_the_operator_is_told_what_is_missing() -> None:
    with pytest.raises(OperatorError, match="base URL"):
        hosted_model(Settings(hosted_base_url="", hosted_model="m"))
    with pytest.raises(OperatorError, match="ASSISTANT_HOSTED_MODEL"):
        hosted_model(Settings(hosted_base_url="http://127.0.0.1:9/v1", hosted_model=""))


# Servers that don't take every form of a forced tool call


class Choice(BaseModel):
    """What the customer wants."""

    wish: str


def track(order_id: str) -> str:
    """Track a parcel."""
    return order_id


def cancel(order_id: str) -> str:
    """Cancel an order."""
    return order_id


def call_of(name: Any, arguments: Any) -> Any:
    return [{"id": "call_1", "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}]


def like_llama_cpp_python(request: dict[str, Any]) -> Any:
    """500 to a required tool choice; a named tool and json_object with a schema are constrained."""
    choice = request.get("tool_choice")
    if choice == "required":
        return Fault.error(500, "internal server error")
    if isinstance(choice, dict):
        return Fault.answer(
            None, tool_calls=call_of(choice["function"]["name"], {"wish": "a refund", "order_id": "W1"})
        )
    if schema := request.get("response_format", {}).get("schema"):
        picked = {"name": schema["anyOf"][1]["properties"]["name"]["const"], "arguments": {"order_id": "W1"}}
        return Fault.answer(json.dumps(picked))
    return Fault.answer('<tool_call>\n{"name": "track", "arguments": {"order_id": "W2"}}\n</tool_call>')


def like_a_server_without_tools(request: dict[str, Any]) -> Any:
    if "tools" in request:
        return Fault.error(400, "tools are not supported")
    return Fault.answer(json.dumps({"wish": "a refund"}))


def test_structured_output_asks_for_one_named_tool(server: Any) -> None:
    server.answers = [like_llama_cpp_python]
    answer = model_at(server.base_url).with_structured_output(Choice).invoke(ASK)
    assert answer == Choice(wish="a refund")
    assert len(server.requests) == 1
    assert "parallel_tool_calls" not in server.requests[0]


def test_a_tool_that_must_be_called_is_asked_for_by_name_where_required_fails(server: Any) -> None:
    server.answers = [like_llama_cpp_python]
    model = model_at(server.base_url).bind_tools([track], tool_choice="any")
    for _ in range(3):
        assert model.invoke(ASK).tool_calls[0]["name"] == "track"
    assert [request["tool_choice"] == "required" for request in server.requests] == [True, False, True, False, False]


def test_one_of_several_tools_is_asked_for_as_json_where_required_fails(server: Any) -> None:
    server.answers = [like_llama_cpp_python]
    call = model_at(server.base_url).bind_tools([track, cancel], tool_choice="any").invoke(ASK).tool_calls[0]
    assert (call["name"], call["args"]) == ("cancel", {"order_id": "W1"})


def test_structured_output_falls_back_to_json_where_there_are_no_tools(server: Any) -> None:
    server.answers = [like_a_server_without_tools]
    assert model_at(server.base_url).with_structured_output(Choice).invoke(ASK) == Choice(wish="a refund")
    assert asyncio.run(model_at(server.base_url).with_structured_output(Choice).ainvoke(ASK)).wish == "a refund"


def test_a_server_that_ignores_a_required_tool_choice_is_asked_in_another_form(server: Any) -> None:
    def ignoring(request: dict[str, Any]) -> Any:
        return Fault.answer("It is W1.") if request.get("tool_choice") == "required" else like_llama_cpp_python(request)

    server.answers = [ignoring]
    assert model_at(server.base_url).bind_tools([track], tool_choice="any").invoke(ASK).tool_calls[0]["name"] == "track"


def test_a_fault_that_passes_is_not_remembered_as_a_missing_form(server: Any) -> None:
    named = Fault.answer(None, tool_calls=call_of("Choice", {"wish": "a refund"}))
    server.answers = [Fault.error(500), Fault.error(400, "unknown parameter"), named, named]
    model = model_at(server.base_url).with_structured_output(Choice)
    with pytest.raises(RequestRefused):
        model.invoke(ASK)
    assert model.invoke(ASK) == Choice(wish="a refund")
    assert "tools" in server.requests[-1]


def test_json_that_is_not_the_call_that_was_asked_for_is_a_failure(server: Any) -> None:
    server.answers = [Fault.error(400), Fault.answer("Sure, here is your JSON!")]
    with pytest.raises(ModelUnavailable):
        model_at(server.base_url).with_structured_output(Choice).invoke(ASK)


def test_a_tool_call_written_into_the_text_is_read(server: Any) -> None:
    server.answers = [like_llama_cpp_python]
    message = model_at(server.base_url).bind_tools([track]).invoke(ASK)
    assert message.tool_calls[0]["args"] == {"order_id": "W2"}
    assert message.text == ""


def test_a_call_of_an_unknown_tool_stays_text(server: Any) -> None:
    server.answers = [Fault.answer('<tool_call>{"name": "erase_shop", "arguments": {}}</tool_call>')]
    assert model_at(server.base_url).bind_tools([track]).invoke(ASK).tool_calls == []


def test_a_forced_call_streams_as_one_chunk(server: Any) -> None:
    server.answers = [like_llama_cpp_python]
    chunks = list(model_at(server.base_url).bind_tools([track], tool_choice="any").stream(ASK))
    calls = [call for chunk in chunks for call in chunk.tool_calls]
    assert [call["name"] for call in calls] == ["track"]


def test_the_key_is_sent_and_not_shown(server: Any) -> None:
    model = hosted_model(Settings(hosted_base_url=server.base_url, hosted_model="m", hosted_api_key="s3cret-key"))
    assert isinstance(model, HostedChatModel)
    assert "s3cret-key" not in repr(model)
