"""What was deleted goes out of the files too: databases keep deleted bytes until their space is used again.

SQLite: `secure_delete` overwrites what is deleted, but copies stay behind where pages were split or moved, and in
the write-ahead log. VACUUM writes the whole file anew, a truncating checkpoint empties the log. Chroma: a deleted
vector stays in the HNSW file, its id in the index beside it, and the folder of a deleted collection is left on
disk: a collection is written anew (`VectorStore.rewrite`), then its file is vacuumed, such folders go, and room
that HNSW files hold in reserve is blanked.
PostgreSQL: VACUUM FULL; its own write-ahead log and backups are the operator's to expire.
"""

import shutil
import sqlite3
import struct
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select

from assistant.storage.attachment_tables import AttachmentRow
from assistant.storage.engine import Database

_WAIT_S = 20.0
_HEADER = struct.Struct("<i4Q")  # version, offset of level 0, room for elements, elements, bytes of an element
_HNSW_VERSION = 1
_LENGTH_BYTES = 4


def purge_database(database: Database) -> bool:
    """Take deleted bytes out of the database's files.

    Returns:
        False when somebody reads for so long that the log could not be emptied; then try again later.
    """
    if database.engine.dialect.name != "sqlite":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM FULL")
        return True
    path = database.engine.url.database
    if not path or path == ":memory:":
        return True
    return purge_sqlite(Path(path))


def drop_pictures(database: Database, folder: Path) -> int:
    """Delete customers' photos that no row names any more; returns how many there were."""
    with database.read() as session:
        named = set(session.scalars(select(AttachmentRow.file).where(AttachmentRow.file.is_not(None))))
    gone = [path for path in folder.glob("*.jpg") if path.name not in named]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def purge_sqlite(path: Path) -> bool:
    """Write an SQLite file anew and empty its log; False when a reader or writer was in the way."""
    connection = sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None)
    try:
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("VACUUM")
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            return False
        raise
    finally:
        connection.close()
    return not busy


def purge_chroma(folder: Path) -> bool:
    """Take what was deleted out of the files of a Chroma that is closed; False when its file was in use."""
    path = folder / "chroma.sqlite3"
    if not path.is_file():
        return True
    if not purge_sqlite(path):
        return False
    connection = sqlite3.connect(path)
    try:
        known = {str(row[0]) for row in connection.execute("SELECT id FROM segments")}
    finally:
        connection.close()
    for index in _indexes(folder):
        if index.name not in known:
            shutil.rmtree(index)
    blank_unused(folder)
    return True


def blank_unused(folder: Path) -> None:
    """Write zeros where the HNSW files of a closed Chroma hold no elements.

    hnswlib writes whatever lay in the process's memory there: a new index is stored at once, with room for 100
    elements, and that room is memory in which ids and texts of customers may have stood before.
    """
    for index in _indexes(folder):
        header = (index / "header.bin").read_bytes()
        if len(header) < _HEADER.size:
            continue
        version, _, _, elements, size = _HEADER.unpack_from(header)
        for name, width in (("data_level0.bin", size), ("length.bin", _LENGTH_BYTES)):
            path = index / name
            used, there = elements * width, path.stat().st_size if path.is_file() else 0
            if version == _HNSW_VERSION and there > used:
                with path.open("r+b") as file:
                    file.seek(used)
                    file.write(bytes(there - used))


def _indexes(folder: Path) -> list[Path]:
    return [inside for inside in folder.iterdir() if inside.is_dir() and (inside / "header.bin").is_file()]


def drop_lines(path: Path, words: str) -> None:
    """Write a text file anew without the lines in which `words` stand; nothing happens where there is none."""
    if not path.is_file():
        return
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if words.casefold() not in line.casefold()]
    if len(kept) < len(lines):
        fresh = path.with_name(f"{path.name}.new")
        fresh.touch(mode=0o600)
        fresh.write_text("".join(kept), encoding="utf-8")
        fresh.replace(path)


def find_in_files(folder: Path, needles: Iterable[str]) -> dict[str, list[Path]]:
    """Which of `needles` stand in which files under `folder`, byte for byte, as UTF-8 or as JSON writes them."""
    found: dict[str, list[Path]] = {}
    forms = {needle: _forms(needle) for needle in needles if needle}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            for needle, written in forms.items():
                if any(form in content for form in written):
                    found.setdefault(needle, []).append(path)
    return found


def _forms(needle: str) -> set[bytes]:
    escaped = "".join(c if c.isascii() else f"\\u{ord(c):04x}" for c in needle)
    return {needle.encode(), escaped.encode(), needle.encode("utf-16-le")}
