"""The page's words: all in one file, the same in both languages."""

import json
import re
from pathlib import Path
from typing import Any

import assistant.web

STATIC = Path(assistant.web.__file__).parent / "static"
TEXTS = json.loads((STATIC / "texts.json").read_text(encoding="utf-8"))
SCRIPTS = sorted(STATIC.glob("*.js"))


def leaves(tree: Any, path: str = "") -> dict[str, str]:
    """Every text by its path."""
    if isinstance(tree, str):
        return {path: tree}
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    return {name: text for key, value in items for name, text in leaves(value, f"{path}.{key}".strip(".")).items()}


def test_both_languages_have_the_same_texts_with_the_same_variables() -> None:
    en, zh = leaves(TEXTS["en"]), leaves(TEXTS["zh"])
    assert en.keys() == zh.keys()
    for path in en:
        assert set(re.findall(r"{(\w+)}", en[path])) == set(re.findall(r"{(\w+)}", zh[path])), path


def test_every_text_that_the_scripts_ask_for_is_there() -> None:
    asked = {name for script in SCRIPTS for name in re.findall(r'texts\.get\("([\w.]+)"', script.read_text())}
    assert len(asked) > 20
    for path in asked:
        found = TEXTS["en"]
        for key in path.split("."):
            assert key in found, path
            found = found[key]


def test_scripts_hold_no_words_of_their_own_and_never_parse_markup() -> None:
    for script in SCRIPTS:
        code = script.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", code), script.name
        assert not re.search(r"[\u4e00-\u9fff]", code), script.name
