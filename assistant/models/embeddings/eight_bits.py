"""Products of matrices in 8 bits, as onnxruntime's operator `MatMulNBits` wants them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

PRODUCT = "MatMulNBits"
MICROSOFT = "com.microsoft"
"""The domain of the operator."""
_ZERO = 128
_BOTH_IN_8_BITS = 4


def unsigned(whole: NDArray[np.int8]) -> NDArray[np.uint8]:
    """The numbers as the operator keeps them: 128 stands for 0."""
    return (whole.astype(np.int16) + _ZERO).astype(np.uint8)


def attributes(deep: int, wide: int, block: int) -> dict[str, Any]:
    """Of a product with a matrix of shape (deep, wide); each `block` numbers of a column have a scale of their own."""
    shape = {"K": deep, "N": wide, "block_size": block}
    return {"domain": MICROSOFT, **shape, "bits": 8, "accuracy_level": _BOTH_IN_8_BITS}
