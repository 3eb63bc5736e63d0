"""The model foresees who is dissatisfied, says why, and says the same after it was written to a file."""

from pathlib import Path

import numpy as np
import pytest

from assistant.insight.satisfaction.bench import measure_unlike, measure_ways, published_for
from assistant.insight.satisfaction.calibrating import Calibration, fit, kinds_of, known_words, newness
from assistant.insight.satisfaction.dialogues import Line, Moment, read_rated, write_rated
from assistant.insight.satisfaction.figures import figures_of, found_first, kappa
from assistant.insight.satisfaction.measures import NAMES, measure
from assistant.insight.satisfaction.model import COLUMNS, SatisfactionModel
from assistant.insight.satisfaction.own import IGNORED, aside_moments, own_moments
from assistant.insight.satisfaction.simulation import simulate
from assistant.insight.satisfaction.training import parts_of, train
from assistant.insight.satisfaction.words import rows_of


@pytest.fixture(scope="module")
def model() -> SatisfactionModel:
    return train(own_moments(), with_now=True, ignored=IGNORED)


def whole(*said: str) -> Moment:
    """A conversation that the customer began, both sides in turn."""
    lines = tuple(Line("shop" if n % 2 else "customer", text) for n, text in enumerate(said))
    return Moment(lines, None, (), 0)


GOOD = (
    whole("Is the desk lamp dimmable?", "Yes, in five steps.", "lovely, thanks!", "You're welcome."),
    whole("台灯能调光吗", "可以，五档。", "太好了，谢谢！", "不客气。"),
)
BAD = (
    whole(
        "Where's my sofa?", "I could not find it.", "I told you the number already, where is my sofa?",
        "I could not find it.", "this is useless, give me a human", "I'm sorry, I did not understand.",
    ),
    whole(
        "我的沙发呢", "没有找到。", "我说过订单号了，沙发呢？", "没有找到。", "没用，转人工", "抱歉，没明白您的意思。",
    ),
)  # fmt: skip


def test_a_customer_who_must_say_everything_twice_is_foreseen_before_one_who_thanks(model: SatisfactionModel) -> None:
    good, bad = ([one.dissatisfied for one in model.predict(moments)] for moments in (GOOD, BAD))
    assert max(good) < 0.3 < 0.6 < min(bad)


def test_a_prediction_says_what_moves_it(model: SatisfactionModel) -> None:
    told = model.predict(BAD, drivers=4)
    for prediction in told:
        assert len(prediction.drivers) == 4
        assert any(moved > 0 for _, moved in prediction.drivers)
        assert {name for name, _ in prediction.drivers} <= set(COLUMNS) - set(IGNORED)


def test_a_conversation_unlike_any_that_was_learned_from_is_not_foreseen_for_certain(model: SatisfactionModel) -> None:
    calm = Moment(tuple(Line("customer", "and where is the lamp") for _ in range(60)), None, (), 0)
    assert all(abs(moved) < 4 for _, moved in model.predict([calm], drivers=10)[0].drivers)


def test_the_queue_is_ranked_well_on_chats_of_a_style_that_was_never_learned(model: SatisfactionModel) -> None:
    found = measure_unlike(aside_moments(), model)
    assert found.figures.auroc > 0.9
    assert found.figures.found >= 0.8
    assert found.queue is not None
    assert found.queue >= 0.8


def test_a_chat_in_new_words_is_foreseen_the_more_mildly() -> None:
    shares = np.array([0.02, 0.98])
    known, new = (Calibration(slope=2.0, milder=1.0).chances(shares, np.full(2, n), np.zeros(2)) for n in (0.0, 0.9))
    assert known[0] < new[0] < 0.5 < new[1] < known[1]


def test_overconfidence_on_new_words_is_learned_and_overconfidence_on_known_ones_is_not_made_up() -> None:
    chance = np.random.default_rng(3)
    shares, newness_ = chance.uniform(0.02, 0.98, 4000), chance.choice([0.1, 0.9], 4000)
    odds = np.log(shares / (1 - shares)) * np.where(newness_ > 0.5, 0.3, 1.0)
    low = chance.random(4000) < 1 / (1 + np.exp(-odds))
    found = fit(shares, newness_, np.zeros(4000), low)
    assert found.slope - 0.1 * found.milder == pytest.approx(1.0, abs=0.15)
    assert found.slope - 0.9 * found.milder == pytest.approx(0.3, abs=0.15)


def test_newness_is_the_share_of_words_that_nothing_learned_holds() -> None:
    learned, other = (
        rows_of([whole("where is my parcel", answer)], with_now=True) for answer in ("tomorrow", "no idea at all")
    )
    known = known_words(learned)
    assert newness(learned, known).tolist() == [0.0]
    assert 0.0 < newness(other, known)[0] < 1.0


def test_dialogues_of_a_kind_are_held_back_together_in_folds_of_one_size() -> None:
    moments = own_moments()
    kinds = kinds_of(moments, rows_of(moments, with_now=True), 4)
    of_dialogue = {moment.dialogue: int(kind) for moment, kind in zip(moments, kinds, strict=True)}
    assert all(of_dialogue[m.dialogue] == kind for m, kind in zip(moments, kinds, strict=True))
    sizes = [list(of_dialogue.values()).count(kind) for kind in range(4)]
    assert max(sizes) - min(sizes) <= 4


