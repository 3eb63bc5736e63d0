"""The lead's page of satisfaction and the ranked queue in a real Chromium, on a desk and on a phone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from assistant.ids import ConversationId
from assistant.storage.conversation_tables import ConversationRow, MessageRow
from assistant.text.language import Language
from tests.web.chromium.conftest import PHONE, Place
from tests.web.chromium.test_desk import DESK, EMMA, Look, enter, fits, hold, look

__all__ = ["enter", "look"]
REASONS = ("solved", "quick", "slow", "unsolved", "person", "misunderstood")
SAID: tuple[tuple[str, ...], ...] = (
    ("Where is my order?", "thanks, great"),
    ("where is my purple flugelhorn?", "no, I asked about the flugelhorn!", "useless, I want a human"),
    ("Can I return headphones I opened?", "perfect, thank you"),
)


def month(place: Place, count: int = 40) -> None:
    """Conversations of the last weeks, some of them rated."""
    for n in range(count):
        own = hold(place, EMMA if n % 2 else None, *SAID[n % 3])
        ago = timedelta(days=n % 20)
        with place.wiring.database.write() as session:
            row = session.get_one(ConversationRow, own)
            row.started_at -= ago
            row.last_at -= ago
            for message in session.query(MessageRow).where(MessageRow.conversation_id == own):
                message.at -= ago
        if n % 2:
            stars = 1 + (n % 2) if n % 3 == 1 else 4 + n % 2
            place.wiring.desk.queue.rate(ConversationId(own), stars, "", REASONS[n % len(REASONS)])


@pytest.mark.parametrize(("language", "viewport"), [("en", DESK), ("zh", PHONE)])
def test_the_lead_sees_what_customers_said_beside_what_is_foreseen(
    enter: Callable[..., Any], place: Place, look: Look, language: Language, viewport: dict[str, int]
) -> None:
    month(place)
    lead: Any = enter("lou", "lead", language, viewport)
    assert lead.locator(".tag.predicted").count() > 0
    look(lead, "queue")
    fits(lead)
    lead.goto(f"{place.url}/desk/satisfaction?days=30")
    assert lead.locator(".bar.surveyed").count() > 3
    assert lead.locator(".bar.predicted").count() > 3
    colours = lead.evaluate(
        "['surveyed', 'predicted'].map((kind) => getComputedStyle(document.querySelector('.bar.' + kind)).fill)"
    )
    assert colours[0] != colours[1]
    look(lead, "page")
    fits(lead)
