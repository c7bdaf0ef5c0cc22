"""Reading a spool from any position, while another process or thread appends to it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ais.errors import SpoolError
from ais.lines import LineBlock
from ais.spool.frames import FrameFile
from ais.spool.headers import FeedTable, Headers, read_headers
from ais.spool.layout import (
    FRAME_BYTES,
    MAX_LINE_BYTES,
    closed_path,
    open_path,
    position,
    segments_on_disk,
    split,
)
from ais.spool.manifest import Manifest

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from ais.lines import FeedNames

_MEAN_LINE_BYTES = 128  # a one-part AIS line with its header has 75; a little too much is read
_MOST_BYTES = 16 * 1024 * 1024


class _Segment(Protocol):
    @property
    def size(self) -> int:
        """Return the uncompressed bytes there are."""

    def read(self, offset: int, length: int) -> tuple[int, bytes]:
        """Return bytes that cover ``length`` from ``offset``, and the offset they begin at."""

    def close(self) -> None:
        """Close the file."""


class _PlainFile:
    """A segment that still is plain text; it stays readable after its name is removed."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDONLY)

    @property
    def size(self) -> int:
        return os.fstat(self._handle).st_size

    def read(self, offset: int, length: int) -> tuple[int, bytes]:
        return offset, os.pread(self._handle, length, offset)

    def close(self) -> None:
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)

    def __del__(self) -> None:
        if hasattr(self, "_handle"):
            self.close()


class SpoolReader:
    """Reads lines as blocks; any number of readers may read a spool.

    malformed  lines stepped over because they are no spool lines (never written by a SpoolWriter)
    removed    segments stepped over because retention removed them before they were read
    """

    def __init__(self, folder: Path, names: FeedNames) -> None:
        """Read the spool in ``folder``; feeds get their codes from ``names`` when first seen."""
        self.folder = folder
        self.malformed = 0
        self.removed = 0
        self._feeds = FeedTable.of(names)
        self._manifest = Manifest(folder)
        self._sequence = 0
        self._segment: _Segment | None = None
        self._window: tuple[int, int, bytes] = (0, 0, b"")

    def read(self, at: int, durable_head: int, max_lines: int) -> tuple[LineBlock, int]:
        """Return up to ``max_lines`` lines from position ``at``, and the next position.

        A block ends with its segment, so it may hold fewer; it is empty only when ``at`` has
        reached ``durable_head``. Raises SpoolError, with file and frame, for a damaged segment.
        """
        while at < durable_head:
            sequence, offset = split(at)
            segment = self._find(sequence)
            head_sequence, head_offset = split(durable_head)
            if segment is None:
                at = self._step_over(sequence, head_sequence)
                continue
            # A segment that is not the newest no longer grows, so its size is all of it.
            end = head_offset if sequence == head_sequence else segment.size
            if offset >= end:
                at = position(sequence + 1, 0)
                continue
            block, at = self._lines(segment, sequence, offset, end, max(max_lines, 1))
            if len(block):
                return block, at
        return LineBlock.of([]), at

    def end(self) -> int:
        """Return the position behind the last whole line on disk, durable or not, 0 if none.

        For readers that are not told the durable head: replay and verification of a spool.
        """
        plain, closed = segments_on_disk(self.folder)
        newest = max([0, *plain, *closed])
        segment = self._find(newest) if newest else None
        if segment is None:
            return 0
        end = segment.size
        while end > 0:
            start = max(0, end - FRAME_BYTES)
            begin, data = segment.read(start, end - start)
            cut = data.rfind(b"\n", 0, end - begin)
            if cut >= 0:
                return position(newest, begin + cut + 1)
            end = start
        return position(newest, 0)

    def close(self) -> None:
        """Close the segment that is open."""
        if self._segment is not None:
            self._segment.close()
        self._segment, self._sequence = None, 0

    def _find(self, sequence: int) -> _Segment | None:
        """Return the segment, plain or closed; None when it is not there (yet, or any more)."""
        if self._segment is not None and sequence == self._sequence:
            return self._segment
        self.close()
        # A plain file may become a closed one between two looks, never the other way round.
        try:
            self._segment = _PlainFile(open_path(self.folder, sequence))
        except FileNotFoundError:
            self._segment = self._find_closed(sequence)
        self._sequence = sequence
        self._window = (0, 0, b"")
        return self._segment

    def _find_closed(self, sequence: int) -> FrameFile | None:
        if sequence not in self._manifest.closed:
            self._manifest.refresh()
        known = self._manifest.closed.get(sequence)
        path = closed_path(self.folder, sequence)
        if known is None:
            return None
        try:
            return FrameFile(
                path, known.size, [size for size, _ in self._manifest.frames(sequence)]
            )
        except FileNotFoundError:
            self._manifest.refresh()
            if sequence in self._manifest.removed:
                return None
            msg = f"spool file {path} is missing: expected it from the manifest; restore it"
            raise SpoolError(msg, file=path) from None

    def _step_over(self, sequence: int, head_sequence: int) -> int:
        """Return where to go on when there is no such segment."""
        # Position 0 is before every spool; beyond it, a segment that is gone was removed.
        plain, closed = segments_on_disk(self.folder)
        later = min((s for s in (*plain, *closed) if s > sequence), default=0)
        if not later or later > head_sequence:
            msg = (
                f"spool {self.folder} has no segment {head_sequence}, where its head is said to "
                "be: expected the folder that this position comes from"
            )
            raise SpoolError(msg)
        self.removed += later - max(sequence, 1)
        return position(later, 0)

    def _lines(
        self, segment: _Segment, sequence: int, offset: int, end: int, max_lines: int
    ) -> tuple[LineBlock, int]:
        want = min(max_lines * _MEAN_LINE_BYTES, _MOST_BYTES)
        while True:
            data = self._bytes(segment, offset, min(want, end - offset))
            found = read_headers(data, self._feeds, max_lines)
            self.malformed += found.malformed
            if found.consumed:
                return _block(data, found, sequence, offset), position(
                    sequence, offset + found.consumed
                )
            if want >= end - offset or want > 2 * MAX_LINE_BYTES:
                # No line end where one must be: these bytes are no spool line.
                self.malformed += 1
                skipped = min(want, end - offset)
                return LineBlock.of([]), position(sequence, offset + skipped)
            # A long JSON message: four times as much, until its end is in sight.
            want *= 4

    def _bytes(self, segment: _Segment, offset: int, length: int) -> NDArray[np.uint8]:
        """Return ``length`` bytes from ``offset``; unpacked frames are kept for the next call."""
        sequence, begin, data = self._window
        if sequence != self._sequence or not begin <= offset <= begin + len(data) - length:
            begin, data = segment.read(offset, length)
            # Plain text is read anew each time: it may have grown, and costs nothing.
            self._window = (self._sequence, begin, data)
        return np.frombuffer(data, np.uint8)[offset - begin : offset - begin + length]


def _block(data: NDArray[np.uint8], found: Headers, sequence: int, offset: int) -> LineBlock:
    rows = found.rows
    return LineBlock(
        data,
        rows[:, 1].copy(),
        rows[:, 2].copy(),
        (rows[:, 3] * 1_000).view("datetime64[us]"),
        found.feed,
        (rows[:, 0] + position(sequence, offset)).astype(np.uint64),
    )
