"""The rules that code enforces are the ones that customers read, in both languages."""

import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.errors import OperatorError
from assistant.shop.policy import PAGES, Policy
from assistant.shop.records import Money

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
ONCE = {"en": r"\bonce\b|\bone\b|\b1\b", "zh": r"一次|一种|一个|\b1\b"}
WORDS = {
    "no longer needed": {"en": "no longer needed", "zh": "不再需要|不需要"},
    "ordered by mistake": {"en": "ordered by mistake", "zh": "误|下错"},
    "pending": {"en": "pending", "zh": "待处理"},
    "delivered": {"en": "delivered", "zh": "已签收|签收"},
    "credit_card": {"en": "card", "zh": "卡"},
    "gift_card": {"en": "gift card", "zh": "礼品卡"},
    "paypal": {"en": "PayPal", "zh": "PayPal"},
    "US": {"en": "United States|US", "zh": "美国"},
    "UK": {"en": "United Kingdom|UK", "zh": "英国"},
    "EU": {"en": "European Union|EU", "zh": "欧盟"},
    "CN": {"en": "mainland China", "zh": "中国大陆"},
    "bedding": {"en": "[Bb]edding", "zh": "床上用品"},
    "headphones": {"en": "[Hh]eadphones", "zh": "头戴式耳机"},
    "earbuds": {"en": "earbuds", "zh": "入耳式"},
    "kettles": {"en": "[Kk]ettles", "zh": "电水壶"},
    "coffee-machines": {"en": "coffee machines", "zh": "咖啡机"},
    "cookware": {"en": "cookware", "zh": "锅具"},
    "consumables": {"en": "consumables", "zh": "耗材"},
    "chairs": {"en": "[Cc]hairs", "zh": "椅子"},
    "existing_gift_card": {"en": "gift card that is already in your account", "zh": "账户里已有的礼品卡|账户.*礼品卡"},
}
MONTHS = ("January February March April May June July August September October November December").split()


def page(path: Path) -> tuple[dict[str, Any], str]:
    head, _, body = path.read_text(encoding="utf-8").removeprefix("---\n").partition("\n---\n")
    return yaml.safe_load(head)["rules"], body


def values(rule: Any) -> Iterator[Any]:
    """Every number and word in a rule, the names of kinds and countries too."""
    if isinstance(rule, dict):
        for name, inner in rule.items():
            if name in WORDS:
                yield name
            yield from values(inner)
    elif isinstance(rule, list):
        for inner in rule:
            yield from values(inner)
    elif not isinstance(rule, bool):
        yield rule


def stands_in(value: Any, body: str, language: str) -> bool:
    if value == 0:
        return True  # "not at all" is said in words
    if value == 1:
        return re.search(ONCE[language], body) is not None or re.search(r"(?<![\d.])1(?![\d.])", body) is not None
    if isinstance(value, int | float):
        return re.search(rf"(?<![\d.]){value:g}(?![\d]|\.\d)", body) is not None
    if found := re.fullmatch(r"(\d\d)-(\d\d)", str(value)):
        month, day = map(int, found.groups())
        said = f"{day} {MONTHS[month - 1]}" if language == "en" else f"{month} 月 {day} 日"
        return said in body
    pattern = WORDS.get(str(value), {}).get(language)
    return True if pattern is None else re.search(pattern, body) is not None


@pytest.fixture(scope="module")
def policy() -> Policy:
    return Policy.load(KNOWLEDGE)


def test_both_languages_state_the_same_rules(policy: Policy) -> None:
    assert Policy.load(KNOWLEDGE, "zh") == policy


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("where", PAGES.values(), ids=PAGES.keys())
def test_each_rule_stands_in_the_text_that_customers_read(where: str, language: str) -> None:
    rules, body = page(KNOWLEDGE / where.format(language))

    assert rules
    assert not [value for value in values(rules) if not stands_in(value, body, language)]


def test_a_page_without_its_rules_stops_the_start_with_what_to_do(tmp_path: Path) -> None:
    shutil.copytree(KNOWLEDGE, tmp_path / "k")
    (tmp_path / "k/policies/en/returns.md").unlink()

    with pytest.raises(OperatorError, match=r"returns\.md") as caught:
        Policy.load(tmp_path / "k")
    assert "ASSISTANT_KNOWLEDGE_DIR" in caught.value.fix


@pytest.mark.parametrize(
    ("where", "old", "new", "named"),
    [
        ("policies/en/returns.md", "  send_back_within_days: 14\n", "", "send_back_within_days"),
        ("policies/en/returns.md", "send_back_within_days: 14", "send_back_within_days: soon", "send_back_within_days"),
        ("policies/en/exchanges.md", "same_product_only: true", "same_product_only: false", "same_product_only"),
        ("policies/en/cancellations.md", "whole_order_only", "part_order_only", "part_order_only"),
        ("policies/en/headphone-returns.md", "headphones: 15", "headphones: 20", "opened headphones"),
    ],
)
def test_a_rule_that_can_not_be_kept_is_named(tmp_path: Path, where: str, old: str, new: str, named: str) -> None:
    shutil.copytree(KNOWLEDGE, tmp_path / "k")
    text = (tmp_path / "k" / where).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "k" / where).write_text(text.replace(old, new), encoding="utf-8")

    with pytest.raises(OperatorError, match=named):
        Policy.load(tmp_path / "k")


def test_the_holidays_run_into_the_next_year(policy: Policy) -> None:
    holiday = policy.returns.holiday
    assert holiday.until(date(2026, 11, 15)) == date(2027, 1, 31)
    assert holiday.until(date(2026, 12, 24)) == date(2027, 1, 31)
    assert holiday.until(date(2026, 11, 14)) is None
    assert holiday.until(date(2026, 12, 25)) is None


def test_shipping_is_free_from_fifty_dollars(policy: Policy) -> None:
    assert policy.shipping_cost("UK", Money(cents=4_999)) == Money(cents=799)
    assert policy.shipping_cost("UK", Money(cents=5_000)) == Money(cents=0)
