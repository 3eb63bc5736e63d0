"""The degradation ladder: whichever model is slow, wrong or gone, the customer is answered within the deadline."""

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.app import Wiring
from assistant.cli.checks import run_checks
from assistant.conversation.reply import Incoming, Reply, Rung
from assistant.errors import ModelUnavailable
from assistant.settings import Settings

DEADLINE_S = 4.0
QUESTIONS = ("Where is my order?", "Can I return headphones I opened?", "compare your keyboards for me please")

WithModel = Callable[..., tuple[Callable[..., Reply], object]]


@pytest.fixture
def hanging_url() -> Iterator[str]:
    """An address that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/v1"


@pytest.fixture
def crippled(house: Wiring, hanging_url: str, tmp_path: Path) -> Wiring:
    """The shop with a hosted model that hangs and a local model whose file is gone."""
    settings = Settings(
        data_dir=house.settings.data_dir,
        hosted_base_url=hanging_url,
        hosted_model="gone",
        hosted_timeout_s=1.0,
        local_model=str(tmp_path / "gone.gguf"),
        turn_deadline_s=DEADLINE_S,
    )
    wiring = Wiring(settings, clock=house.clock)
    for shared in ("database", "embeddings", "vectors", "knowledge", "catalogue", "router"):
        wiring.__dict__[shared] = getattr(house, shared)
    return wiring


def test_every_question_is_answered_by_the_rung_below_within_the_deadline(crippled: Wiring) -> None:
    customer = crippled.shop.customer_by_email("james.porter@example.com")
    assert customer is not None
    assistant = crippled.assistant  # building it is no part of a turn
    for question in QUESTIONS:
        started = time.monotonic()
        reply = assistant.ask(Incoming(text=question, customer_id=customer.customer_id))
        assert time.monotonic() - started < DEADLINE_S + 0.5
        assert reply.rung is Rung.NONE
        assert reply.text
        assert not reply.handoff
    assert "14 days" in crippled.assistant.ask(Incoming(text=QUESTIONS[1])).text


def test_the_doctor_names_both_broken_models_and_how_to_mend_them(crippled: Wiring) -> None:
    found = {finding.name: finding for finding in run_checks(crippled)}
    assert found["local model"].state == "failed"
    assert found["local model"].fix
    assert found["hosted model"].state == "failed"


def test_a_model_that_fails_in_the_middle_of_the_agent_loop_leaves_an_answer(with_model: WithModel) -> None:
    def fail(*_: object) -> str:
        raise ModelUnavailable("out of memory")

    ask, _ = with_model(fail, repeat=True)
    reply = ask("compare your keyboards for me please")
    assert reply.text
    assert reply.rung is Rung.NONE
