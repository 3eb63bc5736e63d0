"""Suites are run over prompts and models; what is done is kept, whatever breaks on the way."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from assistant.settings import PROJECT_DIR, Settings
from assistant.shop.service import Shop
from tests.evaluation.suites.conftest import Command, results_of

PARCEL = """behaviour: customer asks where the parcel is
kind: {kind}
cases:
  - say: "Where is my order #W1002001?"
    customer: james.porter@example.com
    expect:
      intents: [track_shipment]
      says: ["#W1002001"]
      tools: [{{name: track_shipment, with: {{order_id: "#W1002001"}}}}]
"""
CANCELS = """behaviour: customer cancels an order and says yes
kind: dialogue
cases:
  - customer: emma.wilson@example.com
    turns:
      - say: "cancel order #W1003001, I ordered it by mistake"
        expect: {proposes: cancel_pending_order}
      - say: "yes"
        expect: {does: true}
    end:
      orders: {"#W1003001": cancelled}
      actions: [{name: cancel_pending_order, with: {order_id: "#W1003001", reason: ordered by mistake}}]
"""
SIMULATED = """behaviour: customer wants an order cancelled and answers what is asked
kind: simulated
cases:
  - customer: emma.wilson@example.com
    opening: I want to cancel an order
    goal: the tower fan's order is cancelled because it was ordered by mistake
    knows: {which order: "the tower fan", why|reason: "I ordered it by mistake"}
    end: {orders: {"#W1003001": cancelled}}
"""


def test_a_conversation_is_run_and_its_transcript_shown(write: Callable[..., Path], command: Command) -> None:
    root = str(write("few", "customer_asks.yaml", PARCEL.format(kind="answer")))
    write("few", "customer_cancels.yaml", CANCELS)
    write("few", "customer_is_played.yaml", SIMULATED)
    told = command("eval", "run", "few", "--cases", root, "--run", "one", "--jobs", "2").output
    assert "3 of 3 (100.0%" in told
    shown = command("eval", "show", "one", "customer_cancels").output
    for words in ("PASS", "customer: yes", "proposed cancel_pending_order", "the shop was changed"):
        assert words in shown
    assert "latest" not in command("eval", "runs").output
    assert "3 of 3" in command("eval", "runs").output


def test_every_case_finds_the_shop_as_new(write: Callable[..., Path], command: Command, settings: Settings) -> None:
    twice = CANCELS.replace("  - customer:", "  - id: one\n    customer:") + CANCELS.partition("cases:\n")[2].replace(
        "  - customer:", "  - id: two\n    customer:"
    )
    root = str(write("few", "customer_cancels.yaml", twice))
    command("eval", "run", "few", "--cases", root, "--run", "one")
    assert [line["status"] for line in results_of(settings.data_dir, "one")] == ["pass", "pass"]


def test_a_case_that_fails_says_why_and_is_run_alone_by_failed_from(
    write: Callable[..., Path], command: Command, settings: Settings
) -> None:
    write("few", "customer_cancels.yaml", CANCELS)
    wrong = PARCEL.format(kind="answer").replace('says: ["#W1002001"]', 'says: ["#W9999999"]')
    root = str(write("few", "customer_asks.yaml", wrong))
    told = command("eval", "run", "few", "--cases", root, "--run", "one", code=1)
    assert "few/customer_asks:en" in told.output
    assert "below 100.0%" in told.output
    command("eval", "run", "few", "--cases", root, "--run", "two", "--failed-from", "one", code=1)
    (only,) = results_of(settings.data_dir, "two")
    assert only["problems"] == ["'#W9999999' is missing"]
    assert only["cached"]

    write("few", "customer_asks.yaml", PARCEL.format(kind="answer"))
    assert "1 of 1 results changed" in command("eval", "rescore", "two", "--cases", root).output
    assert results_of(settings.data_dir, "two")[0]["status"] == "pass"


def test_a_case_that_names_nobody_is_a_bad_case_and_in_no_rate(write: Callable[..., Path], command: Command) -> None:
    write("few", "customer_cancels.yaml", CANCELS)
    nobody = PARCEL.format(kind="answer").replace("james.porter", "nobody")
    root = str(write("few", "customer_asks.yaml", nobody))
    told = command("eval", "run", "few", "--cases", root, code=2).output
    assert "1 of 1 (100.0%" in told
    assert "there is no customer 'nobody@example.com'" in command("eval", "check", "--cases", root, code=2).output


def test_a_model_that_does_not_answer_is_no_failure_of_the_assistant(
    write: Callable[..., Path], command: Command, settings: Settings
) -> None:
    asks = """behaviour: customer asks about a page, which a model would word
