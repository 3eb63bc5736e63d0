"""Every sentence of an answer points to the passage or the look-up that it rests on."""

from collections.abc import Callable

from assistant.conversation.grounding.spans import spans_of
from assistant.conversation.reply import Reply, Span
from assistant.conversation.turn import Source

Ask = Callable[..., Reply]

RETURNS = Source("Most items can be returned within 30 days of delivery.", passage=1)
SHIPPING = Source("Standard delivery to the US costs $5.99 and is free from $50.", passage=2)
TRACKING = Source('{"order_id": "#W1003001", "status": "delivered", "date": "2026-11-20"}', tool="track_shipment")


def said(reply: Reply) -> list[tuple[str, Span]]:
    return [(reply.text[span.start : span.end], span) for span in reply.spans]


def resting(text: str, *sources: Source) -> list[tuple[tuple[int, ...], tuple[str, ...]]]:
    return [(span.citations, span.tools) for span in spans_of(text, sources, lambda words: words)]


def test_a_quoted_answer_rests_on_its_passage_sentence_by_sentence(ask: Ask) -> None:
    reply = ask("How long do I have to return something?")
    assert reply.citations
    assert len(reply.spans) >= 1
    passages = {citation.number: citation.text for citation in reply.citations}
    for sentence, span in said(reply):
        (number,) = span.citations
        assert sentence.split(" – ")[-1].removesuffix(f" [{number}]") in passages[number].replace("**", "")


def test_an_order_s_facts_rest_on_the_look_up(ask: Ask) -> None:
    reply = ask("Where is my order?", "mia.chen@example.com")
    assert reply.spans
    assert all(span.tools == ("track_shipment",) and not span.citations for span in reply.spans)


def test_a_greeting_rests_on_nothing(ask: Ask) -> None:
    assert all(not span.citations and not span.tools for span in ask("hello!").spans)


def test_two_answers_in_one_reply_keep_their_own_sources(ask: Ask) -> None:
    reply = ask("Where is my order, and how long is the warranty on a kettle?", "mia.chen@example.com")
    sources = {(span.citations, span.tools) for span in reply.spans}
    assert ((), ("track_shipment",)) in sources
    assert any(citations for citations, _ in sources)


def test_a_marked_sentence_rests_on_what_it_marks() -> None:
    assert resting("Shipping takes a while. [2]", RETURNS, SHIPPING) == [((2,), ())]


def test_an_unmarked_sentence_rests_on_what_says_its_amounts_and_words() -> None:
    text = "You can return most items within thirty days. Delivery costs $5.99. Order #W1003001 came on 20 November."
    assert resting(text, RETURNS, SHIPPING, TRACKING) == [((1,), ()), ((2,), ()), ((), ("track_shipment",))]


def test_words_that_no_source_says_rest_on_nothing() -> None:
    assert resting("Have a lovely day!", RETURNS, SHIPPING) == [((), ())]


def test_spans_count_from_the_beginning_of_the_reply() -> None:
    (span,) = spans_of("Free from $50.", [SHIPPING], lambda words: words, offset=10)
    assert (span.start, span.end) == (10, 24)


def test_the_reply_is_streamed_sentence_by_sentence(ask: Ask) -> None:
    pieces: list[str] = []
    reply = ask("What is your return policy?", on_event=lambda e: pieces.append(e.text) if e.kind == "delta" else None)
    assert "".join(pieces) == reply.text
    assert len(pieces) == len(reply.spans)
