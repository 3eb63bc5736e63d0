"""How likely each of several texts is as what the model says next: exact, and in few evaluations.

The choices' tokens form a tree. The prompt is evaluated once; then whole layers of the tree are evaluated
as branches of one batch, most promising first, and branches that can no longer matter are left alone.

A choice's score is the sum of the log-probabilities of its tokens, without any normalisation by length:
choices compete as whole answers, and dividing by the length would favour long labels whose last tokens
are certain anyway. Only where one choice is the beginning of another ("return", "return status") is the
shorter one also weighed with the probability that the answer ends there.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from assistant.models.llama.engine import LlamaEngine, Logits, Node

_STEP = 4.0


@dataclass
class _Branch:
    token: int
    depth: int
    bound: float = 0.0
    children: dict[int, "_Branch"] = field(default_factory=dict)
    ends: int | None = None
    below: list[int] = field(default_factory=list)


def score_texts(
    engine: LlamaEngine,
    logits: Logits,
    choices: Sequence[Sequence[int]],
    end_tokens: Sequence[int],
    *,
    gap: float = 8.0,
) -> list[float]:
    """Log-probabilities of token sequences after what the engine's context holds.

    Args:
        engine: its context holds the prompt, and does so again afterwards.
        logits: those after the prompt, of shape (n_vocab,).
        choices: token ids of each choice; all different, none empty.
        end_tokens: tokens that would end a choice.
        gap: a choice whose score is surely this much (in nats) below the best one isn't followed to its
            end; it gets an upper bound instead. `math.inf` follows all.

    Returns:
        One log-probability for each choice, not normalised among them.

    Raises:
        ValueError: a choice is empty or there twice.
        ContextFull, Aborted: see `LlamaEngine.prepare`.
    """
    scores: list[float] = []
    for start in range(0, len(choices), engine.max_branches):
        part = choices[start : start + engine.max_branches]
        scores += _Scorer(engine, part, list(end_tokens), gap, max(scores, default=-math.inf)).run(logits)
    return scores


def normalised(scores: Sequence[float]) -> list[float]:
    """Scores shifted so that their exponentials sum to 1."""
    array = np.array(scores, dtype=np.float64)
    top = array.max()
    return [float(score) for score in array - top - math.log(np.exp(array - top).sum())]


class _Scorer:
    def __init__(
        self, engine: LlamaEngine, choices: Sequence[Sequence[int]], end: list[int], gap: float, best: float
    ) -> None:
        self._engine = engine
        self._end = end
        self._gap = gap
        self._best = best
        self._scores: list[float] = [-math.inf] * len(choices)
        self._root = _Branch(-1, 0)
        for index, tokens in enumerate(choices):
            branch = self._root
            if not tokens:
                raise ValueError("a choice is empty")
            for token in tokens:
                branch = branch.children.setdefault(token, _Branch(token, branch.depth + 1))
                branch.below.append(index)
            if branch.ends is not None:
                raise ValueError("two choices are the same")
            branch.ends = index

    def run(self, logits: Logits) -> list[float]:
        base = len(self._engine.tokens)
        branches = range(1, len(self._scores) + 1)
        waiting = self._follow(self._root, logits)
        if waiting:
            self._engine.open_branches(branches)
        try:
            while True:
                alive = [branch for branch in waiting if branch.bound >= self._best - self._gap]
                if not alive:
                    break
                step = _STEP if math.isfinite(self._gap) else math.inf
                edge = max(self._best, *(branch.bound for branch in alive)) - step
                chosen = [branch for branch in alive if branch.bound >= edge] or alive
                nodes = [Node(b.token, base + b.depth - 1, tuple(i + 1 for i in b.below)) for b in chosen]
                found = self._engine.branch(nodes)
                chosen_ids = {id(branch) for branch in chosen}
                waiting = [branch for branch in waiting if id(branch) not in chosen_ids]
                for branch, after in zip(chosen, found, strict=True):
                    waiting += self._follow(branch, after)
        finally:
            self._engine.close_branches(branches)
        for branch in waiting:
            for index in branch.below:
                self._scores[index] = branch.bound - math.log(len(branch.below))
        return self._scores

    def _follow(self, branch: _Branch, logits: Logits) -> list[_Branch]:
        """Settle what ends at or right after `branch`; the branches that need evaluation are returned."""
        top = float(logits.max())
        total = top + math.log(float(np.exp(logits - top, dtype=np.float64).sum()))
        if branch.ends is not None:
            ending = float(np.logaddexp.reduce(logits[self._end].astype(np.float64)))
            self._settle(branch.ends, branch.bound + ending - total)
        waiting = []
        for token, child in branch.children.items():
            child.bound = branch.bound + float(logits[token]) - total
            if child.children:
                waiting.append(child)
            elif child.ends is not None:
                self._settle(child.ends, child.bound)
        return waiting

    def _settle(self, index: int, score: float) -> None:
        self._scores[index] = score
        self._best = max(self._best, score)
