"""Documents of any kind that a shop has are pages: what they say is found, where it stands is cited."""

from pathlib import Path

import pytest

from assistant.errors import OperatorError
from assistant.knowledge.pages import Page, load_pages
from assistant.knowledge.split import split
from tests.knowledge.conftest import House
from tests.knowledge.documents import write_docx, write_pdf

HTML = """<!doctype html><html lang="en"><head><title>Care of pans</title>
<meta name="topic" content="care"><meta name="keywords" content="pan, cookware">
<meta name="valid-until" content="2027-01-31"><script>track()</script></head>
<body><nav>Home | Shop | Sale</nav><main><h1>Care of pans</h1><p>Never heat an empty pan.</p>
<h2>Washing</h2><ul><li>By <b>hand</b> only.</li><li>No steel wool.</li></ul>
<table><tr><th>Pan</th><th>Oven</th></tr><tr><td>Cast iron</td><td>260 °C</td></tr></table></main>
<footer>Copyright</footer></body></html>"""


def only(folder: Path) -> Page:
    [page] = load_pages(folder)
    return page


def test_a_web_page_keeps_its_structure_and_loses_what_stands_around_it(tmp_path: Path) -> None:
    (tmp_path / "pans.html").write_text(HTML, encoding="utf-8")
    page = only(tmp_path)
    assert (page.page, page.language, page.front.title, page.front.topic) == ("pans", "en", "Care of pans", "care")
    assert page.front.keywords == ("pan", "cookware")
    assert str(page.front.valid_until) == "2027-01-31"
    passages = split(page)
    assert [passage.heading for passage in passages] == ["Washing"]
    said = "\n".join(passage.text for passage in passages)
    assert "- By hand only.\n- No steel wool." in said
    assert "| Cast iron | 260 °C |" in said
    for noise in ("Home", "Copyright", "track"):
        assert noise not in said


def test_a_word_document_keeps_headings_and_tables(tmp_path: Path) -> None:
    write_docx(tmp_path / "fees.docx", "Fees", "What repairs cost.", [["Repair", "Price"], ["Hinge", "$12.00"]])
    page = only(tmp_path)
    assert page.front.title == "Fees"
    assert "# Fees" in page.body
    assert "| Hinge | $12.00 |" in page.body


def test_a_pdf_is_read_page_by_page_with_its_lines_joined(tmp_path: Path) -> None:
    first = ["Fill the tank only with cold", "water, never with milk.", "- Descale every two months."]
    write_pdf(tmp_path / "manual.pdf", first, ["The guarantee lasts 24 months."], title="Coffee machine")
    page = only(tmp_path)
    assert page.front.title == "Coffee machine"
    assert "Fill the tank only with cold water, never with milk." in page.body
    assert "- Descale every two months." in page.body
    assert [passage.heading for passage in split(page)] == ["Page 1", "Page 2"]


def test_questions_and_answers_of_a_sheet_are_one_page(tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text('Question,Answer\nDo you gift-wrap?,"Yes, for $3.00."\n,\nBy when?,By noon.\n')
    page = only(tmp_path)
    assert [passage.heading for passage in split(page)] == ["Do you gift-wrap?", "By when?"]


def test_each_record_of_a_file_is_a_page(tmp_path: Path) -> None:
    (tmp_path / "help").mkdir()
    (tmp_path / "help" / "notes.jsonl").write_text(
        '{"id": "a/1", "title": "Lamps", "content": "Bulbs are not included."}\n\n'
        '{"title": "灯具", "text": "不含灯泡。", "audience": "agent"}\n'
    )
    pages = {page.page: page for page in load_pages(tmp_path)}
    assert pages.keys() == {"help/notes/a-1", "help/notes/00003"}
    assert pages["help/notes/00003"].language == "zh"
    assert pages["help/notes/00003"].front.audience == "agent"
    assert pages["help/notes/a-1"].front.topic == "help"


def test_a_file_beside_a_document_says_what_the_document_does_not(tmp_path: Path) -> None:
    write_pdf(tmp_path / "margins.pdf", ["Our margin on lamps is 40 percent."])
    (tmp_path / "margins.pdf.yaml").write_text("title: Margins\ntopic: finance\naudience: agent\n")
    page = only(tmp_path)
    assert (page.front.title, page.front.topic, page.front.audience) == ("Margins", "finance", "agent")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", b"no pdf at all", "can't be read"),
        ("a.docx", b"no word document", "can't be read"),
        ("a.csv", b"colour,size\nred,L\n", "columns are colour, size"),
        ("a.jsonl", b'{"title": "A", "text": "B"}\n{"title": "C"}\n', "a.jsonl:2: title or text is missing"),
        ("a.jsonl", b"[1]\n", "a.jsonl:1"),
        ("a.html", b"\xff\xfe<p>", "not UTF-8"),
        ("a.html", b"<title>Empty</title><nav>Home</nav>", "no text"),
        ("a.txt", b"", "no text"),
    ],
)
def test_a_document_that_can_not_be_read_is_named(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(OperatorError) as raised:
        load_pages(tmp_path)
    assert name in raised.value.message
    assert said in raised.value.message


def test_a_pdf_of_pictures_asks_for_ocr(tmp_path: Path) -> None:
    write_pdf(tmp_path / "scan.pdf", [])
    with pytest.raises(OperatorError, match="only pictures"):
        load_pages(tmp_path)


def test_customers_find_what_a_manual_says_and_one_bad_file_changes_nothing(house: House) -> None:
    house.write("en/returns.md", "Most items can be returned within 30 days.", title="Returns")
    write_pdf(house.folder / "coffee.pdf", ["Descale the coffee machine every two months."], title="Coffee machine")
    house.sync()
    [hit, *_] = house.search.search("How often must I descale my coffee machine?", "en")
    assert hit.passage.page == "coffee"
    (house.folder / "coffee.pdf").write_bytes(b"cut off")
    with pytest.raises(OperatorError):
        house.sync()
    assert house.search.search("How often must I descale my coffee machine?", "en")[0].passage == hit.passage
