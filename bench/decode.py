"""Decoding the whole real corpus, beside pyais on the same lines in the same run.

pyais is given what it can read: the lines of each file with what stands before the sentence or tag
block taken off (it answers a time prefix with silence), from memory instead of a file, through the
assembly that ``FileReaderStream`` has; each message is decoded to its object. Ours decodes the
lines as recorded, in blocks of 65,536, with checksums, lengths, tag blocks, stamps, duplicates and
counts, into columns. Both are timed in CPU seconds of this thread; the best of some passes counts,
so that a busy machine disturbs neither more than the other.
"""

from __future__ import annotations

import gzip
import re
import time
from pathlib import Path

import numpy as np
from pyais.exceptions import AISBaseException
from pyais.stream import IterMessages

from ais.decoder import Decoder
from ais.lines import FeedNames, LineBlock

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
FLOOR = 15.0
BLOCK_LINES = 65_536
LIVE_LINES = 100
_PASSES = 3
_START_US = 1_600_000_000_000_000
_BEGIN = re.compile(rb"[!$\\]")


def corpus() -> list[list[bytes]]:
    """Return the lines of every recording.

    Raises FileNotFoundError in one line when ../shared/data is not there.
    """
    files = [*sorted(DATA.glob("nmea/*.nmea*")), *sorted(DATA.glob("cases/*.nmea*"))]
    if not files:
        raise FileNotFoundError(
            "bench decode: no recordings in ../shared/data/nmea beside the project: "
            "expected *.nmea or *.nmea.gz; put the shared data there"
        )
    raw = ((file, file.read_bytes()) for file in files)
    texts = [gzip.decompress(data) if file.suffix == ".gz" else data for file, data in raw]
    return [re.split(rb"\r\n|\n|\r", text) for text in texts]


def _blocks(recordings: list[list[bytes]]) -> list[LineBlock]:
    """Return the recordings as blocks, a line each 20 ms, an hour between the files."""
    blocks, clock = [], _START_US
    for lines in recordings:
        block = LineBlock.of(lines, clock + np.arange(len(lines), dtype=np.int64) * 20_000)
        clock = int(block.received[-1].astype(np.int64)) + 3_600_000_000
        blocks += [block.cut(k, k + BLOCK_LINES) for k in range(0, len(block), BLOCK_LINES)]
    return blocks


def _ours(blocks: list[LineBlock]) -> tuple[float, Decoder]:
    """Return the seconds of one pass and the decoder that made it."""
    decoder = Decoder(FeedNames(["bench"]))
    begin = time.thread_time()
    for block in blocks:
        decoder.decode(block)
    seconds = time.thread_time() - begin
    decoder.finish()
    assert decoder.counts.balanced(), decoder.counts
    return seconds, decoder


def _pyais(recordings: list[list[bytes]]) -> tuple[float, int]:
    """Return the seconds of one pass of pyais over readable lines, and its messages."""
    found = 0
    begin = time.thread_time()
    for lines in recordings:
        for message in IterMessages(lines):
            found += 1
            try:
                message.decode()
            except AISBaseException:
                continue
    return time.thread_time() - begin, found


def _readable(lines: list[bytes]) -> list[bytes]:
    """Return the lines that pyais would parse, from their sentence or tag block on."""
    begins = ((line, _BEGIN.search(line)) for line in lines if len(line) > 10)
    return [line[begin.start() :] for line, begin in begins if begin]


def _live_us(lines: list[bytes]) -> float:
    """Return the microseconds of a block as the live path has it: 100 lines."""
    decoder = Decoder(FeedNames(["bench"]))
    blocks = [
        LineBlock.of(lines[k : k + LIVE_LINES], _START_US) for k in range(0, 3000, LIVE_LINES)
    ]
    decoder.decode(blocks[0])
    begin = time.thread_time()
    for block in blocks[1:]:
        decoder.decode(block)
    return (time.thread_time() - begin) / (len(blocks) - 1) * 1e6


def _figure(name: str, value: float, unit: str, **beside: object) -> dict[str, object]:
    """Return a row of ``vedetta bench``."""
    blank: dict[str, object] = {"beside": None, "ratio": None, "floor": None}
    return {"bench": "decode", "name": name, "value": value, "unit": unit, **blank, **beside}


def figures() -> list[dict[str, object]]:
    """Measure; raises FileNotFoundError without the recordings. Compiling is timed apart."""
    recordings = corpus()
    begin = time.process_time()
    Decoder(FeedNames(["bench"])).decode(LineBlock.of([b"!AIVDM"]))
    warm_s = time.process_time() - begin
    blocks, readable = _blocks(recordings), [_readable(lines) for lines in recordings]
    _ours(blocks)
    # In turn, so that what else the machine does falls on both.
    passes = [(_ours(blocks), _pyais(readable)) for _ in range(_PASSES)]
    ours_s = min(seconds for (seconds, _), _ in passes)
    theirs_s, theirs = min(their for _, their in passes)
    counts = passes[0][0][1].counts
    ours, reference = counts.messages / ours_s, theirs / theirs_s
    return [
        _figure(
            "whole corpus",
            round(ours),
            "messages/s",
            beside=f"pyais {reference:.0f} messages/s",
            ratio=round(ours / reference, 2),
            floor=FLOOR,
        ),
        _figure("messages accounted for", counts.messages, "messages", beside=f"pyais {theirs}"),
        _figure("block of 100 lines", round(_live_us(recordings[-4]), 1), "µs"),
        _figure("compile or load the kernels", round(warm_s, 2), "s"),
    ]
