"""Products of matrices that don't wait: for one message the threads of BLAS wait longer for each other than they work.

Sentence encoders hold both cores a moment before; a product of one row with a thousand takes a tenth of a
millisecond in one thread, and ten times that in two that must first be woken.
"""

from functools import lru_cache
from typing import Any

import numpy as np

from assistant.routing.detectors.detector import Matrix


def product(rows: Matrix, matrix: Matrix) -> Matrix:
    """`rows @ matrix`, for vectors of shape (m, d), or (d,), and (d, n); a single row is multiplied in one thread."""
    if len(rows) > 1 and rows.ndim > 1:
        return np.asarray(rows @ matrix, dtype=np.float32)
    with _blas().limit(limits=1):
        return np.asarray(rows @ matrix, dtype=np.float32)


@lru_cache(maxsize=1)
def _blas() -> Any:
    """The libraries for linear algebra that the process has loaded."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController().select(user_api="blas")
