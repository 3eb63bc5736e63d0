"""Whether a difference between two runs of the same cases is more than chance."""

import math
import random
from collections.abc import Sequence

_EXACT = 25
_DRAWS = 10_000


def paired_p(differences: Sequence[float], seed: int = 7) -> float:
    """Two-sided p of "both are alike", by flipping the signs of the cases' differences at random (Fisher's paired
    permutation test). For differences of 1 and -1 only it is the exact sign test, which is McNemar's.

    Args:
        differences: of the cases' pass rates, new less base; zeros say nothing and are left out.
        seed: of the draws; they are made only for many differences of several sizes.
    """
    found = [difference for difference in differences if abs(difference) > 1e-12]
    if not found:
        return 1.0
    if len({round(abs(difference), 9) for difference in found}) == 1:
        return _sign_test(sum(difference > 0 for difference in found), len(found))
    if len(found) <= _EXACT and 2 ** len(found) <= 2 * _DRAWS:
        return _all_flips(found)
    return _drawn_flips(found, seed)


def _sign_test(up: int, count: int) -> float:
    tail = sum(math.comb(count, k) for k in range(min(up, count - up) + 1)) / 2**count
    return min(1.0, 2.0 * float(tail))


def _all_flips(found: Sequence[float]) -> float:
    wanted = abs(sum(found)) - 1e-9
    extreme = sum(
        abs(sum(d if bits >> at & 1 else -d for at, d in enumerate(found))) >= wanted for bits in range(2 ** len(found))
    )
    return float(extreme / 2 ** len(found))


def _drawn_flips(found: Sequence[float], seed: int) -> float:
    draw = random.Random(seed)
    wanted = abs(sum(found)) - 1e-9
    extreme = sum(abs(sum(d if draw.getrandbits(1) else -d for d in found)) >= wanted for _ in range(_DRAWS))
    return (extreme + 1) / (_DRAWS + 1)
