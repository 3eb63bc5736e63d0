"""Prompts and reply texts are files, and strict: a missing or an unused variable is an error.

A prompt is a Markdown file under `prompts/` with front matter:

    ---
    purpose: one line on what the prompt is for
    variables: [shop_name, passages]
    ---
    Text with {{ shop_name }} and {{ passages }} (Jinja2).

`{% include "snippets/tone.md" %}` takes in a shared snippet (a file with front matter of its own).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from assistant.errors import OperatorError

VERSIONS = "versions"
"""Folder below the prompts whose files count only for the version that they belong to."""


def prompt_files(folder: Path) -> dict[str, Path]:
    """The files that count as prompts (`*.md`, `*.yaml`), by their path below `folder`, sorted."""
    found = {p.relative_to(folder).as_posix(): p for kind in ("*.md", "*.yaml") for p in folder.rglob(kind)}
    return {path: found[path] for path in sorted(found) if not path.startswith(f"{VERSIONS}/")}


def hash_of(files: Mapping[str, Path]) -> str:
    """12 hexadecimal digits over the paths and contents of files."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path}\0{hashlib.sha256(files[path].read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:12]


@dataclass(frozen=True)
class Prompt:
    """One prompt file: its name (path below the folder, without `.md`), purpose and variables."""

    name: str
    purpose: str
    variables: frozenset[str]
    body: str = field(repr=False)


@dataclass(frozen=True)
class PromptLibrary:
    """The prompt files below one folder.

    Args:
        folder: usually `Settings.prompts_dir`.
    """

    folder: Path

    @cached_property
    def _environment(self) -> Any:
        from jinja2 import Environment, FunctionLoader, StrictUndefined

        return Environment(
            loader=FunctionLoader(lambda path: self._read(path.removesuffix(".md")).body),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
            autoescape=False,
        )

    @cached_property
    def _cache(self) -> dict[str, Prompt]:
        return {}

    def data(self, path: str) -> dict[str, Any]:
        """The YAML file at `path` below the folder, as plain data, read once.

        Raises:
            OperatorError: there is no such file.
        """
        import yaml

        if path not in self._data:
            file = self.folder / path
            if not file.is_file():
                raise OperatorError(f"{file} is missing", fix="restore it from the repository")
            self._data[path] = dict(yaml.safe_load(file.read_text(encoding="utf-8")))
        return self._data[path]

    @cached_property
    def _data(self) -> dict[str, dict[str, Any]]:
        return {}

    def names(self, prefix: str = "") -> list[str]:
        """Names of all prompts whose name starts with `prefix`, sorted."""
        found = (path.removesuffix(".md") for path in prompt_files(self.folder) if path.endswith(".md"))
        return sorted(name for name in found if name.startswith(prefix))

    @cached_property
    def hash(self) -> str:
        """What the prompts hold, as 12 hexadecimal digits, so that stored messages and results can name it."""
        return hash_of(prompt_files(self.folder))

    def get(self, name: str) -> Prompt:
        """The prompt called `name`.

        Raises:
            OperatorError: there is no such file, its front matter is wrong, or the variables that it
                declares are not the ones that it uses.
        """
        from jinja2 import meta

        if name not in self._cache:
            prompt = self._read(name)
            used = self._used(name, set(), meta)
            if used != prompt.variables:
                missing, unused = sorted(used - prompt.variables), sorted(prompt.variables - used)
                raise OperatorError(
                    f"prompt {name!r}: undeclared variables {missing}, declared but unused {unused}",
                    fix=f"correct `variables:` in {self.folder / name}.md",
                )
            self._cache[name] = prompt
        return self._cache[name]

    def render(self, name: str, /, **variables: object) -> str:
        """The text of prompt `name` with its variables filled in.

        Raises:
            OperatorError: a variable is missing or is not one of the prompt's.
        """
        prompt = self.get(name)
        if variables.keys() != prompt.variables:
            missing = sorted(prompt.variables - variables.keys())
            unused = sorted(variables.keys() - prompt.variables)
            raise OperatorError(
                f"prompt {name!r}: missing variables {missing}, unknown variables {unused}",
                fix=f"pass exactly {sorted(prompt.variables)}",
            )
        template = self._environment.get_template(f"{name}.md")
        return str(template.render(**variables)).strip()

    def _used(self, name: str, seen: set[str], meta: Any) -> set[str]:
        seen.add(name)
        tree = self._environment.parse(self._read(name).body)
        used: set[str] = set(meta.find_undeclared_variables(tree))
        for reference in meta.find_referenced_templates(tree):
            included = (reference or "").removesuffix(".md")
            if included and included not in seen:
                used |= self._used(included, seen, meta)
        return used

    def _read(self, name: str) -> Prompt:
        import yaml

        path = self.folder / f"{name}.md"
        if not path.is_file():
            raise OperatorError(f"there is no prompt {name!r}", fix=f"write {path}, or check prompts_dir")
        text = path.read_text(encoding="utf-8")
        if not text.startswith("---\n") or "\n---\n" not in text[4:]:
            raise OperatorError(
                f"prompt {name!r} has no front matter", fix=f"start {path} with ---, purpose, variables, ---"
            )
        head, body = text[4:].split("\n---\n", 1)
        fields = yaml.safe_load(head) or {}
        if not isinstance(fields, dict) or "purpose" not in fields or fields.keys() - {"purpose", "variables"}:
            raise OperatorError(f"prompt {name!r}: front matter takes purpose and variables", fix=f"edit {path}")
        return Prompt(name, str(fields["purpose"]), frozenset(fields.get("variables") or ()), body)
