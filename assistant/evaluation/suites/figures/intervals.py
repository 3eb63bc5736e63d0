"""How sure a pass rate is, and how often a case passes in k tries."""

import math
from collections.abc import Mapping, Sequence

from assistant.intervals import Z, wilson


def clustered_interval(by_case: Mapping[str, Sequence[bool]]) -> tuple[float, float, float]:
    """Pass rate with its 95 % confidence interval, the results of one case counted as one cluster.

    The variance is the cluster-robust one of a ratio of totals (Miller 2024, arXiv:2411.00640); where it is 0 (all
    alike) the interval is Wilson's over the cases, which doesn't shrink to nothing.

    Returns:
        Rate, lower and upper end, 0 to 1; all 0 for no cases.
    """
    count = sum(len(results) for results in by_case.values())
    if not count:
        return 0.0, 0.0, 0.0
    rate = sum(map(sum, by_case.values())) / count
    clusters = len(by_case)
    squares = sum((sum(results) - rate * len(results)) ** 2 for results in by_case.values())
    if squares < 1e-12 or clusters < 2:
        return (rate, *wilson(rate, clusters))
    deviation = math.sqrt(squares * clusters / (clusters - 1)) / count
    return rate, max(0.0, rate - Z * deviation), min(1.0, rate + Z * deviation)


def pass_power(by_case: Mapping[str, Sequence[bool]], k: int) -> float:
    """pass^k: the chance that k tries of a case all pass (Yao et al. 2024, arXiv:2406.12045); cases of fewer tries
    are left out."""
    found = [math.comb(sum(r), k) / math.comb(len(r), k) for r in by_case.values() if len(r) >= k]
    return sum(found) / len(found) if found else 0.0


def pass_at(by_case: Mapping[str, Sequence[bool]], k: int) -> float:
    """pass@k: the chance that one of k tries passes (Chen et al. 2021, arXiv:2107.03374)."""
    found = [1 - math.comb(len(r) - sum(r), k) / math.comb(len(r), k) for r in by_case.values() if len(r) >= k]
    return sum(found) / len(found) if found else 0.0