kind: answer
cases:
  - say: How long is the warranty of a kettle?
"""
    root = str(write("few", "customer_asks.yaml", asks))
    gone = {"hosted_base_url": "http://127.0.0.1:9/v1", "hosted_model": "gone", "hosted_timeout_s": 0.5}
    command("eval", "run", "few", "--cases", root, "--run", "one", "--models", "hosted", code=3, **gone)
    (only,) = results_of(settings.data_dir, "one")
    assert only["status"] == "error"
    assert "did not answer" in only["problems"][0]
    command("eval", "run", "few", "--cases", root, "--run", "two", "--models", "hosted", code=2)


def test_a_crash_of_the_assistant_is_named_and_not_kept_for_the_next_run(
    write: Callable[..., Path], command: Command, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("disk on fire")

    root = str(write("few", "customer_asks.yaml", PARCEL.format(kind="answer")))
    nobodys = {"support_email": f"{uuid4().hex}@example.com"}  # nothing is kept of such a shop yet
    with monkeypatch.context() as for_once:
        for_once.setattr(Shop, "open_parcels", broken)
        for_once.setattr(Shop, "order", broken)
        command("eval", "run", "few", "--cases", root, "--run", "one", code=1, **nobodys)
    (only,) = results_of(settings.data_dir, "one")
    assert only["problems"][0] == "the assistant crashed: RuntimeError; the log tells where"
    command("eval", "run", "few", "--cases", root, "--run", "two", **nobodys)
    assert [line["status"] for line in results_of(settings.data_dir, "two")] == ["pass"]


def test_bad_choices_end_with_exit_code_2(write: Callable[..., Path], command: Command) -> None:
    root = str(write("few", "customer_asks.yaml", PARCEL.format(kind="answer")))
    for words in (
        ("--models", "llama9"),
        ("--models", "none+local_wrds=true"),
        ("--prompts", "nobodys"),
        ("--match", "("),
        ("--failed-from", "nothing"),
    ):
        command("eval", "run", "few", "--cases", root, *words, code=2)


def test_a_limit_stops_the_run_which_is_then_resumed(
    write: Callable[..., Path], command: Command, settings: Settings
) -> None:
    cases = "".join(f"  - id: c{at}\n    say: where is parcel {at}\n" for at in range(30))
    text = f"behaviour: customer asks\nkind: decision\ncases:\n{cases}"
    root = str(write("few", "customer_asks.yaml", text))
    command("eval", "run", "few", "--cases", root, "--run", "one", "--max-seconds", "0", code=3)
    begun = len(results_of(settings.data_dir, "one"))
    assert 0 < begun < 30
    command("eval", "run", "few", "--cases", root, "--run", "one", "--no-cache")
    assert len(results_of(settings.data_dir, "one")) == 30
    command("eval", "run", "few", "--cases", root, "--run", "one", "--repeat", "2", code=2)


def test_a_run_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    chosen = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    env = chosen | {"ASSISTANT_DATA_DIR": str(tmp_path / "data"), "ASSISTANT_LOCAL_MODEL": "none"}
    words = [sys.executable, "-m", "assistant", "eval"]
    asked = [*words, "run", "routing", "--sample", "80", "--no-cache", "--threshold", "0"]

    def finish(*command: str) -> None:
        done = subprocess.run(command, env=env, cwd=PROJECT_DIR, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    file = tmp_path / "data" / "evals" / "broken" / "results.jsonl"
    victim = subprocess.Popen(
        [*asked, "--run", "broken"], env=env, cwd=PROJECT_DIR, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    moment = random.Random().randint(1, 70)
    while not file.exists() or file.read_bytes().count(b"\n") < moment:
        assert victim.poll() is None, f"it ended before result {moment}"
        time.sleep(0.01)
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    before = file.read_bytes()
    whole = before[: before.rfind(b"\n") + 1]

    finish(*words, "resume", "broken")
    finish(*asked, "--run", "whole")
    assert file.read_bytes().startswith(whole), "what was done stays as it was"
    broken, unbroken = results_of(tmp_path / "data", "broken"), results_of(tmp_path / "data", "whole")
    assert len({line["case"] for line in broken}) == len(broken) == 80

    def told(lines: list[dict[str, object]]) -> list[object]:
        return sorted((line["case"], line["status"], str(line.get("problems", ""))) for line in lines)

    assert told(broken) == told(unbroken)
