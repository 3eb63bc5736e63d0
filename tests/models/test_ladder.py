"""The ladder: who answers when a model is down, slow or wrong, and how long anybody waits."""

import asyncio
import time
from pathlib import Path
from typing import Any, ClassVar

import pytest
from langchain_core.exceptions import ContextOverflowError
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage
from langchain_core.outputs import ChatGenerationChunk
from pydantic import BaseModel

from assistant.clock import Deadline, current_deadline, deadline_scope
from assistant.errors import DeadlineExceeded, ModelUnavailable, OperatorError, RequestRefused
from assistant.models.breaker import Breaker
from assistant.models.hosted.chat_model import hosted_model
from assistant.models.ladder import LadderRung, ModelLadder
from assistant.models.rungs import build_ladder
from assistant.models.scripted import ScriptedChatModel, ToolUse
from assistant.models.store.model_store import ModelStore
from assistant.models.usage import usage_scope
from assistant.settings import Settings
from tests.models.fault_server import Fault, FaultServer

ASK: list[Any] = [HumanMessage("Hello?")]
DOWN = ModelUnavailable("the model is down")


class Choice(BaseModel):
    """What the customer wants."""

    wish: str


class Hidden(ScriptedChatModel):
    """A scripted model that gives no probabilities, like a hosted one."""

    score_choices: ClassVar[Any] = None


def remaining() -> float:
    deadline = current_deadline()
    assert deadline is not None
    return deadline.remaining


def rung(name: Any, script: Any, **options: Any) -> Any:
    kind: Any = Hidden if name == "hosted" else ScriptedChatModel
    return LadderRung(name=name, model=kind(script), breaker=Breaker(name, failures=2, reset_s=60), **options)


def ladder(hosted: Any = None, local: Any = None, **options: Any) -> Any:
    rungs = [rung(name, script, **options) for name, script in (("hosted", hosted), ("local", local)) if script]
    return ModelLadder(rungs=tuple(rungs))


async def acollect(model: Any) -> Any:
    return [chunk async for chunk in model.astream(ASK)]


@pytest.fixture(params=["invoke", "ainvoke", "stream", "astream"])
def ask(request: pytest.FixtureRequest) -> Any:
    """The four ways to ask; each gives the whole message."""

    def joined(chunks: Any) -> Any:
        whole = chunks[0]
        for chunk in chunks[1:]:
            whole += chunk
        return whole

    return {
        "invoke": lambda model: model.invoke(ASK),
        "ainvoke": lambda model: asyncio.run(model.ainvoke(ASK)),
        "stream": lambda model: joined(list(model.stream(ASK))),
        "astream": lambda model: joined(asyncio.run(acollect(model))),
    }[request.param]


def test_the_best_rung_answers(ask: Any) -> None:
    message = ask(ladder(["from above"], ["from below"]))
    assert message.text == "from above"
    assert message.response_metadata["rung"] == "hosted"


@pytest.mark.parametrize("fault", [DOWN, RequestRefused("too long"), OperatorError("no key", fix="set it")])
def test_the_next_rung_answers_when_one_fails(ask: Any, fault: Any) -> None:
    message = ask(ladder([fault], ["from below"]))
    assert message.text == "from below"
    assert message.response_metadata["rung"] == "local"


def test_all_rungs_down_is_told_with_every_reason(ask: Any) -> None:
    with pytest.raises(ModelUnavailable, match=r"hosted: the model is down; local: out of memory"):
        ask(ladder([DOWN], [ModelUnavailable("out of memory")]))


def test_a_ladder_without_rungs_is_not_available(ask: Any) -> None:
    empty = ModelLadder()
    assert not empty.available
    assert empty.states() == {}
    with pytest.raises(ModelUnavailable, match="no model is set up"):
        ask(empty)
    assert empty.score_choices("?", ["a", "b"]) is None


