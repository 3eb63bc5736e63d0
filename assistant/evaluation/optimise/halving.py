"""Which of many prompts is best, without running all cases with all of them: successive halving.

All candidates are run on a few cases, the better half on twice as many, and so on (Jamieson and Talwalkar 2016, arXiv
1502.07943). The prompt that the search began with is kept to the end, so that the winner is held against it on all
cases; where two pass equally many, the earlier one wins, and that is the one to begin with.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.evaluation.optimise.moves import Candidate, neighbours
from assistant.evaluation.suites.cases.forms import Case

Score = Callable[[Sequence[Candidate], Sequence[Case]], Sequence[float]]
"""Shares of the cases that pass with each candidate."""
_FEWEST = 8


@dataclass(frozen=True)
class Ranked:
    """A candidate and the share of all training cases that pass with it."""

    candidate: Candidate
    share: float


@dataclass(frozen=True)
class Found:
    """What a search came to; `tried` counts candidates, `runs` cases times candidates."""

    base: Ranked
    best: Ranked
    tried: int
    runs: int


def halve(candidates: Sequence[Candidate], cases: Sequence[Case], score: Score) -> tuple[list[Ranked], int]:
    """The first candidate and the best other one, with their shares of all cases; and how much was run.

    Args:
        candidates: the first is kept to the end.
        cases: in the order in which they are taken.
        score: runs them.
    """
    kept, size, runs = list(candidates), min(_FEWEST, len(cases)), 0
    while True:
        shares = score(kept, cases[:size])
        runs += len(kept) * size
        order = sorted(range(1, len(kept)), key=lambda at: (-shares[at], at))
        if size >= len(cases):
            return [Ranked(kept[at], shares[at]) for at in (0, *order)], runs
        half = order[: max(1, (len(order) + 1) // 2)]
        kept = [kept[0], *(kept[at] for at in sorted(half))]
        size = min(len(cases), size * 2)


def search(
    base: Candidate,
    cases: Sequence[Case],
    score: Score,
    *,
    instructions: Sequence[str] = (),
    examples: Sequence[str] = (),
    candidates: int = 12,
    rounds: int = 2,
    seed: int = 7,
) -> Found:
    """Climb from a prompt to better ones; each round tries changes of the best one so far.

    Args:
        base: the prompt to begin with.
        cases: of training.
        score: runs cases with candidates.
        instructions, examples: what changes are made of, as of `neighbours`.
        candidates: tried in each round.
        rounds: at most; a round that finds nothing better is the last.
        seed: of the order of the cases and of what is tried.
    """
    draw = random.Random(seed)
    shuffled = list(cases)
    draw.shuffle(shuffled)
    best, begun, tried, runs = base, None, 0, 0
    top: Ranked | None = None
    for _ in range(rounds):
        others = neighbours(best, instructions=instructions, examples=examples, count=candidates, draw=draw)
        if not others:
            break
        ranked, spent = halve([best, *others], shuffled, score)
        tried, runs = tried + len(others), runs + spent
        begun = begun or ranked[0]
        top = top or ranked[0]
        if len(ranked) < 2 or ranked[1].share <= ranked[0].share:
            break
        top, best = ranked[1], ranked[1].candidate
    if begun is None or top is None:
        begun = top = Ranked(base, score([base], shuffled)[0])
        runs += len(shuffled)
    return Found(base=begun, best=top, tried=tried, runs=runs)
