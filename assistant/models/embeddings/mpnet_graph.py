"""MPNet as an ONNX graph with 8-bit weights, made from the weights that its maker publishes.

The graph is the encoder of Song et al. 2020 (MPNet: Masked and Permuted Pre-training for Language Understanding) with
the mean of all tokens at its end. Every matrix is kept in 8 bits, each block of a column with a scale of its own, and
what is multiplied with it is brought to 8 bits block by block as it comes. One scale for a whole row of inputs would
not do: behind the inner layers few numbers are a hundred times larger than all others (Dettmers et al. 2022, LLM.int8),
and vectors come out at a cosine of .90 to the right ones. With blocks it is .999, as quick, and a quarter as large as
the weights that it is made from.

All texts of a batch have the same number of tokens, so nothing is padded or masked.
"""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.models.embeddings.eight_bits import MICROSOFT, PRODUCT, attributes, unsigned

MOST_TOKENS = 256
TOKENS, VECTORS = "tokens", "vectors"
"""The graph's input, int64 of shape (texts, tokens), and its output, float32 of shape (texts, 768)."""
_LAYERS, _WIDTH, _HEADS = 12, 768, 12
_HEAD = _WIDTH // _HEADS
_EPSILON = 1e-5
_FIRST_POSITION = 2
_BUCKETS, _FARTHEST = 32, 128
_MOST, _BLOCK = 127, 128
_OPSET, _IR = 20, 10

Weights = Mapping[str, NDArray[np.float32]]


def write_graph(weights: Path, target: Path) -> None:
    """Write the graph to `target`, whole or not at all.

    Args:
        weights: `model.safetensors` of all-mpnet-base-v2.

    Raises:
        OSError: it can't be read, or `target` can't be written.
    """
    import onnx
    from safetensors.numpy import load_file

    made = _Graph(load_file(weights)).model()
    draft = target.with_suffix(".part")
    target.parent.mkdir(parents=True, exist_ok=True)
    onnx.save_model(made, draft)
    draft.replace(target)


def position_buckets(tokens: int) -> NDArray[np.int64]:
    """The bucket of the distance from each token to each other one, shape (tokens, tokens).

    Near ones have a bucket for each distance, far ones share theirs by the logarithm (Raffel et al. 2020, T5).
    """
    places = np.arange(tokens)
    distance = places[None, :] - places[:, None]
    half, exact = _BUCKETS // 2, _BUCKETS // 4
    far = np.abs(distance)
    share = np.log(np.maximum(far, 1).astype(np.float32) / exact) / np.float32(math.log(_FARTHEST / exact))
    by_logarithm = np.minimum(exact + (share * (half - exact)).astype(np.int64), half - 1)
    buckets: NDArray[np.int64] = np.where(distance > 0, half, 0) + np.where(far < exact, far, by_logarithm)
    return buckets


