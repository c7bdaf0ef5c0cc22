"""Search in the live picture: names, call signs, IMO numbers and MMSIs, in memory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SHORTEST = 2
_DIGITS_FROM = 3
_PREFIX = re.compile(r"^(IMO|MMSI)\s*(?=\d)")  # only before digits: IMOLA is a name


def find(rows: NDArray[np.void], words: str, limit: int = 20) -> NDArray[np.void]:
    """Return at most ``limit`` of ``rows`` (n,) ROWS that ``words`` may mean, best first.

    The exact name; exact MMSI, IMO number or call sign; names and numbers that begin with the
    words; names that hold them; within each, the one heard last. Fewer than two characters find
    nothing.
    """
    wanted = _PREFIX.sub("", words.strip().upper())
    if len(wanted) < _SHORTEST or not wanted.isascii():
        return rows[:0]
    needle = wanted.encode()
    names = np.char.upper(rows["name"])
    score = np.zeros(len(rows), np.int8)
    score[np.char.find(names, needle) >= 0] = 1
    score[np.char.startswith(names, needle)] = 2
    score[np.char.startswith(rows["call_sign"], needle)] = 2
    if wanted.isdigit() and len(wanted) >= _DIGITS_FROM:
        score[np.char.startswith(rows["mmsi"].astype("S10"), needle)] = 2
        score[(rows["mmsi"] == int(wanted)) | (rows["imo"] == int(wanted))] = 3
    score[rows["call_sign"] == needle] = 3
    score[names == needle] = 4
    order = np.lexsort((-rows["received"], -score))
    best = order[: int((score > 0).sum())]
    return rows[best[:limit]]
