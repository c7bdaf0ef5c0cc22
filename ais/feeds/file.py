"""The feed that reads a file, a growing file, a pipe, a serial line or standard input."""

from __future__ import annotations

import asyncio
import os
import stat
from dataclasses import dataclass
from typing import IO, ClassVar, Literal

import structlog

from ais.dialects.csv_columns import ColumnsError, parse_columns
from ais.dialects.csv_layouts import CsvLayout
from ais.feed import FeedError, FeedHealth, Sink
from ais.feeds.settings import MESSAGE_BYTES, NMEA_LINE_BYTES, FeedSettings, check_positive
from ais.feeds.splitting import LineSplitter
from ais.feeds.tcp import CHUNK_BYTES

log = structlog.get_logger(__name__)

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFeed(FeedSettings):
    """A file, read from its beginning or its end, and followed while it grows.

    path: of the file; "-" = standard input; a pipe or a serial device is read as it comes
    follow: wait for more at the end of the file, and go over to its successor when it is replaced
        or cut short (log rotation); False = the feed ends there
    start: "begin" or "end" of the file that is found first; successors are read whole
    poll_s: seconds between two looks at a file that has no more
    layout: columns of a CSV file ("dma", "marinecadastre" or id=…,time=…), "" = lines of NMEA or
        JSON; time_format, speed_scale: how to read its times and speeds (see ``parse_columns``)
    longest_line: bytes; longer lines are dropped and counted; None = 1,024, with a layout 65,536

    A file waits: with a ``rate_limit`` it is read more slowly and nothing is dropped.
    """

    kind: ClassVar[str] = "file"

    path: str
    follow: bool = True
    start: Literal["begin", "end"] = "begin"
    poll_s: float = 0.25
    layout: str = ""
    time_format: str = "auto"
    speed_scale: float = 1.0
    longest_line: int | None = None

    def __post_init__(self) -> None:
        """Raise ValueError if a setting is wrong."""
        self.check_common()
        check_positive("poll_s", self.poll_s)
        if self.longest_line is not None:
            check_positive("longest_line", self.longest_line)
        self.csv_layout()
        if not self.path:
            raise ValueError("path '': expected the path of a file, or - for standard input")

    def csv_layout(self) -> CsvLayout | None:
        """Return the columns of a CSV file, None for other lines; raises ValueError if wrong."""
        if not self.layout:
            return None
        try:
            return parse_columns(self.layout, self.time_format, self.speed_scale)
        except ColumnsError as error:
            raise ValueError(f"layout: {error}") from None

    async def run(self, sink: Sink, health: FeedHealth) -> None:
        """Read to the end, or, following, until cancelled; raises OSError if it cannot be read."""
        longest = self.longest_line or (MESSAGE_BYTES if self.layout else NMEA_LINE_BYTES)
        splitter = LineSplitter(health, longest=longest)
        stream = self._open()
        # A pipe, a terminal and a file need other ways of waiting; only an open one says which it
        # is.
        health.connected(self.path)
        if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            stream.close()
            await self._read_file(splitter, sink, health)
        else:
            await self._read_pipe(stream, splitter, sink, health)

    def _open(self) -> IO[bytes]:
        if self.path == STANDARD_INPUT:
            return os.fdopen(os.dup(0), "rb", buffering=0)
        # Without O_NONBLOCK, opening a pipe that nobody writes to would stop every feed.
        number = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)
        if stat.S_ISDIR(os.fstat(number).st_mode):
            os.close(number)
            raise FeedError(f"{self.path} is a folder: expected a file", permanent=True)
        return os.fdopen(number, "rb", buffering=0)

    async def _read_pipe(
        self, held: IO[bytes], splitter: LineSplitter, sink: Sink, health: FeedHealth
    ) -> None:
        """Read one writer after the other; closes ``held``."""
        try:
            while True:
                await self._read_writer(held, splitter, sink)
                if not self.follow or self.path == STANDARD_INPUT:
                    return
                gone = f"{self.path}: the writer closed the pipe"
                if not stat.S_ISFIFO(os.fstat(held.fileno()).st_mode):
                    raise FeedError(gone)
                # A named pipe gets another writer when the program at its other end is started
                # again. Opened anew before the old end is closed: what a writer puts into a pipe
                # that nobody holds open is lost without a word.
                successor = self._open()
                held.close()
                held = successor
                health.connected(self.path)
                health.broke(gone)
                log.warning("pipe_writer_gone", feed=self.name, path=self.path)
        finally:
            held.close()

    async def _read_writer(self, held: IO[bytes], splitter: LineSplitter, sink: Sink) -> None:
        reader = asyncio.StreamReader(limit=CHUNK_BYTES)
        # At the writer's end the transport closes what it reads from.
        stream = os.fdopen(os.dup(held.fileno()), "rb", buffering=0)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), stream
        )
        try:
            while chunk := await reader.read(CHUNK_BYTES):
                await self._hand_on(splitter.feed(chunk), sink)
        finally:
            transport.close()
        await self._hand_on(splitter.end(complete=True), sink)

    async def _read_file(self, splitter: LineSplitter, sink: Sink, health: FeedHealth) -> None:
        stream = await asyncio.to_thread(self._open)
        try:
            go_to_start(stream, self.start, health.resume)
            while True:
                if chunk := await asyncio.to_thread(stream.read, CHUNK_BYTES):
                    await self._hand_on(splitter.feed(chunk), sink)
                    health.resume = (*identity(stream), stream.tell() - splitter.pending)
                elif not self.follow or self.path == STANDARD_INPUT:
                    break
                elif replaced(self.path, stream):
                    # The old file is closed for good: its last line needs no line end.
                    await self._hand_on(splitter.end(complete=True), sink)
                    stream.close()
                    stream = await asyncio.to_thread(self._open)
                else:
                    await asyncio.sleep(self.poll_s)
        finally:
            stream.close()
        await self._hand_on(splitter.end(complete=True), sink)

    async def _hand_on(self, lines: list[bytes], sink: Sink) -> None:
        sink(self.name, lines)
        # Standing back also without a limit lets the spool and the other feeds have their turn.
        await asyncio.sleep(len(lines) / self.rate_limit if self.rate_limit else 0)


def identity(stream: IO[bytes]) -> tuple[int, int]:
    """Return device and inode: what stays when a file is renamed."""
    found = os.fstat(stream.fileno())
    return found.st_dev, found.st_ino


def go_to_start(stream: IO[bytes], start: str, resume: tuple[int, int, int] | None) -> None:
    """Move to where a broken feed stopped, else to the "begin" or "end" of a file found first.

    A file that is another one than before, or shorter by now, is read whole. Standard input is
    read on from where it stands.
    """
    if resume is not None:
        same = identity(stream) == resume[:2] and os.fstat(stream.fileno()).st_size >= resume[2]
        stream.seek(resume[2] if same else 0)
    elif start == "end":
        stream.seek(0, os.SEEK_END)


def replaced(path: str, stream: IO[bytes]) -> bool:
    """Return whether ``path`` is now another file than ``stream``, or the same one cut short.

    A file that is gone for now is not replaced yet: rotation takes a moment between two names.
    """
    try:
        found = os.stat(path)  # noqa: PTH116  (beside fstat, whose answer it is compared with)
    except FileNotFoundError:
        return False
    ours = os.fstat(stream.fileno())
    if (found.st_dev, found.st_ino) != (ours.st_dev, ours.st_ino):
        # A line may have been written between our last read and the change of names.
        return ours.st_size <= stream.tell()
    return found.st_size < stream.tell()
