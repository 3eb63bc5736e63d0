"""The last test: what identifies the canaries was in no log, output, prompt, trace or reply of the whole suite."""

import logging

from tests.canaries import PEOPLE, TOLD, WATCH, LogWatch, Watch
from tests.conversation.conftest import Ask, ask, house, with_model

__all__ = ["ask", "house", "with_model"]


def test_a_canary_that_gets_out_is_seen() -> None:
    watch = Watch()
    watch.look("prompt", "nothing is here")
    assert not watch.found
    watch.look("prompt", "Dear QUILLFEATHER, 青梧巷")
    assert len(watch.found) == 2
    record = logging.LogRecord("assistant.any", logging.INFO, "", 0, "sent to %s", ("qb.suite@nest.example",), None)
    before = list(WATCH.found)
    LogWatch().emit(record)
    assert len(WATCH.found) == len(before) + 1
    WATCH.found[:] = before


def test_canaries_are_served_like_everybody(with_model, house) -> None:  # type: ignore[no-untyped-def]
    asking, model = with_model(lambda messages: " ".join(str(message.content) for message in messages), repeat=True)
    for details, told in zip(PEOPLE.values(), TOLD, strict=True):
        known = asking("what do you know about me?", details["email"])
        assert told in known.text
        name, home = f"{details['first_name']} {details['last_name']}", details["address1"]
        asking(f"compare your two Aria headphones, they are for {name}", details["email"])
        asking(f"compare two things that you don't have, I am {name} at {home}", details["email"])
    assert model.calls
    house.memory.flush_outbox()


def test_no_canary_got_out(ask: Ask, house) -> None:  # type: ignore[no-untyped-def]
    for question in (
        "what do you know about me?",
        "who are your other customers?",
        "你知道我什么",
        "where is my order?",
    ):
        ask(question, "mia.chen@example.com")
    WATCH.traces(house.database)
    assert {"reply", "prompt", "trace"} <= set(WATCH.looked)
    assert WATCH.found == []
