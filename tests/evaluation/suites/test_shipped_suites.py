"""The suites that ship: their cases are in order, and the smoke suite passes in less than a minute without a model."""

import time

from assistant.evaluation.suites.cases.reading import read_suites, suite_entries
from assistant.settings import PROJECT_DIR, Settings
from tests.evaluation.suites.conftest import Command

EVALS = PROJECT_DIR / "evals"


def test_there_are_more_than_400_cases_beside_the_labelled_messages() -> None:
    suites = {suite.name: suite.cases for suite in read_suites(EVALS)}
    assert sum(len(cases) for name, cases in suites.items() if name != "routing") > 400
    for name, cases in suites.items():
        languages = [case.language for case in cases]
        assert min(languages.count("en"), languages.count("zh")) > len(cases) / 3, name


def test_every_suite_says_what_it_shows() -> None:
    assert all(len(entry.about) > 20 for entry in suite_entries(EVALS).values())


def test_all_cases_are_in_order(command: Command) -> None:
    told = command("eval", "check").output
    assert " 0 errors" in told


def test_smoke_passes_in_less_than_a_minute_without_a_model(command: Command, settings: Settings) -> None:
    started = time.process_time()
    told = command("eval", "run", "smoke", "--no-cache", "--models", "none", "--run", "smoke").output
    assert time.process_time() - started < 60
    assert "100.0%" in told
    runs = settings.data_dir / "evals" / "smoke" / "results.jsonl"
    assert runs.read_text(encoding="utf-8").count("\n") >= 40
