"""A version of the prompts that breaks something is caught by name; one that only says it otherwise is not."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.settings import Settings
from assistant.text.prompt_versions import PromptVersions
from tests.evaluation.suites.conftest import Command

CASES = """behaviour: customer greets, asks for a parcel, and says goodbye
kind: dialogue
cases:
  - customer: james.porter@example.com
    turns:
      - {say: hello, expect: {says: [Lumora], intents: [greeting]}}
      - {say: "where is my order #W1002001?", expect: {says: ["#W1002001"], says_any: [in transit, on its way]}}
      - {say: goodbye, expect: {intents: [goodbye]}}
  - language: zh
    customer: wang.fang@example.com
    turns:
      - {say: 你好, expect: {says: [Lumora]}}
"""
ASKS = """behaviour: customer asks how long bedding can be returned
kind: answer
cases:
  - say: how long can I return bedding?
    expect: {says: [45 days], cites: [policies/returns]}
"""
BROKEN = Path(__file__).parent / "prompts" / "broken"
REWORDED = Path(__file__).parent / "prompts" / "reworded"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings over prompts to which two versions are added: one that breaks replies, one that only rewords them."""
    prompts = tmp_path / "prompts"
    for path, file in PromptVersions(Settings()).get("base").files.items():
        (prompts / path).parent.mkdir(parents=True, exist_ok=True)
        (prompts / path).symlink_to(file)
    for version in (BROKEN, REWORDED):
        (prompts / "versions").mkdir(exist_ok=True)
        (prompts / "versions" / version.name).symlink_to(version)
    return Settings(data_dir=tmp_path / "data", local_model="none", prompts_dir=prompts)


@pytest.fixture
def run(write: Callable[..., Path], command: Command) -> Command:
    root = str(write("few", "customer_greets.yaml", CASES))
    write("few", "customer_asks.yaml", ASKS)
    command("eval", "run", "few", "--cases", root, "--prompts", "base,broken,reworded", "--run", "three", code=1)
    return command


def test_a_broken_version_is_a_regression_and_the_right_cases_are_named(run: Command) -> None:
    words = ("eval", "diff", "three@base", "three@broken", "--fail-on", "regression")
    told = run(*words, code=1).output
    assert "newly failing: 1\n" in told
    assert "few/customer_greets:en (100% -> 0%)" in told
    assert "turn 2: '#W1002001' is missing" in told
    assert "customer_asks" not in told
    assert "this is a regression" in told
    found = json.loads(run(*words, "--json", code=1).output)
    assert [case["case"] for case in found["failing"]] == ["few/customer_greets:en"]
    run("eval", "diff", "three@base", "three@broken")


def test_a_harmless_rewording_is_no_regression(run: Command) -> None:
    told = run("eval", "diff", "three@base", "three@reworded", "--fail-on", "regression").output
    assert "3 cases: 100.0% -> 100.0%, p = 1.000" in told
    assert "no regression" in told
    assert run("prompts", "diff", "base", "reworded").output.count("\n+") >= 2


def test_the_blessed_run_is_what_others_are_compared_with(run: Command) -> None:
    run("eval", "diff", code=2)
    run("eval", "bless", "three")
    run("eval", "diff", "blessed", "latest", code=2)
    back = run("eval", "diff", "blessed@broken", "latest@base").output
    assert "newly passing: 1\n" in back


def test_a_run_is_written_for_machines_and_for_people(run: Command, tmp_path: Path) -> None:
    from xml.etree import ElementTree

    run("eval", "figures", "three", "--junit", str(tmp_path / "junit.xml"))
    suites = ElementTree.parse(tmp_path / "junit.xml").getroot()
    assert {suite.get("name"): suite.get("failures") for suite in suites} == {
        "few / base / none": "0",
        "few / broken / none": "1",
        "few / reworded / none": "0",
    }
    figures = json.loads(run("eval", "figures", "three", "--json").output)
    assert [column["overall"]["passed"] for column in figures["columns"]] == [3, 2, 3]
    run("eval", "report", "three", "--to", str(tmp_path / "report.html"))
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "src=" not in page
    assert "href=" not in page
    assert len(page.encode()) < 1_000_000
