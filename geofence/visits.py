"""What a vessel did at a zone (present, entered, left, dwell, crossed) as columns; settings.

The rules (DETECTORS, row 8) are carried out by ``tracker``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ais.batches import Columns

PRESENT, ENTERED, LEFT, DWELL, CROSSED = range(1, 6)
CHANGES = {
    PRESENT: "present",
    ENTERED: "entered",
    LEFT: "left",
    DWELL: "dwell",
    CROSSED: "crossed",
}
"""Code of a change and its word."""


@dataclass(frozen=True, slots=True)
class VisitSettings:
    """When a visit begins, ends and lasts long.

    enter_fixes   so many fixes inside confirm an entry, or
    enter_s       so long inside, seconds, or
    deep_m        so far inside, metres
    dwell_min     a stay of so long is told once, minutes
    leg_max_min   a leg between two fixes that is longer in time crosses nothing, minutes

    How far outside a visit ends stands at the zone (``leave_m``).
    """

    enter_fixes: int = 2
    enter_s: float = 60.0
    deep_m: float = 250.0
    dwell_min: float = 60.0
    leg_max_min: float = 120.0


@dataclass(frozen=True, slots=True)
class Visits(Columns):
    """Changes between vessels and zones, in the order in which rows triggered them, columns (n,).

    row i8, of the batch that triggered it · mmsi u4 · segment u4 · spool u8, of that row
    zone i4, index in the ZoneSet of the index · change u1 (CHANGES)
    time datetime64[us], when it happened: first fix inside, first fix outside, since + dwell_min,
    first fix behind a crossed zone
    since datetime64[us], begin of the visit (CROSSED: the fix before) · lon_deg, lat_deg f8 there
    """

    KINDS: ClassVar[str] = "i8 u4 u4 u8 i4 u1 M8[us] M8[us] f8 f8"

    row: NDArray[np.int64]
    mmsi: NDArray[np.uint32]
    segment: NDArray[np.uint32]
    spool: NDArray[np.uint64]
    zone: NDArray[np.int32]
    change: NDArray[np.uint8]
    time: NDArray[np.datetime64]
    since: NDArray[np.datetime64]
    lon_deg: NDArray[np.float64]
    lat_deg: NDArray[np.float64]
