"""Sub-agents in a turn: the model picks tools, code words their results, and inventions never reach a customer."""

from collections.abc import Callable
from typing import Any

from langchain_core.messages import AIMessage

from assistant.conversation.reply import Reply, Rung

WithModel = Callable[..., tuple[Callable[..., Reply], Any]]


def call(name: str, **arguments: Any) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": name, "args": arguments, "id": "call_1"}])


def test_the_agent_picks_a_tool_and_code_words_the_result(with_model: WithModel) -> None:
    ask, model = with_model(call("compare_products", products=["Aria 300", "Aria 500"]))
    reply = ask("compare your two Aria headphones")
    assert [tool.name for tool in reply.tools] == ["compare_products"]
    assert "Aria 300" in reply.text
    assert "$79.00" in reply.text
    assert reply.rung is Rung.LOCAL
    assert len(model.calls) == 1


def test_an_invented_tool_result_is_replaced(with_model: WithModel) -> None:
    ask, _ = with_model("The Zorblax 9000 costs $12.34 and arrives on 3 May.", repeat=True)
    reply = ask("compare your two best gaming keyboards")
    assert "12.34" not in reply.text
    assert "3 May" not in reply.text
    assert reply.failed_checks


def test_an_endless_loop_of_tool_calls_is_bounded(with_model: WithModel) -> None:
    ask, model = with_model(call("get_product_details", product="no such thing at all"), repeat=True)
    reply = ask("compare two things you don't have")
    assert reply.text
    assert len(model.calls) <= 5


def test_an_invented_id_is_refused_however_often_it_is_repeated(with_model: WithModel) -> None:
    invented = call("get_product_details", product="2247430599")
    ask, _ = with_model(invented, invented.model_copy(deep=True), "I found nothing.")
    reply = ask("compare your two Aria headphones")
    tried = [tool for tool in reply.tools if tool.name == "get_product_details" and "2247430599" in str(tool.arguments)]
    assert len(tried) == 2
    assert all("stands neither in the conversation" in tool.result for tool in tried)
