"""A test that may be looked at as often as one likes: mixture sequential probability ratio test of two means.

With a normal mixture over the difference, the likelihood ratio has a closed form (Robbins 1970; Johari, Pekelis and
Walsh 2015, arXiv 1512.04922). Its largest value so far gives a p-value and its inverse a confidence sequence that hold
at every moment at once, also at the one at which somebody stops because they like what they see. Variances are
estimated, so the guarantee is asymptotic (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2024, arXiv 2103.06476);
hence nothing is said before `_LEAST` observations in each arm, and a variance is never taken as smaller than one
observation at each end of the range would make it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_LEAST = 50


@dataclass(frozen=True)
class Difference:
    """How far the candidate's mean is from the base's, as far as is known.

    Attributes:
        base, candidate: observations in each arm; their means follow.
        low, high: confidence sequence of the difference, candidate less base.
        p: always valid.
    """

    base: int
    candidate: int
    base_mean: float
    candidate_mean: float
    low: float
    high: float
    p: float

    @property
    def estimate(self) -> float:
        """Candidate less base."""
        return self.candidate_mean - self.base_mean


def difference(
    base: Sequence[float],
    candidate: Sequence[float],
    *,
    alpha: float,
    scale: float,
    bounds: tuple[float, float] | None = None,
) -> Difference:
    """The difference of two means, valid however often it is looked at.

    Args:
        base: observations of the base, one for each customer.
        candidate: of the candidate.
        alpha: probability with which the sequence may ever miss the truth.
        scale: the standard deviation of the mixture, of the size of differences that matter; fixed beforehand.
        bounds: least and largest value that an observation can have, where there are such.
    """
    means = _mean(base), _mean(candidate)
    if min(len(base), len(candidate)) < _LEAST:
        return Difference(len(base), len(candidate), *means, -math.inf, math.inf, 1.0)
    variance = _variance(base, bounds) / len(base) + _variance(candidate, bounds) / len(candidate)
    if variance == 0:
        return Difference(len(base), len(candidate), *means, -math.inf, math.inf, 1.0)
    mixed = variance + scale**2
    apart = means[1] - means[0]
    log_ratio = 0.5 * math.log(variance / mixed) + scale**2 * apart**2 / (2 * variance * mixed)
    width = math.sqrt(variance * mixed / scale**2 * (math.log(mixed / variance) + 2 * math.log(1 / alpha)))
    return Difference(
        len(base), len(candidate), *means, apart - width, apart + width, min(1.0, math.exp(-min(log_ratio, 700.0)))
    )


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else 0.0


def _variance(values: Sequence[float], bounds: tuple[float, float] | None) -> float:
    """Of one observation; with bounds, as if one at each of them had been seen too."""
    seen = [*values, *(bounds or ())]
    mean = _mean(seen)
    return math.fsum((value - mean) ** 2 for value in seen) / (len(seen) - 1)
