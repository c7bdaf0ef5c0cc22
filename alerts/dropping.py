"""File drop: a whole file or none appears in a folder that somebody else reads."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alerts.notifier import Later, Refused

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 100


def drop(folder: Path, name: str, data: bytes) -> Path:
    """Write ``data`` as ``folder/name``, seen whole or not at all, and return the path.

    The same name again replaces the file with the same content. On disk before it returns.
    Raises Later where the folder cannot be written: a mount that is away comes back.
    """
    path = folder / name
    # A leading dot: those who poll for *.xml do not see the unfinished file.
    unfinished = folder / f".{name}.tmp"
    try:
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise Later(f"{path}: cannot be written ({error.strerror}); free or mount it") from error
    return path


def file_name(sent_us: int, notice_id: str, key: str, suffix: str) -> str:
    """Return a name that sorts by time, is the same for every attempt, and is safe anywhere."""
    safe = re.sub(r"[^A-Za-z0-9_-]+", "_", notice_id)[:_LONGEST]
    at = _EPOCH + timedelta(microseconds=sent_us)
    return f"{at:%Y%m%dT%H%M%SZ}_{safe}_{key[:8]}{suffix}"


def writable(folder: Path, setting: str) -> None:
    """Raise Refused, naming the setting, where ``folder`` is no folder that can be written."""
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise Refused(
            f"{setting}: {folder} is no folder that can be written; make it or correct it"
        )
