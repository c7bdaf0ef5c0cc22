"""The locks of a spool: one for its writer's whole life, short ones for files that are shared."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ais.errors import SpoolLockedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def take_lock(folder: Path) -> int:
    """Take the spool's lock and return its handle; closing the handle gives it back.

    The kernel gives it back too when the process dies, however it dies. Raises SpoolLockedError
    at once, with the process id of the holder, when it is taken.
    """
    handle = os.open(folder / "spool.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        text = os.pread(handle, 20, 0).strip()
        os.close(handle)
        pid = int(text) if text.isdigit() else None
        msg = (
            f"spool {folder} is being written by process {pid or 'unknown'}: expected one ingest "
            "per spool; stop that one or choose another folder"
        )
        raise SpoolLockedError(msg, pid) from None
    # Only now: before the lock was ours, the number in there was somebody's.
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()}\n".encode("ascii"), 0)
    return handle


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file ``path`` for a moment, waiting for another process that holds it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
