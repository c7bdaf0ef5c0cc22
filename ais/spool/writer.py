"""The writer of a spool: lines into memory at once, to disk in groups, durable after sync().

    append ──▶ buffer ──sync──▶ 00000007.log ──full or old──▶ 00000007.zst + manifest
    (any thread)       (pwrite, fdatasync)       (background thread, closing.py)

A crash loses what sync() had not yet reported and perhaps leaves a torn last line, which the next
writer cuts off. One writer per folder, by flock.
"""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Self

import structlog

from ais.errors import SpoolError
from ais.spool.closing import close_segments, first_and_last_ms
from ais.spool.layout import (
    MAX_LINE_BYTES,
    SpoolSettings,
    feed_is_valid,
    open_path,
    position,
    segments_on_disk,
    sync_folder,
)
from ais.spool.lock import take_lock
from ais.spool.manifest import Manifest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

log = structlog.get_logger()


@dataclass(slots=True)
class _OpenSegment:
    """The plain file that grows: ``size`` is its durable part."""

    sequence: int
    handle: int
    size: int
    first_ms: int | None
    last_ms: int = 0


class SpoolWriter:
    """Appends received lines; ``append`` from any thread, ``sync`` at least every 200 ms.

    dropped  lines that were not taken, by reason: ``newline`` inside the line, ``too long``
             (over 2 MiB), ``buffer full`` (the disk refuses, and the bound in memory is reached)
    trouble  why a segment could not be cut or closed, empty when all is well; nothing is lost
    """

    def __init__(self, folder: Path, settings: SpoolSettings | None = None) -> None:
        """Open the spool in ``folder``, made if need be, and finish what a crash left undone.

        Raises SpoolLockedError when another process writes to it, SpoolError when it cannot be
        written to. A damaged manifest is named in ``trouble`` and stops nothing.
        """
        self.folder = folder
        self.dropped: dict[str, int] = {"newline": 0, "too long": 0, "buffer full": 0}
        self.trouble = ""
        self._settings = settings or SpoolSettings()
        self._manifest = Manifest(folder)
        self._buffer: list[bytes] = []
        self._held: list[bytes] = []
        self._buffered = 0
        self._buffer_lock = Lock()
        self._sync_lock = Lock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = take_lock(folder)
            try:
                self._open = self._resume()
                self._newest_ms = self._newest_on_disk_ms()
            except BaseException:
                os.close(self._lock)
                raise
        except OSError as error:
            msg = f"spool {folder} cannot be opened: {error}; expected a folder to write to"
            raise SpoolError(msg) from error
        self._closer = ThreadPoolExecutor(1, thread_name_prefix="spool-close")
        self._close_older()

    @property
    def head(self) -> int:
        """Return the durable head: lines before this position survive a crash."""
        now = self._open  # once: sync() may put the next segment in its place
        return position(now.sequence, now.size)

    @property
    def waiting_bytes(self) -> int:
        """Return how many bytes wait in memory for the next sync."""
        return self._buffered

    @property
    def newest_ms(self) -> int:
        """Return the receive time of the newest line, epoch ms, 0 when there is none."""
        return self._newest_ms

    def append(self, feed: str, lines: Sequence[bytes], received_ms: int) -> None:
        """Take ``lines`` (without line ends) of ``feed``, received at ``received_ms``; no I/O.

        Lines that cannot be taken are counted in ``dropped``. Raises SpoolError for a feed name
        or a time that cannot stand in a spool line.
        """
        if not feed_is_valid(feed) or not 0 <= received_ms < 10**15:
            msg = (
                f"feed {feed!r} at {received_ms} ms cannot be spooled: expected up to 64 of "
                "A-Z a-z 0-9 _ . : / @ + - for its name, and milliseconds since 1970"
            )
            raise SpoolError(msg)
        if not lines:
            return
        head = f"{received_ms} {feed} ".encode("ascii")
        # One join and one count for all lines; only what looks wrong is looked at line by line.
        piece = self._joined(head, lines)
        if piece.count(b"\n") != len(lines) or len(piece) > MAX_LINE_BYTES:
            lines = self._acceptable(lines)
            piece = self._joined(head, lines)
        with self._buffer_lock:
            if self._buffered + len(piece) > self._settings.buffer_bytes:
                self.dropped["buffer full"] += len(lines)
                return
            self._buffer.append(piece)
            self._buffered += len(piece)
            self._newest_ms = received_ms

    def sync(self) -> int:
        """Write and fsync what was appended; return the durable head.

        Raises SpoolError when the disk refuses: the lines are kept for the next try, up to the
        bound of the buffer.
        """
        with self._sync_lock:
            with self._buffer_lock:
                self._held.extend(self._buffer)
                self._buffer.clear()
                newest_ms = self._newest_ms
            if self._held:
                data = b"".join(self._held)
                # One piece from here on: a refusing disk must not make us join anew each time.
                self._held = [data]
                self._write(data)
                self._held.clear()
                with self._buffer_lock:
                    self._buffered -= len(data)
                self._note_times(data, newest_ms)
            if self._is_full():
                self._roll()
            return self.head

    def close(self) -> None:
        """Sync, wait for segments that are being closed, and let go of the folder."""
        try:
            self.sync()
        finally:
            self._closer.shutdown(wait=True)
            os.close(self._open.handle)
            os.close(self._lock)

    def __enter__(self) -> Self:
        """Return the writer."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the writer."""
        self.close()

    @staticmethod
    def _joined(head: bytes, lines: Sequence[bytes]) -> bytes:
        if not all(lines):
            # A tick has no text; its line ends after the feed, without the second blank.
            return b"".join((head + x if x else head[:-1]) + b"\n" for x in lines)
        return head + (b"\n" + head).join(lines) + b"\n" if lines else b""

    def _acceptable(self, lines: Sequence[bytes]) -> list[bytes]:
        whole = [line for line in lines if b"\n" not in line]
        taken = [line for line in whole if len(line) <= MAX_LINE_BYTES]
        with self._buffer_lock:
            self.dropped["newline"] += len(lines) - len(whole)
            self.dropped["too long"] += len(whole) - len(taken)
        return taken

    def _resume(self) -> _OpenSegment:
        """Open the newest plain segment again, without its torn last line, or begin one."""
        plain, closed = segments_on_disk(self.folder)
        try:
            self._manifest.refresh()
        except SpoolError as error:
            # Old evidence is damaged; new lines must be kept all the same.
            self._note_trouble(str(error))
        newest = max([0, *plain])
        finished = max([self._manifest.newest, *closed])
        if newest <= finished:
            return self._begin(finished + 1)
        path = open_path(self.folder, newest)
        handle = os.open(path, os.O_RDWR)
        size = os.fstat(handle).st_size
        kept = _end_of_lines(handle, size)
        if kept < size:
            log.warning("spool_torn_line_cut", file=str(path), bytes=size - kept)
            os.ftruncate(handle, kept)
        # What a killed process wrote may be in the page cache only.
        os.fsync(handle)
        first_ms, last_ms = first_and_last_ms(path)
        return _OpenSegment(newest, handle, kept, first_ms if kept else None, last_ms)

    def _newest_on_disk_ms(self) -> int:
        plain = reversed(segments_on_disk(self.folder)[0])
        newest = (first_and_last_ms(open_path(self.folder, one))[1] for one in plain)
        return next((ms for ms in newest if ms), self._manifest.newest_ms)

    def _begin(self, sequence: int) -> _OpenSegment:
        # Exclusive: an existing file under a new number would be somebody's evidence.
        path, flags = open_path(self.folder, sequence), os.O_RDWR | os.O_CREAT | os.O_EXCL
        try:
            handle = os.open(path, flags, 0o644)
        except FileExistsError:
            # An empty one is what a refusing disk left of an earlier try.
            if path.stat().st_size:
                raise
            handle = os.open(path, os.O_RDWR)
        try:
            sync_folder(self.folder)
        except OSError:
            os.close(handle)
            raise
        return _OpenSegment(sequence, handle, 0, None)

    def _write(self, data: bytes) -> None:
        # Always at the durable end: after a failed fsync nobody knows what the disk has of the
        # pages written since, so they are written once more.
        at = self._open.size
        view = memoryview(data)
        try:
            while view:
                written = os.pwrite(self._open.handle, view, at)
                at += written
                view = view[written:]
            os.fdatasync(self._open.handle)
        except OSError as error:
            path = open_path(self.folder, self._open.sequence)
            msg = (
                f"spool file {path} refuses {len(data)} bytes ({error.strerror}): free some space "
                f"or repair the disk; lines wait in memory up to {self._settings.buffer_bytes} B"
            )
            raise SpoolError(msg, file=path) from error
        self._open.size = at

    def _note_times(self, data: bytes, newest_ms: int) -> None:
        if self._open.first_ms is None:
            self._open.first_ms = int(data[: data.index(b" ")])
        self._open.last_ms = newest_ms

    def _is_full(self) -> bool:
        now = self._open
        if now.first_ms is None:
            return False
        # Backwards too: a clock that was set back begins a segment of its own.
        age_ms = abs(now.last_ms - now.first_ms)
        return (
            now.size >= self._settings.segment_bytes
            or age_ms >= self._settings.segment_age_s * 1_000
        )

    def _roll(self) -> None:
        """Begin the next segment, then close the full one in the background."""
        full = self._open
        try:
            self._open = self._begin(full.sequence + 1)
        except OSError as error:
            # The full segment takes more lines meanwhile: better too long than nowhere.
            self._note_trouble(f"no new segment: {error}")
            return
        os.close(full.handle)
        self._close_older()

    def _close_older(self) -> None:
        future = self._closer.submit(close_segments, self._manifest, self._open.sequence)
        future.add_done_callback(self._closed)

    def _closed(self, future: Future[list[int]]) -> None:
        error = future.exception()
        if error is None:
            self.trouble = ""
        else:
            self._note_trouble(str(error))

    def _note_trouble(self, text: str) -> None:
        if text != self.trouble:
            log.error("spool_segment_not_closed", spool=str(self.folder), error=text)
        self.trouble = text


def _end_of_lines(handle: int, size: int) -> int:
    """Return the length of ``handle``'s whole lines; looks from the end, a step at a time."""
    step = 65_536
    end = size
    while end > 0:
        start = max(0, end - step)
        cut = os.pread(handle, end - start, start).rfind(b"\n")
        if cut >= 0:
            return start + cut + 1
        end = start
    return 0
