"""A model's vocabulary: text to tokens and back. Safe to use from any thread."""

import ctypes
from functools import cached_property
from typing import Any


class Vocabulary:
    """The tokens of a loaded model.

    Args:
        lib: the llama.cpp library.
        model: the C pointer of the model.
    """

    def __init__(self, lib: Any, model: Any) -> None:
        self._lib = lib
        self._handle = model
        self._vocab = lib.llama_model_get_vocab(model)
        self.n_vocab = int(lib.llama_vocab_n_tokens(self._vocab))

    def tokenize(self, text: str, *, markup: bool = False) -> list[int]:
        """Token ids of `text`.

        Args:
            text: any text.
            markup: whether control tokens such as `<|im_start|>` are recognised; only for text of our own.
        """
        data = text.encode("utf-8", "replace")
        size = len(data) + 8
        ids = (self._lib.llama_token * size)()
        count = self._lib.llama_tokenize(self._vocab, data, len(data), ids, size, False, markup)
        return [int(token) for token in ids[:count]]

    def piece(self, token: int) -> bytes:
        """The bytes that `token` stands for; often not whole characters."""
        buffer = ctypes.create_string_buffer(256)
        size = self._lib.llama_token_to_piece(self._vocab, token, buffer, 256, 0, True)
        return buffer.raw[: max(size, 0)]

    def ends_answer(self, token: int) -> bool:
        """Whether `token` ends the assistant's turn."""
        return bool(self._lib.llama_vocab_is_eog(self._vocab, token))

    @cached_property
    def byte_tokens(self) -> tuple[int, ...]:
        """For each of the 256 bytes, the token that stands for it alone."""
        found: dict[bytes, int] = {}
        for token in range(self.n_vocab):
            piece = self.piece(token)
            if len(piece) == 1:
                found.setdefault(piece, token)
                if len(found) == 256:
                    break
        return tuple(found.get(bytes([byte]), self.eos) for byte in range(256))

    @property
    def start_tokens(self) -> list[int]:
        """What stands before the first token of a prompt: the model's BOS, if it wants one."""
        wanted = self._lib.llama_vocab_get_add_bos(self._vocab)
        return [int(self._lib.llama_vocab_bos(self._vocab))] if wanted else []

    def token_text(self, token: int) -> str:
        """The name of a special token in the vocabulary, such as `<|im_end|>`; "" for none."""
        return str(self._lib.llama_vocab_get_text(self._vocab, token).decode()) if token >= 0 else ""

    @property
    def bos(self) -> int:
        """The token that begins a text; -1 for none."""
        return int(self._lib.llama_vocab_bos(self._vocab))

    @property
    def eos(self) -> int:
        """The token that ends a text or a turn; -1 for none."""
        return int(self._lib.llama_vocab_eos(self._vocab))

    def metadata(self, key: str) -> str | None:
        """A string of the GGUF file's metadata, such as `tokenizer.chat_template`."""
        size = self._lib.llama_model_meta_val_str(self._handle, key.encode(), None, 0)
        if size < 0:
            return None
        buffer = ctypes.create_string_buffer(size + 1)
        self._lib.llama_model_meta_val_str(self._handle, key.encode(), buffer, size + 1)
        return buffer.value.decode("utf-8", "replace")

    @property
    def vocab(self) -> Any:
        """The vocabulary's C pointer, for grammars."""
        return self._vocab
