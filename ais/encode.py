r"""Columns to AIS sentences: the counterpart of the decoder, for exercises, tests and benches.

Two steps, both compiled: ``payloads`` packs one message per row into armoured characters, after
pyais' own field tables; ``sentences`` wraps payloads into `!AIVDM` lines with an optional tag
block `\s:STATION,c:EPOCH*hh\`, splitting those that are too long for one. Source: ITU-R
M.1371-5 annex 8, IEC 61162-1 (sentences), NMEA 0183 v4 (tag blocks).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from pyais.messages import MSG_CLASS, MessageType24PartA, MessageType24PartB

from ais.compiled import compiled
from ais.errors import AisError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

PART_A, PART_B = 24, 29
"""Variants of type 24 (as in ``ais.plans``): the name, and what else is known."""
SPLIT_AT = 60
"""Payload characters in a sentence: with the frame they stay under NMEA's 82 characters."""
LINE_ROOM = 160
"""Bytes that a line may take: tag block (at most 15 + 32), frame, 60 characters, checksum."""
SCALES = {
    "lon": (600_000.0, 181.0),
    "lat": (600_000.0, 91.0),
    "speed": (10.0, 102.3),
    "course": (10.0, 360.0),
    "heading": (1.0, 511.0),
    "draught": (10.0, 0.0),
}
"""Steps per unit of each physical column, and the value that says «not available»."""
LONG_RANGE = {
    "lon": (600.0, 181.0),
    "lat": (600.0, 91.0),
    "speed": (1.0, 63.0),
    "course": (1.0, 511.0),
}
"""The same for type 27, which is coarser."""
AIRCRAFT = {"speed": (1.0, 1023.0)}
"""Type 9 counts whole knots."""


class EncodeError(AisError):
    """Columns cannot become messages: an unknown field, or columns of unequal length."""


@dataclass(frozen=True, slots=True)
class Payloads:
    """n packed messages: characters in one buffer, where each begins and ends, its fill bits.

    data (bytes,) u1 · start, end (n,) i8 · fill (n,) u1
    """

    data: NDArray[np.uint8]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    fill: NDArray[np.uint8]

    def __len__(self) -> int:
        """Return the number of messages."""
        return len(self.start)

    @classmethod
    def join(cls, parts: list[Payloads]) -> Payloads:
        """Return the messages of ``parts``, one after the other."""
        shift = np.cumsum([0] + [len(part.data) for part in parts])
        return cls(
            np.concatenate([part.data for part in parts]),
            np.concatenate([part.start + by for part, by in zip(parts, shift, strict=False)]),
            np.concatenate([part.end + by for part, by in zip(parts, shift, strict=False)]),
            np.concatenate([part.fill for part in parts]),
        )


@dataclass(frozen=True, slots=True)
class Sentences:
    """Lines in one buffer, each followed by CR LF: line i is ``data[start[i]:end[i]]``.

    row (lines,) i8: which of the given rows the line belongs to
    """

    data: NDArray[np.uint8]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    row: NDArray[np.int64]


