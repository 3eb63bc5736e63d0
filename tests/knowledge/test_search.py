"""What a customer finds."""

from datetime import timedelta
from pathlib import Path

import pytest

from assistant.errors import VectorsUnavailable
from assistant.evaluation.load.processes import Chroma
from assistant.knowledge.search import KnowledgeSearch
from assistant.storage.vectors import VectorStore
from tests.knowledge.conftest import House


@pytest.fixture
def shop(house: House) -> House:
    house.write("p/en/returns.md", "## Window\nMost items can be returned within 30 days of delivery.", title="Returns")
    house.write("p/zh/returns.md", "## 期限\n大多数商品可以在送达后30天内退货。", title="退货")
    house.write(
        "p/en/warranty.md", "## Length\nElectronics have a warranty of two years from delivery.", title="Warranty"
    )
    house.write("p/zh/duties.md", "## 关税\n寄往中国大陆的包裹已含关税，无需另外支付。", title="关税")
    house.write("p/en/codes.md", "## Lamp LM-2041\nThe lamp LM-2041 takes a bulb of nine watts.", title="Bulbs")
    house.write("p/en/codes2.md", "## Lamp LM-2042\nThe lamp LM-2042 takes a bulb of six watts.", title="Bulbs")
    house.write("p/en/fraud.md", "## Holds\nOrders may be held for a fraud check.", title="Fraud", audience="agent")
    house.write(
        "p/en/holiday.md",
        "## Holiday returns\nPresents can be returned until the end of January.",
        title="Holidays",
        valid_from="2026-11-15",
        valid_until="2027-01-31",
    )
    house.sync()
    return house


def _pages(house: House, query: str, language: str = "en", **more: str) -> list[str]:
    return [hit.passage.page for hit in house.search.search(query, language, **more)]  # type: ignore[arg-type]


def test_a_question_finds_its_page_in_its_language(shop: House) -> None:
    english = shop.search.search("Is it too late to send it back after three weeks?", "en")[0]
    assert (english.passage.page, english.passage.language) == ("p/returns", "en")
    chinese = shop.search.search("买了三个星期还能退吗？", "zh")[0]
    assert (chinese.passage.page, chinese.passage.language) == ("p/returns", "zh")
    assert chinese.why["own_language"] is True


def test_a_page_in_the_other_language_is_found_where_there_is_none_in_the_own(shop: House) -> None:
    warranty = shop.search.search("保修多久？电器保修期", "zh")[0]
    assert (warranty.passage.page, warranty.passage.language) == ("p/warranty", "en")
    assert warranty.why["own_language"] is False
    duties = shop.search.search("Do I have to pay import tax in China?", "en")
    assert any(hit.passage.page == "p/duties" and hit.passage.language == "zh" for hit in duties)


def test_a_page_in_both_languages_comes_only_in_the_own(shop: House) -> None:
    for query, language in (("return window", "en"), ("退货期限", "zh")):
        hits = shop.search.search(query, language, k=10)  # type: ignore[arg-type]
        assert [hit.passage.language for hit in hits if hit.passage.page == "p/returns"] == [language]


def test_codes_decide(shop: House) -> None:
    assert _pages(shop, "which bulb for lm-2042")[0] == "p/codes2"
    assert _pages(shop, "which bulb for #LM-2041?")[0] == "p/codes"
    assert _pages(shop, "LM-2042 用什么灯泡", "zh")[0] == "p/codes2"


def test_customers_never_see_pages_for_agents(shop: House) -> None:
    assert "p/fraud" not in _pages(shop, "fraud check holds on orders")
    assert _pages(shop, "fraud check holds on orders", audience="agent")[0] == "p/fraud"


def test_a_page_counts_only_while_it_is_valid(shop: House) -> None:
    assert _pages(shop, "until when can presents be returned")[0] == "p/holiday"
    shop.clock.advance(timedelta(days=90))
    assert "p/holiday" not in _pages(shop, "until when can presents be returned")


