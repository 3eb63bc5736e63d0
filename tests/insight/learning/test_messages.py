"""What conversations offer to learn from: confirmed readings are learned, unread ones only proposed; both forgotten."""

from datetime import timedelta
from pathlib import Path

from assistant.app import Wiring
from assistant.ids import new_id
from assistant.insight.learning.build import build_nightly
from assistant.insight.learning.messages import confirmed, unread
from assistant.routing.learning.corrections import Correction
from assistant.routing.learning.refits import taught
from assistant.storage.conversation_tables import ConversationRow, MessageRow, TurnRow
from assistant.storage.desk_tables import DeskDraftRow
from tests.insight.learning.conftest import NOW


def said(bank: Wiring, text: str, outcome: str, *intents: str, draft: str = "") -> str:
    """A message, how it was read, and what became of the copilot's draft for it."""
    own, turn, message = new_id("conv"), new_id("turn"), new_id("msg")
    decision = {"outcome": outcome, "language": "en", "intents": [{"intent": name} for name in intents]}
    with bank.database.write() as session:
        began = {"started_at": NOW, "last_at": NOW}
        session.add(ConversationRow(conversation_id=own, channel="chat", language="en", status="open", **began))
        session.flush()
        session.add(TurnRow(turn_id=turn, conversation_id=own, decision=decision, rung="none", at=NOW))
        words = {"author": "customer", "text": text, "citations": [], "at": NOW}
        session.add(MessageRow(message_id=message, conversation_id=own, turn_id=turn, **words))
        if draft:
            made = {"language": "en", "rung": "none", "content": {}, "milliseconds": 1.0, "created_at": NOW}
            ids = {"draft_id": new_id("draft"), "conversation_id": own, "user_id": "amy", "after_message_id": message}
            session.add(DeskDraftRow(**ids, **made, outcome=draft, decided_at=NOW))
    return own


def test_only_what_an_agent_confirmed_by_sending_the_draft_as_it_was_is_a_label(bank: Wiring) -> None:
    said(bank, "my card fell into the sea", "routed", "lost_card", draft="approved")
    said(bank, "what is left on it", "routed", "balance", draft="rejected")
    said(bank, "block it and tell my balance", "routed", "lost_card", "balance", draft="approved")
    said(bank, "hmm", "ambiguous", draft="approved")
    found = confirmed(bank.database, NOW - timedelta(days=1))
    assert [(one.text, one.intent) for one in found] == [("my card fell into the sea", "lost_card")]
    assert confirmed(bank.database, NOW + timedelta(days=1)) == ()


def test_messages_to_review_carry_no_personal_data_and_the_later_of_two_alike(bank: Wiring) -> None:
    said(bank, "mail jane.roe@example.com about it", "ambiguous")
    said(bank, "???", "ambiguous")
    (found,) = unread(bank.database, NOW - timedelta(days=1))
    assert "jane.roe" not in found.text
    assert found.intent == ""


def test_what_nobody_could_read_is_proposed_and_never_taken(bank: Wiring, tmp_path: Path) -> None:
    for text in ("can you lend me some cash", "money borrowed for a house maybe", "my thing is gone, the card"):
        said(bank, text, "ambiguous")
    nightly = build_nightly(bank, measured_on=())
    nightly.review()
    assert nightly.refitting.taught.corrections.all() == ()
    assert nightly.refitting.taught.refits.current == ""
    assert {one.intent for one in nightly.refitting.taught.proposed.all()} <= {"loan", "lost_card", "balance"}


def test_proposals_and_weights_that_words_taught_go_with_the_customer_who_said_them(tmp_path: Path) -> None:
    known = taught(tmp_path / "data", tmp_path / "cache")
    known.proposed.rewrite([Correction("my card fell into the sea", "lost_card", "en", "conv_1")])
    for folder, name in (("student", "student.onnx"), ("satisfaction", "satisfaction.npz")):
        path = tmp_path / "data" / "insight" / folder / "0001" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(b"weights")
    assert known.forget((), ()) == 0
    assert len(list((tmp_path / "data").rglob("*.onnx"))) == 1
    assert known.forget(["conv_1"], ["my card fell into the sea"]) == 1
    left = [path for path in (tmp_path / "data").rglob("*") if path.suffix in (".npz", ".onnx")]
    assert left == []
    assert known.proposed.all() == ()
