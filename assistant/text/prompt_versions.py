"""Versions of the prompts: folders of overrides, told apart by the hash of everything that then counts.

    prompts/                      the base version: prompts, reply texts, intents
    prompts/versions/NAME/        a version: files that stand in for those of the same path, or are added
    prompts/versions/NAME/version.yaml    note: why there is this version

A version that is used is written out whole into a folder named by its hash, so that whatever reads prompts reads
one plain folder, and a result of months ago can still be compared with the texts that it came from. Which version
is served: the setting `prompts_version`, else the last one that was promoted, else the base.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from assistant.errors import OperatorError
from assistant.settings import Settings
from assistant.text.promotions import Promotions
from assistant.text.prompts import PromptLibrary, hash_of, prompt_files
from assistant.text.trials import Trials

BASE = "base"
"""Name of the version without overrides."""
CURRENT = "current"
"""Stands for whichever version is served."""


@dataclass(frozen=True)
class PromptVersion:
    """One version.

    Attributes:
        name: of its folder; `base` for none.
        note: why there is this version, in one line.
        folder: of its overrides; None for the base and for what is known by its hash only.
        files: every file that counts, by its path.
    """

    name: str
    note: str
    folder: Path | None
    files: dict[str, Path]

    @cached_property
    def hash(self) -> str:
        """12 hexadecimal digits over the paths and contents of all files."""
        return hash_of(self.files)

    @property
    def overrides(self) -> tuple[str, ...]:
        """Paths of the files that it brings along."""
        return tuple(p for p, file in self.files.items() if self.folder and file.is_relative_to(self.folder))


class PromptVersions:
    """All versions of the prompts.

    Args:
        settings: where prompts and snapshots lie, and which version is served.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._base = settings.prompts_dir
        self._folder = settings.prompts_dir / "versions"
        self._snapshots = settings.cache_dir / "prompts"
        self.promotions = Promotions(settings.data_dir / "prompts.jsonl")
        self.trials = Trials(settings.data_dir / "trials.jsonl")

    @property
    def served(self) -> str:
        """Name of the version that customers are answered with."""
        return self._settings.prompts_version or self.promotions.served or BASE

    def names(self) -> tuple[str, ...]:
        """The base, then the others by name."""
        found = sorted(p.name for p in self._folder.iterdir() if p.is_dir()) if self._folder.is_dir() else []
        return (BASE, *found)

    def get(self, name: str) -> PromptVersion:
        """The version called `name`: a folder's name, `base`, `current`, or the hash of one that was used.

        Raises:
            OperatorError: there is none.
        """
        name = self.served if name == CURRENT else name
        base = prompt_files(self._base)
        if name == BASE:
            return PromptVersion(BASE, "the prompts as they are, without overrides", None, base)
        folder = self._folder / name
        if name in self.names():
            own = prompt_files(folder)
            own.pop("version.yaml", None)
            return PromptVersion(name, self._note(folder), folder, dict(sorted({**base, **own}.items())))
        if len(name) >= 6 and self._snapshots.is_dir():
            found = [path for path in sorted(self._snapshots.iterdir()) if path.name.startswith(name)]
            if len(found) == 1:
                return PromptVersion(found[0].name, "as it was when it was used", None, prompt_files(found[0]))
        raise OperatorError(
            f"there is no version {name!r} of the prompts (there are {', '.join(self.names())})",
            fix=f"assistant prompts new {name}",
        )

    def library(self, name: str = CURRENT) -> PromptLibrary:
        """The prompts of a version, as one folder."""
        version = self.get(name)
        if version.name == BASE:
            return PromptLibrary(self._base)
        return PromptLibrary(self._snapshot(version))

    def keep(self, name: str = CURRENT) -> str:
        """Write the version out, so that it can be looked at later; its hash."""
        version = self.get(name)
        self._snapshot(version)
        return version.hash

    def new(self, name: str, *, note: str, paths: tuple[str, ...] = (), like: str = BASE) -> PromptVersion:
        """Make a version.

        Args:
            name: letters, digits, `-` and `_`.
            note: why.
            paths: files to copy into it, to be edited; without `.md` they are names of prompts.
            like: the version whose overrides it begins with.

        Raises:
            OperatorError: there is one, the name won't do, or a path is no file of the prompts.
        """
        if name in (*self.names(), CURRENT):
            raise OperatorError(f"there is a version {name!r} already", fix="choose another name")
        if not name.replace("-", "").replace("_", "").isalnum() or not name.isascii():
            raise OperatorError(
                f"{name!r} won't do as a name", fix="use letters, digits, - and _, such as shorter-answers"
            )
        origin = self.get(like)
        chosen = {self.path_in(origin, path) for path in paths} | set(origin.overrides)
        folder = self._folder / name
        folder.mkdir(parents=True)
        for path in sorted(chosen):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(origin.files[path], folder / path)
        import yaml

        (folder / "version.yaml").write_text(yaml.safe_dump({"note": note}, allow_unicode=True), encoding="utf-8")
        return self.get(name)

    def path_in(self, version: PromptVersion, name: str) -> str:
        """The path of a prompt (`faq/choose`) or file (`replies/en/words.yaml`).

        Raises:
            OperatorError: the version has no such file.
        """
        for path in (name, f"{name}.md"):
            if path in version.files:
                return path
        raise OperatorError(f"there is no prompt {name!r}", fix="assistant prompts list --files")

    def _note(self, folder: Path) -> str:
        import yaml

        path = folder / "version.yaml"
        if not path.is_file():
            return ""
        fields = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        if not isinstance(fields, dict) or fields.keys() - {"note"}:
            raise OperatorError(f"{path} takes nothing but note", fix=f"correct {path}")
        return str(fields.get("note", ""))

    def _snapshot(self, version: PromptVersion) -> Path:
        target = self._snapshots / version.hash
        if target.is_dir():
            return target
        self._snapshots.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(prefix=".", dir=self._snapshots))
        for path, file in version.files.items():
            (making / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, making / path)
        try:
            os.replace(making, target)
        except OSError:  # another process was first
            shutil.rmtree(making)
        return target


def differences(old: PromptVersion, new: PromptVersion) -> Iterator[str]:
    """The lines of a unified diff of two versions, file by file; nothing where they are the same."""
    import difflib

    for path in sorted(old.files.keys() | new.files.keys()):
        before, after = (_lines(version.files.get(path)) for version in (old, new))
        if before != after:
            yield from difflib.unified_diff(before, after, f"{old.name}/{path}", f"{new.name}/{path}", lineterm="")


def _lines(path: Path | None) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path else []
