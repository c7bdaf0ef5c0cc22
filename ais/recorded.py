"""Recorded files as blocks of lines with a time: plain, gzip, zstd or standard input.

What a file is compressed with is read from its first bytes, not from its name. Line numbers count
every line of the file, empty ones too; a byte order mark and carriage returns are taken off.
"""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

import numpy as np
import zstandard

from ais.dialects.csv_file import CsvTimes
from ais.dialects.csv_layouts import sniff
from ais.dialects.json_lines import json_times
from ais.errors import RecordedFileError
from ais.lines import LineBlock
from ais.spool.layout import position
from ais.stamps import IN_JSON, RowStamper, Stamper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from numpy.typing import NDArray

    from ais.dialects.csv_layouts import CsvLayout
    from ais.lines import FeedNames

_READ_BYTES = 1 << 20
_PACKED_BYTES = 1 << 16  # unpacked at once, so a tenth of the above
_GZIP, _ZSTD, _MARK = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\xef\xbb\xbf"
_NEWLINE, _RETURN = 10, 13
LONGEST = 1 << 20
"""Bytes kept of a line; the rest of a longer one is read over, so no file fills the memory."""


class Stamps(Protocol):
    """Gives lines their times: a Stamper for NMEA, a RowStamper for CSV and JSON."""

    def push(self, block: LineBlock) -> list[LineBlock]:
        """Return the blocks whose times are known now."""

    def finish(self) -> None:
        """Say that the file has ended; raises NoTimeError when lines still have no time."""


def recorded_blocks(
    paths: Iterable[Path | str],
    names: FeedNames,
    *,
    block_lines: int,
    start: datetime | None = None,
    layout: CsvLayout | None = None,
    utc_offset_h: float = 0.0,
    progress: Callable[[int], None] | None = None,
) -> Iterator[LineBlock]:
    """Yield the lines of ``paths`` ("-" is standard input) in blocks of ``block_lines``.

    Each file is a feed, see ``feed_of``; ``received`` is the time of each line (ais/stamps.py) and
    ``spool`` is the file's number from 1 << 40 | the line's number from 1. ``start`` is the time
    of lines before the first stamp, so of all lines in a file without any. A file of CSV
    ``layout``, or with the header of a published one, passes as lines dated by its time column;
    one of JSON messages (its first line begins with "{") is dated by the time in each.

    progress  told how many bytes of the file on disk were read, after each reading

    Raises NoTimeError for a file without time, RecordedFileError for one that cannot be read.
    """
    for number, path in enumerate(paths, 1):
        name = feed_of(path)
        stamps: Stamps | None = None
        with _opened(path, progress) as file:
            first_spool = position(number, 1)
            for block in _lines(_text(file, name), block_lines, names.code(name), first_spool):
                if stamps is None:
                    stamps = _stamps(name, block.line(0), layout, start, utc_offset_h)
                yield from stamps.push(block)
        if stamps is not None:
            stamps.finish()


def _stamps(
    name: str,
    first_line: bytes,
    layout: CsvLayout | None,
    start: datetime | None,
    utc_offset_h: float,
) -> Stamps:
    """Return what dates the lines of a file, as its first line shows."""
    if csv := layout or sniff(first_line):
        return RowStamper(name, CsvTimes(csv).times)
    if first_line.startswith(b"{"):
        return RowStamper(name, json_times, start, cure=IN_JSON)
    return Stamper(name, start, utc_offset_h)


def feed_of(path: Path | str) -> str:
    """Return the feed name that a recorded file has: its own name, ``stdin`` for "-"."""
    return "stdin" if str(path) == "-" else Path(path).name


def layout_of(path: Path | str) -> CsvLayout | None:
    """Return the published CSV layout that a file's first line shows, None if it shows none.

    Standard input is not looked at. Raises RecordedFileError for a file that cannot be read.
    """
    if str(path) == "-":
        return None  # what is read from a pipe cannot be read again
    with _opened(path, None) as file:
        head = next(_text(file, feed_of(path)), b"")
    return sniff(head.partition(b"\n")[0].rstrip(b"\r"))


class _Counting(io.RawIOBase):
    """Hands bytes through and tells how many."""

    def __init__(self, file: IO[bytes], progress: Callable[[int], None] | None) -> None:
        self._file = file
        self._progress = progress

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401  (as io.RawIOBase has it)
        # read1: what a pipe has now is enough; waiting for a full buffer would delay it.
        data: bytes = self._file.read1(len(buffer))  # type: ignore[attr-defined]
        buffer[: len(data)] = data
        if self._progress is not None and data:
            self._progress(len(data))
        return len(data)


