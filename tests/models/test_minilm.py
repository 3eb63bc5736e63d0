"""MiniLM in 8 bits, against the graph that its maker publishes."""

import numpy as np
import pytest

from assistant.models.embeddings import encoders
from assistant.models.embeddings.minilm import load_tokenizer
from assistant.models.store.model_store import ModelStore
from assistant.settings import Settings

TEXTS = (
    "Where is my parcel?",
    "hi",
    "I'd like to send this lamp back, the shade is torn and the box was open when it arrived.",
    "Do you sell vacuum cleaners for stairs?",
    "退货",
)

needs_tokenizer = pytest.mark.skipif(
    ModelStore(Settings()).verify("minilm-tokenizer") != "ready",
    reason="MiniLM's tokenizer is not there: assistant models pull minilm-tokenizer",
)


@needs_tokenizer
def test_multiplying_in_8_bits_leaves_every_vector_where_the_published_graph_puts_it() -> None:
    import onnxruntime

    minilm = encoders(Settings())["minilm"]
    model, tokenizer = minilm.pins()
    published = onnxruntime.InferenceSession(str(model.path), providers=["CPUExecutionProvider"])
    tokens = load_tokenizer(tokenizer.path, 256)
    for text, vector in zip(TEXTS, minilm.embed(TEXTS), strict=True):
        ids = np.array([tokens.encode(text).ids], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        names = {entry.name for entry in published.get_inputs()}
        rows = published.run(None, {name: value for name, value in inputs.items() if name in names})[0][0]
        mean = rows.mean(axis=0)
        assert float(vector @ mean) / float(np.linalg.norm(mean)) > 0.998, text
