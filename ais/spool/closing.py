"""How a finished segment becomes a closed one, in steps that a crash may cut anywhere.

1. compress ``n.log`` to ``n.zst.tmp``, durable   2. rename it to ``n.zst``, durable
3. append its manifest line, durable               4. remove ``n.log``

The plain file goes last, so whatever is missing can be done again from the beginning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ais.errors import SpoolError
from ais.spool.frames import compress
from ais.spool.layout import closed_path, open_path, segments_on_disk, sync_folder
from ais.spool.manifest import Closed, Manifest

if TYPE_CHECKING:
    from pathlib import Path

_HEADER_BYTES = 96  # 15 digits, a blank, a feed name of at most 64 characters, a blank


def close_segments(manifest: Manifest, before: int) -> list[int]:
    """Close every plain segment older than sequence ``before``, in order; return which.

    Safe to repeat after a crash or an error. Raises SpoolError (disk full, damaged manifest): the
    lines stay in the plain file and stay readable.
    """
    folder = manifest.folder
    done: list[int] = []
    try:
        manifest.refresh()
        for sequence in segments_on_disk(folder)[0]:
            if sequence < before:
                _close(manifest, sequence)
                done.append(sequence)
    except OSError as error:
        msg = f"spool {folder}: a segment cannot be closed ({error}); its lines stay readable"
        raise SpoolError(msg) from error
    return done


def _close(manifest: Manifest, sequence: int) -> None:
    folder = manifest.folder
    plain = open_path(folder, sequence)
    closed = closed_path(folder, sequence)
    if sequence not in manifest.closed:
        # Whatever an earlier try left in .tmp or .zst is written over: only the manifest counts.
        temporary = closed.with_name(closed.name + ".tmp")
        result = compress(plain, temporary)
        first_ms, last_ms = first_and_last_ms(plain)
        temporary.replace(closed)
        sync_folder(folder)
        manifest.append_closed(
            Closed(
                sequence,
                result.size,
                result.lines,
                first_ms,
                last_ms,
                result.sha256,
            ),
            result.frames,
        )
    if sequence not in manifest.removed and not closed.exists():
        msg = f"spool file {closed} is listed but not there: {plain.name} is kept in its place"
        raise SpoolError(msg, file=closed)
    plain.unlink()
    sync_folder(folder)


def first_and_last_ms(plain: Path) -> tuple[int, int]:
    """Return the receive times of the first and the last line of a plain segment, 0 for none."""
    # Only the two ends are read: this may be a gigabyte, and is asked at every start.
    with plain.open("rb") as file:
        first = file.read(_HEADER_BYTES)
        size = file.seek(0, 2)
        reach = _HEADER_BYTES
        while True:
            file.seek(max(0, size - reach))
            tail = file.read(reach)
            # The line end before the last line, which itself may be longer than what was read.
            cut = tail.rstrip(b"\n").rfind(b"\n")
            if cut >= 0 or reach >= size:
                return _ms_of(first), _ms_of(tail[cut + 1 :])
            reach *= 8


def _ms_of(line: bytes) -> int:
    digits = line.partition(b" ")[0]
    return int(digits) if digits.isdigit() else 0
