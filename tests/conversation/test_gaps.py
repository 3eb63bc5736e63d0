"""What customers ask and no page answers reaches whoever writes the pages, masked, and goes with its customer."""

from pathlib import Path

import pytest
from sqlalchemy import select

from assistant.app import Wiring
from assistant.clock import FixedClock
from assistant.errors import OperatorError
from assistant.memory.erasing import erase_conversations
from assistant.models.ladder import ModelLadder
from assistant.settings import Settings
from assistant.storage.knowledge_tables import KnowledgeGapRow
from tests.conversation.conftest import NOW, asker

RENT, RENT_AGAIN = "Can I rent a monitor for a weekend?", "Can I rent a monitor for a weekend event?"
BOSS, BOSS_ZH = "What's the name of your chief executive?", "老板叫什么名字"


@pytest.fixture
def shop(house: Wiring, tmp_path: Path) -> Wiring:
    """The shop with a database of its own, in which nobody has asked anything."""
    wiring = Wiring(
        Settings(data_dir=tmp_path, local_model="none"), clock=FixedClock(NOW), ladder=ModelLadder(rungs=())
    )
    for shared in ("embeddings", "vectors", "knowledge", "catalogue", "router", "shop"):
        wiring.__dict__[shared] = getattr(house, shared)
    return wiring


def _rows(shop: Wiring) -> list[KnowledgeGapRow]:
    with shop.database.read() as session:
        return list(session.scalars(select(KnowledgeGapRow).order_by(KnowledgeGapRow.at)))


def test_a_question_without_a_page_is_kept_masked_and_an_answered_one_is_not(shop: Wiring) -> None:
    ask = asker(shop)
    assert ask("how long do I have to return a kettle?").citations
    assert _rows(shop) == []
    reply = ask("Can I rent a monitor for a weekend event? Tell me at kim.lee@example.com")
    assert not reply.citations
    (row,) = _rows(shop)
    assert (row.conversation_id, row.language, row.status, row.at) == (reply.conversation_id, "en", "open", NOW)
    assert "monitor" in row.question
    assert "kim.lee@example.com" not in row.question


def test_questions_that_ask_the_same_are_one_group_in_both_languages(shop: Wiring) -> None:
    ask = asker(shop)
    for question in (BOSS, BOSS_ZH, RENT):
        assert not ask(question).citations
    boss, rent = shop.gaps.groups()
    assert (boss.count, boss.languages) == (2, {"en": 1, "zh": 1})
    assert {boss.question, *boss.examples} == {BOSS, BOSS_ZH}
    assert len(boss.conversations) == 2
    assert (rent.count, rent.question) == (1, RENT)


def test_a_group_is_done_until_it_is_asked_again_and_ignored_for_good(shop: Wiring) -> None:
    ask = asker(shop)
    ask(RENT)
    ask(BOSS)
    rent, boss = sorted(shop.gaps.groups(), key=lambda group: "rent" not in group.question)
    assert shop.gaps.mark(rent.group, "done") == 1
    assert shop.gaps.mark(boss.group, "ignored") == 1
    assert shop.gaps.groups() == []
    ask(BOSS_ZH)
    assert shop.gaps.groups() == []
    assert [group.count for group in shop.gaps.groups("ignored")] == [2]
    ask(RENT_AGAIN)
    (again,) = shop.gaps.groups()
    assert (again.question, again.count, again.asked_again) == (RENT_AGAIN, 1, True)
    assert shop.gaps.mark(again.group, "open") == 2
    with pytest.raises(OperatorError, match="gap_nobody"):
        shop.gaps.mark("gap_nobody", "done")


def test_small_talk_and_changes_are_no_gaps(shop: Wiring) -> None:
    ask = asker(shop)
    for text in ("hello", "thanks!", "?!", "你好", "where is my order?"):
        ask(text)
    assert _rows(shop) == []


def test_a_gap_goes_with_its_conversation(shop: Wiring) -> None:
    ask = asker(shop)
    gone, stays = ask(RENT), ask(RENT_AGAIN)
    with shop.database.write() as session:
        erase_conversations(session, [gone.conversation_id])
    assert [row.conversation_id for row in _rows(shop)] == [stays.conversation_id]
    assert shop.gaps.groups()[0].last_asked == NOW
