"""The dialect of lines that are JSON messages: aisstream.io's and AIS-catcher's."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ais.batches import Columns, PositionBatch, SafetyText, StaticBatch
from ais.dialect import DialectResult, Tally
from ais.dialects.ais_catcher import sentences, stamp_us
from ais.dialects.aisstream import Heard, Read, read
from ais.dialects.json_values import time_us
from ais.lines import LineBlock

_Batch = TypeVar("_Batch", bound=Columns)


class JsonDialect:
    """Reads one JSON message a line; it remembers nothing between lines."""

    def decode(self, block: LineBlock) -> DialectResult:
        """Return what the messages say; AIS-catcher's go on as ``sentences``."""
        tally = Tally()
        found: list[Read] = []
        carried: list[bytes] = []
        of_line: list[int] = []
        received = block.received.astype("M8[us]").astype(np.int64).tolist()
        heard = zip(received, block.feed.tolist(), block.spool.tolist(), strict=True)
        for i, place in enumerate(heard):
            line = block.line(i)
            message = _parsed(line)
            if message is None:
                tally.reject("JSON", line)
            # No feed has to say which it is: the two have no key in common at the top.
            elif "MessageType" in message:
                tally.accept("aisstream")
                found.append(_judged(read(message, Heard(*place)), line, tally))
            else:
                lines = sentences(message)
                _count(message, lines, line, tally)
                carried += lines
                of_line += [i] * len(lines)
        return DialectResult.of(
            tally,
            _batch(PositionBatch, [one.position for one in found if one.position]),
            _batch(StaticBatch, [row for one in found for row in one.statics]),
            sentences=_block(carried, block, of_line),
            texts=_batch(SafetyText, [one.text for one in found if one.text]),
        )

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Return nothing: each message stands alone."""
        return {}

    def thaw(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on; there is nothing to remember."""


def json_times(block: LineBlock) -> NDArray[np.datetime64]:
    """Return the time that each JSON line carries, NaT where it carries none, (n,)."""
    found = np.full(len(block), np.datetime64("NaT"), "M8[us]")
    for i in range(len(block)):
        stamp = _stamp(_parsed(block.line(i)) or {})
        if stamp is not None:
            found[i] = np.datetime64(stamp, "us")
    return found


def _stamp(message: dict[str, Any]) -> int | None:
    meta = message.get("MetaData")
    return time_us(meta.get("time_utc")) if isinstance(meta, dict) else stamp_us(message)


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        message = json.loads(line)
    # A line of nothing but brackets must cost that line, not the pipeline.
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None


def _judged(one: Read, line: bytes, tally: Tally) -> Read:
    tally.messages += 1
    if one.reason:
        tally.reject_message(one.reason, line)
    return one


def _count(message: dict[str, Any], lines: Sequence[bytes], line: bytes, tally: Tally) -> None:
    if lines:
        tally.accept("ais-catcher")
    elif "nmea" in message or message.get("class") == "AIS":
        tally.reject("ais-catcher: no sentence", line)
    else:
        tally.reject("JSON: unknown kind", line)


def _block(lines: list[bytes], origin: LineBlock, of_line: list[int]) -> LineBlock | None:
    """Return carried sentences as lines that came when and where their message did."""
    if not lines:
        return None
    plain = LineBlock.of(lines)
    rows = np.array(of_line, np.int64)
    return LineBlock(
        plain.data,
        plain.start,
        plain.end,
        origin.received[rows],
        origin.feed[rows],
        origin.spool[rows],
    )


def _batch(kind: type[_Batch], rows: Sequence[tuple[Any, ...]]) -> _Batch:
    if not rows:
        return kind.empty()
    columns = zip(*rows, strict=True)
    types = kind.dtypes()
    made = {
        name: np.array(column, "i8" if of == "M8[us]" else of).astype(of)
        for (name, of), column in zip(types.items(), columns, strict=True)
    }
    return kind(**made)
