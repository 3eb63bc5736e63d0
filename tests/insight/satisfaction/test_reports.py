"""What customers said and what is foreseen: reported side by side, each with how sure it is."""

from datetime import timedelta
from pathlib import Path

import pytest

from assistant.clock import FixedClock
from assistant.desk.desk import Desk
from assistant.desk.figures import Period
from assistant.ids import CustomerId
from assistant.insight.learning.artefacts import Artefact
from assistant.insight.learning.ratings import enough, retrain
from assistant.insight.satisfaction.conversations import rated
from assistant.insight.satisfaction.leaving import leaving
from assistant.insight.satisfaction.own import own_moments
from assistant.insight.satisfaction.serving import MODEL, Foresight
from assistant.insight.satisfaction.survey import survey
from assistant.insight.satisfaction.training import train
from assistant.insight.satisfaction.trend import foreseen
from assistant.memory.exporting import export_customer
from assistant.storage.conversation_tables import ConversationRow, MessageRow
from assistant.storage.desk_tables import RatingRow
from assistant.storage.engine import Database
from assistant.storage.shop_tables import CustomerRow, OrderRow
from tests.desk.conftest import waiting_in
from tests.insight.satisfaction.conftest import CROSS, NOW, PLEASED, Held

PERIOD = Period(first=(NOW - timedelta(days=6)).date(), last=NOW.date())


def test_the_survey_tells_who_answered_and_how_sure_its_figures_are(database: Database, held: Held) -> None:
    for stars, reason in ((5, "solved"), (4, "solved"), (1, "unsolved")):
        held(*PLEASED, stars=stars, reason=reason)
    for _ in range(7):
        held(*PLEASED, days_ago=1)
    held(*PLEASED, days_ago=30, stars=1)
    found = survey(database, PERIOD)
    assert (found.asked, found.answered, found.response) == (10, 3, 0.3)
    assert 0.1 < found.response_interval[0] < 0.3 < found.response_interval[1] < 0.65
    assert found.mean == pytest.approx(10 / 3)
    assert found.mean_interval[0] < found.mean < found.mean_interval[1] <= 5
    assert found.stars == (1, 0, 0, 1, 1)
    assert found.dissatisfied == pytest.approx(1 / 3)
    assert found.reasons == (("solved", 2, 4.5), ("unsolved", 1, 1.0))
    assert found.days[-1][1:] == (pytest.approx(10 / 3), 3)


def test_nobody_who_rated_gives_no_figures_but_the_whole_scale(database: Database, held: Held) -> None:
    held(*PLEASED)
    found = survey(database, PERIOD)
    assert (found.answered, found.mean, found.mean_interval) == (0, 0.0, (1, 5))


def test_words_of_a_rating_are_kept_without_personal_data_exported_and_forgotten(
    database: Database, held: Held
) -> None:
    own = held(*PLEASED, stars=2, reason="slow", comment="write to jane.roe@example.com or call +1 415 555 0134")
    with database.read() as session:
        row = session.get_one(RatingRow, own)
        assert "jane.roe" not in row.comment
        assert "555" not in row.comment
        (told,) = export_customer(session, CustomerId("ann"))["conversations"]
    assert told["rating"]["stars"] == 2
    assert told["rating"]["reason"] == "slow"


def test_predictions_never_enter_the_survey_nor_ratings_the_predictions(
    database: Database, held: Held, foresight: Foresight
) -> None:
    own = held(*CROSS)
    assert survey(database, PERIOD).answered == 0
    before = foresight.chances([own])[own]
    held(*CROSS, stars=5)
    found = foreseen(database, foresight, PERIOD)
    assert foresight.chances([own])[own] == before
    assert (found.conversations, found.both[:2]) == (2, (1, 0.0))
    assert found.both[2] > 0.5


def test_the_cross_customer_is_foreseen_with_what_speaks_for_it_and_listed_first(
    database: Database, held: Held, foresight: Foresight
) -> None:
    pleased, cross = held(*PLEASED), held(*CROSS)
    found = foreseen(database, foresight, PERIOD)
    assert [own for own, _, _ in found.worst] == [cross, pleased]
    assert found.worst[0][2] == CROSS[4]
    assert found.worst[0][1].drivers
    assert found.drivers
    assert found.model == "own dialogues"
    assert [count for _, _, count in found.days][-1] == 2


def test_a_prediction_changes_when_somebody_writes(database: Database, held: Held, foresight: Foresight) -> None:
    own = held(*PLEASED)
    before = foresight.chances([own])[own]
    with database.write() as session:
        row = session.get_one(ConversationRow, own)
        row.last_at = later = NOW + timedelta(minutes=1)
        new = {"message_id": "m", "conversation_id": own, "turn_id": "t", "author": "customer", "citations": []}
        session.add(MessageRow(**new, text="no, that is wrong! useless. I want a human", at=later))
    assert foresight.chances([own])[own] > before


