"""Who asks how the rules are is told them, before anybody is asked for a name; nothing wrong is ever confirmed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.app import Wiring
from assistant.conversation.pages.rules_first import Rule, asks_rule, presumes
from assistant.conversation.reply import Reply

Ask = Callable[..., Reply]

OWNER = "james.porter@example.com"


@pytest.mark.parametrize(
    "words",
    [
        "how quickly must I report a broken plate?",
        "who pays for the parcel back?",
        "is there a fee for an exchange?",
        "Refunds arrive the same day, right?",
        "退款退到信用卡要多久？",
        "碎了几天之内要报？",
        "换货要不要钱？",
        "退货随时都可以吧？",
    ],
)
def test_a_time_an_amount_or_a_claim_is_a_question_about_the_rule(words: str) -> None:
    assert asks_rule(words) is Rule.SURELY


@pytest.mark.parametrize(
    "words",
    [
        "where is my order?",
        "I want to return the kettle",
        "please cancel #W1000201",
        "can you swap it for a blue one",
        "我要退货",
        "帮我把地址改一下",
        "我的快递到哪了？",
    ],
)
def test_what_shall_be_done_or_is_their_own_is_none(words: str) -> None:
    assert asks_rule(words) is Rule.NONE


def test_a_question_with_nothing_taken_for_granted_presumes_nothing() -> None:
    assert presumes("You refund shipping, don't you?")
    assert presumes("你们包邮的吧？")
    assert not presumes("Do you refund shipping?")
    assert not presumes("包邮吗？")


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("the bowl came in pieces, how quickly do I have to tell you?", "7 days"),
        ("锅盖到手就碎了，几天之内得报？", "7 天"),
        ("退款退到信用卡要多久？", "5–7 个工作日"),
    ],
)
def test_a_visitor_hears_the_rule_first_and_then_how_to_have_it_done(ask: Ask, question: str, fact: str) -> None:
    reply = ask(question)
    assert fact in reply.text
    assert reply.citations
    assert reply.text.index(fact) < reply.text.rindex("sign in" if "how" in question else "登录")


def test_a_customer_hears_the_rule_first_as_well_and_a_yes_goes_on_to_their_order(ask: Ask) -> None:
    told = ask("退款退到信用卡要多久？", OWNER)
    assert "5–7 个工作日" in told.text
    assert told.citations
    assert told.text.endswith("您的某个订单吗？")
    looked = ask("好的", OWNER, after=told)
    assert looked.decision.intents[0].intent == "refund_status"
    assert next(tool.name for tool in looked.tools) == "refund_status"


def test_a_customer_who_wants_it_done_is_not_read_the_rules(ask: Ask) -> None:
    assert not ask("I want to cancel my order", OWNER).citations


@pytest.mark.parametrize(
    "question",
    [
        "Opened earbuds go back within 14 days just like headphones, don't they?",
        "拆封的入耳式耳机跟头戴的一样14天内可以退，对吧？",
    ],
)
def test_what_is_presumed_of_one_product_is_not_confirmed_by_the_rule_of_another(ask: Ask, question: str) -> None:
    text = ask(question).text
    assert not text.startswith(("Yes", "可以：", "是的"))
    assert "can't be returned" in text or "不能退" in text or "不支持退" in text


def test_a_search_for_another_maker_s_goods_says_that_they_are_not_here(ask: Ask) -> None:
    reply = ask("Do you sell Dyson vacuum cleaners?")
    assert reply.wordings in (("closest",), ("nothing_found",))
    assert "closest" not in ask("Do you sell vacuum cleaners?").wordings


def test_who_asks_for_a_person_gets_one_though_an_order_was_to_be_chosen(ask: Ask) -> None:
    asked = ask("我想退货", OWNER)
    assert asked.quick_replies
    reply = ask("人工", OWNER, after=asked)
    assert reply.decision.intents[0].intent == "talk_to_person"
    assert reply.handoff


def test_a_question_finds_the_page_of_the_other_language_only_where_there_is_none_and_says_so(
    house: Wiring, tmp_path: Path
) -> None:
    pages = tmp_path / "pages"
    for language, name, title, text in (
        ("en", "engraving", "Engraving", "## Engraving a pen\nWe engrave up to 23 letters on a pen for $4."),
        ("zh", "lacquer", "补漆服务", "## 漆器补漆\n漆器可以补漆，每件收费 17 美元。"),
        ("en", "towels", "Towels", "## Washing towels\nTowels are washed at 60 degrees."),
        ("zh", "towels", "毛巾", "## 毛巾清洗\n毛巾可以用 60 度的水清洗。"),
    ):
        file = pages / "faq" / language / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"---\ntitle: {title}\ntopic: products\naudience: customer\n---\n{text}\n", encoding="utf-8")
    own = house.beside(house.clock, ("embeddings", "catalogue", "prompts"), house.ladder, data_dir=tmp_path / "data")
    own.knowledge.sync(pages)
    chinese, english = (
        own.page_answers.ask("钢笔刻字最多能刻几个字母？", "zh"),
        own.page_answers.ask("lacquer repair price", "en"),
    )
    assert [citation.language for citation in chinese.citations] == ["en"]
    assert "23" in chinese.text
    assert [citation.language for citation in english.citations] == ["zh"]
    assert "17" in english.text
    notices = {language: own.prompts.render(f"replies/{language}/other_language").strip() for language in ("en", "zh")}
    assert all(notices.values())
    assert notices["zh"] in chinese.text
    assert notices["en"] in english.text
    both = (
        own.page_answers.ask("毛巾用多少度的水清洗？", "zh"),
        own.page_answers.ask("How hot are towels washed?", "en"),
    )
    assert [answer.citations[0].language for answer in both] == ["zh", "en"]
    assert notices["zh"] not in both[0].text
    assert notices["en"] not in both[1].text
    own.database.close()


def test_an_aside_that_no_intent_fits_beside_an_answer_crashes_nothing(ask: Ask) -> None:
    asked = ask("I want to return something", OWNER)
    assert asked.quick_replies
    reply = ask(f"{asked.quick_replies[0]}. do you know the capital of Peru?", OWNER, after=asked)
    assert not reply.handoff
