"""A conversation that went wrong becomes a case, without anything that tells who the customer is."""

from collections.abc import Callable
from pathlib import Path

from assistant.app import Wiring
from assistant.evaluation.suites.cases.reading import read_suites
from tests.conversation.conftest import Ask, asker
from tests.conversation.conftest import house as house  # the fixture
from tests.evaluation.suites.conftest import Command
from tests.evaluation.suites.test_runs import PARCEL


def test_a_conversation_becomes_a_masked_case_that_can_be_run(
    house: Wiring, write: Callable[..., Path], command: Command
) -> None:
    ask: Ask = asker(house)
    first = ask("Hi, Emma Wilson here, emma.wilson@example.com. Where is my order?", "emma.wilson@example.com")
    ask("call me at +44 7700 900123 please, and where is #W1003001?", "emma.wilson@example.com", after=first)
    root = write("few", "customer_asks.yaml", PARCEL.format(kind="answer"))
    words = ("customer asks twice where it is", "--from-conversation", first.conversation_id, "--cases", str(root))
    command("eval", "add", *words, data_dir=house.settings.data_dir)
    written = (root / "reported" / "customer_asks_twice_where_it_is.yaml").read_text(encoding="utf-8")
    for secret in ("Emma", "Wilson", "emma.wilson", "7700"):
        assert secret not in written
    (suite,) = read_suites(root, ["reported"])
    assert suite.cases[0].behaviour == "customer asks twice where it is"
    command("eval", "run", "reported", "--cases", str(root), code=None)
    command("eval", "add", *words, data_dir=house.settings.data_dir, code=2)
    elsewhere = ("the fan is late", "--from-conversation", first.conversation_id, "--cases", str(root))
    command("eval", "add", *elsewhere, data_dir=house.settings.data_dir, code=2)
    nowhere = ("customer asks again", "--from-conversation", "conv_none", "--cases", str(root))
    assert "no conversation" in command("eval", "add", *nowhere, data_dir=house.settings.data_dir, code=2).output
