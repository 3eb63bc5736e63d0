"""Prompts are strict: what is missing or unused is an error that names the file."""

from pathlib import Path

import pytest

from assistant.errors import OperatorError
from assistant.settings import PROJECT_DIR
from assistant.text.prompts import PromptLibrary


def write(folder: Path, name: str, text: str) -> PromptLibrary:
    path = folder / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return PromptLibrary(folder)


def test_a_prompt_is_filled_in(tmp_path: Path) -> None:
    library = write(tmp_path, "hello", "---\npurpose: greets\nvariables: [name]\n---\nHello {{ name }}!\n")
    assert library.render("hello", name="Mia") == "Hello Mia!"


@pytest.mark.parametrize("variables", [{}, {"name": "Mia", "age": 3}, {"nmae": "Mia"}])
def test_a_missing_or_unknown_variable_is_an_error(tmp_path: Path, variables: dict[str, object]) -> None:
    library = write(tmp_path, "hello", "---\npurpose: greets\nvariables: [name]\n---\nHello {{ name }}!\n")
    with pytest.raises(OperatorError, match="hello"):
        library.render("hello", **variables)


@pytest.mark.parametrize("head", ["variables: [name, age]", "variables: []"])
def test_declared_and_used_variables_must_agree(tmp_path: Path, head: str) -> None:
    library = write(tmp_path, "hello", f"---\npurpose: greets\n{head}\n---\nHello {{{{ name }}}}!\n")
    with pytest.raises(OperatorError, match="variables"):
        library.get("hello")


def test_a_snippet_brings_its_variables(tmp_path: Path) -> None:
    write(tmp_path, "snippets/tone", "---\npurpose: tone\nvariables: [language]\n---\nin {{ language }}")
    library = write(
        tmp_path, "a", '---\npurpose: p\nvariables: [language]\n---\nSpeak {% include "snippets/tone.md" %}'
    )
    assert library.render("a", language="Chinese") == "Speak in Chinese"


def test_every_shipped_prompt_is_sound() -> None:
    library = PromptLibrary(PROJECT_DIR / "prompts")
    names = library.names()
    assert names
    for name in names:
        library.get(name)


def test_every_reply_exists_in_both_languages() -> None:
    library = PromptLibrary(PROJECT_DIR / "prompts")
    english = {name.removeprefix("replies/en/"): library.get(name) for name in library.names("replies/en/")}
    chinese = {name.removeprefix("replies/zh/"): library.get(name) for name in library.names("replies/zh/")}
    assert english.keys() == chinese.keys()
    assert {n: p.variables for n, p in english.items()} == {n: p.variables for n, p in chinese.items()}
