"""The assistant as an agent of the official tau2 harness (github.com/sierra-research/tau2-bench, Barres et al. 2025).

    from tau2.registry import registry
    from assistant.app import Wiring
    from assistant.evaluation.tau.harness import tau2_agent

    registry.register_agent_factory(tau2_agent(Wiring), "shop_assistant")   # older releases: see `tau2_agent`
    # then: tau2 run --domain retail --agent shop_assistant --agent-llm local --user-llm ...

The harness keeps a shop of its own and judges what is left in it. The assistant answers from a copy of that shop, which
it changes by proposals that the customer confirms. Whatever it executed is then done in the harness's shop by a call of
the benchmark's tool of the same name, before the reply is given. Customers prove who they are as in the benchmark: by
e-mail code where the setting sends one, or by name and postcode (`identity_by_name_zip`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import select

from assistant.conversation.assistant import Assistant
from assistant.conversation.reply import Incoming
from assistant.evaluation.retail.shop import ARGUMENTS
from assistant.ids import ConversationId
from assistant.storage.engine import Database
from assistant.storage.proposal_tables import AuditRow, ProposalRow

Json = dict[str, Any]


class HarnessHouse(Protocol):
    """What the agent needs of the wiring; its database holds the benchmark's shop and is its own."""

    @property
    def assistant(self) -> Assistant: ...
    @property
    def database(self) -> Database: ...


class Messages(Protocol):
    """The harness's messages, `tau2.data_model.message`."""

    AssistantMessage: Callable[..., Any]
    ToolCall: Callable[..., Any]


@dataclass
class AgentState:
    """A conversation between turns.

    Attributes:
        done: proposals that were executed in the harness's shop too.
        calls: still to be made there; `text`: the reply that follows them.
    """

    house: HarnessHouse
    conversation: ConversationId | None = None
    done: set[str] = field(default_factory=set)
    calls: list[tuple[str, Json]] = field(default_factory=list)
    text: str = ""


class Tau2Agent:
    """Serves one conversation of the harness; its methods are those of the harness's half-duplex agents.

    Args:
        house_of: makes a house with a fresh copy of the benchmark's shop.
        messages: the harness's messages.
        tools, domain_policy: what the harness gives to every agent; the assistant has its own.
    """

    def __init__(
        self, house_of: Callable[[], HarnessHouse], messages: Messages, tools: Sequence[Any], domain_policy: str
    ) -> None:
        self._house_of = house_of
        self._messages = messages
        self.tools = tools
        self.domain_policy = domain_policy

    def get_init_state(self, message_history: Sequence[Any] | None = None) -> AgentState:
        """A conversation that begins; what was said before by others can't be taken over, and is left out."""
        return AgentState(self._house_of())

    def generate_next_message(self, message: Any, state: AgentState) -> tuple[Any, AgentState]:
        """Answer a message of the customer's, or go on after the result of a call."""
        if getattr(message, "role", "") == "user":
            incoming = Incoming(text=message.content or "", conversation_id=state.conversation)
            reply = state.house.assistant.ask(incoming)
            state.conversation, state.text = reply.conversation_id, reply.text
            state.calls += list(_executed(state))
            if reply.handoff:
                state.calls.append(("transfer_to_human_agents", {"summary": reply.text}))
        if state.calls:
            name, arguments = state.calls.pop(0)
            call = self._messages.ToolCall(id=f"call_{len(state.done)}_{name}", name=name, arguments=arguments)
            return self._messages.AssistantMessage(role="assistant", tool_calls=[call]), state
        return self._messages.AssistantMessage(role="assistant", content=state.text), state

    def stop(self, message: Any = None, state: AgentState | None = None) -> None:
        """Free the house's database."""
        if state is not None:
            state.house.database.close()

    @classmethod
    def is_stop(cls, message: Any) -> bool:
        """Never: customers end conversations."""
        return False

    def set_seed(self, seed: int) -> None:
        """Nothing is drawn at random."""


def tau2_agent(house_of: Callable[[], HarnessHouse]) -> Callable[..., Tau2Agent]:
    """The factory that the harness registers: `registry.register_agent_factory(tau2_agent(...), NAME)`.

    Args:
        house_of: makes a house with a fresh copy of the benchmark's shop, such as `Wiring` over settings whose
            database was filled with `assistant shop import --format tau-retail`.
    """

    def create(tools: Sequence[Any], domain_policy: str, **_given: Any) -> Tau2Agent:
        from importlib import import_module

        messages: Any = import_module("tau2.data_model.message")
        return Tau2Agent(house_of, messages, tools, domain_policy)

    return create


def _executed(state: AgentState) -> Iterator[tuple[str, Json]]:
    """Changes that were executed since the last turn, as calls of the benchmark's tools."""
    query = (
        select(AuditRow.proposal_id, ProposalRow.kind, ProposalRow.request, AuditRow.customer_id)
        .join(ProposalRow, ProposalRow.proposal_id == AuditRow.proposal_id)
        .where(AuditRow.conversation_id == state.conversation)
        .order_by(AuditRow.audit_id)
    )
    with state.house.database.read() as session:
        rows = session.execute(query).all()
    for proposal_id, kind, request, customer_id in rows:
        if proposal_id not in state.done:
            state.done.add(proposal_id)
            if kind in ARGUMENTS:
                yield kind, benchmark_arguments(kind, request, customer_id)


def benchmark_arguments(kind: str, request: Json, customer_id: str) -> Json:
    """What was asked for in a proposal, as arguments of the benchmark's tool of that name."""
    flat = {**request, **(request.get("address") or {}), "user_id": customer_id}
    return {name: flat.get(name) or "" for name in ARGUMENTS[kind]}
