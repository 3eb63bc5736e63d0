"""How sure a share or a mean is."""

import math
from collections.abc import Sequence
from statistics import mean, stdev

Z = 1.959963984540054
"""Deviations on either side of the mean within which 95 % of a normal distribution lie."""


def wilson(rate: float, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of `count` independent trials."""
    middle = rate + Z**2 / (2 * count)
    spread = Z * math.sqrt(rate * (1 - rate) / count + Z**2 / (4 * count**2))
    whole = 1 + Z**2 / count
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


def mean_interval(values: Sequence[float], least: float, most: float) -> tuple[float, float, float]:
    """Mean of values with its 95 % interval, within the scale; the whole scale where one value or none is there.

    Args:
        values: on the scale.
        least: end of the scale; and `most`.
    """
    if len(values) < 2:
        return (values[0] if values else 0.0), least, most
    middle, spread = mean(values), Z * stdev(values) / math.sqrt(len(values))
    return middle, max(least, middle - spread), min(most, middle + spread)