class _Graph:
    """Builds the nodes one after another; each method gives the name of what it computes."""

    def __init__(self, weights: Weights) -> None:
        from onnx import helper, numpy_helper

        self._weights = weights
        self._helper, self._numpy = helper, numpy_helper
        self._nodes: list[Any] = []
        self._kept: list[Any] = []

    def model(self) -> Any:
        """The whole as an ONNX model."""
        from onnx import TensorProto

        length = self._node("Gather", [self._node("Shape", [TOKENS]), self._keep(np.array([1]))], axis=0)
        rows = self._embedded(length)
        bias = self._position_bias(length)
        for number in range(_LAYERS):
            rows = self._layer(f"encoder.layer.{number}", rows, bias)
        self._node("ReduceMean", [rows, self._keep(np.array([1]))], output=VECTORS, keepdims=0)
        value = self._helper.make_tensor_value_info
        graph = self._helper.make_graph(
            self._nodes,
            "all-mpnet-base-v2",
            [value(TOKENS, TensorProto.INT64, ["texts", "length"])],
            [value(VECTORS, TensorProto.FLOAT, ["texts", _WIDTH])],
            self._kept,
        )
        opsets = [self._helper.make_opsetid("", _OPSET), self._helper.make_opsetid(MICROSOFT, 1)]
        return self._helper.make_model(graph, opset_imports=opsets, ir_version=_IR)

    def _embedded(self, length: str) -> str:
        whole, scale = _whole_numbers(self._weights["embeddings.word_embeddings.weight"])
        found = self._node("Gather", [self._keep(whole), TOKENS])
        found = self._node("Cast", [found], to=1)
        words = self._node("Mul", [found, self._node("Gather", [self._keep(scale[:, None]), TOKENS])])
        places = self._weights["embeddings.position_embeddings.weight"]
        places = places[_FIRST_POSITION : _FIRST_POSITION + MOST_TOKENS]
        near = self._node("Slice", [self._keep(places), self._keep(np.array([0])), length])
        return self._normal(self._node("Add", [words, near]), "embeddings.LayerNorm")

    def _position_bias(self, length: str) -> str:
        by_bucket = self._weights["encoder.relative_attention_bias.weight"]
        bias = np.moveaxis(by_bucket[position_buckets(MOST_TOKENS)], -1, 0)[None]
        ends = self._node("Concat", [length, length], axis=0)
        return self._node("Slice", [self._keep(bias), self._keep(np.array([0, 0])), ends, self._keep(np.array([2, 3]))])

    def _layer(self, at: str, rows: str, bias: str) -> str:
        attention = f"{at}.attention.attn"
        # scores are divided by the square root of a head's width; so are the queries, once and for all
        scales = {"q": np.float32(_HEAD**-0.5), "k": np.float32(1), "v": np.float32(1)}
        matrix = np.concatenate([self._weights[f"{attention}.{p}.weight"].T * s for p, s in scales.items()], axis=1)
        added = np.concatenate([self._weights[f"{attention}.{p}.bias"] * s for p, s in scales.items()])
        together = self._times(rows, matrix, added)
        parts = self._nodes_of("Split", [together], 3, axis=2, num_outputs=3)
        parts = [self._node("Reshape", [part, self._keep(np.array([0, 0, _HEADS, _HEAD]))]) for part in parts]
        orders = ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3])
        queries, keys, values = (
            self._node("Transpose", [part], perm=order) for part, order in zip(parts, orders, strict=True)
        )
        scores = self._node("Add", [self._node("MatMul", [queries, keys]), bias])
        heard = self._node("MatMul", [self._node("Softmax", [scores], axis=-1), values])
        heard = self._node("Transpose", [heard], perm=[0, 2, 1, 3])
        heard = self._node("Reshape", [heard, self._keep(np.array([0, 0, _WIDTH]))])
        rows = self._residual(rows, self._dense(heard, f"{attention}.o"), f"{at}.attention.LayerNorm")
        inner = self._node("Gelu", [self._dense(rows, f"{at}.intermediate.dense")])
        return self._residual(rows, self._dense(inner, f"{at}.output.dense"), f"{at}.output.LayerNorm")

    def _dense(self, rows: str, name: str) -> str:
        return self._times(rows, self._weights[f"{name}.weight"].T, self._weights[f"{name}.bias"])

    def _times(self, rows: str, matrix: NDArray[np.float32], added: NDArray[np.float32]) -> str:
        deep, wide = matrix.shape
        whole, scale = _whole_numbers(np.ascontiguousarray(matrix.T).reshape(wide, deep // _BLOCK, _BLOCK))
        kept = [self._keep(unsigned(whole)), self._keep(scale.reshape(-1))]
        product = self._node(PRODUCT, [rows, *kept], **attributes(deep, wide, _BLOCK))
        return self._node("Add", [product, self._keep(added)])

    def _residual(self, before: str, after: str, normal: str) -> str:
        return self._normal(self._node("Add", [before, after]), normal)

    def _normal(self, rows: str, name: str) -> str:
        parts = [self._keep(self._weights[f"{name}.{part}"]) for part in ("weight", "bias")]
        return self._node("LayerNormalization", [rows, *parts], axis=-1, epsilon=_EPSILON)

    def _keep(self, values: NDArray[Any]) -> str:
        name = f"kept_{len(self._kept)}"
        self._kept.append(self._numpy.from_array(np.ascontiguousarray(values), name))
        return name

    def _node(self, kind: str, inputs: Sequence[str], *, output: str = "", **attributes: Any) -> str:
        name = output or f"{kind}_{len(self._nodes)}"
        self._nodes.append(self._helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def _nodes_of(self, kind: str, inputs: Sequence[str], outputs: int, **attributes: Any) -> list[str]:
        names = [f"{kind}_{len(self._nodes)}_{number}" for number in range(outputs)]
        self._nodes.append(self._helper.make_node(kind, list(inputs), names, **attributes))
        return names


def _whole_numbers(rows: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Whole numbers from -127 to 127 and, for each row along the last axis, what gives the numbers before again."""
    scale = np.maximum(np.abs(rows).max(axis=-1), np.finfo(np.float32).tiny) / np.float32(_MOST)
    return np.rint(rows / scale[..., None]).astype(np.int8), scale.astype(np.float32)
