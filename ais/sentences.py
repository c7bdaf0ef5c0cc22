r"""One pass over received lines: what each is, its parts, and the time that it carries.

A line is ``[time, ][\tag block\]!ttVDM,total,number,sequence,channel,payload,fill*hh[,text]``.
Checksums (of the sentence and of the tag block) are enforced, every line gets a kind and a code.
Source: IEC 61162-1, NMEA 0183 4.10; prefixes and suffixes as real recordings have them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ais.compiled import compiled
from ais.kernel import Record, Scratch, helper
from ais.lines import CONTROL, TICK, LineBlock
from ais.tagblocks import GOOD, tag_block
from ais.timetext import NO_TIME, epoch_us, iso_us, moment_us, number
from ais.vdm import (
    FIELDS,
    NOT_NMEA,
    NOTES,
    OTHER,
    PREFIX,
    REASONS,
    REJECTED,
    ROW,
    SENTENCE,
    TAG_BLOCK,
    TOO_LONG,
    checksum_fault,
    is_vdm,
    star,
    vdm,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["NOTES", "OTHER", "OTHER_KINDS", "REASONS", "REJECTED", "SENTENCE", "no_stamps", "scan"]

OTHER_KINDS = ("_tick", "_control", "empty", "comment", "tag block", "$PGHP", "NMEA")
_TICK, _CONTROL, _EMPTY, _COMMENT, _TAG_ONLY, _PGHP, NMEA = range(7)

MAX_LINE = 1024
"""Bytes of a line; the feeds cap at the same length."""
_BANG, _DOLLAR, _BACKSLASH, _COMMA, _HASH = 33, 36, 92, 44, 35
_SPACE = 32


@dataclass(frozen=True, slots=True)
class Sentences:
    """One row per line of a block, in ``rows`` (n,) of type ``ROW``.

    kind u1 (SENTENCE, OTHER, REJECTED) · code u1: index into OTHER_KINDS or REASONS
    talker u2 (two characters) · total, number, sequence (255 none), channel, fill u1 · own: VDO
    start, end i8: the payload in the block's ``data`` · station u4 (hash, 0 none)
    group u4 (tag-block group id + 1, 0 none) · stamp i8: time that the line carries (µs), NaT none
    tally (3, 16) i8: lines by kind and code; notes (4,) i8: by NOTES
    """

    rows: NDArray[np.void]
    tally: NDArray[np.int64]
    notes: NDArray[np.int64]

    @property
    def stamp(self) -> NDArray[np.datetime64]:
        """The time that each line carries, NaT where it carries none, (n,) datetime64[us]."""
        return self.rows["stamp"].view("M8[us]")

    @property
    def kind(self) -> NDArray[np.uint8]:
        """What each line is, (n,) u1."""
        return self.rows["kind"]


@helper
def _is_blank(character: int) -> bool:
    return character in (9, 10, 13, _SPACE)


@helper
def _prefix_us(data: NDArray[np.uint8], i: int, end: int) -> int:
    """Read the time in the text before a sentence: ISO 8601 or epoch; NO_TIME if it is neither."""
    while i < end and _is_blank(data[i]):
        i += 1
    while end > i and (_is_blank(data[end - 1]) or data[end - 1] in (_COMMA, 58, 59, 124)):
        end -= 1
    moment = iso_us(data, i, end)
    if moment != NO_TIME:
        return moment
    stamp, behind = epoch_us(data, i, end)
    return stamp if behind == end and behind > i else NO_TIME


@helper
def _before_comma(data: NDArray[np.uint8], i: int, end: int) -> tuple[int, int]:
    """Read the number at ``i`` up to a comma: (value, place behind the comma); -1 if none."""
    value, at = number(data, i, end) if i >= 0 else (0, i)
    return (value, at + 1) if at > i and at < end and data[at] == _COMMA else (0, -1)


@helper
def _pghp_us(data: NDArray[np.uint8], i: int, end: int) -> int:
    """Read the time of ``$PGHP,1,y,m,d,h,m,s,ms,…`` that begins at ``i`` (Gatehouse)."""
    _, at = _before_comma(data, i + 6, end)
    year, at = _before_comma(data, at, end)
    month, at = _before_comma(data, at, end)
    day, at = _before_comma(data, at, end)
    hour, at = _before_comma(data, at, end)
    minute, at = _before_comma(data, at, end)
    second, at = _before_comma(data, at, end)
    millisecond, at = _before_comma(data, at, end)
    stamp = moment_us(year, month, day, hour, minute, second)
    return stamp + millisecond * 1000 if at > 0 and stamp != NO_TIME else NO_TIME


@helper
def _is_nmea(data: NDArray[np.uint8], i: int, end: int) -> bool:
    """Tell whether a sentence of another kind begins at ``i``: an address, then a comma."""
    at = i + 1
    while at < end and 48 <= data[at] <= 90:  # noqa: PLR2004 (0 to 9, A to Z)
        at += 1
    return at - i >= 4 and at < end and data[at] == _COMMA  # noqa: PLR2004 (PXX at least)


@helper
def _is_pghp(data: NDArray[np.uint8], i: int, end: int) -> bool:
    """Tell whether ``$PGHP,`` begins at ``i``."""
    if i + 6 > end or data[i] != _DOLLAR or data[i + 5] != _COMMA:
        return False
    word = (data[i + 1] << 24) | (data[i + 2] << 16) | (data[i + 3] << 8) | data[i + 4]
    return bool(word == 0x5047_4850)  # noqa: PLR2004 (PGHP)


@helper
def _other(data: NDArray[np.uint8], i: int, end: int, row: Record) -> tuple[int, int]:
    """Name a line without VDM at ``i``: (kind, code); the time of ``$PGHP`` goes to ``row``."""
    if _is_pghp(data, i, end):
        last = star(data, i, end)
        reason = checksum_fault(data, i, last, end)
        if reason >= 0:
            return REJECTED, reason
        row.stamp = _pghp_us(data, i, last)
        return (REJECTED, FIELDS) if row.stamp == NO_TIME else (OTHER, _PGHP)
    if _is_nmea(data, i, end):
        return OTHER, NMEA
    return REJECTED, NOT_NMEA


@helper
def opening(data: NDArray[np.uint8], i: int, end: int) -> int:
    """Return where the first ``!``, ``$`` or backslash stands, ``end`` if none does."""
    while i < end and data[i] != _BANG and data[i] != _DOLLAR and data[i] != _BACKSLASH:
        i += 1
    return i


@compiled
def _scan(  # noqa: C901, PLR0912, PLR0913, PLR0917 (one flat loop: numba compiles nested calls again at each level)
    data: NDArray[np.uint8],
    start: NDArray[np.int64],
    ends: NDArray[np.int64],
    feed: NDArray[np.uint16],
    carried: NDArray[np.int64],
    rows: NDArray[np.void],
    tally: NDArray[np.int64],
    notes: NDArray[np.int64],
) -> None:
    """Read every line into its row; ``carried`` holds per feed the time of the last $PGHP."""
    for k in range(len(start)):
        source, i, end, row = feed[k], start[k], ends[k], rows[k]
        row.stamp = NO_TIME
        row.station = 0
        row.group = 0
        kind, code = SENTENCE, 0
        if source >= CONTROL:
            kind, code = OTHER, _TICK if source == TICK else _CONTROL
        elif end - i > MAX_LINE:
            kind, code = REJECTED, TOO_LONG
        else:
            while end > i and (_is_blank(data[end - 1]) or data[end - 1] == 0):
                end -= 1
            while i < end and _is_blank(data[i]):
                i += 1
            if i >= end:
                kind, code = OTHER, _EMPTY
            elif data[i] == _HASH:
                kind, code = OTHER, _COMMENT
        if kind == SENTENCE and data[i] != _BANG:
            at = opening(data, i, end)
            if at >= end:
                kind, code = REJECTED, NOT_NMEA
            elif at > i:
                row.stamp = _prefix_us(data, i, at)
                notes[PREFIX] += row.stamp == NO_TIME
            i = at
            while kind == SENTENCE and i < end and data[i] == _BACKSLASH:
                fault, i = tag_block(data, i, end, row)
                if fault != GOOD:
                    kind, code = REJECTED, TAG_BLOCK - 1 + fault
            if kind == SENTENCE and i >= end:
                kind, code = OTHER, _TAG_ONLY
        if kind == SENTENCE:
            if is_vdm(data, i, end):
                kind, code = vdm(data, i, end, row, notes)
            else:
                kind, code = _other(data, i, end, row)
        if kind == OTHER and row.stamp != NO_TIME:
            carried[source] = row.stamp
        elif kind == SENTENCE:
            if row.stamp == NO_TIME:
                row.stamp = carried[source]
            carried[source] = NO_TIME
        row.kind = kind
        row.code = code
        tally[kind, code] += 1


def no_stamps() -> NDArray[np.int64]:
    """Return the state of ``scan`` before the first line: per feed code, no time waits."""
    return np.full(65_536, NO_TIME, np.int64)


def scan(
    block: LineBlock,
    carried: NDArray[np.int64] | None = None,
    scratch: Scratch | None = None,
) -> Sentences:
    """Read the lines of ``block``.

    carried (65536,) i8, from ``no_stamps()``: the time that a ``$PGHP`` or tag-block line gives
        to the next sentence of its feed; updated in place, so that cuts change nothing
    scratch: where the rows may live until it is given again; None makes them anew
    """
    rows = (scratch or Scratch()).take("rows", len(block), ROW)
    tally = np.zeros((3, 16), np.int64)
    notes = np.zeros(len(NOTES), np.int64)
    _scan(
        block.data,
        block.start,
        block.end,
        block.feed,
        no_stamps() if carried is None else carried,
        rows,
        tally,
        notes,
    )
    return Sentences(rows, tally, notes)
