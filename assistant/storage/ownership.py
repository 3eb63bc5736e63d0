"""A folder that one process at a time may use: an advisory lock beside it, held until the process closes or dies."""

import fcntl
import os
from pathlib import Path

from assistant.errors import VectorsUnavailable


def own(folder: Path) -> int:
    """Lock `folder` for this process and return the lock's file descriptor.

    Raises:
        VectorsUnavailable: another process has it.
    """
    lock_path = folder.with_name(f"{folder.name}.lock")
    descriptor = os.open(lock_path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = os.read(descriptor, 32).decode(errors="replace").strip() or "unknown"
        os.close(descriptor)
        raise VectorsUnavailable(
            f"{str(folder)!r} is in use by process {owner}; an embedded Chroma serves one process at a time",
            fix=f"stop process {owner}; or, for several processes, stop it, start `chroma run --path {folder} "
            "--host 127.0.0.1 --port 8001` and set ASSISTANT_CHROMA_URL=http://127.0.0.1:8001 for all of them",
        ) from None
    os.truncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor
