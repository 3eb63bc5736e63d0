"""Weight files are pinned by SHA-256: other weights, other vectors, and nobody would notice."""

import contextlib
import hashlib
import json
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from assistant.errors import OperatorError

_READ_SIZE = 4 * 1024 * 1024


@dataclass(frozen=True)
class PinnedFile:
    """A file and the hash that it must have.

    Attributes:
        fix: what an operator types when the file is missing or another one.
    """

    path: Path
    sha256: str
    fix: str = "make setup (installs the locked packages again)"


def require_pinned(pin: PinnedFile, stamps_dir: Path) -> None:
    """Make sure that a file is the pinned one.

    The file is read once; its size and modification time are noted in `stamps_dir`, and as long as they stay
    the note is believed.

    Raises:
        OperatorError: the file is missing or has another hash.
    """
    try:
        stat = pin.path.stat()
    except OSError as error:
        raise OperatorError(f"the weights {str(pin.path)!r} are missing ({error})", fix=pin.fix) from error
    stamp = {"path": str(pin.path), "size": stat.st_size, "mtime_ns": stat.st_mtime_ns, "sha256": pin.sha256}
    stamp_file = stamps_dir / f"weights-{pin.sha256[:16]}.json"
    with contextlib.suppress(OSError, ValueError):
        if json.loads(stamp_file.read_text(encoding="utf-8")) == stamp:
            return
    found = sha256_of(pin.path)
    if found != pin.sha256:
        raise OperatorError(
            f"the weights {str(pin.path)!r} are not the pinned ones (SHA-256 {found}, expected {pin.sha256})",
            fix=pin.fix,
        )
    with contextlib.suppress(OSError):  # in a read-only cache the hash is simply read again
        stamps_dir.mkdir(parents=True, exist_ok=True)
        stamp_file.write_text(json.dumps(stamp), encoding="utf-8")


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_READ_SIZE):
            digest.update(chunk)
    return digest.hexdigest()


def package_folder(module: str) -> Path:
    """Folder of an installed package, without importing it.

    Raises:
        OperatorError: it is not installed.
    """
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise OperatorError(f"the package with the weights of {module!r} is not installed", fix="make setup")
    return Path(spec.origin).parent