def test_a_model_read_from_its_file_says_the_same(model: SatisfactionModel, tmp_path: Path) -> None:
    model.save(tmp_path / "model.npz")
    again = SatisfactionModel.load(tmp_path / "model.npz")
    assert again is not None
    assert again.predict(GOOD + BAD, drivers=3) == model.predict(GOOD + BAD, drivers=3)


def test_training_twice_gives_the_same_file(model: SatisfactionModel, tmp_path: Path) -> None:
    model.save(tmp_path / "one.npz")
    train(own_moments(), with_now=True, ignored=IGNORED).save(tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


def test_a_file_of_another_form_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "model.npz").write_bytes(b"nonsense")
    assert SatisfactionModel.load(tmp_path / "model.npz") is None
    assert SatisfactionModel.load(tmp_path / "none.npz") is None


def test_history_alone_knows_nothing_of_the_message_at_the_moment() -> None:
    lines = (Line("customer", "hi"), Line("shop", "hello"))
    without = measure(lines, None)
    assert all(np.isnan(without[NAMES.index(name)]) for name in NAMES if name.startswith("now_"))


def test_a_dialogue_is_never_in_two_folds_and_each_draw_deals_them_otherwise() -> None:
    moments = own_moments()
    draws = [parts_of(moments, 5, draw) for draw in range(3)]
    for parts in draws:
        for dialogue in {moment.dialogue for moment in moments}:
            assert len({int(p) for p, m in zip(parts, moments, strict=True) if m.dialogue == dialogue}) == 1
    assert not (draws[0] == draws[1]).all()
    assert not (draws[1] == draws[2]).all()


def test_who_is_too_modest_about_what_is_nearly_sure_is_heard_louder_there_and_only_there() -> None:
    chance = np.random.default_rng(3)
    odds = chance.normal(0.0, 1.5, 4000)
    shares, none = 1.0 / (1.0 + np.exp(-odds)), np.zeros(len(odds))
    straight = fit(shares, none, none, chance.random(len(odds)) < shares)
    assert straight.bend == 0.0
    truth = 1.0 / (1.0 + np.exp(-(odds + 2.0 * np.maximum(odds - 1.0, 0.0))))
    bent = fit(shares, none, none, chance.random(len(odds)) < truth)
    told = bent.chances(np.array([0.3, 0.9]), np.zeros(2), np.zeros(2))
    assert bent.bend > 1.0
    assert told[0] == pytest.approx(0.3, abs=0.05)
    assert told[1] > 0.97


@pytest.mark.parametrize("language", ["en", "zh"])
def test_made_up_dissatisfaction_is_found_in_either_way_of_reading(tmp_path: Path, language: str) -> None:
    write_rated(tmp_path / "made_up.txt", simulate(200, seed=11, language=language))
    for way in measure_ways(read_rated(tmp_path / "made_up.txt"), folds=3, draws=1):
        assert way.figures.auroc > 0.8
        assert way.figures.kappa > 0.2
        assert way.figures.ece <= 0.05
        assert way.queue is not None
        assert way.queue >= 0.8


def test_labels_without_any_meaning_are_not_foreseen(tmp_path: Path) -> None:
    chance = np.random.default_rng(5)
    made_up = [
        [(line, [int(chance.integers(1, 6))] if rated else ()) for line, rated in dialogue]
        for dialogue in simulate(120, seed=5)
    ]
    write_rated(tmp_path / "noise.txt", made_up)
    for way in measure_ways(read_rated(tmp_path / "noise.txt"), folds=3, draws=1):
        assert abs(way.figures.kappa) < 0.12
        assert 0.4 < way.figures.auroc < 0.6


def test_kappa_agrees_with_scikit_learn() -> None:
    from sklearn.metrics import cohen_kappa_score

    chance = np.random.default_rng(1)
    one, two = chance.integers(1, 6, 300), chance.integers(2, 5, 300)
    assert kappa(one, two) == pytest.approx(cohen_kappa_score(one, two))
    assert kappa(one, two, quadratic=True) == pytest.approx(cohen_kappa_score(one, two, weights="quadratic"))


def test_the_published_f1_divides_by_at_least_one() -> None:
    labels, ratings = np.array([2, 2, 3, 3, 3, 3, 3, 3]), np.array([2, 3, 2, 2, 2, 3, 3, 3])
    found = figures_of(labels, ratings, np.linspace(0.1, 0.9, 8))
    assert found.f1 == pytest.approx(2 * 0.25 * 0.5 / 0.75)
    assert found.f1_published == pytest.approx(2 * 0.25 * 0.5)


def test_the_first_part_of_a_queue_is_counted_by_rank() -> None:
    low = np.array([True, False, False, False, True])
    assert found_first(np.array([0.9, 0.1, 0.2, 0.3, 0.8]), low) == 1.0
    assert found_first(np.array([0.1, 0.9, 0.8, 0.3, 0.2]), low) == 0.0


def test_published_figures_stand_beside_the_file_that_they_are_of() -> None:
    assert published_for(Path("SGD.txt")) == {"kappa": 0.118, "f1": 0.086, "uar": 0.293}
    assert published_for(Path("ReDial-1000.txt"))["uar"] == 0.261
    assert published_for(Path("ours.txt")) == {}