def test_a_model_that_keeps_failing_is_left_alone(ask: Any) -> None:
    model = ladder([DOWN, DOWN, "never asked"], ["one", "two", "three"])
    assert [ask(model).text for _ in range(3)] == ["one", "two", "three"]
    assert model.states() == {"hosted": "open", "local": "closed"}
    assert len(model.rungs[0].model.calls) == 2


def test_availability_follows_the_breakers() -> None:
    model = ladder([DOWN, DOWN])
    assert model.available
    for _ in range(2):
        with pytest.raises(ModelUnavailable):
            model.invoke(ASK)
    assert not model.available
    with pytest.raises(ModelUnavailable, match="left alone"):
        model.invoke(ASK)


@pytest.mark.parametrize("fault", [RequestRefused("too long"), ContextOverflowError("too long")])
def test_a_refused_request_says_nothing_about_the_models_health(fault: Any) -> None:
    class TooLong(ModelUnavailable, ContextOverflowError):
        pass

    refused = TooLong("too long") if isinstance(fault, ContextOverflowError) else fault
    model = ladder([refused] * 3, ["one", "two", "three"])
    for _ in range(3):
        model.invoke(ASK)
    assert model.states()["hosted"] == "closed"


def test_an_unknown_error_is_not_hidden_and_frees_the_breaker(ask: Any) -> None:
    model = ladder([ValueError("a bug")], ["from below"])
    with pytest.raises(ValueError, match="a bug"):
        ask(model)
    assert model.rungs[0].breaker.ready


# Time


def test_each_rung_gets_its_share_of_the_time() -> None:
    times = []

    def slow(messages: Any) -> None:
        times.append(remaining())
        raise DeadlineExceeded("too slow")

    with deadline_scope(Deadline(10)), pytest.raises(ModelUnavailable):
        ladder([slow], [slow]).invoke(ASK)
    with deadline_scope(Deadline(10)), pytest.raises(ModelUnavailable):
        ladder([slow], None, timeout_s=2.0).invoke(ASK)
    with pytest.raises(ModelUnavailable):
        ladder([slow], None, timeout_s=3.0).invoke(ASK)
    assert times == pytest.approx([4.0, 10.0, 2.0, 3.0], abs=0.5)


def test_the_upper_rung_gets_all_the_time_when_the_lower_one_is_out() -> None:
    times = []

    def noted(messages: Any) -> Any:
        times.append(remaining())
        return "ok"

    model = ladder([noted], ["never"])
    for _ in range(2):
        model.rungs[1].breaker.enter()
        model.rungs[1].breaker.fail()
    with deadline_scope(Deadline(10)):
        model.invoke(ASK)
    assert times == pytest.approx([10.0], abs=0.5)


def test_a_hosted_model_that_hangs_leaves_the_local_one_time_to_answer(ask: Any) -> None:
    with FaultServer(Fault(hang=True)) as server:
        hosted = hosted_model(Settings(hosted_base_url=server.base_url, hosted_model="m", hosted_timeout_s=30))
        model = ModelLadder(
            rungs=(
                LadderRung(name="hosted", model=hosted, breaker=Breaker("hosted"), timeout_s=30, fair_s=0.2),
                rung("local", ["from below"]),
            )
        )
        start = time.monotonic()
        with deadline_scope(Deadline(1.0)) as deadline:
            assert ask(model).text == "from below"
            assert deadline.remaining > 0.2
        assert time.monotonic() - start < 1.0


def test_time_that_has_run_out_asks_nobody(ask: Any) -> None:
    model = ladder(["never"], ["never"])
    with deadline_scope(Deadline(0)), pytest.raises(DeadlineExceeded):
        ask(model)
    assert model.rungs[0].model.calls == []
    assert model.rungs[0].breaker.ready


