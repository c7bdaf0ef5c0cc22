"""The live map's wire format, version 2: what a binary WebSocket frame holds, little-endian.

    header 28 B │ moved, 18 B each │ ships, 70 B each │ removed keys, 4 B each

A snapshot holds every vessel; a delta what changed since the frame with the number before it. The
table of fields with their units is in docs/live-map.md; the browser's decoder is
maps/assets/wire.js.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from maps.errors import WireError

if TYPE_CHECKING:
    from numpy.typing import NDArray

VERSION = 2
SNAPSHOT, DELTA = 0, 1

HEADER = np.dtype(
    [
        ("version", "u1"),
        ("kind", "u1"),
        ("reserved", "<u2"),
        ("sequence", "<u4"),
        ("now_ms", "<i8"),
        ("moved", "<u4"),
        ("ships", "<u4"),
        ("removed", "<u4"),
    ]
)
MOVED = np.dtype(
    [
        ("key", "<u4"),
        ("lon", "<i4"),
        ("lat", "<i4"),
        ("motion", "<u4"),
        ("age", "<u2"),
    ]
)
"""One vessel's newest report; ``motion`` packs course, heading, speed and state."""
SHIP = np.dtype(
    [
        ("key", "<u4"),
        ("mmsi", "<u4"),
        ("class", "u1"),
        ("to_port_m", "u1"),
        ("to_starboard_m", "u1"),
        ("reserved", "u1"),
        ("to_bow_m", "<u2"),
        ("to_stern_m", "<u2"),
        ("name", "u1", 34),
        ("destination", "u1", 20),
    ]
)
"""What does not change from report to report, sent once per vessel and when it changes."""

KEY = np.dtype("<u4")

UNITS_PER_DEGREE = 600_000.0
"""AIS' own resolution, 1/10,000 minute: nothing is lost on the way."""
_NO_ANGLE = 511
_NO_SPEED = 1023
_AGE_STEP_S = 2.0
_MAX_AGE = 65_535


@dataclass(frozen=True, slots=True)
class Frame:
    """A decoded frame: ``moved`` (n,) MOVED, ``ships`` (m,) SHIP, ``removed`` (k,) u4."""

    kind: int
    sequence: int
    now_ms: int
    moved: NDArray[np.void]
    ships: NDArray[np.void]
    removed: NDArray[np.uint32]


def encode(frame: Frame) -> bytes:
    """Return the bytes of ``frame``."""
    header = np.zeros(1, HEADER)
    header["version"], header["kind"] = VERSION, frame.kind
    header["sequence"], header["now_ms"] = frame.sequence, frame.now_ms
    header["moved"], header["ships"] = len(frame.moved), len(frame.ships)
    header["removed"] = len(frame.removed)
    removed = frame.removed.astype("<u4")
    return b"".join(part.tobytes() for part in (header, frame.moved, frame.ships, removed))


def decode(data: bytes) -> Frame:
    """Return what ``data`` holds; raises WireError when length or version do not fit."""
    if len(data) < HEADER.itemsize:
        msg = f"frame of {len(data)} bytes: expected a header of {HEADER.itemsize}"
        raise WireError(msg)
    header = np.frombuffer(data, HEADER, 1)[0]
    if header["version"] != VERSION:
        msg = f"frame of version {header['version']}: expected {VERSION}; load the page again"
        raise WireError(msg)
    counts = [int(header[name]) for name in ("moved", "ships", "removed")]
    sizes = [n * kind.itemsize for n, kind in zip(counts, (MOVED, SHIP, KEY), strict=True)]
    if len(data) != HEADER.itemsize + sum(sizes):
        msg = f"frame of {len(data)} bytes: expected {HEADER.itemsize + sum(sizes)} by its header"
        raise WireError(msg)
    starts = np.cumsum([HEADER.itemsize, *sizes])
    return Frame(
        kind=int(header["kind"]),
        sequence=int(header["sequence"]),
        now_ms=int(header["now_ms"]),
        moved=np.frombuffer(data, MOVED, counts[0], int(starts[0])),
        ships=np.frombuffer(data, SHIP, counts[1], int(starts[1])),
        removed=np.frombuffer(data, KEY, counts[2], int(starts[2])),
    )


def pack_motion(
    cog_deg: NDArray[np.float32],
    heading_deg: NDArray[np.float32],
    sog_kn: NDArray[np.float32],
    state: NDArray[np.uint8],
) -> NDArray[np.uint32]:
    """Pack (n,) columns: bits 0-8 course °, 9-17 heading °, 18-27 speed 0.1 kn, 28-31 state.

    Not available is NaN in, 511 or 1023 out.
    """
    speed = np.where(np.isnan(sog_kn), _NO_SPEED, np.clip(np.round(sog_kn * 10), 0, 1022))
    packed = _angle(cog_deg) | _angle(heading_deg) << np.uint32(9)
    packed |= speed.astype(np.uint32) << np.uint32(18)
    packed |= (state.astype(np.uint32) & np.uint32(15)) << np.uint32(28)
    return packed


def unpack_motion(
    motion: NDArray[np.uint32],
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32], NDArray[np.uint8]]:
    """Return course, heading (whole °), speed (0.1 kn) and state; NaN where not available."""
    angles = [(motion >> np.uint32(shift) & np.uint32(511)).astype(np.float32) for shift in (0, 9)]
    for angle in angles:
        angle[angle == _NO_ANGLE] = np.nan
    speed = (motion >> np.uint32(18) & np.uint32(1023)).astype(np.float32)
    speed[speed == _NO_SPEED] = np.nan
    state = (motion >> np.uint32(28)).astype(np.uint8)
    return angles[0], angles[1], (speed / 10).astype(np.float32), state


def pack_age(age_s: NDArray[np.float64]) -> NDArray[np.uint16]:
    """Return ages in steps of 2 s, at most 36 h; a report from the future has age 0."""
    return np.clip(np.round(age_s / _AGE_STEP_S), 0, _MAX_AGE).astype(np.uint16)


def _angle(degrees: NDArray[np.float32]) -> NDArray[np.uint32]:
    whole = np.where(np.isnan(degrees), _NO_ANGLE, np.round(degrees) % 360)
    return whole.astype(np.uint32)
