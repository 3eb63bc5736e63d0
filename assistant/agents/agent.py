"""A sub-agent: a model that may call a few tools, a few times.

The loop is LangChain's `create_agent`. Bounds are middleware: so many model calls, so many tool calls, an
argument that is neither in the conversation nor in a tool's result is refused before the tool runs, and
the loop ends as soon as a tool has served the request whose result code will word.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.agents.arguments import unfounded_ids
from assistant.errors import ModelUnavailable
from assistant.shop.records import Record
from assistant.text.masking import Masker
from assistant.tools.context import ToolContext
from assistant.tools.registry import ToolOutcome, ToolRegistry

if TYPE_CHECKING:
    from langchain.agents.middleware import AgentMiddleware
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

_MODEL_CALLS = 4
_TOOL_CALLS = 5
_REFUSED = "refused before the tool ran"


class AgentRun(Record):
    """What a sub-agent did: its tool calls in order, and its own words (empty when code words the result)."""

    outcomes: tuple[ToolOutcome, ...]
    text: str = ""


@dataclass(frozen=True)
class SubAgent:
    """A sub-agent.

    Args:
        name: of the agent, as in the intent catalogue.
        prompt: its system prompt, rendered.
        tools: names of the tools that it may call.
        finishing: tools whose result ends the loop, because code words it.
    """

    name: str
    prompt: str
    tools: tuple[str, ...]
    finishing: frozenset[str]

    def run(
        self,
        model: "BaseChatModel",
        registry: ToolRegistry,
        history: "Sequence[BaseMessage]",
        context: ToolContext,
        masker: Masker,
    ) -> AgentRun:
        """Serve the last message of `history` (masked) with the agent's tools.

        Raises:
            ModelUnavailable: no model answered.
        """
        from langchain.agents import create_agent
        from langchain.agents.middleware import ModelCallLimitMiddleware
        from langchain_core.messages import AIMessage

        calls: list[ToolOutcome] = []
        middleware: list[AgentMiddleware[Any, Any, Any]] = [
            ModelCallLimitMiddleware(run_limit=_MODEL_CALLS, exit_behavior="end"),
            _tool_bounds(masker, calls),
            _end_when_served(self.finishing, calls),
        ]
        graph: Any = create_agent(
            model,
            registry.for_agent(self.tools),
            system_prompt=self.prompt,
            middleware=middleware,
            context_schema=ToolContext,
            name=self.name,
        )
        result = graph.invoke({"messages": list(history)}, context=context, config={"recursion_limit": 40})
        last = result["messages"][-1]
        served = any(call.ok and call.name in self.finishing for call in calls)
        worded = isinstance(last, AIMessage) and not last.tool_calls and not served
        over_limit = worded and "limit" in str(last.content) and not getattr(last, "usage_metadata", None)
        if over_limit and not any(call.ok for call in calls):
            raise ModelUnavailable(f"the {self.name} agent found no answer in {_MODEL_CALLS} model calls")
        return AgentRun(outcomes=tuple(calls), text="" if over_limit or not worded else str(last.text))


def _tool_bounds(masker: Masker, calls: list[ToolOutcome]) -> "AgentMiddleware[Any, Any, Any]":
    from langchain.agents.middleware import wrap_tool_call
    from langchain_core.messages import ToolMessage

    def bound(request: Any, handler: Callable[[Any], Any]) -> Any:
        call = request.tool_call
        arguments = masker.for_tools(call["args"])
        refusal = ""
        if len(calls) >= _TOOL_CALLS:
            refusal = f"Error: no more than {_TOOL_CALLS} tool calls are allowed; answer with what you have."
        elif foreign := unfounded_ids(arguments, [_text(message, masker) for message in request.state["messages"]]):
            refusal = f"Error: {', '.join(foreign)} stands neither in the conversation nor in a tool's result."
        if refusal:
            calls.append(ToolOutcome(name=call["name"], arguments=arguments, ok=False, text=refusal))
            kept = {"name": call["name"], "tool_call_id": call["id"], "status": "error", "artifact": _REFUSED}
            return ToolMessage(refusal, **kept)
        answer = handler(request.override(tool_call={**call, "args": arguments}))
        outcome = getattr(answer, "artifact", None)
        if not isinstance(outcome, ToolOutcome):
            outcome = ToolOutcome(name=call["name"], arguments=arguments, ok=False, text=str(answer.content))
        calls.append(outcome)
        masked = masker.mask(str(answer.content))
        return answer.model_copy(update={"content": masked})

    return wrap_tool_call(bound)


def _end_when_served(finishing: frozenset[str], calls: list[ToolOutcome]) -> "AgentMiddleware[Any, Any, Any]":
    from langchain.agents.middleware import before_model

    def ended(state: Any, runtime: Any) -> dict[str, Any] | None:
        served = any(call.ok and call.name in finishing for call in calls)
        return {"jump_to": "end"} if served else None

    return before_model(can_jump_to=["end"])(ended)


def _text(message: Any, masker: Masker) -> str:
    """What a message holds for grounding ids; a model's own words, and refusals of them, found nothing."""
    if message.type == "ai" or getattr(message, "artifact", None) == _REFUSED:
        return ""
    return masker.unmask(str(message.text))
