"""The sample shop of the conversation's tests."""

from tests.conversation.conftest import house

__all__ = ["house"]
