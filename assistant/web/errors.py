"""Errors of the HTTP face: always JSON, always `{"error": {"code", "message"}}`.

The code is for programs (the chat page words it in the customer's language); the message is for whoever reads
the answer by hand. Under `/v1/` an error has the further fields that OpenAI's clients read, and what is invalid is
a 400 as there.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import AssistantError

log = logging.getLogger(__name__)

_OPENAI = "/v1/"
_OPENAI_TYPES = {401: "authentication_error", 404: "not_found_error", 429: "rate_limit_error"}


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
        param: the field of an OpenAI request that it is about.
    """

    def __init__(
        self, status: int, code: str, message: str, *, retry_after_s: int | None = None, param: str | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after_s = retry_after_s
        self.param = param

    def response(self, path: str) -> JSONResponse:
        """The error as an HTTP answer to a request of `path`."""
        headers = {} if self.retry_after_s is None else {"Retry-After": str(self.retry_after_s)}
        if self.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        status = 400 if self.status == 422 and path.startswith(_OPENAI) else self.status
        return JSONResponse(error_body(self, path), status, headers)


def error_body(error: ApiError, path: str) -> dict[str, Any]:
    """The JSON body of an error, in the form that clients of `path` read."""
    body = ErrorBody(error=ErrorDetail(code=error.code, message=error.message)).model_dump()
    if path.startswith(_OPENAI):
        body["error"] |= {"type": _OPENAI_TYPES.get(error.status, "invalid_request_error"), "param": error.param}
        if error.status >= 500:
            body["error"]["type"] = "server_error"
    return body


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route that may answer with these statuses."""
    return {status: {"model": ErrorBody} for status in statuses}


def install(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """Give every failure of `app` the common form; `routes` are those that it serves."""

    @app.exception_handler(ApiError)
    async def _api_error(request: Request, error: ApiError) -> JSONResponse:
        return error.response(request.url.path)

    @app.exception_handler(DBAPIError)
    async def _database(request: Request, error: DBAPIError) -> JSONResponse:
        if not (error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)):
            raise error
        log.error("the database does not answer: %s", error.orig)
        away = ApiError(503, "database_away", "the assistant can't reach its data just now", retry_after_s=2)
        return away.response(request.url.path)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            return ApiError(400, "bad_json", "the request body is not valid JSON").response(request.url.path)
        where = ".".join(str(part) for part in first["loc"] if part != "body")
        invalid = ApiError(422, "invalid", f"{where or 'body'}: {first['msg']}", param=where or None)
        return invalid.response(request.url.path)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "error")
        response = ApiError(error.status_code, code, str(error.detail)).response(request.url.path)
        response.headers.update(error.headers or {})
        if error.status_code == 405:
            response.headers["Allow"] = ", ".join(_methods(routes, request.url.path))
        return response


def _methods(routes: Iterable[BaseRoute], path: str) -> list[str]:
    """What may be done at `path`; the framework would name the methods of the first route only."""
    found = [route for route in routes if isinstance(route, Route) and route.path_regex.match(path)]
    return sorted({method for route in found for method in route.methods or ()})


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
                crash = ApiError(500, "internal", "something went wrong on our side")
                await crash.response(scope["path"])(scope, receive, send)
