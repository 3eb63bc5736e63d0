"""The OpenAPI description, with what the settings decide."""

from typing import Any

from fastapi import FastAPI

from assistant.settings import Settings


def describe(app: FastAPI, settings: Settings) -> None:
    """Let `app` describe itself as it is set: how long a message may be, and how requests prove who sends them."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = plain()
            schema["components"]["schemas"]["ChatRequest"]["properties"]["message"]["maxLength"] = (
                settings.message_max_chars
            )
        return plain()

    app.openapi = openapi  # type: ignore[method-assign]
