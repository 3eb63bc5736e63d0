"""How far probabilities can be trusted."""

import numpy as np
from numpy.typing import NDArray


def calibration_error(probability: NDArray[np.floating], right: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error over equal bins of probability (Guo et al. 2017).

    Args:
        probability: of the answer given, shape (n,).
        right: whether it was right.
    """
    slots = np.minimum((probability * bins).astype(int), bins - 1)
    gaps = (abs(probability[slots == b].mean() - right[slots == b].mean()) * (slots == b).mean() for b in set(slots))
    return float(sum(gaps))