@cache
def field_plan(variant: int) -> tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.bool_]]:
    """Return names, widths in bits and which are text, of the fields of a message in order.

    ``variant`` is the message type, with type 24 as PART_A and PART_B. Raises EncodeError.
    """
    classes = {PART_A: MessageType24PartA, PART_B: MessageType24PartB}
    found = classes.get(variant) or MSG_CLASS.get(variant)
    of_class = found.fields() if found else ()
    fields = [(f.name, f.metadata["width"], f.metadata["d_type"]) for f in of_class]
    if not fields:
        raise EncodeError(
            f"message type {variant} cannot be encoded: expected fixed fields, as 1 or 29"
        )
    if variant == 21:  # noqa: PLR2004  (the name's extension is not sent: names of 20 are enough)
        fields = [field for field in fields if field[0] != "name_ext"]
    names, widths, kinds = zip(*fields, strict=True)
    is_text = np.array([kind is str for kind in kinds])
    bits = np.array(widths, np.int64)
    # The longest texts (types 12 and 14) leave two bits over, which no character can fill.
    return names, np.where(is_text, bits // 6 * 6, bits), is_text


def payloads(variant: int, columns: Mapping[str, NDArray[np.generic]]) -> Payloads:
    """Pack one message per row.

    Columns are named as pyais names fields and hold physical units: degrees, knots, metres, NaN
    not available; ``turn`` and everything else is the raw integer; texts are S columns. Missing
    columns are 0 (``msg_type`` is filled in). Raises EncodeError for unknown or unequal columns.
    """
    names, widths, is_text = field_plan(variant)
    unknown = sorted(set(columns) - set(names))
    if unknown:
        raise EncodeError(
            f"type {variant} has no field {unknown[0]!r}: expected {', '.join(names)}"
        )
    count = len(next(iter(columns.values())))
    fixed = {"msg_type": 24 if variant == PART_B else variant, "partno": int(variant == PART_B)}
    raw = np.zeros((len(names), count), np.int64)
    texts = np.zeros((count, int(widths[is_text].sum()) // 6), np.uint8)
    at = 0
    for number, name in enumerate(names):
        column = columns.get(name)
        if column is not None and len(column) != count:
            raise EncodeError(f"column {name!r} has {len(column)} rows: expected {count}")
        if is_text[number]:
            room = int(widths[number]) // 6
            if column is not None:
                texts[:, at : at + room] = _characters(column, room)
            at += room
        elif column is not None:
            raw[number] = _steps(variant, name, column)
        else:
            raw[number] = fixed.get(name, 0)
    size = -(-int(widths.sum()) // 6)
    data = np.empty(count * size, np.uint8)
    _pack(raw, texts, widths, is_text, data, size)
    start = np.arange(count, dtype=np.int64) * size
    fill = np.full(count, size * 6 - int(widths.sum()), np.uint8)
    return Payloads(data, start, start + size, fill)


def _steps(variant: int, name: str, column: NDArray[np.generic]) -> NDArray[np.int64]:
    scales = LONG_RANGE if variant == 27 else {**SCALES, **(AIRCRAFT if variant == 9 else {})}  # noqa: PLR2004
    if name not in scales or not np.issubdtype(column.dtype, np.floating):
        return column.astype(np.int64)
    steps, missing = scales[name]
    values = column.astype(np.float64)
    return np.rint(np.where(np.isnan(values), missing, values) * steps).astype(np.int64)


def _characters(column: NDArray[np.generic], room: int) -> NDArray[np.uint8]:
    text = np.char.upper(column.astype(f"S{room}"))
    codes = np.frombuffer(text.astype(f"S{room}").tobytes(), np.uint8).reshape(-1, room)
    # Six-bit text: @ to _ are 0-31, blank to ? are 32-63; what is neither becomes a blank.
    letters = np.where((codes >= 64) & (codes < 96), codes - 64, 32)  # noqa: PLR2004
    six: NDArray[np.uint8] = np.where((codes >= 32) & (codes < 64), codes, letters)  # noqa: PLR2004
    return np.where(codes == 0, 0, six).astype(np.uint8)


@compiled
def _pack(
    raw: NDArray[np.int64],
    texts: NDArray[np.uint8],
    widths: NDArray[np.int64],
    is_text: NDArray[np.bool_],
    out: NDArray[np.uint8],
    size: int,
) -> None:
    for row in range(raw.shape[1]):
        at, word, bits, letter = row * size, 0, 0, 0
        for field in range(len(widths)):
            left = int(widths[field])
            while left > 0:
                # Six bits of text, or up to 24 of a number: the word never holds more than 29.
                step = 6 if is_text[field] else min(left, 24)
                if is_text[field]:
                    value = int(texts[row, letter])
                    letter += 1
                else:
                    value = int(raw[field, row] >> (left - step)) & ((1 << step) - 1)
                word, bits, left = (word << step) | value, bits + step, left - step
                while bits >= 6:  # noqa: PLR2004
                    bits -= 6
                    out[at] = _armoured((word >> bits) & 63)
                    at += 1
                word &= (1 << bits) - 1
        if bits:
            out[at] = _armoured((word << (6 - bits)) & 63)


@compiled
def _armoured(six: int) -> int:
    return six + 48 if six < 40 else six + 56  # noqa: PLR2004  (IEC 61162-1: after W comes `)


def sentences(
    packed: Payloads,
    rows: NDArray[np.int64],
    *,
    channel: NDArray[np.uint8],
    sequence: NDArray[np.uint8] | None = None,
    station: NDArray[np.int64] | None = None,
    names: NDArray[np.bytes_] | None = None,
    epoch_s: NDArray[np.int64] | None = None,
) -> Sentences:
    """Write the lines of the messages ``rows`` (n,) of ``packed``, in that order.

    channel (n,) u1, the ASCII code of A or B · sequence (n,) u1, 0-9, for messages of several
    sentences · station (n,) i8 into names (k,) S, with epoch_s (n,) i8: the tag block, left out
    where no names are given. Sentences of one message stand together.
    """
    count = len(rows)
    nothing = np.zeros(count, np.int64)
    size = packed.end[rows] - packed.start[rows]
    # Rounded up: the last sentence takes what is left.
    parts = -(-size // SPLIT_AT)
    lines = int(parts.sum())
    stations = np.array([b""], "S1") if names is None else names
    table = np.frombuffer(stations.tobytes(), np.uint8).reshape(len(stations), -1)
    room = LINE_ROOM + table.shape[1]
    data = np.empty(lines * room, np.uint8)
    start, end, row = (np.empty(lines, np.int64) for _ in range(3))
    used = _write(
        (packed.data, packed.start, packed.end, packed.fill),
        rows,
        channel,
        nothing.astype(np.uint8) if sequence is None else sequence,
        nothing if station is None else station,
        table,
        nothing if epoch_s is None else epoch_s,
        names is not None,
        data,
        (start, end, row),
    )
    return Sentences(data[:used], start, end, row)


@compiled
def _write(  # noqa: PLR0913, PLR0917  (row kernel: plain arrays in, one buffer out)
    packed: tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]],
    rows: NDArray[np.int64],
    channel: NDArray[np.uint8],
    sequence: NDArray[np.uint8],
    station: NDArray[np.int64],
    names: NDArray[np.uint8],
    epoch_s: NDArray[np.int64],
    tagged: bool,  # noqa: FBT001
    out: NDArray[np.uint8],
    lines: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
) -> int:
    data, first, last, fill = packed
    start, end, row = lines
    at, line = 0, 0
    for i, message in enumerate(rows):
        begin, stop = first[message], last[message]
        parts = (stop - begin + SPLIT_AT - 1) // SPLIT_AT
        for part in range(parts):
            start[line], row[line] = at, i
            if tagged:
                at = _tag_block(out, at, names[station[i]], epoch_s[i])
            # The checksum covers what stands between ! and *, both excluded.
            head = at + 1
            at = _header(out, at, parts, part, sequence[i], channel[i])
            cut = min(stop, begin + SPLIT_AT)
            while begin < cut:
                out[at] = data[begin]
                at += 1
                begin += 1
            out[at] = 44
            out[at + 1] = 48 + (fill[message] if part == parts - 1 else 0)
            at = _checksum(out, head, at + 2)
            end[line] = at
            out[at], out[at + 1] = 13, 10
            at += 2
            line += 1
    return at


@compiled
def _tag_block(out: NDArray[np.uint8], at: int, name: NDArray[np.uint8], epoch_s: int) -> int:
    out[at], out[at + 1], out[at + 2] = 92, 115, 58  # \s:
    head = at + 1
    at += 3
    for letter in name:
        if letter:
            out[at] = letter
            at += 1
    out[at], out[at + 1], out[at + 2] = 44, 99, 58  # ,c:
    at += 3
    digits, rest = 1, epoch_s
    while rest >= 10:  # noqa: PLR2004
        digits, rest = digits + 1, rest // 10
    rest = epoch_s
    for k in range(digits - 1, -1, -1):
        out[at + k] = 48 + rest % 10
        rest //= 10
    at = _checksum(out, head, at + digits)
    out[at] = 92
    return at + 1


@compiled
def _header(
    out: NDArray[np.uint8], at: int, parts: int, part: int, sequence: int, channel: int
) -> int:
    for letter in (33, 65, 73, 86, 68, 77, 44):  # !AIVDM,
        out[at] = letter
        at += 1
    out[at], out[at + 1], out[at + 2], out[at + 3] = 48 + parts, 44, 49 + part, 44
    at += 4
    if parts > 1:
        out[at] = 48 + sequence
        at += 1
    out[at], out[at + 1], out[at + 2] = 44, channel, 44
    return at + 3


@compiled
def _checksum(out: NDArray[np.uint8], head: int, at: int) -> int:
    total = 0
    for k in range(head, at):
        total ^= out[k]
    out[at] = 42
    for k, half in enumerate((total >> 4, total & 15)):
        out[at + 1 + k] = half + 48 if half < 10 else half + 55  # noqa: PLR2004
    return at + 3
