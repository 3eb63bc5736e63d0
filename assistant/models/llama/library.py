"""The llama.cpp library: loaded late, quiet, and able to stop in the middle of an evaluation.

Importing this module costs nothing; `library()` imports `llama_cpp` (its C API through ctypes).
"""

import ctypes
import logging
import os
from functools import cache
from typing import Any

logger = logging.getLogger(__name__)


@cache
def library() -> Any:
    """The `llama_cpp` module with its C API, initialised once for the process.

    Before the first import, threads of OpenMP are told to sleep while they wait: spinning ones stall
    everything else on a busy machine. The library's own log goes to this module's logger, at DEBUG.

    Raises:
        OperatorError: llama-cpp-python isn't installed or can't be loaded.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        import llama_cpp
    except (ImportError, OSError, RuntimeError) as error:
        from assistant.errors import OperatorError

        raise OperatorError(f"llama-cpp-python can't be loaded: {error}", fix="make setup") from error
    llama_cpp.llama_log_set(_log_callback(llama_cpp), None)
    llama_cpp.llama_backend_init()
    return llama_cpp


@cache
def _log_callback(lib: Any) -> Any:
    def log(level: int, text: bytes, data: object) -> None:
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug("%s", text.decode("utf-8", "replace").rstrip())

    return lib.llama_log_callback(log)


class AbortFlag:
    """A switch that makes a running `llama_decode` return, also while it evaluates a long prompt.

    llama.cpp asks a C function `bool (*)(void *data)` between the steps of its graph, some thousand
    times in an evaluation. A Python function would need the interpreter's lock each time and so make
    inference wait for whatever else runs in this process. libc's `strlen` has the same shape and answers
    exactly what is wanted: 0 (go on) while the first byte of `data` is 0, and 1 (stop) once it is 1.
    """

    def __init__(self) -> None:
        self._bytes = ctypes.create_string_buffer(2)

    def set(self) -> None:
        """Make the running evaluation stop. May be called from any thread."""
        self._bytes[0] = b"\x01"

    def clear(self) -> None:
        """Let evaluations run again."""
        self._bytes[0] = b"\x00"

    @property
    def is_set(self) -> bool:
        """Whether evaluations are being stopped."""
        return self._bytes[0] != b"\x00"

    def attach(self, lib: Any, context: Any) -> None:
        """Have `context` (a llama_context pointer) obey this flag; the flag must outlive it."""
        callback = lib.llama_cpp.ggml_abort_callback
        strlen = ctypes.cast(ctypes.CDLL(None).strlen, ctypes.c_void_p).value
        self._callback = callback(strlen)
        lib.llama_set_abort_callback(context, self._callback, ctypes.cast(self._bytes, ctypes.c_void_p))
