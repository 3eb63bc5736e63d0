"""What models are asked while a block runs, as it is sent, for the transcript of a case."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import BaseMessage
from langchain_core.tracers.context import register_configure_hook

_MOST = 12
_LONGEST = 6_000


class _Listener(BaseCallbackHandler):
    def __init__(self) -> None:
        self.sent: list[str] = []

    def on_chat_model_start(self, serialized: Any, messages: list[list[BaseMessage]], **kwargs: Any) -> None:
        """Keep what a model is asked; the ladder asks one of its rungs the same, which is kept once."""
        for conversation in messages:
            told = "\n\n".join(f"[{message.type}]\n{message.text}" for message in conversation)[:_LONGEST]
            if len(self.sent) < _MOST and (not self.sent or self.sent[-1] != told):
                self.sent.append(told)


_LISTENER: ContextVar[_Listener | None] = ContextVar("prompts_as_sent", default=None)
register_configure_hook(_LISTENER, inheritable=True)


@contextmanager
def prompts_as_sent() -> Iterator[list[str]]:
    """The prompts of all models that are asked inside the block."""
    listener = _Listener()
    token = _LISTENER.set(listener)
    try:
        yield listener.sent
    finally:
        _LISTENER.reset(token)
