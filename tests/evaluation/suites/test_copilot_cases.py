"""Situations at the desk are cases like others: run, cached, shown, and failed for what is wrong with them."""

from collections.abc import Callable
from pathlib import Path

from assistant.evaluation.suites.cases.reading import read_suites
from assistant.settings import PROJECT_DIR, Settings
from tests.evaluation.suites.conftest import Command, results_of

ANGRY = """- name: parcel is delayed and the customer is angry
  customer: oliver.hughes@example.com
  say: ["Where is my espresso machine? This is ridiculous!!", "Let me talk to a human"]
  step: {step}
  facts: ["#W1004001", {fact}]
  draft: [Oliver, sorry]
"""


def test_a_situation_passes_or_fails_by_step_facts_and_draft(
    write: Callable[..., Path], command: Command, settings: Settings
) -> None:
    root = str(write("desk", "orders_en.yaml", ANGRY.format(step="trace_parcel", fact="delayed"), files=["*"]))
    assert "1 of 1" in command("eval", "run", "desk", "--cases", root, "--run", "right").output
    assert "Oliver" in command("eval", "show", "right", "desk/").output
    write("desk", "orders_en.yaml", ANGRY.format(step="close", fact="by drone"), files=["*"])
    command("eval", "run", "desk", "--cases", root, "--run", "wrong", code=1)
    result = results_of(settings.data_dir, "wrong")[0]
    assert result["cached"]  # only what is expected was changed
    problems = "; ".join(result["problems"])
    assert "the next step is 'trace_parcel' and not close" in problems
    assert "'by drone' is not among the facts" in problems


def test_a_situation_of_a_customer_that_is_not_there_is_named(write: Callable[..., Path], command: Command) -> None:
    text = ANGRY.format(step="close", fact="x").replace("oliver.hughes", "nobody")
    root = str(write("desk", "orders_en.yaml", text, files=["*"]))
    assert "there is no customer 'nobody@example.com'" in command("eval", "check", "--cases", root, code=2).output


def test_all_situations_of_the_bench_are_cases_of_the_suite() -> None:
    suite = read_suites(PROJECT_DIR / "evals", ("copilot",))[0]
    assert len(suite.cases) >= 70
    assert {case.kind for case in suite.cases} == {"copilot"}
