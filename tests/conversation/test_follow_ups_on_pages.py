"""What leans on the section that was just cited is searched with it, in both languages, and says so when it must."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.app import Wiring
from assistant.clock import FixedClock
from assistant.conversation.pages.sections import leans
from assistant.conversation.reply import Reply
from assistant.models.ladder import ModelLadder
from assistant.settings import Settings
from tests.conversation.conftest import NOW, asker

Ask = Callable[..., Reply]


@pytest.mark.parametrize(
    ("first", "then", "page", "told"),
    [
        ("Do you have gift wrapping?", "how much is it?", "faq/gift-orders", "$3.99"),
        ("What is Lumora Care?", "what does it cost?", "policies/extended-warranty", "$19"),
        ("How do I delete my account?", "can I undo that?", "faq/account-deletion", "14 days"),
        ("能礼品包装吗？", "多少钱？", "faq/gift-orders", "3.99"),
        ("延长保修是什么？", "要多少钱？", "policies/extended-warranty", "19"),
        ("怎么注销账号？", "之后还能恢复吗？", "faq/account-deletion", "14"),
    ],
)
def test_a_question_without_a_subject_is_about_the_section_just_cited(
    ask: Ask, first: str, then: str, page: str, told: str
) -> None:
    reply = ask(then, after=ask(first))
    assert [citation.page for citation in reply.citations][:1] == [page]
    assert told in reply.text


@pytest.mark.parametrize(
    ("first", "then", "told", "not_told"),
    [
        ("how much is shipping to Germany?", "and how long does it take?", "5–7 business days", "United Kingdom"),
        ("寄到德国的运费是多少？", "要多久？", "5–7 个工作日", "英国"),
    ],
)
def test_a_question_without_a_subject_is_about_the_place_just_named(
    ask: Ask, first: str, then: str, told: str, not_told: str
) -> None:
    reply = ask(then, after=ask(first))
    assert told in reply.text
    assert not_told not in reply.text


@pytest.mark.parametrize(
    "words",
    ["how often?", "and who pays for it?", "does it also work for chairs?", "那要多久？", "椅子也可以吗？"],
)
def test_words_that_name_no_subject_lean(words: str) -> None:
    assert leans(words)


@pytest.mark.parametrize(
    "words",
    [
        "where is my order?", "which descaler?", "cancel it", "it is broken", "that's all", "yes please", "do it", "ok",
        "我的订单呢", "可以", "不用了", "好的", "取消", "要", "",
    ],
)  # fmt: skip
def test_words_that_stand_on_their_own_or_answer_do_not_lean(words: str) -> None:
    assert not leans(words)


def test_without_a_cited_section_nothing_is_leaned_on(ask: Ask) -> None:
    assert not ask("how much is it?").citations
    product = ask("tell me about the Aria 500 headphones")
    assert "$189.00" in ask("how much is it?", after=product).text


@pytest.fixture
def two_pages(house: Wiring, tmp_path: Path) -> Wiring:
    """A shop with one page in English only, and one in Chinese only."""
    pages = tmp_path / "pages"
    for language, title, text in (
        ("en", "Engraving", "## Engraving a pen\nEngraving a pen costs $7 and takes 2 business days."),
        ("zh", "以旧换新", "## 旧手机换新\n旧手机可以以旧换新，最多抵扣 50 美元。"),
    ):
        target = pages / language / f"{title}.md"
        target.parent.mkdir(parents=True)
        target.write_text(f"---\ntitle: {title}\ntopic: services\n---\n{text}\n", encoding="utf-8")
    wiring = Wiring(
        Settings(data_dir=tmp_path / "data", local_model="none"), clock=FixedClock(NOW), ladder=ModelLadder(rungs=())
    )
    for shared in ("embeddings", "catalogue", "router", "shop"):
        wiring.__dict__[shared] = getattr(house, shared)
    wiring.knowledge.sync(pages)
    return wiring


def test_a_chinese_question_finds_an_english_page_and_says_so(two_pages: Wiring) -> None:
    hit = two_pages.knowledge.search("钢笔刻字要多少钱？", "zh")[0]
    assert (hit.passage.language, hit.why["own_language"]) == ("en", False)
    reply = asker(two_pages)("钢笔刻字要多少钱？怎么收费？")
    assert reply.language == "zh"
    if reply.citations:
        assert "$7" in reply.text
        assert "英文" in reply.text
