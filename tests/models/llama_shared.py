"""The real local model, loaded once for all tests of a session."""

import os
from functools import cache
from pathlib import Path
from typing import Any

import platformdirs
import pytest

from assistant.models.llama.chat_model import LlamaCppChatModel
from assistant.models.llama.engine import EngineOptions
from assistant.models.llama.runtime import LlamaRuntime

_DEFAULT = Path(platformdirs.user_cache_dir("shop-assistant")) / "models" / "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
MODEL = Path(os.environ.get("ASSISTANT_TEST_MODEL", _DEFAULT))


@cache
def shared_runtime() -> LlamaRuntime:
    """The model's runtime; skips the test when the file isn't there."""
    if not MODEL.is_file():
        pytest.skip(f"no model at {MODEL}: assistant models pull, or set ASSISTANT_TEST_MODEL")
    return LlamaRuntime(MODEL, EngineOptions(n_ctx=4096, n_threads=2))


def chat_model(**fields: Any) -> LlamaCppChatModel:
    """A chat model on the shared runtime, with short answers unless told otherwise."""
    return LlamaCppChatModel(model_path=MODEL, runtime=shared_runtime(), **{"max_tokens": 48, **fields})
