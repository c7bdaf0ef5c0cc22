r"""A second look at lines with a fault: the good sentences in them are not lost with the rest.

    !AIVDM,1,1,,A,13u!AIVDM,…*hh      cut before its end, or two lines without a line end between
    \c:17*00\!AIVDM,…*hh              a tag block that does not prove itself
    !AIVDM,…*hh,T1.0*33               text behind with a checksum of its own

Only lines that the first look did not read to their end are looked at. A sentence in one of them
has to prove its own checksum up to the first ``*``, and ends before the next ``!``, ``$`` or
backslash. It keeps a good tag block right before it, neither takes nor leaves the time of a
``$PGHP``, and follows its line as a row of its own. The fault stays counted where it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ais.compiled import compiled
from ais.kernel import Record, helper
from ais.lines import CONTROL, LineBlock
from ais.sentences import NMEA, Sentences, opening
from ais.tagblocks import GOOD, WRONG_TIME, tag_block
from ais.timetext import NO_TIME
from ais.vdm import (
    BESIDE,
    LONG,
    OTHER,
    REJECTED,
    ROW,
    SENTENCE,
    SUFFIX,
    checksum_fault,
    first_star,
    is_vdm,
    read_fields,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SHORTEST = 18
"""Bytes of ``!ttVDM,1,1,,,,0*hh``."""
_LONG = 62
"""Characters of the longest payload in a sentence of 82."""
_CHECKSUM = 3
_ROOM = 64
"""Sentences beside a fault that a block has room for at first."""
_BACKSLASH = 92


@helper
def _unread(data: NDArray[np.uint8], row: Record, start: int, end: int) -> int:
    """Return from where on the first look did not read a line; its end where it read all."""
    if row.kind == REJECTED:
        return start
    if row.kind == OTHER:
        # Of another sentence only its address was read.
        return min(start + 1, end) if row.code == NMEA else end
    # The same sentence twice cancels out in a checksum: a whole line of them can prove itself.
    if row.end - row.start > _LONG and opening(data, row.start, row.end) < row.end:
        return start
    # Behind the payload stand a comma, the fill bits and the checksum.
    return int(min(row.end + 2 + _CHECKSUM, end))


@helper
def _plain(row: Record) -> None:
    """Forget what a tag block said."""
    row.stamp = NO_TIME
    row.station = 0
    row.group = 0


@helper
def _proven(data: NDArray[np.uint8], i: int, end: int, row: Record) -> int:
    """Read the sentence at ``i`` that ends before the next one: its end, -1 where it is none."""
    if not is_vdm(data, i, end):
        return -1
    star = first_star(data, i, opening(data, i + 1, end))
    if star + _CHECKSUM > end or checksum_fault(data, i, star, end) >= 0:
        return -1
    return star + _CHECKSUM if read_fields(data, i, star, row) < 0 else -1


@compiled
def _look(  # noqa: PLR0913, PLR0917 (columns of a block, and where to write)
    data: NDArray[np.uint8],
    start: NDArray[np.int64],
    ends: NDArray[np.int64],
    feed: NDArray[np.uint16],
    rows: NDArray[np.void],
    found: NDArray[np.void],
    of_line: NDArray[np.int64],
    first: int,
    count: int,
) -> tuple[int, int]:
    """Add to ``found`` the sentences that the first look missed, to ``of_line`` their lines.

    Begins with line ``first`` and ``count`` of them; returns the line before which there was too
    little room (all lines: their number) and how many there are.
    """
    for k in range(first, len(rows)):
        if feed[k] >= CONTROL:
            continue
        end, tag_end = ends[k], -1
        i = opening(data, _unread(data, rows[k], start[k], end), end)
        # One row more: what a tag block says is written before its sentence is proven.
        if i < end and count + (end - i) // _SHORTEST >= len(found):
            return k, count
        while i < end:
            row = found[count]
            if i != tag_end:
                _plain(row)
            behind = i + 1
            if data[i] == _BACKSLASH:
                fault, closing = tag_block(data, i, end, row)
                if fault in (GOOD, WRONG_TIME):
                    behind = tag_end = closing
                else:
                    _plain(row)
            else:
                last = _proven(data, i, end, row)
                if last > 0:
                    row.kind = SENTENCE
                    row.code = 0
                    of_line[count] = k
                    count += 1
                    behind = last
            i = opening(data, behind, end)
    return len(rows), count


def mend(block: LineBlock, sentences: Sentences) -> tuple[LineBlock, Sentences]:
    """Return lines and rows with each sentence that stood beside a fault as one more row.

    It has the receive time, the feed and the spool position of its line, which it follows.
    """
    tally, notes = sentences.tally, sentences.notes
    if not (tally[REJECTED].any() or tally[OTHER, NMEA] or notes[SUFFIX] or notes[LONG]):
        return block, sentences
    found, of_line = _missed(block, sentences.rows)
    return _spliced(block, sentences, found, of_line) if len(found) else (block, sentences)


def _missed(
    block: LineBlock, rows: NDArray[np.void]
) -> tuple[NDArray[np.void], NDArray[np.int64]]:
    """Return the sentences that the first look missed and their lines, (k,) each."""
    found, of_line = np.zeros(_ROOM, ROW), np.zeros(_ROOM, np.int64)
    columns = block.data, block.start, block.end, block.feed
    line, count = _look(*columns, rows, found, of_line, 0, 0)
    while line < len(rows):
        more = len(found) + int(block.end[line] - block.start[line])
        found = np.concatenate([found, np.zeros(more, ROW)])
        of_line = np.concatenate([of_line, np.zeros(more, np.int64)])
        line, count = _look(*columns, rows, found, of_line, line, count)
    return found[:count], of_line[:count]


def _spliced(
    block: LineBlock, sentences: Sentences, found: NDArray[np.void], of_line: NDArray[np.int64]
) -> tuple[LineBlock, Sentences]:
    """Return lines and rows with ``found`` behind the lines that they stood in."""
    counts = np.bincount(of_line, minlength=len(block))
    lines = np.repeat(np.arange(len(block)), 1 + counts)
    first = np.r_[True, lines[1:] != lines[:-1]]
    rows = sentences.rows[lines]
    rows[~first] = found
    tally, notes = sentences.tally.copy(), sentences.notes.copy()
    tally[SENTENCE, 0] += len(found)
    notes[BESIDE] += len(found)
    longer = LineBlock(
        block.data,
        block.start[lines],
        block.end[lines],
        block.received[lines],
        block.feed[lines],
        block.spool[lines],
    )
    return longer, Sentences(rows, tally, notes)
