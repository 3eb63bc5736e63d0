"""What a session leads to next: learned from sessions, told by several methods, measured beside each other."""

from pathlib import Path

import numpy as np
import pytest

from assistant.errors import OperatorError
from assistant.insight.recommend.blend import Blend, top
from assistant.insight.recommend.made_sessions import as_lines, made_sessions
from assistant.insight.recommend.measure import RecommenderFigures, measure
from assistant.insight.recommend.session_files import by_time, read_sessions, read_split
from assistant.insight.recommend.sessions import Session

DAY = 86_400.0


@pytest.fixture(scope="module")
def figures() -> RecommenderFigures:
    train, tested = by_time(made_sessions(8_000, items=900, groups=40, seed=3))
    return measure(train, tested)


def test_every_method_that_looks_at_the_session_beats_what_is_popular(figures: RecommenderFigures) -> None:
    by_name = {method.method: method for method in figures.methods}
    popular = by_name.pop("popularity")
    for method in by_name.values():
        assert method.all.recall > popular.all.recall + 0.2
        assert method.unseen_only.recall > popular.unseen_only.recall + 0.2


def test_the_blend_is_at_least_as_good_as_its_best_member(figures: RecommenderFigures) -> None:
    *members, blend = figures.methods
    assert blend.method == "blend"
    assert blend.all.recall + blend.all.mrr >= max(member.all.recall + member.all.mrr for member in members) - 0.005


def test_a_list_takes_less_than_five_milliseconds(figures: RecommenderFigures) -> None:
    assert figures.methods[-1].p50_ms < 5


def test_the_same_sessions_give_the_same_figures(figures: RecommenderFigures) -> None:
    train, tested = by_time(made_sessions(8_000, items=900, groups=40, seed=3))
    again = measure(train, tested)
    assert [(m.all, m.unseen) for m in again.methods] == [(m.all, m.unseen) for m in figures.methods]
    assert again.weights == figures.weights


def test_what_was_met_together_comes_next_and_strangers_are_left_out() -> None:
    sessions = [Session(("lamp", "bulb"), float(at)) for at in range(20)]
    sessions += [Session(("kettle", "tea"), float(at)) for at in range(20)]
    blend = Blend.fit(sessions, ["never met"])
    assert max((score, item) for item, score in blend.after(["lamp"]).items() if item != "lamp")[1] == "bulb"
    assert "never met" not in blend.after(["kettle"])
    assert blend.after(["unheard of"]) == {}


def test_equal_scores_stand_in_the_same_order_always() -> None:
    assert top(np.array([0.0, 1.0, 2.0, 1.0, 1.0]), 3).tolist() == [2, 1, 3]


def test_a_file_of_the_public_form_is_read_back_as_it_was_made(tmp_path: Path) -> None:
    made = made_sessions(300, items=60, groups=6, days=5, seed=1)
    path = tmp_path / "clicks.txt"
    path.write_text("\n".join(as_lines(made)), encoding="utf-8")
    read = read_sessions(path)
    assert [session.items for session in read] == [tuple(i.lstrip("i") for i in session.items) for session in made]


def test_commas_and_iso_moments_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "clicks.csv"
    path.write_text("Time,SessionId,ItemId\n2014-04-07T10:52:00Z,1,b\n2014-04-07T10:51:00Z,1,a\n", encoding="utf-8")
    assert [session.items for session in read_sessions(path)] == [("a", "b")]


@pytest.mark.parametrize(
    "text",
    [
        "1,2014-04-07T10:52:00.277Z,214,0\n1,2014-04-07T10:51:09.277Z,213,0\n",
        "session_id;timestamp;item_id;category\n1;1396867920277;214;0\n1;1396867869277;213;0\n",
    ],
)
def test_clicks_as_they_were_published_and_milliseconds_are_read_too(tmp_path: Path, text: str) -> None:
    path = tmp_path / "yoochoose-clicks.dat"
    path.write_text(text, encoding="utf-8")
    (session,) = read_sessions(path)
    assert session.items == ("213", "214")
    assert session.ended == pytest.approx(1396867920.277)


def test_the_last_day_is_tested_and_only_on_items_that_were_learned() -> None:
    old = [Session(("a", "b"), at * DAY) for at in range(10)]
    train, tested = by_time([*old, Session(("a", "b"), 9.5 * DAY)])
    assert [session.ended for session in tested] == [9.0 * DAY, 9.5 * DAY]
    assert len(train) == 9


def test_a_test_file_beside_the_training_file_is_found(tmp_path: Path) -> None:
    head = "SessionId\tItemId\tTime\n"
    (tmp_path / "clicks_train_full.txt").write_text(head + "1\ta\t1\n1\tb\t2\n", encoding="utf-8")
    (tmp_path / "clicks_test.txt").write_text(head + "7\ta\t9\n7\tnew\t10\n7\tb\t11\n", encoding="utf-8")
    train, tested = read_split(tmp_path / "clicks_train_full.txt")
    assert [session.items for session in train] == [("a", "b")]
    assert [session.items for session in tested] == [("a", "b")]


@pytest.mark.parametrize(
    "text", ["a,b,c\n1,2,3\n", "SessionId,ItemId,Time\n1,2\n", "SessionId,ItemId,Time\n1,2,soon\n"]
)
def test_a_file_of_another_form_is_refused_with_a_hint(tmp_path: Path, text: str) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OperatorError, match=r"wrong\.csv") as refused:
        read_sessions(path)
    assert "SessionId" in refused.value.fix
