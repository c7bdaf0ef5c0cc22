"""Search in the live picture: names, call signs, IMO numbers and MMSIs, in memory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from watchlist.spelling import NOT_MEANT, slips

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SHORTEST = 2
_DIGITS_FROM = 3
_EXACT = 3
_ENOUGH = 5  # so many as typed, and nobody asks for what is spelled otherwise
_PREFIX = re.compile(r"^(IMO|MMSI)\s*(?=\d)")  # only before digits: IMOLA is a name


def find(rows: NDArray[np.void], words: str, limit: int = 20) -> NDArray[np.void]:
    """Return at most ``limit`` of ``rows`` (n,) ROWS that ``words`` may mean, best first.

    The exact name; exact MMSI, IMO number or call sign; names and numbers that begin with the
    words; names that hold them; where those are few, names and MMSIs with a letter or digit
    wrong; within each, the one heard last. Fewer than two characters find nothing.
    """
    wanted = _PREFIX.sub("", words.strip().upper())
    if len(wanted) < _SHORTEST or not wanted.isascii():
        return rows[:0]
    needle = wanted.encode()
    names = np.char.upper(rows["name"])
    score = np.zeros(len(rows), np.float32)
    score[np.char.find(names, needle) >= 0] = 1
    score[np.char.startswith(names, needle)] = 2
    score[np.char.startswith(rows["call_sign"], needle)] = 2
    if wanted.isdigit() and len(wanted) >= _DIGITS_FROM:
        score[np.char.startswith(rows["mmsi"].astype("S10"), needle)] = 2
        score[(rows["mmsi"] == int(wanted)) | (rows["imo"] == int(wanted))] = _EXACT
    score[rows["call_sign"] == needle] = _EXACT
    score[names == needle] = 4
    if len(rows) and score.max() < _EXACT and int((score > 0).sum()) < _ENOUGH:
        score = np.maximum(score, _misspelled(rows, names, wanted))
    order = np.lexsort((-rows["received"], -score))
    best = order[: int((score > 0).sum())]
    return rows[best[:limit]]


def exactly(rows: NDArray[np.void], words: str) -> NDArray[np.void]:
    """Return those of ``rows`` (n,) ROWS whose MMSI, IMO number, call sign or whole name it is.

    The one heard last first; two ships may have one name, and by a fault one number.
    """
    wanted = _PREFIX.sub("", words.strip().upper())
    if len(wanted) < _SHORTEST or not wanted.isascii():
        return rows[:0]
    needle = wanted.encode()
    meant = (rows["call_sign"] == needle) | (np.char.upper(rows["name"]) == needle)
    if wanted.isdigit() and int(wanted):
        meant |= (rows["mmsi"] == int(wanted)) | (rows["imo"] == int(wanted))
    newest = np.argsort(-rows["received"], kind="stable")
    found: NDArray[np.void] = rows[newest[meant[newest]]]
    return found


def _misspelled(
    rows: NDArray[np.void], names: NDArray[np.bytes_], wanted: str
) -> NDArray[np.float32]:
    """Return 0.5 for one slip, 0.33 for two, 0 for more: less than anything found as typed."""
    said = names if not wanted.isdigit() else rows["mmsi"].astype("S10")
    found = slips([name.decode("utf-8", "replace") for name in said.tolist()], wanted)
    share = np.where(found < NOT_MEANT, 1 / (1.0 + found), 0)
    return np.minimum(share, 0.5).astype(np.float32)
