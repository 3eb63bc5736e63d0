"""The shop that a crowd chats with: data, databases and server processes, all of them temporary."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.evaluation.load.postgres import OwnPostgres
from assistant.evaluation.load.processes import Chroma, Server, command

POSTGRES = "postgres"


@dataclass
class World:
    """What a run works with; `settings` are those of the server, by name."""

    settings: dict[str, str]
    server: Server
    postgres: OwnPostgres | None
    chroma: Chroma | None
    folder: Path


@contextmanager
def world(
    *, customers: int, workers: int, postgres: bool, seed: int, more: Mapping[str, str] | None = None
) -> Iterator[World]:
    """A served sample shop, gone at the end.

    Args:
        customers: of the shop.
        workers: server processes; more than one stand on a Chroma server.
        postgres: whether the data lies in a PostgreSQL of its own; else in SQLite.
        seed: of the shop.
        more: further settings.
    """
    folder = Path(tempfile.mkdtemp(prefix="assistant-load-"))
    with ExitStack() as at_end:
        at_end.callback(shutil.rmtree, folder, ignore_errors=True)
        database = OwnPostgres() if postgres else None
        if database is not None:
            at_end.callback(database.remove)
        chroma = Chroma(folder / "data" / "chroma") if workers > 1 else None
        if chroma is not None:
            at_end.callback(chroma.stop)
        settings = {
            "data_dir": str(folder / "data"),
            "local_model": "none",
            "database_url": database.url if database else "",
            "chroma_url": chroma.url if chroma else "",
            "token_secret": secrets.token_hex(32),
            "turns_waiting": "500",
            "rate_per_customer": "1000000",
            "rate_per_address": "1000000",
            **(more or {}),
        }
        env = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
        env |= {f"ASSISTANT_{name.upper()}": value for name, value in settings.items()}
        orders = str(customers * 5)
        command(env, "shop", "seed", "--customers", str(customers), "--orders", orders, "--seed", str(seed))
        command(env, "knowledge", "sync")
        server = Server(env, workers, folder / "server.log")
        at_end.callback(server.stop)
        yield World(settings, server, database, chroma, folder)
