"""The report is opened from its file in a real browser: filters, side by side, transcripts; readable and accessible."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright

from assistant.evaluation.suites.figures.summary import summarise
from assistant.evaluation.suites.report.page import report_page
from assistant.evaluation.suites.running.results import Result, Run
from assistant.evaluation.suites.running.seen import Seen, SeenCitation, SeenIntent, SeenTool, SeenTurn

CHROMIUM = Path("/usr/bin/chromium")
ALONE = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium")


def result(number: int, prompts: str, repeat: int = 0) -> Result:
    bad = (prompts == "candidate" and number % 10 == 0) or (number == 7 and repeat == 1)
    language = "zh" if number % 2 else "en"
    turn = SeenTurn(
        say="<b>where</b> is my parcel?" if number == 3 else f"question {number}",
        text="It takes 30 days. [1]" if language == "en" else "需要 30 天。",
        language=language,
        outcome="routed",
        intents=(SeenIntent(intent="returns_policy", probability=0.9),),
        votes=(("lexical", (("returns_policy", 0.8), ("refund_status", 0.1))),),
        tools=(SeenTool(name="search_knowledge", arguments={"query": "x"}),),
        citations=(SeenCitation(page="policies/returns"),),
        milliseconds=80.0 + number,
        timings_ms={"understand": 30.0 + number, "act": 12.0},
    )
    return Result(
        case=f"{'answers' if number < 60 else 'memory'}/customer_asks_{number}:{language}",
        suite="answers" if number < 60 else "memory",
        kind="answer",
        behaviour=f"customer asks for the {number}th time",
        language=language,
        tags=("returns",) if number % 3 else ("refunds",),
        prompts=prompts,
        prompts_hash="0123456789ab" if prompts == "base" else "ba9876543210",
        model="none",
        repeat=repeat,
        status="fail" if bad else "pass",
        problems=("'45 days' is missing",) if bad else (),
        seen=Seen(turns=(turn, turn)),
    )


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    run = Run(folder / "evening")
    run.folder.mkdir()
    for number in range(120):
        for prompts in ("base", "candidate"):
            for repeat in (0, 1):
                run.add(result(number, prompts, repeat))
    page = report_page(run, summarise(run.name, run.results(), {}))
    (folder / "report.html").write_text(page, encoding="utf-8")
    return folder / "report.html"


@pytest.fixture(scope="module")
def page(report: Path) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ALONE)
        opened = browser.new_page(viewport={"width": 1100, "height": 900})
        problems: list[str] = []
        opened.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        opened.on("pageerror", lambda error: problems.append(str(error)))
        opened.on("request", lambda request: problems.append(request.url) if request.url != report.as_uri() else None)
        opened.goto(report.as_uri())
        yield opened
        browser.close()
        assert not problems


@pytest.fixture(autouse=True)
def fresh(page: Page) -> None:
    page.reload()


def photograph(page: Page, name: str) -> None:
    """Keep a picture where `REPORT_PICTURES` says, to be looked at."""
    if folder := os.environ.get("REPORT_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=False)


def test_cases_are_found_by_status_suite_language_tag_and_words(page: Page) -> None:
    count = page.locator("#count")
    expect(count).to_have_text("120 of 120 cases")
    page.locator("#status").select_option("differs")
    expect(count).to_have_text("12 of 120 cases")
    page.locator("#suite").select_option("memory")
    expect(count).to_have_text("6 of 120 cases")
    page.locator("#status").select_option("mixed")
    page.locator("#suite").select_option("")
    expect(count).to_have_text("1 of 120 cases")
    page.locator("#status").select_option("")
    page.locator("#language").select_option("zh")
    page.locator("#tag").select_option("refunds")
    expect(count).to_have_text("20 of 120 cases")
    page.get_by_label("Search").fill("customer_asks_99")
    expect(count).to_have_text("1 of 120 cases")
    page.get_by_label("Search").fill("no such words")
    expect(count).to_have_text("0 of 120 cases")


def test_a_case_is_shown_side_by_side_with_its_transcript_and_trace(page: Page) -> None:
    page.get_by_label("Search").fill("customer_asks_10:")
    page.locator("#cases > li > details > summary").click()
    sides = page.locator(".sides > div")
    expect(sides).to_have_count(2)
    expect(sides.nth(0)).to_contain_text("base / none")
    expect(sides.nth(0)).not_to_contain_text("is missing")
    expect(sides.nth(1)).to_contain_text("'45 days' is missing")
    expect(sides.nth(1)).to_contain_text("It takes 30 days.")
    sides.nth(1).locator("details.trace > summary").first.click()
    expect(sides.nth(1)).to_contain_text("vote of lexical: returns_policy 0.80")
    expect(sides.nth(1)).to_contain_text("called search_knowledge")
    photograph(page, "side-by-side")


def test_words_of_customers_are_never_markup(page: Page) -> None:
    page.get_by_label("Search").fill("customer_asks_3:")
    page.locator("#cases > li > details > summary").click()
    expect(page.locator(".said").first).to_have_text("<b>where</b> is my parcel?")
    assert page.locator(".said b").count() == 0


def test_long_lists_are_shown_in_parts(page: Page) -> None:
    assert page.locator("#cases > li").count() == 60
    page.get_by_role("button", name="Show more").click()
    assert page.locator("#cases > li").count() == 120
    expect(page.get_by_role("button", name="Show more")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1100])
def test_the_report_is_accessible_and_fits_the_screen(page: Page, scheme: str, width: int) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 800})
    page.get_by_label("Search").fill("customer_asks_10:")
    page.locator("#cases > li > details > summary").click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.evaluate("window.scrollTo(0, 0)")
    photograph(page, f"{scheme}-{width}")


def test_a_large_run_stays_below_a_megabyte(tmp_path: Path) -> None:
    run = Run(tmp_path / "large")
    run.folder.mkdir()
    for number in range(2500):
        run.add(result(number, "candidate"))
    page = report_page(run, summarise(run.name, run.results(), {}))
    assert len(page.encode()) < 1_000_000
    assert "customer_asks_2499" in page
    assert "are left out to keep this file small" in page
