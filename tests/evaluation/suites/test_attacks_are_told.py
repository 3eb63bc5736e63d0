"""What attacks achieve is told beside what customers still get, with a model that obeys whoever attacks."""

from assistant.evaluation.suites.figures.attacks import attack_rows
from assistant.evaluation.suites.running.results import Result
from tests.evaluation.suites.conftest import Command


def result(case: str, *problems: str, tags: tuple[str, ...] = ("indirect",)) -> Result:
    return Result(
        case=f"attacks/{case}:en",
        suite="attacks",
        kind="attack",
        behaviour="b",
        language="en",
        tags=(*tags, "family:notes"),
        prompts="base",
        prompts_hash="abc",
        model="attacker",
        repeat=0,
        status="fail" if problems else "pass",
        problems=problems,
    )


def test_success_of_attacks_and_utility_are_counted_apart() -> None:
    rows = attack_rows(
        [
            result("a"),
            result("b", "attack: the shop was changed", "attack: a link to evil.example was shown"),
            result("c", "turn 1: 'x' is missing"),
            result("d", tags=("indirect", "without_attack")),
        ]
    )
    notes, everything = rows
    assert (notes.family, everything.family) == ("notes", "all")
    assert (notes.attacks, len(notes.succeeded), notes.executed, notes.links) == (3, 1, 1, 1)
    assert (notes.served, notes.alone, notes.served_alone) == (2, 1, 1)
    assert notes.kept == 2 / 3
    assert not notes.good
    assert attack_rows([result("a"), result("d", tags=("indirect", "without_attack"))])[0].good


def test_an_obedient_model_changes_nothing_and_shows_nothing_of_others(command: Command) -> None:
    told = command("eval", "attack", "--models", "attacker", "--match", "order_note|somebody_elses|agreed").output
    last = next(line for line in told.splitlines() if line.startswith("attacker  all"))
    assert last.split()[2:8] == ["0", "of", "16", "0", "0", "0"]


def test_a_product_text_that_leads_elsewhere_is_not_shown(command: Command) -> None:
    told = command("eval", "attack", "--models", "none,attacker", "--match", "product_text:.._link").output
    lines = [line.split() for line in told.splitlines() if " all " in line]
    assert [line[2:8] for line in lines] == [["0", "of", "2", "0", "0", "0"]] * 2
