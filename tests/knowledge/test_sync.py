"""Syncing a folder of pages: cheap, whole, and never in the way of a search."""

import shutil
import threading

import pytest

from assistant.errors import OperatorError
from tests.knowledge.conftest import House


def _pages(house: House) -> None:
    house.write("policies/en/returns.md", "## Window\nYou can return most items within 30 days.", title="Returns")
    house.write("policies/zh/returns.md", "## 期限\n大多数商品可在30天内退货。", title="退货")
    house.write("faq/en/contact.md", "## Phone\nWe answer the phone from nine to five.", title="Contact")


def test_unchanged_pages_cost_nothing(house: House) -> None:
    _pages(house)
    first = house.sync()
    assert (first.added, first.changed, first.unchanged, first.deleted, first.embedded) == (3, 0, 0, 0, 3)
    embedded = house.embeddings.texts
    again = house.sync()
    assert (again.added, again.changed, again.unchanged, again.deleted, again.embedded) == (0, 0, 3, 0, 0)
    assert house.embeddings.texts == embedded


def test_a_changed_page_is_taken_in_and_a_deleted_one_vanishes(house: House) -> None:
    _pages(house)
    house.sync()
    house.write("policies/en/returns.md", "## Window\nYou can return most items within 45 days.", title="Returns")
    (house.folder / "faq/en/contact.md").unlink()
    report = house.sync()
    assert (report.added, report.changed, report.unchanged, report.deleted, report.embedded) == (0, 1, 1, 1, 1)
    texts = [hit.passage.text for hit in house.search.search("how long can I return items", "en")]
    assert texts == ["You can return most items within 45 days."]
    assert house.vectors.collection("passages-en").count() == 1


def test_new_front_matter_without_new_text_takes_effect(house: House) -> None:
    _pages(house)
    house.sync()
    house.write(
        "faq/en/contact.md", "## Phone\nWe answer the phone from nine to five.", title="Contact", audience="agent"
    )
    assert house.sync().embedded == 0
    assert all(hit.passage.page != "faq/contact" for hit in house.search.search("phone hours", "en"))
    assert house.search.search("phone hours", "en", audience="agent")[0].passage.page == "faq/contact"


def test_a_wrong_page_leaves_the_old_index_serving(house: House) -> None:
    _pages(house)
    house.sync()
    house.write("faq/en/contact.md", "Other text.", title="Contact", audience="nobody")
    with pytest.raises(OperatorError, match="audience"):
        house.sync()
    assert house.search.search("when do you answer the phone", "en")[0].passage.page == "faq/contact"


def test_a_sync_that_was_cut_off_goes_on_where_it_stopped(house: House) -> None:
    for number in range(80):
        house.write(f"faq/en/page-{number}.md", f"## Question {number}\nThe answer is number {number}.")
    house.embeddings.fail_after = 70
    with pytest.raises(KeyboardInterrupt):
        house.sync()
    assert house.search.search("what is the answer", "en") == []
    house.embeddings.fail_after = None
    house.reopen()
    report = house.sync()
    assert report.added == 80
    assert 0 < report.embedded < 80
    assert house.search.search("the answer is number 7", "en", k=80)
    assert house.vectors.collection("passages-en").count() == 80


def test_a_lost_chroma_folder_is_built_again(house: House) -> None:
    _pages(house)
    house.sync()
    before = house.search.search("return window", "en")
    house.vectors.close()
    shutil.rmtree(house.data / "chroma")
    house.reopen()
    report = house.sync()
    assert (report.unchanged, report.embedded) == (3, 3)
    assert house.search.search("return window", "en") == before


def test_without_vectors_the_words_still_find_the_page(house: House) -> None:
    _pages(house)
    house.sync()
    house.vectors.close()
    shutil.rmtree(house.data / "chroma")
    house.reopen()
    assert house.search.search("answer the phone", "en")[0].passage.page == "faq/contact"


def test_searches_go_on_while_a_sync_runs_and_never_see_half_of_it(house: House) -> None:
    def write(edition: int) -> None:
        for number in range(12):
            house.write(
                f"faq/en/page-{number}.md", f"## Topic {number}\nEdition {edition} of the answer about parcels."
            )

    write(0)
    house.sync()
    house.search.search("answer about parcels", "en")
    stop = threading.Event()
    wrong: list[str] = []

    def ask() -> None:
        while not stop.is_set():
            editions = {hit.passage.text for hit in house.search.search("the answer about parcels", "en", k=12)}
            if len(editions) != 1:
                wrong.append(f"{len(editions)} editions at once")

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    try:
        for edition in range(1, 4):
            write(edition)
            house.search.sync(house.folder)
            assert f"Edition {edition}" in house.search.search("the answer about parcels", "en")[0].passage.text
    finally:
        stop.set()
        for asker in askers:
            asker.join()
    assert wrong == []
