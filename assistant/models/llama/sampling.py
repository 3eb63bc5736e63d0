"""Choosing the next token: temperature and its kin, a grammar, and a pull towards the end.

A grammar is asked about the token that the model wants anyway, and only when it refuses are the other
candidates put before it: constrained decoding then costs next to nothing.
"""

import ctypes
import weakref
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.models.llama.engine import LlamaEngine, Logits
from assistant.models.llama.library import library

_SHORTLIST = 256
_CANDIDATE = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)], align=True)


@dataclass(frozen=True)
class Sampling:
    """How tokens are drawn.

    Args:
        temperature: 0 takes the likeliest token always.
        top_k, top_p, min_p: limits on the candidates; 0, 1.0 and 0.0 switch them off.
        repeat_penalty: above 1.0 makes tokens of the last 64 less likely.
        seed: of the random numbers; the same seed, prompt and evaluated state give the same answer.
    """

    temperature: float = 0.0
    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.05
    repeat_penalty: float = 1.0
    seed: int = 7


class Grammar:
    """The state of a GBNF grammar during one generation.

    Args:
        engine: the model whose vocabulary is constrained.
        source: GBNF text with a rule `root`.

    Raises:
        ValueError: llama.cpp can't parse `source`.
    """

    def __init__(self, engine: LlamaEngine, source: str) -> None:
        self._lib = library()
        self._sampler = self._lib.llama_sampler_init_grammar(engine.vocab, source.encode(), b"root")
        if not self._sampler:
            raise ValueError(f"llama.cpp can't parse this grammar:\n{source}")
        self._alphabet = np.array([*engine.byte_tokens, engine.eos], np.int32)
        weakref.finalize(self, self._lib.llama_sampler_free, self._sampler)

    def allowed(self, tokens: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
        """Which of `tokens`, of shape (n,), may come next; shape (n,)."""
        return self._allowed(self._sampler, tokens)

    def _allowed(self, sampler: Any, tokens: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
        candidates = _candidates(tokens, np.zeros(len(tokens), np.float32))
        self._lib.llama_sampler_apply(sampler, ctypes.byref(_array(self._lib, candidates)))
        finite: npt.NDArray[np.bool_] = np.isfinite(candidates["logit"])
        return finite

    def accept(self, token: int) -> None:
        """Go on with `token`, which must be allowed."""
        self._lib.llama_sampler_accept(self._sampler, token)

    def only_continuation(self, most: int) -> bytes:
        """The bytes, at most `most`, that must come next because the grammar allows nothing else."""
        found = bytearray()
        ahead = None
        while len(found) < most:
            ok = np.flatnonzero(self._allowed(ahead or self._sampler, self._alphabet))
            if len(ok) != 1 or ok[0] >= 256:
                break
            if ahead is None:
                ahead = self._lib.llama_sampler_clone(self._sampler)
            self._lib.llama_sampler_accept(ahead, int(self._alphabet[ok[0]]))
            found.append(int(ok[0]))
        if ahead is not None:
            self._lib.llama_sampler_free(ahead)
        return bytes(found)


class TokenSampler:
    """Draws tokens for one answer.

    Args:
        engine: the model.
        sampling: temperature, limits and seed.
    """

    def __init__(self, engine: LlamaEngine, sampling: Sampling) -> None:
        lib = self._lib = library()
        self._n_vocab = engine.n_vocab
        chain = lib.llama_sampler_chain_init(lib.llama_sampler_chain_default_params())
        weakref.finalize(self, lib.llama_sampler_free, chain)
        parts = []
        if sampling.repeat_penalty != 1.0:
            parts.append(lib.llama_sampler_init_penalties(engine.n_vocab, 64, sampling.repeat_penalty, 0.0, 0.0))
        self._greedy = sampling.temperature <= 0 and not parts
        if sampling.temperature <= 0:
            parts.append(lib.llama_sampler_init_greedy())
        else:
            if sampling.top_k > 0:
                parts.append(lib.llama_sampler_init_top_k(sampling.top_k))
            parts += [
                lib.llama_sampler_init_top_p(sampling.top_p, 1),
                lib.llama_sampler_init_min_p(sampling.min_p, 1),
                lib.llama_sampler_init_temp(sampling.temperature),
                lib.llama_sampler_init_dist(sampling.seed & 0xFFFFFFFF),
            ]
        for part in parts:
            lib.llama_sampler_chain_add(chain, part)
        self._chain = chain

    def pick(
        self,
        logits: Logits,
        grammar: Grammar | None = None,
        *,
        prefer: npt.NDArray[np.int32] | None = None,
        ban: Iterable[int] = (),
    ) -> int:
        """The next token.

        Args:
            logits: of shape (n_vocab,).
            grammar: what may come next; it goes on with the token that is picked.
            prefer: tokens to take before all others where the grammar allows one.
            ban: tokens that must not be picked.
        """
        banned = list(ban)
        if banned:
            logits = logits.copy()
            logits[banned] = -np.inf
        if prefer is not None and grammar is not None:
            wanted = prefer[np.argsort(-logits[prefer])]
            ok = wanted[grammar.allowed(wanted)]
            if len(ok):
                grammar.accept(int(ok[0]))
                return int(ok[0])
        token = self._draw(np.arange(self._n_vocab, dtype=np.int32), logits)
        if grammar is not None:
            if not grammar.allowed(np.array([token], np.int32))[0]:
                token = self._draw_allowed(logits, grammar)
            grammar.accept(token)
        self._lib.llama_sampler_accept(self._chain, token)
        return token

    def _draw_allowed(self, logits: Logits, grammar: Grammar) -> int:
        best = np.argpartition(-logits, _SHORTLIST)[:_SHORTLIST].astype(np.int32)
        for tokens in (best, np.arange(self._n_vocab, dtype=np.int32)):
            allowed = tokens[grammar.allowed(tokens)]
            if len(allowed):
                return self._draw(allowed, logits[allowed])
        raise ValueError("the grammar allows no token here")

    def _draw(self, tokens: npt.NDArray[np.int32], logits: Logits) -> int:
        if self._greedy:
            return int(tokens[int(np.argmax(logits))])
        candidates = _candidates(tokens, logits)
        array = _array(self._lib, candidates)
        self._lib.llama_sampler_apply(self._chain, ctypes.byref(array))
        return int(array.data[array.selected].id)


def _candidates(tokens: npt.NDArray[np.int32], logits: Logits) -> npt.NDArray[Any]:
    candidates = np.zeros(len(tokens), _CANDIDATE)
    candidates["id"] = tokens
    candidates["logit"] = logits
    return candidates


def _array(lib: Any, candidates: npt.NDArray[Any]) -> Any:
    return lib.llama_token_data_array(
        data=candidates.ctypes.data_as(lib.llama_token_data_p), size=len(candidates), selected=-1, sorted=False
    )
