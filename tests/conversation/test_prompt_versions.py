"""Customers are answered with the version of the prompts that is served, and every message says which one it was."""

from pathlib import Path

from sqlalchemy import select

from assistant.app import Wiring
from assistant.storage.conversation_tables import MessageRow
from assistant.text.prompt_versions import PromptVersions
from tests.conversation.conftest import Ask, asker


def test_a_message_says_which_prompts_it_was_answered_with(house: Wiring, ask: Ask) -> None:
    reply = ask("Where is my order #W1001001?", "mia.chen@example.com")
    with house.database.read() as session:
        query = select(MessageRow.prompts_hash).where(MessageRow.conversation_id == reply.conversation_id)
        assert set(session.scalars(query)) == {house.prompts.hash}


def test_a_customer_is_greeted_in_the_words_of_the_served_version(house: Wiring, tmp_path: Path) -> None:
    prompts = tmp_path / "prompts"
    for path, file in PromptVersions(house.settings).get("base").files.items():
        (prompts / path).parent.mkdir(parents=True, exist_ok=True)
        (prompts / path).symlink_to(file)
    settings = house.settings.model_copy(update={"prompts_dir": prompts, "prompts_version": "merry"})
    made = PromptVersions(settings).new("merry", note="a warmer greeting", paths=("replies/en/greeting",))
    assert made.folder is not None
    file = made.folder / "replies" / "en" / "greeting.md"
    head, _, _ = file.read_text(encoding="utf-8").rpartition("---\n")
    file.write_text(f"{head}---\nWhat a merry day! {{{{ shop_name }}}} is here.\n", encoding="utf-8")
    merry = Wiring(settings, clock=house.clock, ladder=house.ladder)
    for shared in ("database", "embeddings", "vectors", "knowledge", "catalogue", "router"):
        merry.__dict__[shared] = getattr(house, shared)
    assert asker(merry)("hello").text.startswith("What a merry day!")
    assert "merry" not in asker(house)("hello").text
    assert merry.prompts.hash != house.prompts.hash
