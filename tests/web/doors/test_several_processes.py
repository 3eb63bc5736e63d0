"""Two server processes on one PostgreSQL and one Chroma serve conversations as one would."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from assistant.app import Wiring
from assistant.evaluation.load.crowd import Checked, chat, check
from assistant.evaluation.load.customers import Customer
from assistant.evaluation.load.world import world
from assistant.settings import Settings
from assistant.storage.engine import Database
from assistant.storage.turn_locks import TurnLocks, TurnLockTimeout

BINARIES = Path("/usr/lib/postgresql")


@pytest.mark.skipif(not list(BINARIES.glob("*/bin/initdb")), reason="no PostgreSQL (Debian: postgresql)")
def test_no_message_is_lost_doubled_or_crossed_between_two_processes() -> None:
    with world(customers=10, workers=2, postgres=True, seed=7) as made:
        assert len(made.server.pids) == 2
        served = Wiring(
            Settings(
                data_dir=made.folder / "data",
                database_url=made.settings["database_url"],
                token_secret=SecretStr(made.settings["token_secret"]),
            )
        )
        crowd = []
        for number, customer in enumerate(served.shop.customers(6)):
            orders = [str(order.order_id) for order in served.shop.orders(customer.customer_id)]
            token = served.tokens.for_customer(customer.customer_id)
            crowd.append(Customer(customer.customer_id, token, orders, number))
        asyncio.run(chat(made.server.url, crowd, 5, 0.5))
        assert all(message.answer for customer in crowd for message in customer.asked)
        assert asyncio.run(check(made.server.url, crowd)) == Checked()
        served.database.close()


def test_several_processes_are_refused_the_chroma_that_runs_inside_one(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "serve", "--workers", "2", "--port", "0"],
        env={"PATH": "/usr/bin:/bin", "ASSISTANT_DATA_DIR": str(tmp_path), "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert "chroma run" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_conversation_is_served_by_one_at_a_time(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    first, second = (TurnLocks(database, tmp_path / "locks", patience_s=0.05) for _ in range(2))
    with first.hold("conv_1"):  # type: ignore[arg-type]
        with pytest.raises(TurnLockTimeout), second.hold("conv_1"):  # type: ignore[arg-type]
            pass
        with second.hold("conv_2"), second.hold(None):  # type: ignore[arg-type]
            pass
    with second.hold("conv_1"):  # type: ignore[arg-type]
        pass
    database.close()
