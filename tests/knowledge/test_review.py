"""The person who writes the pages is told what to look at, and not bothered with what agrees."""

from datetime import date
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from assistant.cli.knowledge import app
from assistant.knowledge.pages import load_pages
from assistant.knowledge.review import Finding, review
from assistant.settings import PROJECT_DIR
from tests.knowledge.conftest import House

TODAY = date(2026, 11, 26)


def findings(house: House, kind: str) -> list[Finding]:
    return [finding for finding in review(load_pages(house.folder), TODAY) if finding.kind == kind]


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        (
            "en",
            "Unused kettles can be returned within 30 days of delivery.",
            "Unused kettles can be returned within two weeks, that is 14 days of delivery.",
        ),
        ("en", "Express shipping to the UK costs $16.99.", "Express shipping to the UK costs $18.99."),
        ("zh", "未使用的水壶在签收后 30 天内可以退货。", "未使用的水壶在签收后十四天内可以退货。"),
    ],
)
def test_pages_that_say_another_number_of_the_same_thing_are_named(
    house: House, language: str, one: str, other: str
) -> None:
    house.write(f"a/{language}/kettles.md", one)
    house.write(f"b/{language}/returns.md", other)
    [finding] = findings(house, "contradiction")
    assert finding.pages == (f"a/kettles ({language})", f"b/returns ({language})")
    assert finding.said == (one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Unused kettles can be returned within 30 days.", "Unused kettles can be returned within thirty days."),
        ("Unused kettles can be returned within 30 days.", "The warranty of our electric kettles lasts 24 months."),
        ("Express shipping to the UK costs $16.99.", "Express shipping to the UK takes 2 days."),
    ],
)
def test_pages_that_agree_or_speak_of_other_things_are_not(house: House, one: str, other: str) -> None:
    house.write("en/one.md", one)
    house.write("en/other.md", other)
    assert findings(house, "contradiction") == []


def test_what_has_expired_is_named_and_contradicts_nothing(house: House) -> None:
    house.write("en/old.md", "Express shipping to the UK costs $12.99.", valid_until="2026-11-25")
    house.write("en/new.md", "Express shipping to the UK costs $16.99.", valid_until="2026-11-26")
    assert [finding.pages for finding in findings(house, "expired")] == [("old (en)",)]
    assert findings(house, "contradiction") == []


def test_the_two_languages_of_a_page_give_the_same_numbers(house: House) -> None:
    house.write("en/fees.md", "Between 15 November and 24 December returns cost $2 to $5.")
    house.write("zh/fees.md", "11 月 15 日至 12 月 24 日退货收取 2 至 5 美元。")
    assert findings(house, "languages differ") == []
    house.write("zh/fees.md", "11 月 15 日至 12 月 24 日退货收取 3 至 5 美元。")
    [finding] = findings(house, "languages differ")
    assert finding.said == ("only in en: money 2", "only in zh: money 3")


def test_a_page_without_its_other_language_is_named(house: House) -> None:
    house.write("en/one.md", "Text.")
    assert findings(house, "one language only") == []
    house.write("zh/two.md", "文字。")
    assert [finding.pages for finding in findings(house, "one language only")] == [("one (en)",), ("two (zh)",)]


def test_the_pages_of_the_sample_shop_are_whole(house: House) -> None:
    found = review(load_pages(PROJECT_DIR / "knowledge"), TODAY)
    assert {finding.kind for finding in found} <= {"contradiction", "languages differ"}
    assert not [f for f in found if f.kind == "languages differ" and any("money" in said for said in f.said)]


def test_the_command_lists_them(house: House) -> None:
    house.write("en/old.md", "Text.", valid_until="2026-11-01")
    settings = SimpleNamespace(knowledge_dir=house.folder, web_pages_dir=house.data / "web_pages")
    parts = SimpleNamespace(clock=house.clock, settings=settings)
    told = CliRunner().invoke(app, ["check"], obj=parts)
    assert "expired: old (en)\n  valid until 2026-11-01\nto look at: 1" in told.output
    assert '"kind": "expired"' in CliRunner().invoke(app, ["check", "--json"], obj=parts).output
