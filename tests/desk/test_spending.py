"""The lead sees what the hosted model costs, where the operator has said what a token costs."""

import pytest
from sqlalchemy import select

from assistant.desk.desk import Desk
from assistant.desk.figures import TokenPrices, of_kind, total
from assistant.storage.conversation_tables import ConversationRow, TurnRow
from tests.desk.conftest import Waits


def answered_by(desk: Desk, rung: str, input_tokens: int, output_tokens: int) -> None:
    with desk.database.write() as session:
        conversation = session.scalars(select(ConversationRow)).first()
        assert conversation is not None
        session.add(
            TurnRow(
                turn_id=f"turn_{rung}_{input_tokens}",
                conversation_id=conversation.conversation_id,
                at=desk.clock.now(),
                decision={},
                rung=rung,
                model_calls=1,
                input_tokens=input_tokens,
                output_tokens=output_tokens,
                failed_checks=[],
            )
        )


def test_tokens_of_the_hosted_model_are_told_in_money_and_those_of_the_local_one_cost_nothing(
    desk: Desk, waits: Waits
) -> None:
    waits()
    answered_by(desk, "hosted", 200_000, 50_000)
    answered_by(desk, "local", 900_000, 900_000)
    priced = Desk(desk.database, desk.clock, TokenPrices(prompt=2.5, answer=10.0)).figures
    spent = of_kind(priced.events(priced.period(7)), "spent")
    assert total(spent) == pytest.approx(0.2 * 2.5 + 0.05 * 10.0)
    assert [event.key for event in spent] == ["hosted"]


def test_without_prices_nothing_is_told_in_money(desk: Desk, waits: Waits) -> None:
    waits()
    answered_by(desk, "hosted", 200_000, 50_000)
    assert of_kind(desk.figures.events(desk.figures.period(7)), "spent") == []