@pytest.mark.parametrize(("seconds", "state"), [(0.5, "closed"), (30.0, "open")])
def test_a_model_that_had_too_little_time_is_not_blamed(seconds: Any, state: Any) -> None:
    model = ladder([DeadlineExceeded("slow")] * 2)
    for _ in range(2):
        with deadline_scope(Deadline(seconds)), pytest.raises(ModelUnavailable):
            model.invoke(ASK)
    assert model.states()["hosted"] == state


def test_a_model_that_was_too_slow_once_is_not_waited_for_again_in_the_same_turn() -> None:
    model = ladder([DeadlineExceeded("slow"), "back again"], ["one", "two"])
    with deadline_scope(Deadline(10)):
        assert [model.invoke(ASK).text for _ in range(2)] == ["one", "two"]
    with deadline_scope(Deadline(10)):
        assert model.invoke(ASK).text == "back again"


def test_tokens_of_an_answer_that_does_not_fit_are_counted() -> None:
    with usage_scope() as usage, pytest.raises(ModelUnavailable):
        ladder(["no JSON at all"]).with_structured_output(Choice).invoke(ASK)
    assert usage.output_tokens > 0
    assert usage.rung == ""


def test_a_caller_that_leaves_ends_every_rungs_time() -> None:
    def leave(messages: Any) -> Any:
        whole.cancel()
        return DeadlineExceeded("cancelled") if remaining() == 0 else "still there"

    whole = Deadline(10)
    with deadline_scope(whole), pytest.raises(DeadlineExceeded):
        ladder([leave], ["never asked"]).invoke(ASK)


# Streams