def test_the_queue_puts_whom_it_foresees_dissatisfied_first_but_lets_nobody_wait_for_ever(
    database: Database, held: Held
) -> None:
    class Known:
        """Foresees what it is told."""

        def __init__(self) -> None:
            self.low: dict[str, float] = {}

        def chances(self, ids: object) -> dict[str, float]:
            return dict(self.low)

    known, clock = Known(), FixedClock(NOW)
    desk = Desk(database, clock, foresees=known)
    first = waiting_in(desk)("hello")
    second = waiting_in(desk)("hello again")
    cases = {case.handoff_id: case.conversation_id for case in desk.queue.waiting()}
    known.low = {cases[first]: 0.1, cases[second]: 0.9}
    assert [case.handoff_id for case in desk.queue.waiting()] == [second, first]
    assert desk.queue.waiting()[0].predicted == 0.9
    clock.advance(timedelta(minutes=40))
    third = waiting_in(desk)("and hello")
    cases |= {case.handoff_id: case.conversation_id for case in desk.queue.waiting()}
    known.low = {cases[first]: 0.1, cases[second]: 0.2, cases[third]: 0.95}
    assert [case.handoff_id for case in desk.queue.waiting()] == [second, first, third]


def test_own_ratings_teach_the_model_only_when_there_are_enough(database: Database, held: Held) -> None:
    for n in range(6):
        held(*(PLEASED if n % 2 else CROSS), stars=5 if n % 2 else 1)
    assert not enough(rated(database))


def test_own_ratings_that_say_something_else_than_the_dialogues_that_ship_are_learned(
    database: Database, held: Held, foresight: Foresight
) -> None:
    """In this shop customers who write 'kettle' are dissatisfied, whatever else they say."""
    for n in range(240):
        thing = "kettle" if n % 3 == 0 else ("lamp", "desk", "chair", "sofa")[n % 4]
        stars = 1 if thing == "kettle" else 5
        held(f"What about my {thing}, order {n}?", f"Your {thing} comes on day {n % 28}.", "fine", stars=stars)
    moments = rated(database)
    assert enough(moments)
    found = retrain(moments, foresight.model)
    assert found.passes
    assert found.after.auroc > 0.95
    assert found.after.auroc > found.before.auroc


def test_a_model_that_own_ratings_taught_serves_at_once_and_its_rollback_too(
    database: Database, held: Held, foresight: Foresight, tmp_path: Path
) -> None:
    own = held(*CROSS)
    before = foresight.of([own])
    artefact = Artefact("satisfaction", tmp_path / "insight" / "satisfaction")
    other = train(own_moments(), with_now=True, kinds=("lightgbm",))
    artefact.put(lambda folder: other.save(folder / MODEL), data_sha256="x", figures={}, at=NOW)
    assert foresight.name == "0001"
    assert foresight.of([own]) != before
    artefact.versions.undo()
    assert foresight.name == "own dialogues"
    assert foresight.of([own]) == before


def _customers(database: Database, count: int) -> None:
    with database.write() as session:
        for n in range(count):
            session.add(
                CustomerRow(
                    customer_id=f"c{n}", position=n, first_name="A", last_name="B", email=f"c{n}@example.com",
                    email_key=f"c{n}@example.com", language="en", country="US", address1="", address2="", city="",
                    state="", zip="",
                )
            )  # fmt: skip


def test_who_may_leave_is_reported_with_what_goes_along_and_only_of_enough_customers(
    database: Database, held: Held
) -> None:
    assert not leaving(database, NOW).enough
    _customers(database, 120)
    with database.write() as session:
        session.flush()
        for n in range(120):
            days = [300, 200, *([20] if n % 2 else [])]  # every other one has not come back
            for m, ago in enumerate(days):
                session.add(_order(n, m, ago))
    for n in range(0, 120, 2):
        held(*CROSS, days_ago=150, stars=1, customer=f"c{n}")
    found = leaving(database, NOW)
    assert found.enough
    assert (found.customers, found.left) == (120, 60)
    top = found.factors[0]
    assert top.name in ("rated_low", "wrote")
    assert top.left_with == 1.0
    assert top.interval_with[0] > top.interval_without[1]
    assert found.auroc > 0.95
    assert {customer for customer, _, _ in found.likely} <= {f"c{n}" for n in range(0, 120, 2)}


def _order(customer: int, number: int, ago: int) -> OrderRow:
    return OrderRow(
        order_id=f"#W{customer:04d}{number}", customer_id=f"c{customer}", sequence=number, status="delivered",
        placed_at=NOW - timedelta(days=ago), address1="", city="", country="US", zip="",
    )  # fmt: skip
