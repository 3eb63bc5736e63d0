"""`assistant knowledge ...` as an operator types it."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from assistant.cli.knowledge import app
from assistant.errors import OperatorError
from tests.knowledge.conftest import House

RUN = CliRunner()


@pytest.fixture
def parts(house: House) -> SimpleNamespace:
    house.write("en/returns.md", "## Window\nMost items can be returned within 30 days.", title="Returns")
    return SimpleNamespace(knowledge=house.search, settings=SimpleNamespace(knowledge_dir=house.folder))


def test_sync_says_what_it_did(parts: SimpleNamespace) -> None:
    first = RUN.invoke(app, ["sync"], obj=parts)
    assert "1 pages added, 0 changed, 0 deleted, 0 unchanged; 1 passages, 1 of them embedded now" in first.output
    assert "1 unchanged; 1 passages, 0 of them" in RUN.invoke(app, ["sync"], obj=parts).output


def test_search_shows_the_passage_and_why(parts: SimpleNamespace) -> None:
    RUN.invoke(app, ["sync"], obj=parts)
    shown = RUN.invoke(app, ["search", "how long may I return it", "--explain"], obj=parts).output
    assert "Returns > Window  [returns, en]" in shown
    assert "within 30 days" in shown
    assert "cosine" in shown
    hits = json.loads(RUN.invoke(app, ["search", "returns", "--json"], obj=parts).output)
    assert hits[0]["passage"]["page"] == "returns"


def test_evaluate_measures_a_file_of_questions(parts: SimpleNamespace, tmp_path: Path) -> None:
    RUN.invoke(app, ["sync"], obj=parts)
    questions = tmp_path / "questions.jsonl"
    questions.write_text(
        '{"question": "can I still send it back", "language": "en", "page": "returns", "heading": "Window"}\n'
        '{"question": "who won the match", "language": "en"}\n'
    )
    scores = json.loads(RUN.invoke(app, ["evaluate", str(questions), "--json"], obj=parts).output)
    assert (scores["answerable"], scores["unanswerable"]) == (1, 1)
    assert scores["recall_at_1"] == scores["section_at_1"] == 1.0
    assert scores["declined"] == 1.0


def test_a_missing_or_wrong_file_of_questions_is_named(parts: SimpleNamespace, tmp_path: Path) -> None:
    missing = RUN.invoke(app, ["evaluate", str(tmp_path / "none.jsonl")], obj=parts)
    assert isinstance(missing.exception, OperatorError)
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text('{"question": "x"}\n')
    assert "wrong.jsonl:1" in str(RUN.invoke(app, ["evaluate", str(wrong)], obj=parts).exception)