@contextmanager
def _opened(
    path: Path | str, progress: Callable[[int], None] | None
) -> Iterator[io.BufferedReader]:
    """Open a file or standard input, as it is."""
    with ExitStack() as stack:
        if str(path) == "-":
            file: IO[bytes] = sys.stdin.buffer
        else:
            try:
                file = stack.enter_context(Path(path).open("rb"))
            except OSError as error:
                msg = f"{path}: cannot be opened ({error.strerror}): expected a file or -"
                raise RecordedFileError(msg) from error
        yield io.BufferedReader(_Counting(file, progress), _READ_BYTES)


def _text(file: io.BufferedReader, name: str) -> Iterator[bytes]:
    """Yield what the file holds, unpacked, a piece at a time, without its byte order mark."""
    is_first = True
    try:
        for piece in _unpacked(file):
            yield piece.removeprefix(_MARK) if is_first else piece
            is_first = False
    except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
        msg = f"{name}: damaged or cut short ({error}): repair it or fetch it again"
        raise RecordedFileError(msg) from error


def _unpacked(file: io.BufferedReader) -> Iterator[bytes]:
    head = file.peek(4)[:4]
    if head == _ZSTD:
        yield from _unzstd(file)
        return
    source: IO[bytes] | gzip.GzipFile = file
    if head.startswith(_GZIP):
        source = gzip.GzipFile(fileobj=file, mode="rb")
    while piece := source.read1(_READ_BYTES):  # type: ignore[union-attr]
        yield piece


def _unzstd(file: io.BufferedReader) -> Iterator[bytes]:
    """Unpack frame after frame; zstandard's own stream reader does not tell that an end is cut."""
    unpacker = zstandard.ZstdDecompressor().decompressobj()
    while packed := file.read1(_PACKED_BYTES):
        while packed:
            if unpacker.eof:
                unpacker = zstandard.ZstdDecompressor().decompressobj()
            if piece := unpacker.decompress(packed):
                yield piece
            packed = unpacker.unused_data
    if not unpacker.eof:
        msg = "the last zstd frame has no end"
        raise EOFError(msg)


def _lines(
    pieces: Iterable[bytes], block_lines: int, feed: int, first_spool: int
) -> Iterator[LineBlock]:
    """Cut pieces into blocks of ``block_lines`` lines; the last line may lack its end."""
    rest = b""
    spool = first_spool
    pending: list[LineBlock] = []
    have = 0
    for piece in _with_last_end(pieces):
        cut = piece.rfind(b"\n") + 1
        if not cut:
            # What will be cut off anyway need not be kept until the line ends.
            rest = (rest + piece)[:LONGEST]
            continue
        block = _split(rest + piece[:cut], feed, spool)
        rest = piece[cut:]
        spool += len(block)
        first = 0
        while have + len(block) - first >= block_lines:
            last = first + block_lines - have
            yield _joined([*pending, block.cut(first, last)])
            pending, have, first = [], 0, last
        if first < len(block):
            pending.append(block.cut(first, len(block)))
            have += len(block) - first
    if pending:
        yield _joined(pending)


def _with_last_end(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the pieces, and a line end if the last one has none."""
    last = b"\n"
    for piece in pieces:
        yield piece
        last = piece
    if not last.endswith(b"\n"):
        yield b"\n"


def _split(text: bytes, feed: int, spool: int) -> LineBlock:
    """Return the lines of ``text``, which ends with a line end."""
    data = np.frombuffer(text, np.uint8)
    ends = np.flatnonzero(data == _NEWLINE)
    start = np.concatenate([[0], ends[:-1] + 1])
    end = ends - ((ends > start) & (data[ends - 1] == _RETURN))
    n = len(ends)
    return LineBlock(
        data,
        start,
        np.minimum(end, start + LONGEST),
        np.full(n, "NaT", "datetime64[us]"),
        np.full(n, feed, np.uint16),
        np.arange(spool, spool + n, dtype=np.uint64),
    )


def _joined(blocks: list[LineBlock]) -> LineBlock:
    """Return one block with the lines of ``blocks``, which follow each other."""
    if len(blocks) == 1:
        return blocks[0]
    texts: list[NDArray[np.uint8]] = []
    shifts: list[int] = []
    have = 0
    for block in blocks:
        low, high = int(block.start[0]), int(block.end[-1])
        texts.append(block.data[low:high])
        shifts.append(have - low)
        have += high - low
    return replace(
        blocks[0],
        data=np.concatenate(texts),
        start=np.concatenate([b.start + s for b, s in zip(blocks, shifts, strict=True)]),
        end=np.concatenate([b.end + s for b, s in zip(blocks, shifts, strict=True)]),
        received=np.concatenate([b.received for b in blocks]),
        feed=np.concatenate([b.feed for b in blocks]),
        spool=np.concatenate([b.spool for b in blocks]),
    )
