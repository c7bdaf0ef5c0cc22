"""Where things lie in a spool folder, and how a position names a byte in it.

    spool.lock            flock of the one writer, holds its process id
    manifest.jsonl        one JSON object per closed or removed segment, chained by hash
    manifest.lock         flock held while the manifest grows
    holds.json            legal holds
    00000001.zst          closed segment, independent zstd frames of 64 KiB of lines
    00000002.log          open segment, plain lines

docs/spool.md describes every byte.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

FRAME_BYTES = 65_536
"""Uncompressed bytes of every frame but the last: one needle costs at most two of these."""
OFFSET_BITS = 40
"""A segment may hold 1 TiB, and 16 M segments fit in a position."""
MAX_LINE_BYTES = 2_097_152
"""Twice the largest HTTP body a feed may hand over (1 MiB)."""

_OFFSET_MASK = (1 << OFFSET_BITS) - 1
# Path and log safe, and no blank, which ends the name in a line. An underscore in front is ours.
# The number behind ~ is that of one of its senders.
_FEED = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/@+-]{0,63}(~[0-9]{1,3})?|_tick|_control")
_SEGMENT = re.compile(r"(\d{8,})\.(log|zst)")


@dataclass(frozen=True, slots=True)
class SpoolSettings:
    """How the spool cuts its segments, and how much it holds while the disk refuses.

    segment_bytes   a segment that reached this size is closed
    segment_age_s   so is one whose lines span this time (receive time, the ticks count)
    buffer_bytes    lines that wait for sync() in memory; beyond it they are dropped and counted
    """

    segment_bytes: int = 64 * 1024 * 1024
    segment_age_s: float = 3600.0
    buffer_bytes: int = 64 * 1024 * 1024


def position(sequence: int, offset: int) -> int:
    """Return the spool position of the uncompressed byte ``offset`` of segment ``sequence``."""
    return sequence << OFFSET_BITS | offset


def split(at: int) -> tuple[int, int]:
    """Return the segment sequence and the uncompressed byte offset of a spool position."""
    return at >> OFFSET_BITS, at & _OFFSET_MASK


def feed_is_valid(feed: str) -> bool:
    """Tell whether ``feed`` may stand in a spool line (no blank, at most 64 plain characters)."""
    return _FEED.fullmatch(feed) is not None


def open_path(folder: Path, sequence: int) -> Path:
    """Return the path of a segment that still is plain text."""
    return folder / f"{sequence:08d}.log"


def closed_path(folder: Path, sequence: int) -> Path:
    """Return the path of a closed segment."""
    return folder / f"{sequence:08d}.zst"


def manifest_path(folder: Path) -> Path:
    """Return the path of the manifest."""
    return folder / "manifest.jsonl"


def segments_on_disk(folder: Path) -> tuple[list[int], list[int]]:
    """Return the sequences of the plain and of the closed segments there are, ascending."""
    found: dict[str, list[int]] = {"log": [], "zst": []}
    for path in folder.iterdir():
        match = _SEGMENT.fullmatch(path.name)
        if match is not None:
            found[match[2]].append(int(match[1]))
    return sorted(found["log"]), sorted(found["zst"])


def sync_folder(folder: Path) -> None:
    """Make created, renamed and removed names in ``folder`` durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_durably(path: Path, content: bytes) -> None:
    """Write ``content`` beside ``path``, make it durable, then put it in its place."""
    # Beside it, because a rename is atomic only within one file system.
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)
