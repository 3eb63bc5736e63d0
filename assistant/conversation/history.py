"""The conversation as a model sees it: masked, within the window, the new message last."""

from typing import TYPE_CHECKING

from assistant.conversation.turn import Turn

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage


def as_messages(turn: Turn, request: str) -> "list[BaseMessage]":
    """Messages for a sub-agent.

    Args:
        turn: its history holds earlier messages; `remembered` is what is known of the customer.
        request: the part of the new message that the agent is to serve, masked.
    """
    from langchain_core.messages import AIMessage, HumanMessage

    messages: list[BaseMessage] = []
    for said in turn.history:
        customer = said.author == "customer"
        messages.append(HumanMessage(said.text) if customer else AIMessage(said.text))
    known = "".join(f"\n(known from earlier: {text})" for text in turn.remembered)
    messages.append(HumanMessage(request + known))
    return messages
