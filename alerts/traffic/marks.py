"""What passages alone cannot tell of a cell: few ships or many, who rests, where hearing ends.

500 passages of four ferries are no 500 ships; where nobody slows down may be where all come to
anchor; and where hardly anybody sails may be where hardly anybody is heard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from alerts.traffic.grid import OUTSIDE, cells_of
from alerts.traffic.passages import BELIEVABLE_KN, MOVING_KN

if TYPE_CHECKING:
    from numpy.typing import NDArray

MARK = np.dtype([("cell", "u4"), ("ships", "u8"), ("rests", "u4"), ("ends", "u4")])
"""Of a cell: a bit for each of 64 shares of all MMSIs that passed, ships of ``RESTING`` that lay
still and tracks that began or ended under way, both in the grain of a model's weights."""
BITS = 64
RESTING = (0, 1, 2, 3, 4)
"""Classes whose rests count: a yacht drifts where a tanker does not. Unknown ones are likely."""
SILENT_US = 3_600_000_000
"""A ship under way that is not heard for longer was lost there."""


def marks_of(rows: NDArray[Any], since_us: int, until_us: int, grain: int = 1) -> NDArray[Any]:
    """Return MARK (n,) sorted by cell of ``rows`` SAILED, sorted by mmsi and time and completed.

    Tracks that are cut by the ends of the span have not ended. A ship rests in a cell once.
    """
    cell = cells_of(np.ascontiguousarray(rows["lon"]), np.ascontiguousarray(rows["lat"]))
    there = cell != OUTSIDE
    moving = there & (rows["sog"] >= MOVING_KN) & (rows["sog"] < BELIEVABLE_KN)
    still = there & (rows["sog"] < MOVING_KN) & np.isin(rows["kind"], RESTING)
    lying = np.unique(np.column_stack([rows["mmsi"][still], cell[still]]), axis=0)[:, 1]
    lost = _lost(rows, since_us, until_us) * moving
    out = np.zeros(len(every := np.unique(np.concatenate([cell[moving], lying]))), MARK)
    out["cell"] = every
    at = np.searchsorted(every, cell[moving])
    np.bitwise_or.at(out["ships"], at, np.uint64(1) << _shares(rows["mmsi"][moving]))
    np.add.at(out["ends"], at, (lost[moving] * grain).astype(np.uint32))
    np.add.at(out["rests"], np.searchsorted(every, lying), np.uint32(grain))
    return out


def together(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    """Return the marks of both."""
    out = np.zeros(len(every := np.union1d(one["cell"], other["cell"])), MARK)
    out["cell"] = every
    for part in (one, other):
        at = np.searchsorted(every, part["cell"])
        out["ships"][at] |= part["ships"]
        for name in ("rests", "ends"):
            out[name][at] += part[name]
    return out


def ships_of(bits: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Return about how many different ships left ``bits`` (linear counting); 270 at most."""
    free = np.maximum(BITS - np.bitwise_count(bits).astype(np.float64), 1.0)
    return np.asarray(np.round(BITS * np.log(BITS / free), 1), np.float64)


def _shares(mmsi: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Return in which of BITS shares of all ships each is."""
    mixed = mmsi.astype(np.uint64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ mixed >> np.uint64(shift)) * np.uint64(factor)
    return np.asarray(mixed >> np.uint64(58), np.uint64)


def _lost(rows: NDArray[Any], since_us: int, until_us: int) -> NDArray[np.int64]:
    """Return how many ends of a track lie at each row: 0, 1, or 2 where it is all there is."""
    other = rows["mmsi"][1:] != rows["mmsi"][:-1]
    time = rows["time"]
    before, after = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
    before[:1], after[-1:] = time[:1] - since_us, until_us - time[-1:]
    before[1:] = np.where(other, time[1:] - since_us, np.diff(time))
    after[:-1] = np.where(other, until_us - time[:-1], np.diff(time))
    return (before > SILENT_US).astype(np.int64) + (after > SILENT_US)
