"""A table in Markdown is read once, for whoever quotes its rows or holds words against them."""

from assistant.text.tables import Row, is_said_row, key_of, lines_and_rows

PRICES = """Prices:

| Destination | Standard | Express |
|---|---|---|
| **United States** | $5.99 | $12.99 |
| Mainland China | $6.99 | |

Business days are Monday to Friday."""


def test_rows_are_said_with_the_names_of_their_columns() -> None:
    rows = [line for line in lines_and_rows(PRICES) if isinstance(line, Row)]
    assert [row.label for row in rows] == ["United States", "Mainland China"]
    assert rows[1].said == "Destination: Mainland China; Standard: $6.99"


def test_what_stands_around_a_table_stays_a_line() -> None:
    lines = [line for line in lines_and_rows(PRICES) if not isinstance(line, Row) and line]
    assert lines == ["Prices:", "Business days are Monday to Friday."]


def test_a_table_without_bars_at_its_edges_is_one_too() -> None:
    rows = [line.said for line in lines_and_rows("Level | Spent\n--- | ---\nGold | $800") if isinstance(line, Row)]
    assert rows == ["Level: Gold; Spent: $800"]


def test_a_bar_in_a_sentence_makes_no_table() -> None:
    assert list(lines_and_rows("Choose red | blue.\nThen pay.")) == ["Choose red | blue.", "Then pay."]


def test_a_row_whose_first_column_has_no_name_is_still_known_by_its_first_cell() -> None:
    said = Row(("", "Hours", "Time zone"), ("Chat assistant", "day and night", "any")).said
    assert is_said_row(said)
    assert key_of(said) == "Chat assistant"
    assert key_of("Destination: Mainland China; Standard: $6.99") == "Mainland China"
    assert key_of("We ship to three regions: the US, the UK and the EU.") is None