class Cut(ScriptedChatModel):
    """Streams one word, or only an empty chunk, and fails."""

    word: str = "Hello"

    def _stream(self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Any:
        yield ChatGenerationChunk(message=AIMessageChunk(content=self.word))
        raise DOWN


def cut(word: Any) -> Any:
    upper = LadderRung(name="hosted", model=Cut(script=[], word=word), breaker=Breaker("hosted", failures=1))
    return ModelLadder(rungs=(upper, rung("local", ["from below"])))


def test_a_stream_falls_down_a_rung_only_before_its_first_word() -> None:
    assert "".join(chunk.text for chunk in cut("").stream(ASK)) == "from below"
    heard: list[str] = []
    model = cut("Hello")
    with pytest.raises(ModelUnavailable):
        heard.extend(chunk.text for chunk in model.stream(ASK))
    assert heard == ["Hello"]
    assert model.states()["hosted"] == "open"


def test_a_listener_who_leaves_a_stream_blames_nobody() -> None:
    model = ladder(["a long answer in many words"])
    with usage_scope():
        stream = model.stream(ASK)
        next(stream)
        stream.close()
    assert model.states()["hosted"] == "closed"
    assert model.rungs[0].breaker.ready


# Tools, structured output, choices


def track(order_id: str) -> str:
    """Track a parcel."""
    return f"{order_id} is on its way"


def test_tools_go_to_the_rung_that_answers(ask: Any) -> None:
    model = ladder([DOWN], [ToolUse("track", {"order_id": "W1"})]).bind_tools([track])
    assert ask(model).tool_calls[0]["args"] == {"order_id": "W1"}


def test_an_agent_runs_on_the_ladder_within_the_turns_deadline_and_account() -> None:
    from langchain.agents import create_agent

    seen = []

    def noted(messages: Any) -> Any:
        seen.append(remaining())
        return f"Good news: {messages[-1].text}"

    model = ladder([ToolUse("track", {"order_id": "W1"}), DOWN], [noted])
    with deadline_scope(Deadline(20)), usage_scope() as usage:
        result = create_agent(model, [track]).invoke({"messages": ASK})
    assert result["messages"][-1].text == "Good news: W1 is on its way"
    assert result["messages"][-1].response_metadata["rung"] == "local"
    assert (usage.calls, usage.rung) == (3, "local")
    assert seen[0] <= 20


async def test_an_agent_runs_on_the_ladder_asynchronously() -> None:
    from langchain.agents import create_agent

    model = ladder([ToolUse("track", {"order_id": "W1"})], ["Done."])
    model.rungs[0].model.script.append(DOWN)
    result = await create_agent(model, [track]).ainvoke({"messages": ASK})
    assert result["messages"][-1].text == "Done."


def test_structured_output_comes_from_the_first_rung_whose_answer_fits() -> None:
    model = ladder(["no JSON at all"], [{"wish": "a refund"}])
    with usage_scope() as usage:
        assert model.with_structured_output(Choice).invoke(ASK) == Choice(wish="a refund")
    assert (usage.calls, usage.rung) == (2, "local")
    assert model.states()["hosted"] == "closed"


async def test_structured_output_works_in_an_event_loop() -> None:
    model = ladder([DOWN], [{"wish": "a refund"}])
    assert await model.with_structured_output(Choice).ainvoke(ASK) == Choice(wish="a refund")


def test_an_answer_that_fits_nowhere_is_an_error_or_is_given_raw() -> None:
    with pytest.raises(ModelUnavailable, match="schema"):
        ladder(["no JSON"], ["nor here"]).with_structured_output(Choice).invoke(ASK)
    result = ladder(["no JSON"], ["nor here"]).with_structured_output(Choice, include_raw=True).invoke(ASK)
    assert result["parsed"] is None
    assert result["raw"].text == "nor here"


def test_choices_are_scored_by_the_local_models_probabilities() -> None:
    model = ladder(None, ["never asked"])
    model.rungs[0].model.scores = {"refund": 3.0, "tracking": 1.0}
    with usage_scope() as usage:
        scored = model.score_choices("Where is my parcel?", ["refund", "tracking", "other"])
    assert scored.probabilities == pytest.approx({"refund": 0.75, "tracking": 0.25, "other": 0.0})
    assert (scored.best, scored.rung, scored.by) == ("refund", "local", "score")
    assert (usage.calls, usage.rung) == (1, "local")


def test_choices_are_picked_by_a_hosted_model_and_a_wrong_pick_goes_down() -> None:
    model = ladder([{"choice": "tracking"}, {"choice": "nonsense"}], ["never asked"])
    scored = model.score_choices(ASK, ["refund", "tracking"])
    assert (scored.best, scored.rung, scored.by) == ("tracking", "hosted", "pick")
    assert model.score_choices(ASK, ["refund", "tracking"]).rung == "local"


# Accounts


def test_tokens_and_calls_are_counted_in_every_open_account(ask: Any) -> None:
    model = ladder([DOWN], ["eight words of an answer to somebody's question"])
    with usage_scope() as turn:
        with usage_scope() as stage:
            message = ask(model)
        assert stage == turn
    assert (turn.calls, turn.rung) == (2, "local")
    assert turn.input_tokens == message.usage_metadata["input_tokens"] > 0
    assert turn.output_tokens == message.usage_metadata["output_tokens"] > 0


def test_nothing_is_counted_outside_an_account() -> None:
    with usage_scope() as usage:
        pass
    ladder(["hello"]).invoke(ASK)
    assert usage.calls == 0


# What the settings name


def test_the_ladder_leaves_out_what_is_not_set_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(cache_dir=tmp_path, hosted_base_url="", local_model="qwen2.5-coder-1.5b")
    model = build_ladder(settings, ModelStore(settings))
    assert model.states() == {}
    assert "assistant models pull qwen2.5-coder-1.5b" in capsys.readouterr().out
    settings = Settings(
        cache_dir=tmp_path, hosted_base_url="http://127.0.0.1:9/v1", hosted_model="m", local_model="none"
    )
    assert build_ladder(settings, ModelStore(settings)).states() == {"hosted": "closed"}


def test_tokens_are_estimated_without_a_local_model() -> None:
    assert ladder(["hello"]).get_num_tokens("one two three") > 1
    assert isinstance(ladder(["hello"]).invoke("hi"), AIMessage)
