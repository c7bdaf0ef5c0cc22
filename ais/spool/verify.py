"""Proving a spool: every frame, every segment, the chain, and the open segment's lines."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import zstandard

from ais.errors import SpoolError
from ais.lines import FeedNames
from ais.spool.frames import unpack
from ais.spool.headers import FeedTable, read_headers
from ais.spool.layout import (
    closed_path,
    manifest_path,
    open_path,
    segments_on_disk,
)
from ais.spool.manifest import Closed, Manifest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_STEP_LINES = 65_536


@dataclass(slots=True)
class VerifyReport:
    """What was proven, and the first fault if there is one.

    segments, frames, lines, bytes  looked at (bytes uncompressed), the open segment's included
    open_segments, open_lines       of these, in plain segments: they carry no hash yet, only the
                                    form of their lines was checked
    removed      segments that a tombstone stands for
    torn_bytes   an unfinished last line in the open segment: a crash's trace, no fault
    head         hash of the newest manifest line; kept elsewhere, it shows a cut tail later
    fault        one line for a person, empty when all is well; ``file`` and ``frame`` (from 0,
                 None where the fault has none) say where
    """

    segments: int = 0
    frames: int = 0
    lines: int = 0
    bytes: int = 0
    open_segments: int = 0
    open_lines: int = 0
    removed: int = 0
    torn_bytes: int = 0
    head: str = ""
    fault: str = ""
    file: Path | None = None
    frame: int | None = None

    @property
    def ok(self) -> bool:
        """Tell whether no fault was found."""
        return not self.fault


def verify(
    folder: Path, *, anchor: str = "", progress: Callable[[int], None] | None = None
) -> VerifyReport:
    """Prove the spool in ``folder``; a writer may go on meanwhile.

    1. the manifest: canonical lines, hashes, chain, and ``anchor`` (an earlier ``head``) in it
    2. no segment missing, none too many   3. every closed segment, frame by frame
    4. every plain segment, line by line

    Stops at the first fault. ``progress`` is told the uncompressed bytes of each proven segment.
    """
    report = VerifyReport()
    try:
        # What is on disk is listed before the manifest is read: a segment that is closed in
        # between is then in the manifest, and never looks like one too many.
        plain, closed = segments_on_disk(folder)
        path = manifest_path(folder)
        size = path.stat().st_size if path.exists() else 0
        manifest = Manifest(folder)
        manifest.refresh()
        report.head = manifest.head
        report.removed = len(manifest.removed)
        _prove_manifest(manifest, size, plain, anchor)
        _prove_list(manifest, plain, closed)
        for sequence, segment in manifest.closed.items():
            if sequence not in manifest.removed:
                _prove_closed(manifest, segment, report)
                _tell(progress, segment.size)
        for sequence in plain:
            if sequence not in manifest.closed:
                _tell(progress, _prove_plain(folder, sequence, report, newest=plain[-1]))
    except SpoolError as error:
        report.fault, report.file, report.frame = str(error), error.file, error.frame
    except OSError as error:
        report.fault = f"spool {folder} cannot be read: {error}"
        report.file = folder
    return report


def _tell(progress: Callable[[int], None] | None, count: int) -> None:
    if progress is not None:
        progress(count)


def _prove_manifest(manifest: Manifest, size: int, plain: list[int], anchor: str) -> None:
    path = manifest_path(manifest.folder)
    # A crash may cut the newest line short; its segment's plain file is then still there.
    if size > manifest.read_bytes and manifest.newest + 1 not in plain:
        msg = f"spool file {path}: expected a line end after line {manifest.entries}"
        raise SpoolError(msg, file=path)
    if anchor and anchor not in manifest.hashes:
        msg = f"spool file {path}: no line has the hash {anchor}: its tail was cut or replaced"
        raise SpoolError(msg, file=path)


def _prove_list(manifest: Manifest, plain: list[int], closed: list[int]) -> None:
    for expected, sequence in enumerate(manifest.closed, min(manifest.closed, default=1)):
        if sequence != expected:
            path = closed_path(manifest.folder, expected)
            msg = f"spool file {path} is missing in the manifest, which goes on with {sequence}"
            raise SpoolError(msg, file=path)
    for sequence in closed:
        if sequence not in manifest.closed and sequence not in plain:
            path = closed_path(manifest.folder, sequence)
            msg = f"spool file {path} is not in the manifest: expected a line that proves it"
            raise SpoolError(msg, file=path)


def _prove_closed(manifest: Manifest, segment: Closed, report: VerifyReport) -> None:
    path = closed_path(manifest.folder, segment.sequence)
    frames = manifest.frames(segment.sequence)
    whole = hashlib.sha256()
    decompressor = zstandard.ZstdDecompressor()
    size = lines = 0
    try:
        with path.open("rb") as file:
            for number, (packed_bytes, digest) in enumerate(frames):
                packed = file.read(packed_bytes)
                if hashlib.sha256(packed).hexdigest() != digest:
                    msg = f"spool file {path}, frame {number}: not the bytes that were closed"
                    raise SpoolError(msg, file=path, frame=number)
                text = unpack(decompressor, packed)
                whole.update(text)
                size += len(text)
                lines += text.count(b"\n")
                report.frames += 1
            extra = file.read(1)
    except zstandard.ZstdError as error:
        msg = f"spool file {path}, frame {number}: {error}"
        raise SpoolError(msg, file=path, frame=number) from error
    except FileNotFoundError:
        if _was_removed(manifest.folder, segment.sequence):
            return
        msg = f"spool file {path} is missing: expected {segment.size} bytes of lines"
        raise SpoolError(msg, file=path) from None
    if extra or (size, lines, whole.hexdigest()) != (segment.size, segment.lines, segment.sha256):
        msg = f"spool file {path}: its frames are not the segment that was closed"
        raise SpoolError(msg, file=path, frame=len(frames))
    report.segments += 1
    report.bytes += size
    report.lines += lines


def _was_removed(folder: Path, sequence: int) -> bool:
    """Tell whether retention removed the segment while the others were being proven."""
    manifest = Manifest(folder)
    manifest.refresh()
    return sequence in manifest.removed


def _prove_plain(folder: Path, sequence: int, report: VerifyReport, newest: int) -> int:
    """Check the lines of a plain segment; return its bytes."""
    path = open_path(folder, sequence)
    try:
        data = np.fromfile(path, np.uint8)
    except FileNotFoundError:
        # Closed since we listed the folder: prove what it has become.
        manifest = Manifest(folder)
        manifest.refresh()
        if sequence not in manifest.closed:
            msg = f"spool file {path} vanished without a line in the manifest"
            raise SpoolError(msg, file=path) from None
        _prove_closed(manifest, manifest.closed[sequence], report)
        return manifest.closed[sequence].size
    feeds = FeedTable.of(FeedNames())
    at = 0
    while True:
        found = read_headers(data[at:], feeds, _STEP_LINES)
        if found.malformed:
            msg = f"spool file {path}: a line after byte {at} is no `<ms> <feed> <text>` line"
            raise SpoolError(msg, file=path)
        report.lines += len(found.rows)
        report.open_lines += len(found.rows)
        if not found.consumed:
            break
        at += found.consumed
    if at < len(data) and sequence != newest:
        msg = f"spool file {path}: expected a line end after byte {at}"
        raise SpoolError(msg, file=path)
    report.torn_bytes += len(data) - at
    report.segments += 1
    report.open_segments += 1
    report.bytes += at
    return at
