"""The server as a process: up at once, says when it is ready, says what is wrong, ends when told."""

import socket
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from assistant.cli import serve as serve_module
from assistant.cli import token as token_module
from assistant.errors import OperatorError
from assistant.ids import CustomerId


class Readiness:
    """Ends its warm-up when it is asked."""

    def __init__(self, error: Exception | None) -> None:
        self.error = error

    def on_done(self, listener: Any) -> None:
        threading.Timer(0.3, listener, [self.error]).start()


def parts(error: Exception | None = None) -> Any:
    app = FastAPI()
    app.state.readiness = Readiness(error)
    return SimpleNamespace(
        settings=SimpleNamespace(host="127.0.0.1", port=8000, log_format="text"),
        web_app=app,
        shop=SimpleNamespace(customer_by_email=lambda _: SimpleNamespace(customer_id=CustomerId("sara_1"))),
        tokens=SimpleNamespace(for_customer=lambda customer_id: f"token of {customer_id}"),
    )


def test_a_taken_port_is_an_error_that_names_the_next_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OperatorError, match=f"assistant serve --port {port + 1}"):
            CliRunner().invoke(serve_module.app, ["--port", str(port)], obj=parts(), catch_exceptions=False)


def test_an_address_of_another_machine_is_an_error() -> None:
    with pytest.raises(OperatorError, match="no address of this machine"):
        CliRunner().invoke(serve_module.app, ["--host", "203.0.113.1"], obj=parts(), catch_exceptions=False)


@pytest.mark.parametrize("error", [OperatorError("no shop is loaded", fix="assistant shop seed"), ValueError("odd")])
def test_a_server_whose_models_can_not_be_loaded_ends_with_the_reason(error: Exception) -> None:
    with pytest.raises(OperatorError, match=r"assistant shop seed|assistant doctor"):
        CliRunner().invoke(serve_module.app, ["--port", "0"], obj=parts(error), catch_exceptions=False)


def test_a_token_names_the_customer_of_the_address() -> None:
    result = CliRunner().invoke(token_module.app, ["--as", "sara@example.com"], obj=parts())
    assert result.output == "token of sara_1\n"
