"""`assistant serve`: the chat page and the API, in one process."""

import errno
import socket
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import AssistantError, OperatorError

if TYPE_CHECKING:
    from assistant.cli.parts import Parts

GRACE_S = 10
_LONGEST_WARM_UP_S = 3600.0

app = typer.Typer(rich_markup_mode=None)


@app.command()
def serve(
    ctx: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on; empty: the setting `host`.")] = "",
    port: Annotated[int, typer.Option(min=-1, max=65535, help="-1: the setting `port`; 0: any free one.")] = -1,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes; more than one need a Chroma server.")] = 1,
    socket_fd: Annotated[int, typer.Option(hidden=True)] = -1,
) -> None:
    """Serve the chat page and the API.

    It listens at once (`/healthz`) and says where it is up when models and index are loaded (`/readyz`). Several
    processes share one address, the database and a Chroma server; one that dies is started again.
    """
    parts: Parts = ctx.obj
    if socket_fd >= 0:
        _serve(parts, socket.socket(fileno=socket_fd), parts.settings.port, wait=True)
    elif workers == 1:
        wanted = parts.settings.port if port < 0 else port
        _serve(parts, _listen(host or parts.settings.host, wanted), wanted)
    else:
        _check_shareable(parts)
        wanted = parts.settings.port if port < 0 else port
        from assistant.cli.workers import Workers

        listening = _listen(host or parts.settings.host, wanted)
        Workers(listening, workers, _address(listening)).run()


def _serve(parts: "Parts", listening: socket.socket, wanted: int, *, wait: bool = False) -> None:
    """Serve on a socket until a signal ends it; with `wait`, take requests only once ready."""
    import uvicorn

    if parts.settings.log_format == "json":
        from assistant.text.logs import log_as_json

        log_as_json()
    web_app = parts.web_app
    config = uvicorn.Config(
        web_app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=GRACE_S
    )
    server = uvicorn.Server(config)

    def warmed(error: Exception | None) -> None:
        if error is None:
            typer.echo(f"Shop Assistant is up: {_address(listening)}")
        else:
            server.should_exit = True

    typer.echo("Loading models and index ...", err=True)
    web_app.state.readiness.on_done(warmed)
    if wait:
        web_app.state.readiness.start()
        web_app.state.readiness.wait(_LONGEST_WARM_UP_S)
    if web_app.state.readiness.error is None:
        server.run(sockets=[listening])
    error = web_app.state.readiness.error
    if error is not None:
        if isinstance(error, AssistantError):
            raise error
        raise OperatorError(f"the assistant could not be started: {error!r}", fix="assistant doctor") from error


def _check_shareable(parts: "Parts") -> None:
    settings = parts.settings
    if not settings.chroma_url:
        raise OperatorError(
            "several processes can't share the Chroma that runs inside one of them",
            fix=f"chroma run --path {settings.chroma_dir} --host 127.0.0.1 --port 8001, and export "
            "ASSISTANT_CHROMA_URL=http://127.0.0.1:8001",
        )
    parts.database  # noqa: B018  migrated once, before the workers begin


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            fix = f"assistant serve --port {port + 1}   (or end what listens there: ss -ltnp 'sport = :{port}')"
            raise OperatorError(f"port {port} of {host} is taken", fix=fix) from error
        if error.errno == errno.EACCES:
            raise OperatorError(f"port {port} may not be opened by you", fix="assistant serve --port 8000") from error
        raise OperatorError(
            f"{host!r} is no address of this machine", fix="assistant serve --host 127.0.0.1"
        ) from error


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"
