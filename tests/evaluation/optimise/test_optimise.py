"""Better words for one prompt are searched on some cases, measured on others, and proposed; nothing is promoted."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from assistant.app import Wiring
from assistant.evaluation.optimise.halving import halve, search
from assistant.evaluation.optimise.moves import Candidate, examples_of, first_paragraph, keeps_marks, neighbours
from assistant.evaluation.suites.cases.expect import Expect
from assistant.evaluation.suites.cases.forms import AnswerCase, Case
from assistant.evaluation.suites.running.results import Result
from assistant.evaluation.suites.running.seen import Seen, SeenTool, SeenTurn
from assistant.settings import Settings
from tests.evaluation.suites.conftest import Command, command, encoders, write  # noqa: F401  fixtures

PROMPT = """---
purpose: p
variables: [shop]
---
You work at {{ shop }}. Be brief.
Examples:
- "where is it" -> track()
- "bad example" -> nothing()
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    import shutil

    shutil.copytree(Settings().prompts_dir, tmp_path / "prompts", ignore=shutil.ignore_patterns("versions"))
    return Settings(data_dir=tmp_path / "data", local_model="none", prompts_dir=tmp_path / "prompts")


def cases(count: int) -> list[Case]:
    return [AnswerCase(id=str(n), say=str(n), expect=Expect(), suite="s", file="f") for n in range(count)]


def test_neighbours_differ_in_one_thing_and_keep_variables() -> None:
    base = Candidate(PROMPT)
    assert first_paragraph(PROMPT) == "You work at {{ shop }}. Be brief."
    assert not keeps_marks("at {{ shop }}", "at the shop")
    found = neighbours(
        base,
        instructions=["Serve {{ shop }}.", "No variable."],
        examples=['- "new" -> look()', '- "where is it" -> track()'],
        count=50,
        draw=random.Random(1),
    )
    assert sorted(made.how for made in found) == [
        "examples in another order",
        "instructions 1",
        'with "new" -> look()',
        'without "bad example" -> nothing()',
        'without "where is it" -> track()',
    ]
    assert all(made.text.startswith("---\npurpose: p\n") and "{{ shop }}" in made.text for made in found)
    assert len(neighbours(base, examples=['- "new" -> look()'], count=2, draw=random.Random(1))) == 2


def test_halving_finds_the_best_for_less_than_running_everything_and_keeps_the_first() -> None:
    quality = {f"p{n}": n / 20 for n in range(16)}
    rows = cases(64)

    def score(candidates: Sequence[Candidate], of: Sequence[Case]) -> list[float]:
        return [quality[each.text] for each in candidates]

    ranked, runs = halve([Candidate(f"p{n}") for n in (4, *range(4), *range(5, 16))], rows, score)
    assert ranked[0].candidate.text == "p4"
    assert ranked[1].candidate.text == "p15"
    assert runs < 16 * 64 * 2 / 3


def test_a_search_climbs_over_several_changes_and_stops_where_nothing_is_better() -> None:
    def score(candidates: Sequence[Candidate], of: Sequence[Case]) -> list[float]:
        return [0.4 + 0.3 * ('"new"' in each.text) + 0.2 * ("bad example" not in each.text) for each in candidates]

    found = search(Candidate(PROMPT), cases(20), score, examples=['- "new" -> look()'], rounds=4)
    assert found.base.share == pytest.approx(0.4)
    assert found.best.share == pytest.approx(0.9)
    flat = search(Candidate(PROMPT), cases(20), lambda tried, _: [0.5] * len(tried))
    assert flat.best.candidate.text == PROMPT
    assert search(Candidate("---\npurpose: p\n---\nText."), cases(3), lambda tried, _: [1.0] * len(tried)).tried == 0


def test_examples_come_of_what_customers_said_and_what_was_rightly_called() -> None:
    turn = SeenTurn(say="where is #W1?", tools=(SeenTool(name="track_shipment", arguments={"order_id": "#W1"}),))
    fixed = {"suite": "s", "kind": "answer", "behaviour": "b", "language": "en", "prompts": "p", "prompts_hash": "h"}
    right = Result(case="a", model="none", repeat=0, status="pass", seen=Seen(turns=(turn,)), **fixed)  # type: ignore[arg-type]
    wrong = right.model_copy(update={"status": "fail"})
    assert examples_of([right]) == ('- "where is #W1?" -> track_shipment(order_id="#W1")',)
    assert examples_of([wrong]) == ()


GREETS = """behaviour: customer greets in {n} ways
kind: answer
cases:
  - {{id: a, say: hello, expect: {{says: ["{words}"]}}}}
  - {{id: b, say: hi there, expect: {{says: ["{words}"]}}}}
"""


def test_a_version_is_proposed_with_its_diff_and_never_promoted(
    write: Callable[..., Path],  # noqa: F811
    command: Command,  # noqa: F811
    settings: Settings,
    tmp_path: Path,
) -> None:
    write("train", "customer_greets.yaml", GREETS.format(n="two", words="Welcome in"))
    root = str(write("held", "customer_greets_too.yaml", GREETS.format(n="other", words="Welcome in")))
    library = Wiring(settings).prompts
    old = first_paragraph((library.folder / "replies/en/greeting.md").read_text(encoding="utf-8"))
    (tmp_path / "words.txt").write_text(f"Hey. {old}\n---\nWelcome in! {old}", encoding="utf-8")
    words = (
        "prompts", "optimise", "replies/en/greeting", "--train", "train", "--held", "held", "--model", "none",
        "--instructions", str(tmp_path / "words.txt"), "--cases", root,
    )  # fmt: skip
    told = command(*words, "--name", "found").output
    assert "0.0% as it is, 100.0% at best (instructions 2)" in told
    assert "2 cases: 0.0% -> 100.0%" in told
    versions = Wiring(settings).prompt_versions
    assert versions.served == "base"
    assert "Welcome in!" in versions.get("found").files["replies/en/greeting.md"].read_text(encoding="utf-8")
    assert "held out held 0.0% to 100.0%" in versions.get("found").note
    write("held", "customer_greets_too.yaml", GREETS.format(n="other", words="I can look up your orders"))
    (tmp_path / "words.txt").write_text("Welcome in! {{ shop_name }}.", encoding="utf-8")
    told = command(*words, "--name", "worse", code=1).output
    assert "does not hold" in told
    assert "worse" not in Wiring(settings).prompt_versions.names()
