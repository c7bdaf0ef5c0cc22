"""The wire format of replay, version 2: a span of the sea in columns, little-endian.

    header 40 B │ ships, 56 B each │ lon, lat, motion (4 B a row each) │ second (2 B a row)

Rows stand ship by ship, in order of time. Of a ship that says in the span that she is somebody
else, more records follow: without rows, each with the second since which it holds. The table of
fields is in docs/replay.md and the browser's decoder in maps/assets/replaywire.js.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maps.live import symbols, wire
from maps.live.picture import LARGEST_M

VERSION = 2
HEADER = np.dtype(
    [
        ("version", "<u4"),
        ("ships", "<u4"),
        ("rows", "<u4"),
        ("step_s", "<u4"),
        ("begin_ms", "<i8"),
        ("from_ms", "<i8"),
        ("to_ms", "<i8"),
    ]
)
SHIP = np.dtype(
    [
        ("key", "<u4"),
        ("mmsi", "<u4"),
        ("rows", "<u4"),
        ("class", "u1"),
        ("to_port_m", "u1"),
        ("to_starboard_m", "u1"),
        ("reserved", "u1"),
        ("to_bow_m", "<u2"),
        ("to_stern_m", "<u2"),
        ("name", "u1", 34),
        ("since", "<u2"),
    ]
)
LONGEST_S = 65_535
"""Longest span of one answer, its lead included: seconds are told in two bytes."""

_US = 1_000_000
_SLOW_KN = 0.5  # as symbols has it: such a ship lies still
_STILL_S = 180  # one row of a ship that lies still in so long: fewer than what makes it fade
_SILENT_S = 300  # who is heard again after so long is shown where she was heard, to the second
_WHO = ("ship_type", "name", *LARGEST_M)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, epoch ms: rows from ``begin_ms``, to be played from ``from_ms`` on.

    step_s  one row a ship in so many seconds
    """

    begin_ms: int
    from_ms: int
    to_ms: int
    step_s: int


def encode(rows: NDArray[np.void], span: Span, anew: NDArray[np.void] | None = None) -> bytes:
    """Return the bytes of ``rows`` (n,) ROWS in any order, thinned.

    ``rows`` say who each vessel was at the beginning of what is played, ``anew`` who she said to
    be later: ``mmsi``, ``since`` (µs since 1970 UTC) and fields of ROWS, by vessel and time.
    """
    rows = thinned(_confirmed(rows), span.step_s)
    first = np.flatnonzero(_new(rows["segment"]))
    counts = np.diff([*first, len(rows)])
    header = np.zeros(1, HEADER)
    ships = _ships(rows[first], counts, span, anew)
    header["version"], header["ships"], header["rows"] = VERSION, len(ships), len(rows)
    header["step_s"], header["begin_ms"] = span.step_s, span.begin_ms
    header["from_ms"], header["to_ms"] = span.from_ms, span.to_ms
    return b"".join(part.tobytes() for part in (header, ships, *_columns(rows, span)))


def thinned(rows: NDArray[np.void], step_s: int) -> NDArray[np.void]:
    """Return what is played of ``rows`` (n,) ROWS, by segment and time.

    Of each segment the last row of every step, its first row, and the first after a silence; of a
    ship that lies still the last of three minutes.
    """
    rows = rows[np.lexsort((rows["time"], rows["segment"]))]
    if not len(rows):
        return rows
    first, time = _new(rows["segment"]), rows["time"]
    last = np.roll(first, -1)
    slow = rows["sog_kn"] < _SLOW_KN
    still = slow & np.roll(slow, -1)
    step = np.where(still, max(step_s, _STILL_S), step_s) * _US
    ends = time // step != np.roll(time, -1) // step
    silent = np.diff(time, prepend=time[0]) > _SILENT_S * _US
    kept: NDArray[np.void] = rows[first | last | ends | silent]
    return kept


def _confirmed(rows: NDArray[np.void]) -> NDArray[np.void]:
    """Return ``rows`` without lone reports beside a vessel's track, as the live picture does."""
    keys, place, counts = np.unique(rows["segment"], return_inverse=True, return_counts=True)
    mmsi = np.zeros(len(keys), np.uint32)
    mmsi[place] = rows["mmsi"]
    kept: NDArray[np.void] = rows[symbols.confirmed(mmsi, counts.astype(np.uint32))[place]]
    return kept


def _new(segment: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Return where another segment begins, (n,) bool."""
    begins = np.ones(len(segment), np.bool_)
    begins[1:] = segment[1:] != segment[:-1]
    return begins


def _ships(
    firsts: NDArray[np.void],
    counts: NDArray[np.int64],
    span: Span,
    anew: NDArray[np.void] | None,
) -> NDArray[np.void]:
    """Return a record of each segment, after it those of what its vessel said anew."""
    ships = _records(firsts)
    ships["rows"] = counts
    if anew is None or not len(anew):
        return ships
    place, said = _pairs(firsts["mmsi"], anew["mmsi"])
    other = firsts[place]
    for name in _WHO:
        other[name] = anew[name][said]
    later = _records(other)
    # Rounded up: nobody is called so before she said it. 0 would be the beginning.
    seconds = np.ceil((anew["since"][said] - span.begin_ms * 1000) / _US)
    later["since"] = seconds.clip(1, LONGEST_S)
    order = np.argsort(np.concatenate([np.arange(len(ships)), place]), kind="stable")
    found: NDArray[np.void] = np.concatenate([ships, later])[order]
    return found


def _pairs(
    mmsi: NDArray[np.uint32], sorted_mmsi: NDArray[np.uint32]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the places in both where they are equal: all of the second for each of the first."""
    low, high = (np.searchsorted(sorted_mmsi, mmsi, side) for side in ("left", "right"))
    many = high - low
    place = np.repeat(np.arange(len(mmsi)), many)
    within = np.arange(len(place)) - np.repeat(np.cumsum(many) - many, many)
    return place, low[place] + within


def _records(firsts: NDArray[np.void]) -> NDArray[np.void]:
    ships = np.zeros(len(firsts), SHIP)
    ships["key"], ships["mmsi"] = firsts["segment"], firsts["mmsi"]
    ships["class"] = symbols.classes(firsts["mmsi"], firsts["message"], firsts["ship_type"])
    for name, most in LARGEST_M.items():
        ships[name] = np.nan_to_num(firsts[name]).clip(0, most)
    names = np.ascontiguousarray(firsts["name"]).view("u1")
    ships["name"] = names.reshape(len(firsts), ships["name"].shape[1])
    return ships


def _columns(rows: NDArray[np.void], span: Span) -> list[NDArray[np.generic]]:
    state = symbols.states(rows["nav_status"], rows["sog_kn"])
    seconds = (rows["time"] - span.begin_ms * 1000) / _US
    return [
        np.round(rows["lon_deg"] * wire.UNITS_PER_DEGREE).astype("<i4"),
        np.round(rows["lat_deg"] * wire.UNITS_PER_DEGREE).astype("<i4"),
        wire.pack_motion(rows["cog_deg"], rows["heading_deg"], rows["sog_kn"], state).astype(
            "<u4"
        ),
        np.round(seconds).clip(0, LONGEST_S).astype("<u2"),
    ]
