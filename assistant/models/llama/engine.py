"""One GGUF model with one llama.cpp context: tokens in, logits out, evaluated prefixes kept.

Not thread-safe, as llama.cpp's contexts aren't: `assistant.models.llama.worker` runs everything that
evaluates on one thread. Tokenising alone may be done from any thread.
"""

import ctypes
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from operator import eq
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.errors import ModelUnavailable
from assistant.models.llama.library import AbortFlag, library
from assistant.models.llama.states import SavedStates
from assistant.models.llama.vocabulary import Vocabulary

Logits = npt.NDArray[np.float32]

_WORTH_SAVING = 64
"""Evaluated tokens that a saved state must spare before it is worth copying (about a second's work)."""


_SEQUENCES = 128
"""The prompt and its branches; llama.cpp sets 0.6 MB of working memory aside for the logits of each."""


class Aborted(Exception):
    """The abort flag stopped an evaluation; what was evaluated before is kept."""


class ContextFull(Exception):
    """There is no room for more tokens."""


@dataclass(frozen=True)
class EngineOptions:
    """How a model is loaded.

    Args:
        n_ctx: tokens that the context holds.
        n_threads: threads for evaluation and generation.
        n_batch: prompt tokens evaluated at a time, at least 128; what is kept of a cancelled evaluation is a multiple.
        state_bytes: memory for the saved states of prompts that aren't in the context just now.
    """

    n_ctx: int = 4096
    n_threads: int = 2
    n_batch: int = _SEQUENCES
    state_bytes: int = 256 * 2**20


@dataclass(frozen=True)
class Node:
    """A token to evaluate on branches of the prompt (see `LlamaEngine.branch`)."""

    token: int
    position: int
    sequences: tuple[int, ...]


