"""Holds a version of the prompts against what the code needs of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.errors import OperatorError
from assistant.text.prompt_versions import PromptVersion, PromptVersions
from assistant.text.prompts import PromptLibrary

_LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Finding:
    """Something about a file of a version: an error keeps the version from working, a warning from mattering."""

    level: Literal["error", "warning"]
    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.level}: {self.path}: {self.what}"


def lint(versions: PromptVersions, name: str) -> list[Finding]:
    """What is wrong with a version, errors first.

    Raises:
        OperatorError: there is no such version.
    """
    version, base = versions.get(name), versions.get("base")
    found = [*_files(version, base), *_prompts(versions.library(name), versions.library("base"), version)]
    return sorted(found, key=lambda finding: finding.level)


def _files(version: PromptVersion, base: PromptVersion) -> Iterator[Finding]:
    import yaml

    if version.folder:
        for file in sorted(p for p in version.folder.rglob("*") if p.is_file() and p.suffix not in (".md", ".yaml")):
            yield Finding("warning", file.relative_to(version.folder).as_posix(), "is neither .md nor .yaml: not read")
    for path in version.overrides:
        if path not in base.files:
            yield Finding("warning", path, "stands for no file of the base: read only if another prompt includes it")
        elif version.files[path].read_bytes() == base.files[path].read_bytes():
            yield Finding("warning", path, "is the same as in the base")
    for path, file in version.files.items():
        if path.endswith(".yaml"):
            try:
                yaml.safe_load(file.read_text(encoding="utf-8"))
            except (yaml.YAMLError, UnicodeDecodeError) as error:
                yield Finding("error", str(file), f"is no YAML: {error}")


def _prompts(library: PromptLibrary, base: PromptLibrary, version: PromptVersion) -> Iterator[Finding]:
    from jinja2 import TemplateError

    known = set(base.names())
    for name in library.names():
        where = str(version.files[f"{name}.md"])
        try:
            prompt = library.get(name)
            if name in known and prompt.variables != (expected := base.get(name).variables):
                yield Finding("error", where, f"takes {sorted(prompt.variables)}, is given {sorted(expected)}")
        except (OperatorError, TemplateError, ValueError) as error:
            yield Finding("error", where, error.message if isinstance(error, OperatorError) else str(error))
            continue
        if not prompt.body.strip():
            yield Finding("error", where, "is empty")
        if name.startswith("replies/") and (missing := _other(name)) and f"{missing}.md" not in version.files:
            yield Finding("error", where, f"there is no {missing}.md in the other language")


def _other(name: str) -> str:
    room, language, rest = name.split("/", 2)
    return "/".join((room, next(each for each in _LANGUAGES if each != language), rest))
