"""What a customer did just before they wrote: read from the log, learned from, and counted by the router."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from assistant.clock import FixedClock
from assistant.ids import CustomerId
from assistant.insight.behaviour.lately import Lately
from assistant.insight.behaviour.learning import KeptPrior, examples_of
from assistant.insight.behaviour.prior import BehaviourPrior
from assistant.insight.events.event import Event, Kind
from assistant.insight.events.log import Log

NOW = datetime(2026, 11, 24, 0, 10, tzinfo=UTC)
EMMA = CustomerId("emma")


def event(kind: Kind, minutes_ago: float, customer: str = "emma", **more: object) -> Event:
    at = NOW - timedelta(minutes=minutes_ago)
    return Event(f"{kind}-{minutes_ago}-{customer}", at, kind, "browser", "visitor", customer=customer, **more)  # type: ignore[arg-type]


def test_acts_of_the_last_half_hour_count_also_across_midnight_and_only_ones_own(tmp_path: Path) -> None:
    log = Log.open(tmp_path / "events", FixedClock(NOW))
    log.append(
        [
            event("return_page", 2),
            event("view", 15, item="lamp"),
            event("view", 20, item="bulb"),
            event("search", 45),
            event("cart_add", 3, customer="somebody else", item="tea"),
        ]
    )
    lately = Lately(tmp_path / "events", FixedClock(NOW))
    assert lately.acts(EMMA) == ("return_page", "view", "view")
    assert lately.items(EMMA) == ["bulb", "lamp"]


def test_without_a_log_nothing_is_known(tmp_path: Path) -> None:
    lately = Lately(tmp_path / "events", FixedClock(NOW))
    assert lately.acts(EMMA) == ()
    assert lately.items(EMMA) == []
    assert not (tmp_path / "events").exists()


def test_examples_are_decisions_with_acts_before_and_what_they_were_corrected_to() -> None:
    events = [
        event("return_page", 9),
        event("decision", 8, intent="track_shipment", value=0.4, conversation="one"),
        event("correction", 7, intent="return_items", conversation="one"),
        event("decision", 6, customer="nobody", intent="greeting", value=0.9, conversation="two"),
    ]
    found = examples_of(events)
    assert [(example.acts, example.intent) for example in found] == [(("return_page",), "return_items")]
    assert found[0].read[0] == ("track_shipment", 0.4)


def test_a_prior_is_taken_up_when_its_file_comes_and_let_go_when_it_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "prior.json"
    kept = KeptPrior(path)
    assert not kept.there
    assert kept.lift(("view",)) == {}
    BehaviourPrior({"a": 5, "b": 5}, {"view": {"a": 5.0}}, weight=1.0, trust=1.0).save(path)
    assert kept.there
    assert kept.lift(("view",))["a"] > 0
    path.unlink()
    assert not kept.there
