"""Writing text into the context token by token: free, forced, or held by a grammar."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
from langchain_core.exceptions import ContextOverflowError

from assistant.errors import ModelUnavailable
from assistant.models.llama.engine import LlamaEngine, Logits
from assistant.models.llama.sampling import Grammar, TokenSampler
from assistant.models.llama.text import JsonEnd, TextStream

_CLOSERS = ('"', "}", "]", '""', '"}', '"]', "}}", "]}", "}]", '"}}', '"]}', '"}]')
CLOSING_TOKENS = 64
"""Tokens that JSON may take beyond the limit, to be closed."""

_FORCED_BYTES = 200
_MARGIN = CLOSING_TOKENS + 32


class PromptTooLong(ModelUnavailable, ContextOverflowError):
    """The prompt leaves no room for an answer in the model's context."""


def room_for(engine: LlamaEngine, prompt: Sequence[int]) -> int:
    """How many tokens an answer to `prompt` may have.

    Raises:
        PromptTooLong: there is no room.
    """
    room = engine.options.n_ctx - len(prompt) - _MARGIN
    if room <= 0:
        raise PromptTooLong(
            f"the prompt has {len(prompt)} tokens, but a context of {engine.options.n_ctx} takes "
            f"{engine.options.n_ctx - _MARGIN} at most; shorten it or raise local_context"
        )
    return room


class Decoder:
    """Writes one answer after the context's prompt.

    Args:
        engine: its context holds the prompt.
        logits: those after the prompt.
        sampler: draws the tokens.
        limit: tokens that the answer may have.
        check: called before each token; raises when nobody waits any more.
    """

    def __init__(
        self,
        engine: LlamaEngine,
        logits: Logits,
        sampler: TokenSampler,
        limit: int,
        check: Callable[[], None],
    ) -> None:
        self._engine = engine
        self._sampler = sampler
        self._check = check
        self.logits = logits
        self.limit = limit
        self.written = 0
        self.cut = False

    @property
    def room(self) -> int:
        """Tokens left of the limit."""
        return max(0, self.limit - self.written)

    def force(self, text: str, *, markup: bool = False) -> None:
        """Write `text` as it stands; its tokens are evaluated together."""
        self.extend(self._engine.tokenize(text, markup=markup))

    def extend(self, tokens: Sequence[int]) -> None:
        """Write `tokens`."""
        if tokens:
            self._check()
            self._engine.extend(tokens)
            self.logits = self._engine.logits
            self.written += len(tokens)

    def back_to(self, length: int, logits: Logits, written: int) -> None:
        """Forget what was written after the context had `length` tokens."""
        self._engine.truncate(length)
        self.logits = logits
        self.written = written

    def free(self, stop: Sequence[str], ban: Sequence[int] = (), ban_first: Sequence[int] = ()) -> Iterator[str]:
        """Text until the model ends its turn, a stop sequence or the limit (`cut` is set then).

        Args:
            stop: sequences that end the text and aren't part of it.
            ban: tokens that must not occur.
            ban_first: tokens with which the text must not begin, besides.
        """
        stream = TextStream(stop)
        banned = [*ban, *ban_first]
        while not stream.stopped:
            if not self.room:
                self.cut = True
                break
            token = self._sampler.pick(self.logits, ban=banned)
            banned = list(ban)
            if self._engine.ends_answer(token):
                break
            text = stream.feed(self._engine.piece(token))
            if text:
                yield text
            self.extend([token])
        rest = stream.finish()
        if rest:
            yield rest

    def json(self, source: str) -> Iterator[str]:
        """JSON text that fits a grammar, complete even when the limit is reached.

        Wherever the grammar leaves no choice, the text is written at once, without asking the model. From the
        limit on, whatever closes strings, lists and objects is preferred (`cut` is set then).
        """
        grammar = Grammar(self._engine, source)
        ending, stream = JsonEnd(), TextStream()
        closers: npt.NDArray[np.int32] | None = None
        while not ending.complete and self.written < self.limit + CLOSING_TOKENS:
            forced = self._forced(grammar, ending)
            if forced:
                for token in forced:
                    ending.feed(self._engine.piece(token))
                    yield stream.feed(self._engine.piece(token))
                self.extend(forced)
                continue
            if not self.room and closers is None:
                closers, self.cut = self._closers(), True
            token = self._sampler.pick(self.logits, grammar, prefer=closers)
            if self._engine.ends_answer(token):
                break
            ending.feed(self._engine.piece(token))
            yield stream.feed(self._engine.piece(token))
            self.extend([token])
        yield stream.finish()

    def _forced(self, grammar: Grammar, ending: JsonEnd) -> list[int]:
        """Tokens of the text that must come next by the grammar, which goes on with them; often none.

        The last one is left to the model unless it ends the JSON: `"` may be the beginning of the token
        `"#`, and a model that finds the quote written already would go on without the `#`.
        """
        text = grammar.only_continuation(_FORCED_BYTES)
        try:
            tokens = self._engine.tokenize(text.decode())
        except UnicodeDecodeError:
            return []
        if not ending.completes(text):
            tokens = tokens[:-1]
        for i, token in enumerate(tokens):
            if not grammar.allowed(np.array([token], np.int32))[0]:
                return tokens[:i]
            grammar.accept(token)
        return tokens

    def _closers(self) -> npt.NDArray[np.int32]:
        found = [self._engine.tokenize(text) for text in _CLOSERS]
        return np.array([tokens[0] for tokens in found if len(tokens) == 1], np.int32)
