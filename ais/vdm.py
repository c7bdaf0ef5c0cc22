"""One VDM or VDO sentence: its checksum and its seven fields, compiled.

    !ttVDM,total,number,sequence,channel,payload,fill*hh[,text]

Source: IEC 61162-1. The text behind the checksum is not standard, but real.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ais.kernel import Record, helper
from ais.tagblocks import hex_byte
from ais.timetext import NO_TIME, epoch_us, number

if TYPE_CHECKING:
    from numpy.typing import NDArray

SENTENCE, OTHER, REJECTED = 0, 1, 2
"""Kinds of line: a VDM/VDO sentence, something else that is known, a fault."""

REASONS = (
    "too long",
    "not NMEA",
    "tag block",
    "tag checksum",
    "tag time",
    "no checksum",
    "checksum",
    "fields",
    "part numbers",
    "fill bits",
)
"""Why a line is rejected."""
TOO_LONG, NOT_NMEA, TAG_BLOCK, _, _, NO_CHECKSUM, CHECKSUM, FIELDS, PARTS, FILL = range(10)

NOTES = (
    "text after checksum",
    "unknown prefix",
    "longer than 82 characters",
    "sentence beside a fault",
)
"""What is remarkable about lines that are read all the same."""
SUFFIX, PREFIX, LONG, BESIDE = range(4)

NO_SEQUENCE = 255
MAX_PARTS = 9

ROW = np.dtype(
    [
        ("stamp", "i8"),
        ("start", "i8"),
        ("end", "i8"),
        ("station", "u4"),
        ("group", "u4"),
        ("talker", "u2"),
        ("kind", "u1"),
        ("code", "u1"),
        ("total", "u1"),
        ("number", "u1"),
        ("sequence", "u1"),
        ("channel", "u1"),
        ("fill", "u1"),
        ("own", "u1"),
        ("spare", "u2"),
    ]
)
"""What a line says; see ``sentences.Sentences``."""
_STAR, _COMMA = 42, 44


@helper
def is_vdm(data: NDArray[np.uint8], i: int, end: int) -> bool:
    """Tell whether ``!ttVDM,`` or ``!ttVDO,`` begins at ``i``."""
    if i + 7 > end or data[i + 6] != _COMMA:
        return False
    last = data[i + 5] & 0xDF
    return (data[i + 3] & 0xDF) == 86 and (data[i + 4] & 0xDF) == 68 and last in (77, 79)  # noqa: PLR2004 (V, D, M or O)


@helper
def first_star(data: NDArray[np.uint8], i: int, end: int) -> int:
    """Return the place of the first ``*`` from ``i`` on; ``end`` where none is."""
    while i < end and data[i] != _STAR:
        i += 1
    return i


@helper
def star(data: NDArray[np.uint8], i: int, end: int) -> int:
    """Return the place of the ``*`` in front of a sentence's checksum; ``end`` where none is."""
    # Nearly every sentence ends with its checksum: then there is nothing to search.
    if end - i > 3 and data[end - 3] == _STAR:  # noqa: PLR2004 (*hh)
        return end - 3
    return first_star(data, i, end)


@helper
def checksum_fault(data: NDArray[np.uint8], i: int, star: int, end: int) -> int:
    """Compare the XOR of what lies from ``!`` to ``*`` with the two digits behind: a reason."""
    if star >= end:
        return NO_CHECKSUM
    checksum = 0
    # Unsigned places: the compiler sees that none is negative, and adds 16 bytes at a time.
    for at in range(np.uint64(i + 1), np.uint64(star)):
        checksum ^= data[at]
    return -1 if hex_byte(data, star + 1, end) == checksum & 0xFF else CHECKSUM


@helper
def _field(data: NDArray[np.uint8], i: int, end: int) -> tuple[int, int]:
    """Read a number of at most three digits up to a comma: (value, place behind the comma).

    The value of an empty field is NO_SEQUENCE; the place is -1 where no such field stands.
    """
    if i + 1 < end and data[i] == _COMMA:
        return NO_SEQUENCE, i + 1
    value, at = number(data, i, min(i + 3, end))
    if at == i or at >= end or data[at] != _COMMA:
        return 0, -1
    return value, at + 1


@helper
def read_fields(data: NDArray[np.uint8], i: int, star: int, row: Record) -> int:
    """Read the fields of the VDM or VDO sentence at ``i`` into ``row``; a reason, -1 when good."""
    total, at = _field(data, i + 7, star)
    part, at = _field(data, at, star) if at > 0 else (0, -1)
    sequence, at = _field(data, at, star) if at > 0 else (0, -1)
    if at < 0:
        return FIELDS
    # A comma too many stays in the payload, where it is no armour character.
    channel = at
    while at < star and data[at] != _COMMA:
        at += 1
    last = star - 2
    if last <= at or data[last] != _COMMA:
        return FIELDS if last <= at or data[star - 1] == _COMMA else FILL
    if not (1 <= part <= total <= MAX_PARTS):
        return PARTS
    fill = data[star - 1] - 48
    if fill < 0 or fill > 5:  # noqa: PLR2004 (six bits in a character)
        return FILL
    row.total = total
    row.number = part
    row.sequence = sequence
    row.channel = data[channel] if at > channel else 0
    row.fill = fill
    row.start = at + 1
    row.end = last
    row.talker = data[i + 1] * 256 + data[i + 2]
    row.own = 1 if (data[i + 5] & 0xDF) == 79 else 0  # noqa: PLR2004 (the O of VDO)
    return -1


@helper
def _suffix(data: NDArray[np.uint8], i: int, end: int, row: Record) -> None:
    """Take the time from the text behind a checksum (``,1328182324603``) if ``row`` has none."""
    if row.stamp == NO_TIME and data[i] == _COMMA:
        stamp, behind = epoch_us(data, i + 1, end)
        row.stamp = stamp if behind == end else NO_TIME


@helper
def vdm(
    data: NDArray[np.uint8], i: int, end: int, row: Record, notes: NDArray[np.int64]
) -> tuple[int, int]:
    """Prove the checksum of the sentence at ``i`` and read it: (kind, code)."""
    place = star(data, i, end)
    reason = checksum_fault(data, i, place, end)
    if reason < 0:
        reason = read_fields(data, i, place, row)
    if reason >= 0:
        return REJECTED, reason
    if place + 3 < end:
        notes[SUFFIX] += 1
        _suffix(data, place + 3, end, row)
    notes[LONG] += place + 3 - i > 80  # noqa: PLR2004 (82 with the line end: IEC 61162-1)
    return SENTENCE, 0
