"""all-mpnet-base-v2 (8-bit ONNX, Apache-2.0): reads English better than all others and takes three times as long.

The weights come from the model store as `mpnet`; the graph that is run is made from them at the first use and kept
beside them (see `mpnet_graph`). MPNet's vocabulary is BERT's, four places on, so MiniLM's tokenizer serves both.
"""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from assistant.models.embeddings.encoder import Encoder, Vectors
from assistant.models.embeddings.minilm import TOKENIZER_SHA256, in_batches, load_tokenizer
from assistant.models.embeddings.mpnet_graph import MOST_TOKENS, TOKENS, write_graph
from assistant.models.embeddings.pins import PinnedFile

_LOG = logging.getLogger(__name__)

_WEIGHTS_SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
_GRAPH = 1
"""Goes up when the graph is made in another way."""
_MOVED = 4
_SPECIAL = {0: 1, 101: 0, 102: 2, 103: 30526}
"""What BERT's padding, beginning, end and mask are here."""


class MpnetEncoder(Encoder):
    """MPNet over onnxruntime.

    Args:
        stamps_dir: see `Encoder`.
        weights: gives the path of the weights, or raises OperatorError; asked at the first use.
        tokenizer: likewise of MiniLM's tokenizer.
        threads: for a text; two take two thirds of the time of one.
    """

    name: ClassVar[str] = "mpnet"
    dimension: ClassVar[int] = 768
    sha256: ClassVar[tuple[str, ...]] = (_WEIGHTS_SHA256, TOKENIZER_SHA256, f"graph {_GRAPH}")

    def __init__(
        self, stamps_dir: Path, weights: Callable[[], Path], tokenizer: Callable[[], Path], threads: int = 1
    ) -> None:
        super().__init__(stamps_dir)
        self._find_weights, self._find_tokenizer = weights, tokenizer
        self._threads = threads
        self._tokenizer: Any = None
        self._session: Any = None

    @property
    def package(self) -> str:
        """What carries the weights: a file of the model store, no package."""
        return "mpnet"

    def pins(self) -> tuple[PinnedFile, ...]:
        """The weights and the tokenizer."""
        return (
            PinnedFile(self._find_weights(), _WEIGHTS_SHA256, fix="assistant models pull mpnet"),
            PinnedFile(self._find_tokenizer(), TOKENIZER_SHA256, fix="assistant models pull minilm-tokenizer"),
        )

    def _load(self) -> None:
        import onnxruntime

        weights, tokenizer = self.pins()
        self._tokenizer = load_tokenizer(tokenizer.path, MOST_TOKENS)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.force_spinning_stop", "1")  # idle threads leave the cores alone
        graph = self._graph(weights.path)
        self._session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])

    def _graph(self, weights: Path) -> Path:
        """The graph's file; made where it is missing, or where it isn't as it was made."""
        graph = weights.with_name(f"{weights.stem}-8bit-{_GRAPH}.onnx")
        stamp = self._stamps_dir / f"{graph.name}.json"
        if not graph.exists() or not stamp.exists() or json.loads(stamp.read_text(encoding="utf-8")) != _facts(graph):
            _LOG.info("making %s (once, some seconds)", graph)
            write_graph(weights, graph)
            self._stamps_dir.mkdir(parents=True, exist_ok=True)
            stamp.write_text(json.dumps(_facts(graph)), encoding="utf-8")
        return graph

    def _encode(self, texts: list[str], *, as_query: bool) -> Vectors:
        tokens = [_as_mpnet(encoding.ids) for encoding in self._tokenizer.encode_batch(texts)]
        return in_batches(tokens, self.dimension, lambda ids: self._session.run(None, {TOKENS: ids})[0])


def _as_mpnet(ids: list[int]) -> NDArray[np.int64]:
    return np.array([_SPECIAL.get(number, number + _MOVED) for number in ids], dtype=np.int64)


def _facts(path: Path) -> list[int]:
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns]
