r"""NMEA 4.10 tag blocks: ``\s:station,c:time,g:part-parts-group*hh\`` before a sentence, compiled.

Understood: ``s:`` (station), ``c:`` (receive time, s or ms), ``g:1-2-33`` and its older form
``1G2:33`` (part, ``G``, parts, group). Other fields are read over. Source: NMEA 0183 4.10, §7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ais.kernel import Record, helper
from ais.timetext import epoch_us, number

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GOOD, BROKEN, WRONG_CHECKSUM, WRONG_TIME = 0, 1, 2, 3
_BACKSLASH, _STAR, _COMMA, _COLON, _DASH = 92, 42, 44, 58, 45
_C, _G, _LOWER_G, _S = 99, 71, 103, 115
_NO_DIGIT = -1


@helper
def hex_digit(character: int) -> int:
    """Return the value of a hexadecimal digit, -1 for anything else."""
    if 48 <= character <= 57:  # noqa: PLR2004 (0 to 9)
        return character - 48
    letter = character & 0xDF
    if 65 <= letter <= 70:  # noqa: PLR2004 (A to F)
        return letter - 55
    return _NO_DIGIT


@helper
def hex_byte(data: NDArray[np.uint8], i: int, end: int) -> int:
    """Return the two-digit hexadecimal number at ``i``, -1 where none stands there."""
    if i + 2 > end:
        return _NO_DIGIT
    high, low = hex_digit(data[i]), hex_digit(data[i + 1])
    if high < 0 or low < 0:
        return _NO_DIGIT
    return high * 16 + low


@helper
def station_hash(data: NDArray[np.uint8], i: int, end: int) -> int:
    """Return a 32-bit hash (FNV-1a) of a station's name, never 0, which means «no station»."""
    value = 2_166_136_261
    for at in range(i, end):
        value = ((value ^ data[at]) * 16_777_619) & 0xFFFF_FFFF
    return max(value, 1)


@helper
def _group(data: NDArray[np.uint8], i: int, end: int) -> int:
    """Return group id + 1 of a field ``g:a-b-id`` or ``aGb:id`` at ``i``, 0 if it is neither."""
    if data[i] == _LOWER_G and i + 1 < end and data[i + 1] == _COLON:
        first, between, last = i + 2, _DASH, _DASH
    else:
        first, between, last = i, _G, _COLON
    _, a = number(data, first, end)
    if a == first or a >= end or data[a] != between:
        return 0
    _, b = number(data, a + 1, end)
    if b == a + 1 or b >= end or data[b] != last:
        return 0
    group, c = number(data, b + 1, end)
    if c == b + 1 or c != end:
        return 0
    return (group & 0x7FFF_FFFF) + 1


@helper
def _proven(data: NDArray[np.uint8], i: int, end: int) -> tuple[int, int]:
    """Prove the checksum of the block at ``i``: (code, place of its closing backslash)."""
    checksum, star, at = 0, -1, i + 1
    while at < end and data[at] != _BACKSLASH:
        if data[at] == _STAR and star < 0:
            star = at
        if star < 0:
            checksum ^= data[at]
        at += 1
    if at >= end or star < 0 or at != star + 3:
        return BROKEN, at
    return (GOOD if hex_byte(data, star + 1, at) == checksum else WRONG_CHECKSUM), at


@helper
def tag_block(data: NDArray[np.uint8], i: int, end: int, row: Record) -> tuple[int, int]:
    """Read the tag block whose opening backslash stands at ``i``: (code, place behind it).

    Writes what the block says into ``row``: station (hash), group (id + 1), stamp (µs). A block
    whose time is none (WRONG_TIME) says the rest all the same.
    """
    code, closing = _proven(data, i, end)
    if code != GOOD:
        return code, closing
    at = i + 1
    while at < closing - 3:
        stop = at
        while stop < closing - 3 and data[stop] != _COMMA:
            stop += 1
        named = at + 1 < stop and data[at + 1] == _COLON
        if named and data[at] == _S:
            row.station = station_hash(data, at + 2, stop)
        elif named and data[at] == _C:
            stamp, behind = epoch_us(data, at + 2, stop)
            if behind == at + 2 or behind != stop:
                code = WRONG_TIME
            else:
                row.stamp = stamp
        # The older form has no letter and colon in front: any other field may be one.
        elif stop > at:
            row.group = max(row.group, _group(data, at, stop))
        at = stop + 1
    return code, closing + 1
