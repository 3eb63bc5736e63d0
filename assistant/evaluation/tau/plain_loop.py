"""tau-bench's own plain tool-calling loop, to compare with (Yao et al. 2024, arXiv 2406.12045).

As the paper describes it: the policy is the system prompt, in each of at most 30 steps the model either calls one tool
or says something, and tools act at once; that the customer must have said yes is a sentence of the policy. The tools
are ours under the benchmark's names and arguments, so that both sides are refused the same. The customer is the
scripted one, signed in, as it is for the assistant.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from assistant.errors import ModelUnavailable
from assistant.evaluation.retail.exam import changed_rows, plain
from assistant.evaluation.retail.shop import RetailShop
from assistant.evaluation.tau.customer import TalkedCustomer
from assistant.evaluation.tau.errands import Errand, errand_of
from assistant.evaluation.tau.play import TauResult, TauTurn, different
from assistant.evaluation.tau.policy import benchmark_tools, policy_for

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage, BaseMessage

Json = dict[str, Any]

_STEPS = 30
_SAME = 4
"""A call that was made so often with the same arguments in one conversation will be made for ever."""


class PlainLoop:
    """Plays tasks with a model and nothing around it.

    Args:
        model: calls tools.
        shop: the benchmark's shop.
    """

    def __init__(self, model: "BaseChatModel", shop: RetailShop) -> None:
        self._model = model.bind_tools(benchmark_tools())
        self._shop = shop

    def play(self, task: Json, data: Json, repeat: int = 0) -> TauResult:
        """Play one task on a shop that is as `data`; arguments and result as of `play.play`."""
        user_id = str(task["user_id"])
        self._shop.reset(data)
        before = self._shop.dump()
        turns: list[TauTurn] = []
        calls = tokens = 0
        for action in task["actions"]:
            errand = errand_of(action, data, user_id)
            if errand is None:
                continue
            talk = _Talk(self._model, self._shop, errand, user_id, data)
            turns += talk.turns()
            calls, tokens = calls + talk.calls, tokens + talk.tokens
        found, wanted = changed_rows(before, self._shop.dump()), plain(task["expected_changed"])
        return TauResult(
            task=str(task["id"]),
            repeat=repeat,
            passed=found == wanted,
            wrong=tuple(different(found, wanted)),
            turns=tuple(turns),
            model_calls=calls,
            tokens=tokens,
        )


class _Talk:
    def __init__(self, model: Any, shop: RetailShop, errand: Errand, user_id: str, data: Json) -> None:
        self._model = model
        self._shop = shop
        self._errand = errand
        self._user_id = user_id
        self._customer = TalkedCustomer(errand, _who(user_id, data))
        self._made: list[tuple[str, Json]] = []
        self._over = False
        self.calls = self.tokens = 0

    def turns(self) -> Iterator[TauTurn]:
        from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

        messages: list[BaseMessage] = [SystemMessage(policy_for(self._user_id))]
        say = self._customer.answer(None)
        messages.append(HumanMessage(say))
        acted: list[str] = []
        for _ in range(_STEPS):
            try:
                answer: AIMessage = self._model.invoke(messages)
            except ModelUnavailable as error:  # the conversation no longer fits the model, as it may in the benchmark
                yield TauTurn(say=say, text="\n".join([*acted, f"({error})"]))
                return
            self._count(answer)
            if answer.tool_calls:
                call = answer.tool_calls[0]
                messages.append(AIMessage(content="", tool_calls=[call]))
                messages.append(self._act(call, acted))
                if self._over:
                    break
                continue
            yield TauTurn(say=say, text="\n".join([*acted, answer.text]))
            messages.append(AIMessage(answer.text))
            acted = []
            say = self._customer.answer(answer.text)
            if not say:
                return
            messages.append(HumanMessage(say))
        yield TauTurn(say=say, text="\n".join(acted))

    def _act(self, call: Any, acted: list[str]) -> "BaseMessage":
        """Call a tool; the talk is over when the errand's own tool was, a person takes over, or nothing moves."""
        from langchain_core.messages import ToolMessage

        name, arguments = str(call["name"]), dict(call["args"])
        done, told = self._shop.call(self._user_id, name, arguments)
        acted.append(f"[{name} {arguments}: {'done' if done else told}]")
        self._made.append((name, arguments))
        stuck = self._made.count(self._made[-1]) >= _SAME
        self._over = stuck or name == "transfer_to_human_agents" or (done and name == self._errand.tool)
        return ToolMessage(content=told, tool_call_id=str(call["id"]))

    def _count(self, answer: "AIMessage") -> None:
        usage = answer.usage_metadata
        self.calls += 1
        self.tokens += usage["total_tokens"] if usage else 0


def _who(user_id: str, data: Json) -> str:
    user = data["users"][user_id]
    name = user["name"]
    return (
        f"I am {name['first_name']} {name['last_name']}, my e-mail is {user['email']}, my zip code is "
        f"{user['address']['zip']} and my user id is {user_id}."
    )


def played(loop: PlainLoop, tasks: Sequence[Json], data: Json, repeat: int) -> Iterator[TauResult]:
    """The results of all tasks, each so many times."""
    for task in tasks:
        for number in range(repeat):
            yield loop.play(task, data, number)
