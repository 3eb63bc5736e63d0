"""The local model passes the standard tests that LangChain publishes for chat models."""

from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_tests.integration_tests import ChatModelIntegrationTests
from langchain_tests.unit_tests import ChatModelUnitTests

from assistant.models.llama.chat_model import LlamaCppChatModel
from tests.models.llama_shared import MODEL, shared_runtime


class TestUnit(ChatModelUnitTests):
    """No model is loaded here."""

    @property
    def chat_model_class(self) -> type[BaseChatModel]:
        return LlamaCppChatModel

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"model_path": MODEL}


@pytest.mark.model
class TestIntegration(ChatModelIntegrationTests):
    """Against the default local model."""

    @property
    def chat_model_class(self) -> type[BaseChatModel]:
        return LlamaCppChatModel

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"model_path": MODEL, "runtime": shared_runtime(), "max_tokens": 64}

    @property
    def supports_json_mode(self) -> bool:
        return True

    @property
    def supports_model_override(self) -> bool:
        # one file is one model: another one is another LlamaCppChatModel
        return False