def test_what_the_pages_answer_scores_above_what_they_do_not(shop: House) -> None:
    answered = shop.search.search("How long is the warranty on electronics?", "en")[0]
    unanswered = shop.search.search("Who won the football match yesterday?", "en")[0]
    assert answered.confident
    assert answered.score >= shop.search.good_enough > unanswered.score
    assert not unanswered.confident


def test_an_empty_question_or_index_finds_nothing(shop: House, house: House) -> None:
    assert shop.search.search("  ", "en") == []


def test_before_the_first_sync_nothing_is_found(house: House) -> None:
    assert house.search.search("returns", "en") == []


def test_a_section_is_found_by_the_questions_that_its_page_tells_and_nobody_sees_them(house: House) -> None:
    told = "## Handover\n<!-- asked: the van came while I was at work -->\nThe carrier tries 3 times.\n"
    house.write("faq/en/handover.md", told, title="Delivery")
    house.write("faq/en/vans.md", "## Vans\nWe sell toy vans for children at work and at play.", title="Toy vans")
    house.sync()
    hit = house.search.search("the van came when I was working", "en")[0]
    assert (hit.passage.text, hit.passage.page) == ("The carrier tries 3 times.", "faq/handover")
    assert hit.passage.asked == ("the van came while I was at work",)
    assert "van came" not in hit.passage.section_text
    house.write("faq/en/handover.md", told.replace("the van came", "a drone came"), title="Delivery")
    assert house.sync().embedded == 1


def test_a_word_of_the_other_language_in_a_question_finds_the_section_in_the_own(house: House) -> None:
    english = "## Cards\nWe take Visa and Mastercard.\n\n## Wallets\nAlipay isn't accepted, nor are cheques."
    chinese = "## 银行卡\n我们接受 Visa 和万事达卡。\n\n## 电子钱包\n结账时不接受支付宝，也不接受支票。"
    house.write("p/en/payment.md", english, title="Payment")
    house.write("p/zh/payment.md", chinese, title="付款")
    house.write("p/en/other.md", "## Parts\nYou can pay a large order in four parts.", title="Instalments")
    house.write("p/zh/other.md", "## 分期\n大额订单可以分四期付款。", title="分期")
    house.sync()
    best = house.search.search("can I use 支付宝 to pay?", "en")[0].passage
    assert (best.page, best.heading, best.language) == ("p/payment", "Wallets", "en")


def test_beside_a_process_that_holds_chroma_the_same_passages_are_found(shop: House) -> None:
    held = shop.search.search("How long may I send something back?", "en")
    beside = VectorStore(shop.data / "chroma", shop.embeddings, shop.embeddings.fingerprint)
    search = KnowledgeSearch(shop.database, beside, shop.clock)
    found = search.search("How long may I send something back?", "en")
    assert [hit.passage.passage_id for hit in found] == [hit.passage.passage_id for hit in held]
    assert [hit.score for hit in found] == pytest.approx([hit.score for hit in held], abs=0.01)
    assert search.needed_pages("I want to send it back", "en") != []
    with pytest.raises(VectorsUnavailable, match="one process at a time"):
        search.sync(shop.folder)


def test_without_a_chroma_server_the_pages_still_answer(shop: House) -> None:
    gone = VectorStore("http://127.0.0.1:9", shop.embeddings, shop.embeddings.fingerprint)
    search = KnowledgeSearch(shop.database, gone, shop.clock)
    assert search.search("How long may I send something back?", "en")[0].passage.page == "p/returns"


def test_a_chroma_server_that_goes_in_the_midst_is_not_missed(shop: House, tmp_path: Path) -> None:
    server = Chroma(tmp_path / "served")
    try:
        vectors = VectorStore(server.url, shop.embeddings, shop.embeddings.fingerprint)
        search = KnowledgeSearch(shop.database, vectors, shop.clock)
        shop.write("p/en/returns.md", "## Window\nMost items can be returned within 40 days.", title="Returns")
        search.sync(shop.folder)
        before = search.search("How long may I send something back?", "en")
    finally:
        server.stop()
    after = search.search("How long may I send something back at most?", "en")
    assert before[0].passage.page == after[0].passage.page == "p/returns"
    assert "40 days" in after[0].passage.text
