"""Where tests write: in memory, where the host has room for it.

A database is some 350 files, made and removed for each test that wants its own, and what a spool
takes is synced: on a disk each of them waits for its journal, and for whoever else writes there.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import psutil

_MEMORY = Path("/dev/shm")  # noqa: S108 (pytest makes a folder of mode 0700 in it)
_ROOM = 6 << 30  # bytes; a whole run holds less than one GiB at any time
_CHOICE = "PYTEST_DEBUG_TEMPROOT"


def pytest_configure() -> None:
    """Let ``tmp_path`` be in memory, unless somebody chose a place."""
    if roomy(_MEMORY, psutil.virtual_memory().available):
        os.environ.setdefault(_CHOICE, str(_MEMORY))


def roomy(folder: Path, memory: int) -> bool:
    """Whether tests may write and run programs there, and ``memory`` (bytes) is enough for it."""
    if not os.access(folder, os.W_OK | os.X_OK):
        return False
    # A container's may be of 64 MB, and closed to programs.
    there = os.statvfs(folder)
    free = min(memory, shutil.disk_usage(folder)[2])
    return free >= _ROOM and not there.f_flag & (os.ST_NOEXEC | os.ST_RDONLY)
