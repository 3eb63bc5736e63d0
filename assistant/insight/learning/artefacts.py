"""Artefacts of the nightly learning: each version is a folder with a manifest; any can be taken back."""

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from assistant.routing.learning.versions import Versions

MANIFEST = "manifest.json"
_VERSIONS = ("shop-assistant", "numpy", "scikit-learn", "lightgbm", "onnxruntime", "skl2onnx")


@dataclass(frozen=True)
class Artefact:
    """One kind of artefact of a shop.

    Args:
        name: `student`, `satisfaction`, `prior`.
        folder: of its versions; need not exist yet.
    """

    name: str
    folder: Path

    @property
    def versions(self) -> Versions:
        """The versions that are kept."""
        return Versions(self.folder)

    def file(self, name: str) -> Path | None:
        """A file of the version in force; None where there is none."""
        current = self.versions.current
        path = self.folder / current / name
        return path if current and path.is_file() else None

    def put(
        self, write: Callable[[Path], None], *, data_sha256: str, figures: Mapping[str, Any], at: datetime
    ) -> dict[str, Any]:
        """Write a new version and put it into force; returns its manifest.

        Args:
            write: writes its files into the folder that it is given.
            data_sha256: of what it was learned from.
            figures: measured of it, on what it didn't learn from; `write` may add to them.
            at: when it was made.

        Raises:
            OperatorError: the folder can't be written, or what `write` raises; the version before stays in force.
        """
        folder = self.versions.begin()
        folder.mkdir(parents=True, exist_ok=True)
        try:
            write(folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        manifest: dict[str, Any] = {
            "name": self.name,
            "at": at.isoformat(),
            "data_sha256": data_sha256,
            "versions": {name: version(name) for name in _VERSIONS},
            "figures": dict(figures),
            "files": {
                path.name: {"bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
                for path in sorted(folder.iterdir())
            },
        }
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        self.versions.accept(folder.name)
        return manifest

    def manifest(self) -> dict[str, Any] | None:
        """Of the version in force; None where there is none."""
        path = self.file(MANIFEST)
        return json.loads(path.read_text(encoding="utf-8")) if path else None


def artefacts(data_dir: Path) -> dict[str, Artefact]:
    """Those of a shop, by name."""
    return {name: Artefact(name, data_dir / "insight" / name) for name in ("student", "satisfaction", "prior")}


def hash_of(parts: object) -> str:
    """SHA-256 of plain data."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
