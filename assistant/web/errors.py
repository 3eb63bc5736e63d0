"""Errors of the HTTP face: always JSON, always `{"error": {"code", "message"}}`.

The code is for programs (the chat page words it in the customer's language); the message is for whoever reads
the answer by hand.
"""

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import AssistantError

log = logging.getLogger(__name__)


class ErrorDetail(BaseModel):
    """What went wrong: `code` for programs, `message` for people."""

    code: str
    message: str


class ErrorBody(BaseModel):
    """The body of every answer that is not a success."""

    error: ErrorDetail


class ApiError(AssistantError):
    """An answer other than success.

    Args:
        status: the HTTP status, 400 to 599.
        code: a stable word for programs, such as `not_found`.
        message: one sentence for people.
        retry_after_s: seconds after which the same request may succeed; becomes `Retry-After`.
    """

    def __init__(self, status: int, code: str, message: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after_s = retry_after_s

    def response(self) -> JSONResponse:
        """The error as an HTTP answer."""
        headers = {} if self.retry_after_s is None else {"Retry-After": str(self.retry_after_s)}
        if self.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return JSONResponse(error_body(self.code, self.message), self.status, headers)


def error_body(code: str, message: str) -> dict[str, Any]:
    """The JSON body of an error."""
    return ErrorBody(error=ErrorDetail(code=code, message=message)).model_dump()


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route that may answer with these statuses."""
    return {status: {"model": ErrorBody} for status in statuses}


def install(app: FastAPI) -> None:
    """Give every failure of `app` the common form."""

    @app.exception_handler(ApiError)
    async def _api_error(_request: Request, error: ApiError) -> JSONResponse:
        return error.response()

    @app.exception_handler(RequestValidationError)
    async def _invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            return ApiError(400, "bad_json", "the request body is not valid JSON").response()
        where = ".".join(str(part) for part in first["loc"] if part != "body")
        return ApiError(422, "invalid", f"{where or 'body'}: {first['msg']}").response()

    @app.exception_handler(HTTPException)
    async def _http(_request: Request, error: HTTPException) -> JSONResponse:
        code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "error")
        return JSONResponse(error_body(code, str(error.detail)), error.status_code, error.headers)


class CatchCrashes:
    """Answers 500 where a route crashed before it answered, and logs it; the innermost middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:
            if scope["type"] != "http":
                raise
            log.exception("request %s %s failed", scope["method"], scope["path"])
            if not begun:
                await ApiError(500, "internal", "something went wrong on our side").response()(scope, receive, send)
