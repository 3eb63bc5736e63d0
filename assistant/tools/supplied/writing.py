"""WRITE tools that a server supplies: they only propose, and everything that they would send can be said."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.ids import OrderId
from assistant.shop.changes.requests import SuppliedCall
from assistant.tools.changes import customer_of, proposals_of
from assistant.tools.context import ToolContext
from assistant.tools.proposals import ProposalResult
from assistant.tools.registry import ToolFunction
from assistant.tools.supplied.arguments import Argument
from assistant.tools.supplied.servers import TakenTool
from assistant.tools.supplied.words import ByLanguage


@dataclass(frozen=True)
class WriteTool:
    """A WRITE tool as conversations need it.

    Args:
        name: of the tool.
        chosen: the arguments whose values the customer gives.
        order_argument: the one that holds the number of an order of theirs, if any.
        words: how it is said to them.
    """

    name: str
    chosen: tuple[Argument, ...]
    order_argument: str
    words: ByLanguage

    @property
    def shown(self) -> tuple[str, ...]:
        """The arguments whose values stand on the card: all that are sent, but for what code fills in silence."""
        own = tuple(argument.name for argument in self.chosen)
        return (self.order_argument, *own) if self.order_argument else own


def write_tool(taken: TakenTool, arguments: Sequence[Argument]) -> WriteTool:
    """A taken tool that writes, with the arguments that customers choose: all but those that code fills."""
    if taken.words is None:
        raise ValueError(f"{taken.name} has no words")
    own = tuple(argument for argument in arguments if argument.name not in taken.bound)
    return WriteTool(taken.name, own, taken.order_argument, taken.words)


def proposer(tool: WriteTool) -> ToolFunction:
    """A tool's function that stores a proposal and calls nobody."""

    def propose(context: ToolContext, **given: Any) -> ProposalResult:
        said = {name: value for name, value in given.items() if value is not None}
        order_id = said.pop(tool.order_argument, None)
        if order_id is not None:
            order_id = context.shop.order(OrderId(str(order_id)), customer_of(context)).order_id
        told = {**said, tool.order_argument: order_id} if order_id is not None else said
        call = SuppliedCall(tool=tool.name, arguments=said, order_id=order_id, stated=tool.words.said(told, tool.shown))
        proposal = proposals_of(context).propose(call, customer_of(context), context.conversation_id)
        return ProposalResult(proposal=proposal)

    return propose


def unsayable(tool: WriteTool) -> str:
    """What is missing for customers to be shown, and asked, all that the tool would be given; empty where nothing."""
    for language, words in (("en", tool.words.en), ("zh", tool.words.zh)):
        if unknown := sorted(words.fields() - set(tool.shown)):
            return f"words.{language} speak of {unknown[0]!r}, which is no argument that customers choose"
        if unnamed := [name for name in tool.shown if name not in words.names]:
            return f"words.{language}.names lacks {unnamed[0]!r}"
        for argument in tool.chosen:
            if argument.required and not argument.plain:
                return f"{argument.name!r} is no plain value, so customers can't be asked for it"
            if argument.required and argument.name not in words.ask:
                return f"words.{language}.ask lacks {argument.name!r}"
            for value in argument.choices:
                if value not in words.values.get(argument.name, {}):
                    return f"words.{language}.values.{argument.name} lacks {value!r}"
    return ""
