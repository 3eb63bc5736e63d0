"""The routing chain: recall ─▶ understand ─▶ act ─▶ compose ─▶ check, as a graph that can be drawn.

LangGraph runs the stages; it keeps no state of its own (our tables do) and never resumes in the middle.
"""

import time
from collections.abc import Callable
from typing import Any, TypedDict

from assistant.conversation.act import Act
from assistant.conversation.compose import Compose
from assistant.conversation.recall import Recall
from assistant.conversation.reply import TurnEvent
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.showing.views import Views
from assistant.conversation.turn import Turn
from assistant.conversation.understand import Understand
from assistant.tracing import stage_span

Stage = Callable[[Turn, ReplyTexts, Views], None]


class ChainState(TypedDict):
    """What flows through the graph: the turn, and the texts and views of its language."""

    turn: Turn
    texts: ReplyTexts
    views: Views


def build_chain(recall: Recall, understand: Understand, act: Act, compose: Compose) -> Any:
    """The compiled graph; `invoke` it with a `ChainState`."""
    from langgraph.graph import END, START, StateGraph

    stages: dict[str, Stage] = {
        "recall": lambda turn, texts, views: recall(turn),  # noqa: ARG005
        "understand": understand,
        "act": act,
        "compose": compose.compose,
        "check": lambda turn, texts, views: compose.check(turn, texts),  # noqa: ARG005
    }
    graph: StateGraph[ChainState, None, ChainState, ChainState] = StateGraph(ChainState)
    before = START
    for name, stage in stages.items():
        graph.add_node(name, _node(name, stage))
        graph.add_edge(before, name)
        before = name
    graph.add_edge(before, END)
    return graph.compile()


def _node(name: str, stage: Stage) -> Any:
    def run(state: ChainState) -> dict[str, Any]:
        turn = state["turn"]
        turn.on_event(TurnEvent(kind="stage", text=name))
        with timed(turn, name), stage_span(name):
            stage(turn, state["texts"], state["views"])
        return {}

    return run


class timed:  # noqa: N801  reads as a statement: with timed(turn, "act")
    """Adds the time that the block takes to the turn's timings, in milliseconds."""

    def __init__(self, turn: Turn, name: str) -> None:
        self._turn = turn
        self._name = name

    def __enter__(self) -> None:
        self._started = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        elapsed = (time.perf_counter() - self._started) * 1000
        self._turn.timings_ms[self._name] = round(elapsed, 3)
