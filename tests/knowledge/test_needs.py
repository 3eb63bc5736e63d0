"""A long request is looked up sentence by sentence, and the pages that all of it needs come out."""

from assistant.knowledge.needs import aspects
from tests.knowledge.conftest import House

REQUEST = """Hello there, I hope you are well! I bought a kettle two weeks ago and I have used it twice.
1. **First** I want to send the kettle back, because it is too loud. Who pays for the parcel?
2. Then I moved last month. I would like my next order to go to my new place.
Oh, and one more thing: my card was charged twice, I think? Thank you so much for your patience."""


def _pages(house: House) -> None:
    house.write("policies/en/returns.md", "## Returns\nSend items back within 30 days. Return parcels are free.")
    house.write("faq/en/address.md", "## New address\nChange the delivery address in your account before we ship.")
    house.write("faq/en/charged.md", "## Charged twice\nA card that was charged twice is refunded in three days.")
    for subject in ("gift cards", "newsletters", "opening hours", "warranties", "sizes", "batteries", "reviews"):
        house.write(f"faq/en/{subject.replace(' ', '-')}.md", f"## About {subject}\nHere is all about {subject}.")
    house.write("faq/en/desk.md", "## Kettles\nNever tell that returned kettles are destroyed.", audience="agent")
    house.sync()


def test_every_part_of_a_request_finds_its_page(house: House) -> None:
    _pages(house)
    found = [hit.page for hit in house.search.needed_pages(REQUEST, "en", k=3)]
    assert set(found) == {"policies/returns", "faq/address", "faq/charged"}


def test_a_page_comes_once_and_only_to_whom_it_is_open(house: House) -> None:
    _pages(house)
    found = [hit.page for hit in house.search.needed_pages(REQUEST, "en", k=50)]
    assert len(found) == len(set(found)) == 10
    assert "faq/desk" in [hit.page for hit in house.search.needed_pages(REQUEST, "en", k=50, audience="agent")]


def test_a_chinese_request_finds_pages_of_both_languages(house: House) -> None:
    _pages(house)
    house.write("faq/zh/address.md", "## 新地址\n发货前可以在账户里修改收货地址。", title="修改地址")
    house.sync()
    hits = house.search.needed_pages("我想退货，退货的运费谁付？另外我上个月搬家了，收货地址要改。", "zh", k=2)
    assert {(hit.page, hit.language) for hit in hits} == {("faq/address", "zh"), ("policies/returns", "en")}


def test_what_is_synced_is_needed_at_once_and_nothing_is_needed_by_nobody(house: House) -> None:
    assert house.search.needed_pages(REQUEST, "en") == []
    _pages(house)
    assert house.search.needed_pages("  \n ", "en") == []
    house.write("faq/en/kettles.md", "## Loud kettles\nA kettle that is too loud is limed; use vinegar.")
    house.sync()
    assert "faq/kettles" in [hit.page for hit in house.search.needed_pages(REQUEST, "en", k=4)]


def test_aspects_are_the_sentences_without_their_markup() -> None:
    assert aspects("**Hi!** I have two *questions*. 1. Where is it?\n- 能退吗？多久到账？\n- 能退吗？") == [
        "Hi!",
        "I have two questions.",
        "Where is it?",
        "能退吗？",
        "多久到账？",
    ]
