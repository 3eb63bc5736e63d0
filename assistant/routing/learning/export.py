"""A trained router as a folder: what was learned, a manifest of what it was learned from, and its student."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from assistant.errors import OperatorError
from assistant.routing.detectors.detector import SentenceEncoder
from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.learning.student import Student
from assistant.routing.learning.trained import Trained

MANIFEST = "manifest.json"
ROUTER = "router.npz"
STUDENT = "student.npz"
_VERSIONS = ("shop-assistant", "numpy", "scikit-learn", "onnxruntime")


def export(
    folder: Path,
    trained: Trained,
    catalogue: Catalogue,
    encoders: Mapping[str, SentenceEncoder],
    student: Student | None = None,
    figures: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> dict[str, Any]:
    """Write the folder and return its manifest; the same training gives the same manifest.

    Args:
        encoders: that it was trained with, by name.
        figures: what was measured of it, beside the figures on held-back examples.
        at: when it was made; left out where nobody tells.

    Raises:
        OperatorError: the folder can't be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trained.save(folder / ROUTER)
        if student is not None:
            student.save(folder / STUDENT)
        manifest: dict[str, Any] = {
            "data_sha256": catalogue.fingerprint,
            "intents": len(catalogue),
            "examples": len(catalogue.examples),
            "versions": {name: version(name) for name in _VERSIONS},
            "encoders": {name: list(getattr(encoder, "sha256", ())) for name, encoder in encoders.items()},
            "held_back": {
                language: [{"encoders": list(stage.encoders), **stage.figures} for stage in stages]
                for language, stages in trained.stages.items()
            },
            "figures": dict(figures or {}),
            **({"at": at.isoformat()} if at else {}),
            "files": {
                path.name: {"bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
                for path in sorted(folder.glob("*.npz"))
                if path.name in (ROUTER, STUDENT)
            },
        }
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise OperatorError(f"{folder} can't be written: {error.strerror}", fix="pass another --out") from error
    return manifest


def check(folder: Path) -> dict[str, Any]:
    """The manifest of an export whose files are those that it names.

    Raises:
        OperatorError: a file is missing or another one.
    """
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        for name, entry in manifest["files"].items():
            if hashlib.sha256((folder / name).read_bytes()).hexdigest() != entry["sha256"]:
                raise OperatorError(f"{folder / name} is not the file of the manifest", fix="export it again")
    except (OSError, ValueError, KeyError) as error:
        raise OperatorError(f"{folder} holds no export: {error}", fix="assistant router export") from error
    return manifest
