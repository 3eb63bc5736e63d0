"""A whole shop to talk to: sample data, indexed pages, real embeddings and Chroma, and models by choice."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.app import Wiring
from assistant.clock import FixedClock
from assistant.conversation.reply import Incoming, Reply
from assistant.ids import ConversationId
from assistant.models.breaker import Breaker
from assistant.models.ladder import LadderRung, ModelLadder
from assistant.models.scripted import ScriptedChatModel
from assistant.settings import Settings
from assistant.shop.loading import load_shop
from assistant.shop.seed.generator import sample_shop
from tests.canaries import WATCH, plant, watch_everything

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)

Ask = Callable[..., Reply]


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wiring]:
    """All parts over a sample shop, without any language model."""
    folder: Path = tmp_path_factory.mktemp("house")
    settings = Settings(data_dir=folder, local_model="none")
    wiring = Wiring(settings, clock=FixedClock(NOW), ladder=ModelLadder(rungs=()))
    rows = sample_shop(customers=40, orders=200, seed=7, today=TODAY, currency="USD")
    load_shop(wiring.database, rows, kind="sample", currency="USD", at=NOW, seed=7, today=TODAY)
    wiring.knowledge.sync(settings.knowledge_dir)
    plant(wiring.database, NOW - timedelta(days=800))
    watch_everything()
    yield wiring
    WATCH.traces(wiring.database)
    wiring.database.close()


@pytest.fixture
def ask(house: Wiring) -> Ask:
    """Ask as a customer (by e-mail), or as a stranger; `after` goes on with an earlier reply's conversation."""
    return asker(house)


@pytest.fixture
def with_model(house: Wiring) -> Callable[..., tuple[Ask, ScriptedChatModel]]:
    """The same shop with a scripted model on the local rung."""

    def make(*script: Any, **options: Any) -> tuple[Ask, ScriptedChatModel]:
        model = ScriptedChatModel(script, **options)
        ladder = ModelLadder(rungs=(LadderRung(name="local", model=model, breaker=Breaker("local")),))
        wiring = Wiring(house.settings, clock=house.clock, ladder=ladder)
        for shared in ("database", "embeddings", "vectors", "knowledge", "catalogue", "router"):
            wiring.__dict__[shared] = getattr(house, shared)
        return asker(wiring), model

    return make


def asker(wiring: Wiring) -> Ask:
    """A function that asks `wiring`'s assistant."""

    def ask(text: str, email: str = "", after: Reply | None = None, **more: Any) -> Reply:
        customer = wiring.shop.customer_by_email(email) if email else None
        conversation = ConversationId(after.conversation_id) if after else None
        incoming = Incoming(
            text=text, customer_id=customer.customer_id if customer else None, conversation_id=conversation
        )
        return wiring.assistant.ask(incoming, **more)

    return ask
