"""Reading pages and cutting them into passages."""

from pathlib import Path

import pytest

from assistant.errors import OperatorError
from assistant.knowledge.pages import load_pages
from assistant.knowledge.split import TARGET_TOKENS, split
from assistant.text.tokens import estimate_tokens
from tests.knowledge.conftest import House

SENTENCE = "You can send an item back free of charge within thirty days after it was delivered to you. "


def test_a_page_is_one_page_in_both_languages(house: House) -> None:
    house.write("policies/en/returns.md", "Send it back.", title="Returns")
    house.write("policies/zh/returns.md", "可以退货。", title="退货")
    house.write("notes/loose.md", "没有语言文件夹的中文页面。")
    pages = load_pages(house.folder)
    assert [(page.page, page.language) for page in pages] == [
        ("notes/loose", "zh"),
        ("policies/returns", "en"),
        ("policies/returns", "zh"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no front matter", "no front matter"),
        ("---\ntitle: A\n---\nText", "topic"),
        ("---\ntitle: A\ntopic: b\naudience: nobody\n---\nText", "audience"),
        ("---\ntitle: A\ntopic: b\nvalid_from: soon\n---\nText", "valid_from"),
        ("---\ntitle: A\ntopic: b\nsurprise: 1\n---\nText", "surprise"),
        ("---\ntitle: [A\n---\nText", "not YAML"),
        ("---\ntitle: A\ntopic: b\n---\n\n", "no text"),
    ],
)
def test_a_wrong_page_is_named_with_its_field(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "wrong.md").write_text(text)
    with pytest.raises(OperatorError) as raised:
        load_pages(tmp_path)
    assert "wrong.md" in raised.value.message
    assert said in raised.value.message
    assert raised.value.fix


def test_all_wrong_pages_are_named_at_once(tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text("nothing")
    with pytest.raises(OperatorError, match=r"a\.md[\s\S]*b\.md"):
        load_pages(tmp_path)


def _texts(house: House, body: str) -> list[tuple[str, str]]:
    house.write("en/page.md", body, title="Page")
    return [(passage.heading, passage.text) for passage in split(load_pages(house.folder)[0])]


def test_sections_keep_their_path_of_headings(house: House) -> None:
    texts = _texts(house, "# Page\n\n## Returns\nOne.\n\n### Opened\nTwo.\n\n## Refunds\nThree.")
    assert texts == [("Returns", "One."), ("Returns > Opened", "Two."), ("Refunds", "Three.")]


def test_a_short_lead_joins_the_first_section_and_is_parted_from_its_words(house: House) -> None:
    assert _texts(house, "In short.\n\n## Returns\nOne.\n\n## Refunds\nTwo.") == [
        ("Returns", "In short.\n\n\nOne."),
        ("Refunds", "Two."),
    ]


def test_long_sections_are_cut_between_paragraphs_within_bounds(house: House) -> None:
    texts = _texts(house, "## Long\n" + "\n\n".join(f"Rule {n}. {SENTENCE * 3}" for n in range(9)))
    assert len(texts) > 2
    assert all(estimate_tokens(text) <= TARGET_TOKENS for _, text in texts)
    assert all(text.startswith("Rule ") for _, text in texts)


def test_a_paragraph_that_never_ends_is_cut_between_sentences(house: House) -> None:
    texts = _texts(house, "## Long\n" + "".join(f"By rule {n} it is sent back to you. " for n in range(99)))
    assert len(texts) > 2
    assert all(estimate_tokens(text) <= TARGET_TOKENS and text.endswith("to you.") for _, text in texts)


def test_lists_and_tables_stay_whole_with_what_introduces_them(house: House) -> None:
    items = "\n".join(f"- {SENTENCE}" for _ in range(12))
    rows = "\n".join(f"| Country {n} | ${n}.99 | {n} days |" for n in range(20))
    table = f"| Where | Price | Time |\n|---|---|---|\n{rows}"
    texts = [text for _, text in _texts(house, f"## A\n{SENTENCE * 4}\n\nThis counts:\n\n{items}\n\n## B\n{table}")]
    assert any(text.startswith("This counts:") and text.count("\n- ") == 12 for text in texts)
    assert any(text.count("Country") == 20 for text in texts)


def test_a_table_that_is_far_too_long_repeats_its_head(house: House) -> None:
    rows = "\n".join(f"| Country {n} | ${n}.99 plus taxes and duties | {n} days |" for n in range(90))
    texts = [text for _, text in _texts(house, f"## B\nPrices:\n\n| Where | Price | Time |\n|---|---|---|\n{rows}")]
    assert len(texts) > 1
    assert all(text.startswith("Prices:\n| Where | Price | Time |\n|---|---|---|\n| Country") for text in texts)
    assert sum(text.count("Country") for text in texts) == 90


def test_a_passage_knows_its_section_and_drops_marks_of_emphasis(house: House) -> None:
    house.write(
        "en/page.md",
        "## A\n**Bold** and [a link](https://x.example).\n\n"
        + "\n\n".join(f"Rule {n}. {SENTENCE * 5}" for n in range(4)),
    )
    passages = split(load_pages(house.folder)[0])
    assert len(passages) > 1
    assert all(passage.section_text.startswith("Bold and a link.") for passage in passages)
    assert all(passage.text in passage.section_text for passage in passages)
