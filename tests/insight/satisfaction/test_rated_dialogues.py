"""Rated dialogues are read in the public set's form, and what can't be read is named."""

from pathlib import Path

import pytest

from assistant.errors import OperatorError
from assistant.insight.satisfaction.dialogues import read_rated, write_rated
from assistant.insight.satisfaction.own import aside_moments, own_moments
from assistant.insight.satisfaction.simulation import simulate

USS = """
user\tHello!\t\t4,3,4,3
system\thello!\t\t
user\tsome drama movies, please\tINFORM\t3,2,2
system\tHave you seen this one?\t\t
USER\tOVERALL\t\t3,5,4,4

SYSTEM\t你是商品有问题要换货吗\t\t\t
USER\t我只是要问售后点在哪里而已\t保修返修及退换货政策\t1,1,3\t
USER\tOVERALL\t\t1,1,1\t没有解决;没有理解;差
"""


def test_each_rated_message_becomes_a_moment_with_what_was_said_before_it(tmp_path: Path) -> None:
    path = tmp_path / "SGD.txt"
    path.write_text(USS, encoding="utf-8")
    moments = read_rated(path)
    assert [(m.dialogue, len(m.lines), m.is_whole) for m in moments] == [
        (0, 0, False), (0, 2, False), (0, 4, True), (1, 1, False), (1, 2, True)
    ]  # fmt: skip
    assert moments[1].now is not None
    assert moments[1].now.text == "some drama movies, please"


def test_the_majority_rates_and_of_two_as_frequent_the_lower_one(tmp_path: Path) -> None:
    path = tmp_path / "any.txt"
    path.write_text(USS, encoding="utf-8")
    assert [m.rating for m in read_rated(path)] == [3, 2, 4, 1, 1]


@pytest.mark.parametrize("line", ["USER\thi\t\t7", "USER\thi\t\tgood", "nobody\thi\t\t3"])
def test_a_line_of_another_form_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "bad.txt"
    path.write_text(f"SYSTEM\thello\t\t\n{line}\n", encoding="utf-8")
    with pytest.raises(OperatorError, match="line 2"):
        read_rated(path)


def test_a_file_in_which_nothing_is_rated_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plain.txt"
    path.write_text("USER\thi\t\t\n", encoding="utf-8")
    with pytest.raises(OperatorError, match="nothing in"):
        read_rated(path)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_made_up_dialogues_are_the_same_for_the_same_seed_and_read_back_as_written(
    tmp_path: Path, language: str
) -> None:
    first, second = simulate(20, seed=3, language=language), simulate(20, seed=3, language=language)
    assert first == second != simulate(20, seed=4, language=language)
    write_rated(tmp_path / "made_up.txt", first)
    assert sum(moment.is_whole for moment in read_rated(tmp_path / "made_up.txt")) == 20


def test_what_is_kept_aside_to_measure_on_is_nowhere_among_what_is_learned() -> None:
    learned, aside = ({moment.lines for moment in some if moment.is_whole} for some in (own_moments(), aside_moments()))
    assert len(aside) == 30
    assert not aside & learned


def test_sixty_dialogues_a_language_ship_with_the_code_and_both_tellings_of_a_story_go_together() -> None:
    moments = own_moments()
    wholes = [moment.dialogue for moment in moments if moment.is_whole]
    assert len(wholes) == 2 * len(set(wholes)) >= 120
