"""How long a warranty runs, by the rules of the page."""

from datetime import date
from pathlib import Path

import pytest

from assistant.shop.changes.windows import warranty_until
from assistant.shop.policy import Policy

KNOWLEDGE = Path(__file__).resolve().parents[2] / "knowledge"


@pytest.fixture(scope="module")
def policy() -> Policy:
    return Policy.load(KNOWLEDGE)


@pytest.mark.parametrize(
    ("kind", "delivered", "last"),
    [
        ("speakers", date(2026, 5, 27), date(2028, 5, 27)),
        ("chairs", date(2026, 2, 28), date(2027, 2, 28)),
        ("consumables", date(2026, 8, 31), date(2027, 2, 28)),
        ("decor", date(2026, 8, 31), None),
        (None, date(2026, 8, 31), None),
    ],
)
def test_a_warranty_runs_for_the_months_of_its_kind_from_delivery(
    policy: Policy, kind: str | None, delivered: date, last: date | None
) -> None:
    assert warranty_until(policy, kind, delivered) == last
