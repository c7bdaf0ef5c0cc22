"""quarantine.jsonl: lines and rows that nothing could be made of, each with the fault.

A row holds a received line, so it goes with the segment of the spool in which that line lies: by
age, and not while a legal hold keeps it. The spool has the line itself; nothing is proven by this
file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ais.spool.layout import segments_on_disk, split
from ais.spool.lock import locked

QUARANTINE_BYTES: Final = 100_000_000
"""Size at which the file grows no more: what follows is counted, and is in the spool."""


class Quarantine:
    """The file in the service's ``folder``; one process adds to it while another lets rows go."""

    def __init__(self, folder: Path) -> None:
        """Make nothing yet."""
        self.file = folder / "quarantine.jsonl"
        self._spool, self._lock = folder / "spool", folder / "quarantine.lock"

    def add(self, row: Mapping[str, Any]) -> None:
        """Add ``row``, whose ``spool`` is a position in the spool; raises OSError."""
        with locked(self._lock):
            # As the snapshots: nobody but the service reads it.
            self.file.touch(mode=0o600)
            with self.file.open("a", encoding="utf-8") as opened:
                if opened.tell() < QUARANTINE_BYTES:
                    opened.write(json.dumps(row) + "\n")

    def drop_gone(self) -> int:
        """Remove rows whose segment is not in the spool any more; return how many there were.

        A row that cannot be read, as a crash leaves it, goes too: nobody could say how old it is.
        """
        if not (self.file.exists() and self._spool.is_dir()):
            return 0
        # Looked at before the lock: the pipeline should not wait for the usual answer, none.
        with self.file.open("rb") as lines:
            there = self._segments()
            if all(_segment(row) in there for row in lines):
                return 0
        with locked(self._lock):
            rows = self.file.read_bytes().splitlines(keepends=True)
            # After them: a segment of theirs that was begun meanwhile is there too.
            there = self._segments()
            kept = [row for row in rows if _segment(row) in there]
            beside = self.file.with_suffix(".tmp")
            beside.touch(mode=0o600)
            beside.write_bytes(b"".join(kept))
            beside.replace(self.file)
        return len(rows) - len(kept)

    def _segments(self) -> set[int]:
        plain, closed = segments_on_disk(self._spool)
        return {*plain, *closed}


def _segment(row: bytes) -> int:
    """Return the segment of a row, -1 where it cannot be read."""
    try:
        return split(int(json.loads(row)["spool"]))[0]
    except (ValueError, KeyError, TypeError):
        return -1
