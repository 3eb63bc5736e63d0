"""A citation opens the passage that it names, for whoever may see the page."""

from datetime import timedelta

from assistant.ids import PassageId
from tests.knowledge.conftest import House


def test_a_citation_opens_its_passage_until_the_page_is_gone(house: House) -> None:
    page = house.write("faq/en/parking.md", "You may park behind the shop for two hours.")
    house.sync()
    cited = house.search.search("Where can I park?", "en")[0].passage
    assert house.search.passage(cited.passage_id) == cited
    assert house.search.passage(PassageId("faq/parking@en:unknown")) is None
    page.unlink()
    house.sync()
    assert house.search.passage(cited.passage_id) is None


def test_a_passage_for_agents_opens_for_agents_only(house: House) -> None:
    house.write("faq/en/parking.md", "Customers may park behind the shop.")
    house.write("faq/en/keys.md", "The keys of the car park hang in the office.", audience="agent")
    house.sync()
    cited = house.search.search("Where are the keys of the car park?", "en", audience="agent")[0].passage
    assert "keys" in cited.text
    assert house.search.passage(cited.passage_id, audience="agent") == cited
    assert house.search.passage(cited.passage_id) is None


def test_a_passage_of_a_page_that_is_no_longer_valid_does_not_open(house: House) -> None:
    today = house.clock.now().date()
    house.write("faq/en/sale.md", "The winter sale has begun: everything at half price.", valid_until=str(today))
    house.sync()
    cited = house.search.search("Is there a winter sale?", "en")[0].passage
    assert house.search.passage(cited.passage_id) == cited
    house.clock.advance(timedelta(days=1))
    assert house.search.passage(cited.passage_id) is None
