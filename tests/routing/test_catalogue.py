"""The catalogue: read strictly, and every mistake named with its file and field."""

from pathlib import Path

import pytest

from assistant.errors import OperatorError
from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.intents.intent import ByLanguage, Intent, ListByLanguage, Slot
from assistant.routing.intents.lint import lint

GOOD = """
agent: desk
intents:
  - name: open_account
    label: {en: Open an account, zh: 开户}
    description: {en: Wants a new account., zh: 想开新账户。}
    examples: {en: [open an account], zh: [我要开户]}
"""


def intent(name: str, **fields: object) -> Intent:
    """An intent with one example in each language."""
    data = {
        "name": name,
        "agent": "desk",
        "label": {"en": name, "zh": "名"},
        "description": {"en": name, "zh": "说明"},
        "examples": {"en": [f"{name} please"], "zh": [f"请{name}"]},
    }
    return Intent.model_validate({**data, **fields})


def test_the_shops_catalogue_is_in_order(catalogue: Catalogue) -> None:
    assert [finding for finding in lint(catalogue) if finding.level == "error"] == []
    assert 30 <= len(catalogue) <= 60


def test_every_intent_of_the_shop_has_twelve_examples_a_language(catalogue: Catalogue) -> None:
    few = [(i.name, lang) for i in catalogue for lang in ("en", "zh") if len(i.examples[lang]) < 12]
    assert few == []


def test_an_intent_is_offered_by_its_label(catalogue: Catalogue) -> None:
    assert catalogue.get("track_shipment").label("en") == "Where my order is"
    assert catalogue.get("track_shipment").label("zh") == "查询订单物流"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (GOOD.replace("open_account", "Open Account"), "name"),
        (GOOD.replace(", zh: 开户", ""), "label.zh"),
        (GOOD + "    colour: blue\n", "colour"),
        (GOOD + "    slots: {iban: required}\n", "iban"),
        (GOOD + "    confused_with: [close_account]\n", "close_account"),
        (GOOD + "    patterns: {en: ['(open']}\n", "patterns"),
        ("agent: [", "not valid YAML"),
        (GOOD + "two_requests: {en: ['open an account, and what does it cost']}\n", "needs one ‖"),
        (GOOD + "two_requests: {zh: ['‖帮我开户']}\n", "with words on both sides"),
    ],
)
def test_a_mistake_is_named_with_the_fix(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "desk.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(OperatorError) as caught:
        Catalogue.load(tmp_path)
    assert named in caught.value.message
    assert str(tmp_path) in f"{caught.value.message}{caught.value.fix}"


def test_an_empty_folder_is_an_error_for_the_operator(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="no intents"):
        Catalogue.load(tmp_path)


def test_lint_sees_duplicates_missing_languages_and_slots_without_a_question() -> None:
    catalogue = Catalogue(
        [
            intent("pay", slots={"amount": "required"}),
            intent("send", examples=ListByLanguage(en=("Pay, please!",)), description=ByLanguage(en="x", zh="x")),
        ],
        {"amount": Slot(type="quantity"), "unused": Slot(type="email", question="which_email")},
    )
    found = {(finding.level, finding.where) for finding in lint(catalogue)}
    assert ("error", "send") in found
    assert ("error", "slot amount") in found
    assert ("warning", "slot unused") in found
    whats = " ".join(finding.what for finding in lint(catalogue))
    assert "also an example of pay" in whats
    assert "no example in 'zh'" in whats
    assert "the same in both languages" in whats
