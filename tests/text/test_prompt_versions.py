"""Prompts come in versions: folders of overrides, told apart by what they hold."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.errors import OperatorError
from assistant.settings import PROJECT_DIR, Settings
from assistant.text.prompt_lint import lint
from assistant.text.prompt_versions import PromptVersions, differences

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    prompts = tmp_path / "prompts"
    write(prompts / "hello.md", "---\npurpose: greets\nvariables: [name]\n---\nHello {{ name }}!\n")
    write(prompts / "bye.md", "---\npurpose: parts\n---\nBye.\n")
    return Settings(prompts_dir=prompts, cache_dir=tmp_path / "cache", data_dir=tmp_path / "data")


@pytest.fixture
def versions(settings: Settings) -> PromptVersions:
    return PromptVersions(settings)


def test_a_version_stands_in_for_some_files_and_leaves_the_others(versions: PromptVersions) -> None:
    made = versions.new("warm", note="warmer", paths=("hello",))
    write(made.folder / "hello.md", "---\npurpose: greets\nvariables: [name]\n---\nDear {{ name }}!\n")  # type: ignore[operator]
    assert versions.library("warm").render("hello", name="Mia") == "Dear Mia!"
    assert versions.library("warm").render("bye") == "Bye."
    assert versions.library("base").render("hello", name="Mia") == "Hello Mia!"
    assert versions.library("base").names() == ["bye", "hello"]


def test_the_hash_tells_what_a_version_holds_and_nothing_else(versions: PromptVersions) -> None:
    same = versions.new("same", note="a copy", paths=("hello",))
    assert same.hash == versions.get("base").hash == versions.library("base").hash
    write(same.folder / "hello.md", "---\npurpose: greets\nvariables: [name]\n---\nHi {{ name }}!\n")  # type: ignore[operator]
    assert versions.get("same").hash != versions.get("base").hash == versions.library("base").hash
    assert versions.library("same").hash == versions.get("same").hash


def test_what_was_used_can_be_seen_after_it_was_changed(versions: PromptVersions) -> None:
    made = versions.new("warm", note="", paths=("hello",))
    write(made.folder / "hello.md", "---\npurpose: greets\nvariables: [name]\n---\nOne {{ name }}\n")  # type: ignore[operator]
    first = versions.keep("warm")
    write(made.folder / "hello.md", "---\npurpose: greets\nvariables: [name]\n---\nTwo {{ name }}\n")  # type: ignore[operator]
    assert versions.library(first).render("hello", name="Mia") == "One Mia"
    changed = [line for line in differences(versions.get(first), versions.get("warm")) if line[0] in "+-"]
    assert changed[2:] == ["-One {{ name }}", "+Two {{ name }}"]


def test_a_version_that_is_named_wrongly_is_an_error_that_lists_the_others(versions: PromptVersions) -> None:
    versions.new("warm", note="", paths=())
    with pytest.raises(OperatorError, match="base, warm"):
        versions.get("wram")
    for name in ("warm", "current", "base", "../x", ""):
        with pytest.raises(OperatorError):
            versions.new(name, note="")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("---\npurpose: greets\nvariables: [name]\n---\nHello!\n", "declared but unused"),
        ("---\npurpose: greets\nvariables: []\n---\nHello!\n", "is given"),
        ("---\npurpose: greets\nvariables: [name]\n---\n{{ name\n", "expected"),
        ("Hello {{ name }}", "front matter"),
    ],
)
def test_lint_finds_what_would_break_a_turn(versions: PromptVersions, text: str, complaint: str) -> None:
    made = versions.new("broken", note="", paths=("hello",))
    write(made.folder / "hello.md", text)  # type: ignore[operator]
    errors = [finding for finding in lint(versions, "broken") if finding.level == "error"]
    assert len(errors) == 1
    assert complaint in errors[0].what
    assert str(made.folder) in errors[0].path


def test_lint_warns_of_overrides_without_effect(versions: PromptVersions) -> None:
    made = versions.new("idle", note="", paths=("hello",))
    write(made.folder / "helo.md", "---\npurpose: greets\n---\nHello!\n")  # type: ignore[operator]
    assert [(f.level, f.path) for f in lint(versions, "idle")] == [("warning", "hello.md"), ("warning", "helo.md")]


def test_the_setting_wins_over_the_promotion_and_a_rollback_goes_one_back(settings: Settings) -> None:
    versions = PromptVersions(settings)
    for name in ("one", "two"):
        versions.new(name, note="")
        versions.promotions.promote(name, versions.keep(name), NOW)
    assert versions.served == "two"
    assert versions.get("current").name == "two"
    assert versions.promotions.before() == "one"
    chosen = PromptVersions(settings.model_copy(update={"prompts_version": "base"}))
    assert chosen.served == "base"


def test_nothing_promoted_is_nothing_to_roll_back(versions: PromptVersions) -> None:
    assert versions.served == "base"
    with pytest.raises(OperatorError, match="nothing to roll back"):
        versions.promotions.before()


def test_the_shipped_versions_are_in_order() -> None:
    versions = PromptVersions(Settings())
    for name in versions.names():
        assert not [finding for finding in lint(versions, name) if finding.level == "error"]
    assert versions.get("base").files["faq/choose.md"] == PROJECT_DIR / "prompts" / "faq" / "choose.md"
