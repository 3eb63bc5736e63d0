"""What a customer did just before they wrote: read from the log, learned from, and counted by the router."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from assistant.clock import FixedClock
from assistant.ids import CustomerId
from assistant.insight.behaviour.lately import Lately
from assistant.insight.behaviour.learning import PRIOR, KeptPrior, examples_of
from assistant.insight.behaviour.prior import BehaviourPrior
from assistant.insight.events.event import Event, Kind
from assistant.insight.events.log import Log
from assistant.insight.learning.artefacts import Artefact
from assistant.insight.learning.wishes import keep_up

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


def test_a_prior_is_taken_up_when_it_comes_into_force_and_let_go_when_it_is_taken_back(tmp_path: Path) -> None:
    kept, artefact = KeptPrior(tmp_path / "prior"), Artefact("prior", tmp_path / "prior")
    assert not kept.there
    assert kept.lift(("view",)) == {}
    prior = BehaviourPrior({"a": 5, "b": 5}, {"view": {"a": 5.0}}, weight=1.0, trust=1.0)
    artefact.put(lambda folder: prior.save(folder / PRIOR), data_sha256="", figures={}, at=NOW)
    assert kept.there
    assert kept.lift(("view",))["a"] > 0
    artefact.versions.undo()
    assert not kept.there


def test_each_night_a_prior_is_trusted_by_the_messages_that_came_since(tmp_path: Path) -> None:
    log, artefact = Log.open(tmp_path / "events", FixedClock(NOW)), Artefact("prior", tmp_path / "prior")
    right, wrong = ("return_items", "track_shipment"), ("track_shipment", "return_items")
    log.append([one for n in range(200) for one in _wish(n, 9000 - 10 * n, *right)])
    first = keep_up(artefact, log, FixedClock(NOW))
    assert (first.messages, first.new) == (200, 200)
    assert first.prior.lift(("return_page",))["return_items"] > 0
    log.append([one for n in range(200, 240) for one in _wish(n, 1000 - 10 * (n - 200), *wrong)])
    second = keep_up(artefact, log, FixedClock(NOW))
    assert (second.messages, second.new) == (240, 40)
    assert second.prior.trust < 0.5 < first.prior.trust
    assert KeptPrior(tmp_path / "prior").lift(("return_page",)) == {}
    assert keep_up(artefact, log, FixedClock(NOW)).new == 0


def _wish(number: int, minutes_ago: float, after_returns: str, after_account: str) -> list[Event]:
    """A message whose reading was a guess, and what it was corrected to, which the page before it tells."""
    returns = number // 2 % 2 == 0
    act: Kind = "return_page" if returns else "account_page"
    wanted, who = (after_returns if returns else after_account), f"customer{number}"
    read = ("return_items", "track_shipment")[number // 4 % 2]
    told = {"customer": who, "conversation": f"talk{number}"}
    return [
        event(act, minutes_ago, customer=who),
        event("decision", minutes_ago - 1, intent=read, value=0.4, **told),  # type: ignore[arg-type]
        event("correction", minutes_ago - 2, intent=wanted, **told),  # type: ignore[arg-type]
    ]
