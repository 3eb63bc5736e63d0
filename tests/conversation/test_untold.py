"""What shops' pages hardly ever tell is not told from what merely lies near it; what a page tells finds its page."""

from collections.abc import Callable

import pytest

from assistant.conversation.direct.words import asks
from assistant.conversation.pages.answer_kind import asks_how_it_is
from assistant.conversation.pages.rows import named_rows
from assistant.conversation.pages.rules_first import presumes
from assistant.conversation.reply import Reply
from assistant.knowledge.asked import AskedQuestions
from assistant.knowledge.untold import untold

Ask = Callable[..., Reply]


@pytest.mark.parametrize(
    "question",
    [
        "what's your delivery guy's mobile number?",
        "do you pay the people in the warehouse well?",
        "你们仓库的人工资高吗",
        "能告诉我送货师傅的电话吗",
    ],
)
def test_what_pages_hardly_ever_tell_is_never_told_as_an_answer(ask: Ask, question: str) -> None:
    reply = ask(question)
    assert not reply.citations or "closest" in reply.wordings


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("only my right bud makes any noise", "into the case"),
        ("右边那只耳机突然没声音了", "10 秒"),
        ("the screen has one dot that's always lit, do I get another?", "always bright"),
    ],
)
def test_a_fault_that_a_guide_mends_is_told_before_a_visitor_is_asked_who_they_are(
    ask: Ask, question: str, fact: str
) -> None:
    reply = ask(question)
    assert fact in reply.text


@pytest.mark.parametrize("wish", ["return my kettle please", "退货", "cancel it", "帮我取消"])
def test_who_wants_something_done_is_not_told_a_page(ask: Ask, wish: str) -> None:
    assert not ask(wish).citations


def test_the_sentence_that_is_told_first_is_told_whole(ask: Ask) -> None:
    assert "7 business days" in ask("I was told that a parcel is lost after a day without a scan").text


@pytest.mark.parametrize(
    "taken_for_granted",
    [
        "i was told it's free",
        "apparently you fetch it",
        "you fetch it, right",
        "你们包邮的吧",
        "据说能退一年",
        "保两年的吧",
    ],
)
def test_what_customers_were_told_is_taken_for_granted(taken_for_granted: str) -> None:
    assert presumes(taken_for_granted)


@pytest.mark.parametrize("wish", ["那就退了吧", "取消吧", "算了吧", "好的哦", "I was sent the wrong one"])
def test_a_wish_takes_nothing_for_granted(wish: str) -> None:
    assert not presumes(wish)


def test_a_question_after_its_story_is_heard() -> None:
    assert asks("it has been at the shop since Monday, how long do they keep it")
    assert not asks("it has been at the shop since Monday, send it back")


def test_what_is_taken_for_granted_of_one_row_is_answered_with_that_row() -> None:
    rows = [
        "Level: Member; Spent in 12 months: $0; What you get: points",
        "Level: Silver; Spent in 12 months: $300; What you get: free standard shipping",
    ]
    assert named_rows("as silver gets express free, right?", rows) == [1]
    assert named_rows("what does silver get", rows) == []


class _Alike:
    """Embeds each text as a vector of its own, and the first untold question like the asked one."""

    def embed_documents(self, texts: list[str]):  # type: ignore[no-untyped-def]
        import numpy as np

        return np.eye(len(texts), dtype=np.float32)

    def embed_query(self, text: str):  # type: ignore[no-untyped-def]
        import numpy as np

        return np.eye(len(untold("en")), dtype=np.float32)[0]


def test_the_nearest_of_the_untold_questions_counts() -> None:
    assert AskedQuestions(_Alike()).nearest_of("?", untold("en")) == pytest.approx(1.0)  # type: ignore[arg-type]


def test_the_untold_questions_stand_in_both_languages_each_once() -> None:
    for language in ("en", "zh"):
        assert len(untold(language)) == len(set(untold(language))) >= 150


@pytest.mark.parametrize(
    "question", ["does your kettle do soup?", "who invented this fan?", "灯能放水里吗", "谁发明的风扇"]
)
def test_a_question_about_how_a_thing_is_looks_for_nothing_to_buy(question: str) -> None:
    assert asks_how_it_is(question)


@pytest.mark.parametrize(
    "question",
    [
        "do you have a kettle for camping?",
        "how do I choose a good chair?",
        "can I get a red kettle?",
        "有适合送妈妈的灯吗",
        "哪款风扇安静",
        "想看看便宜的耳机",
    ],
)
def test_a_question_about_what_there_is_looks_for_products(question: str) -> None:
    assert not asks_how_it_is(question)


def test_products_that_say_nothing_of_what_is_asked_are_shown_as_what_comes_closest(ask: Ask) -> None:
    reply = ask("who invented the fan you sell")
    assert "search_products" in {tool.name for tool in reply.tools}
    assert set(reply.wordings) <= {"closest", "nothing_found"}


def test_a_visitor_who_names_an_order_is_asked_who_they_are(ask: Ask) -> None:
    assert not ask("W7300045 收件人写的谁、地址哪里").citations