class LlamaEngine(Vocabulary):
    """A loaded model and its context.

    Args:
        path: the GGUF file.
        options: context size, threads, batch size, memory for saved states.

    Raises:
        ModelUnavailable: llama.cpp can't load the file.
    """

    def __init__(self, path: Path, options: EngineOptions) -> None:
        self.path = path
        self.options = options
        self.abort = AbortFlag()
        self.tokens: list[int] = []
        self._lib = lib = library()
        self._model = self._load_model()
        super().__init__(lib, self._model)
        self._context = self._new_context()
        self._memory = lib.llama_get_memory(self._context)
        self.abort.attach(lib, self._context)
        self.max_branches = _SEQUENCES - 1
        self._batch = lib.llama_batch_init(options.n_batch, 0, _SEQUENCES)
        self._saved = SavedStates(options.state_bytes)
        self._prompt: tuple[list[int], Logits] | None = None
        self._free = weakref.finalize(self, _free, lib, self._batch, self._context, self._model)

    def _load_model(self) -> Any:
        params = self._lib.llama_model_default_params()
        params.n_gpu_layers = 0
        model = self._lib.llama_model_load_from_file(str(self.path).encode(), params)
        if not model:
            raise ModelUnavailable(f"llama.cpp can't load {self.path}: not a GGUF model, or damaged")
        return model

    def _new_context(self) -> Any:
        lib, options = self._lib, self.options
        params = lib.llama_context_default_params()
        params.n_ctx = options.n_ctx
        params.n_batch = params.n_ubatch = options.n_batch
        params.n_seq_max = params.n_outputs_max = _SEQUENCES
        params.kv_unified = True
        params.n_threads = params.n_threads_batch = options.n_threads
        params.flash_attn_type = lib.LLAMA_FLASH_ATTN_TYPE_ENABLED
        params.no_perf = True
        context = lib.llama_init_from_model(self._model, params)
        if not context:
            lib.llama_model_free(self._model)
            raise ModelUnavailable(f"no memory for a context of {options.n_ctx} tokens")
        return context

    def close(self) -> None:
        """Free the model's memory; the engine can't be used after this."""
        self._free()

    # evaluation

    @property
    def logits(self) -> Logits:
        """The logits after the last evaluated token, of shape (n_vocab,); overwritten by the next evaluation."""
        return self.logits_at(-1)

    def logits_at(self, index: int) -> Logits:
        """The logits of the last batch's token `index`, of shape (n_vocab,), in the library's own memory."""
        pointer = self._lib.llama_get_logits_ith(self._context, index)
        return np.ctypeslib.as_array(pointer, shape=(self.n_vocab,))

    def prepare(self, prompt: Sequence[int]) -> tuple[int, Logits]:
        """Bring the context to `prompt`, evaluating only what isn't known yet.

        The longest common beginning with the live context or with a saved state is reused, whichever is
        longer. What is pushed out of the live context is saved if it is worth it.

        Args:
            prompt: token ids, at least one.

        Returns:
            How many of the prompt's tokens were reused, and a copy of the logits after its last one.

        Raises:
            ContextFull: the prompt is longer than the context.
            Aborted: the abort flag was set; whole batches that were evaluated stay and are reused.
        """
        prompt = list(prompt)
        if len(prompt) >= self.options.n_ctx:
            raise ContextFull
        known = self._prompt
        live = common_prefix(self.tokens, prompt)
        if known is not None and known[0] == prompt and live == len(prompt):
            self.truncate(len(prompt))
            return len(prompt), known[1]
        saved = self._saved.best(prompt)
        if saved is not None and saved.common > live + _WORTH_SAVING // 4:
            self.save()
            self._restore(saved.tokens, saved.data)
            live = saved.common
        elif live < len(self.tokens) - _WORTH_SAVING:
            self.save()
        reused = self.truncate(min(live, len(prompt) - 1))
        self._prompt = None
        self.extend(prompt[reused:])
        logits = self.logits.copy()
        self._prompt = (prompt, logits)
        return reused, logits

    def extend(self, tokens: Sequence[int]) -> None:
        """Evaluate `tokens` after those in the context.

        Raises:
            ContextFull, Aborted: see `prepare`.
        """
        if len(self.tokens) + len(tokens) > self.options.n_ctx:
            raise ContextFull
        for start in range(0, len(tokens), self.options.n_batch):
            chunk = tokens[start : start + self.options.n_batch]
            begin = len(self.tokens)
            self._decode([Node(token, begin + i, (0,)) for i, token in enumerate(chunk)], every_logit=False)
            self.tokens.extend(chunk)

    def truncate(self, length: int) -> int:
        """Forget all but the first `length` tokens of the context.

        Returns:
            The tokens kept: fewer than `length` when the architecture can't forget a part (it is 0 then).
        """
        if length < len(self.tokens):
            if not self._lib.llama_memory_seq_rm(self._memory, 0, length, -1):
                self._lib.llama_memory_clear(self._memory, True)
                length = 0
            del self.tokens[length:]
        return len(self.tokens)

    def branch(self, nodes: Sequence[Node]) -> list[Logits]:
        """Evaluate tokens on branches that share the context's tokens, in one batch.

        Args:
            nodes: tokens with their position and the branches (1 to `max_branches`) that run through them.

        Returns:
            The logits after each node, copied.
        """
        if len(self.tokens) + len(nodes) > self.options.n_ctx:
            raise ContextFull
        found: list[Logits] = []
        for start in range(0, len(nodes), _SEQUENCES):
            chunk = nodes[start : start + _SEQUENCES]
            self._decode(chunk, every_logit=True)
            found.extend(self.logits_at(i).copy() for i in range(len(chunk)))
        return found

    def open_branches(self, branches: Iterable[int]) -> None:
        """Let `branches` begin with all tokens of the context; costs no copying."""
        for branch in branches:
            self._lib.llama_memory_seq_cp(self._memory, 0, branch, -1, -1)

    def close_branches(self, branches: Iterable[int]) -> None:
        """Forget what `branches` added."""
        for branch in branches:
            self._lib.llama_memory_seq_rm(self._memory, branch, -1, -1)

    def _decode(self, nodes: Sequence[Node], *, every_logit: bool) -> None:
        batch = self._batch
        batch.n_tokens = len(nodes)
        for i, node in enumerate(nodes):
            batch.token[i] = node.token
            batch.pos[i] = node.position
            batch.n_seq_id[i] = len(node.sequences)
            for j, sequence in enumerate(node.sequences):
                batch.seq_id[i][j] = sequence
            batch.logits[i] = every_logit or i == len(nodes) - 1
        code = self._lib.llama_decode(self._context, batch)
        if code == 0:
            return
        # whatever of this batch got into the cache must leave it again
        self._lib.llama_memory_seq_rm(self._memory, 0, len(self.tokens), -1)
        if code == 2:
            raise Aborted
        if code == 1:
            raise ContextFull
        raise ModelUnavailable(f"llama.cpp failed to evaluate {len(nodes)} tokens (code {code})")

    # saved states

    def save(self) -> None:
        """Keep a copy of the context's state, unless a saved one covers nearly all of it already."""
        covered = self._saved.best(self.tokens)
        if len(self.tokens) - (covered.common if covered else 0) < _WORTH_SAVING:
            return
        size = int(self._lib.llama_state_seq_get_size(self._context, 0))
        if size > self.options.state_bytes:
            return
        data = (ctypes.c_uint8 * size)()
        written = int(self._lib.llama_state_seq_get_data(self._context, data, size, 0))
        if written:
            self._saved.add(tuple(self.tokens), data)

    def _restore(self, tokens: Sequence[int], data: Any) -> None:
        if self._lib.llama_state_seq_set_data(self._context, data, len(data), 0):
            self.tokens = list(tokens)
        else:
            self._lib.llama_memory_clear(self._memory, True)
            self.tokens = []


def common_prefix(a: Sequence[int], b: Sequence[int]) -> int:
    """How many tokens two sequences share from their beginning."""
    return sum(1 for _ in takewhile(bool, map(eq, a, b)))


def _free(lib: Any, batch: Any, context: Any, model: Any) -> None:
    lib.llama_batch_free(batch)
    lib.llama_free(context)
    lib.llama_model_free(model)
