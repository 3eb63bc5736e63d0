"""Mistyped words are read as what was meant, and everything else is left as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.reading.spelling import Spelling
from assistant.settings import PROJECT_DIR

ORDINARY = frozenset(
    "where is my order the tracking number please delivery cancel refund headphones wrong missing item items account "
    "address card change coffee machine late latex recite back about abort cost cosy there they lamp clamp from form "
    "vacuum again return receipt invoice would like some shipped point points expire again against".split()
)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load(PROJECT_DIR / "prompts" / "intents")


@pytest.fixture(scope="module")
def spelling(catalogue: Catalogue) -> Spelling:
    return Spelling.of(catalogue, ORDINARY, ["Crema Espresso Machine"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("trakcing numebr please", "tracking number please"),
        ("missng itmes in my delivery", "missing items in my delivery"),
        ("chnage the adddress", "change the address"),
        ("Waht about the headpones", "What about the headphones"),
        ("my acccount, the crad and the vacum", "my account, the card and the vacuum"),
    ],
)
def test_what_was_meant_is_read(spelling: Spelling, typed: str, meant: str) -> None:
    assert spelling.mended(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "where is my order W1002003, the tracking number is 1Z999AA10123456784",
        "change the e-mail to jonh.smiht@exmaple.com please",
        "www.shpo.com/ordres and /ordres and #ordres",
        "my name is Jhon and I live in Adress Road",
        "<EMAIL_1> is my adres_s",
        "the latex pillow is cosy, abort the clamp",
        "they're late, theyre late, we havent and it isnt",
        "the crema machine's frother",
        "invoices expires shipping receipts lookin",
    ],
)
def test_ids_names_and_words_that_there_are_stay_as_they_are(spelling: Spelling, text: str) -> None:
    assert spelling.mended(text) == text


@given(st.text(max_size=200))
def test_any_text_can_be_mended_and_only_its_letters_change(text: str) -> None:
    spelling = Spelling({"tracking": 9, "number": 9}, {"tracking", "number"})
    mended = spelling.mended(text)
    assert [c for c in mended if not c.isalpha()] == [c for c in text if not c.isalpha()]
    assert spelling.mended(mended) == mended
