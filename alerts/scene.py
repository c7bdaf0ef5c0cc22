"""All that a detector may look at: rows with what is known of their vessels, and the world.

Quantities are rounded before anybody compares them (0.01 kn, 0.1°), so that the same input gives
the same events on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ais.batches import Receptions, SafetyText, StaticBatch
    from ais.coverage import Coverage
    from alerts.places import Places
    from alerts.rules import Rule
    from alerts.traffic.usual import Usual
    from alerts.twins import Twins
    from geofence.visits import Visits
    from geofence.zones import Zone
    from watchlist.entries import Listed
    from watchlist.hits import Hits

NO_SLOT = -1
NEVER = -(1 << 62)
"""Time of what has not happened, µs since 1970."""

ROW = np.dtype(
    [
        ("mmsi", "u4"), ("segment", "u4"), ("slot", "i4"), ("vessel", "i4"),
        ("time", "i8"), ("received", "i8"), ("lon", "f8"), ("lat", "f8"),
        ("sog", "f8"), ("cog", "f8"), ("heading", "f8"),
        ("nav_status", "u1"), ("message", "u1"), ("feed", "u2"), ("spool", "u8"),
        ("late", "?"), ("repeat", "?"), ("class_b", "?"),
        ("p_time", "i8"), ("p_received", "i8"), ("p_lon", "f8"), ("p_lat", "f8"),
        ("p_sog", "f8"), ("p_cog", "f8"), ("p_nav_status", "u1"), ("p_spool", "u8"),
    ]
)  # fmt: skip
"""One position report as a detector sees it.

slot       row of the vessel's segment in every table by slot, NO_SLOT where it has none; a slot is
           used again for another segment: compare ``segment``
vessel     row in ``World.vessels``
time, received   position and receive time, µs since 1970 · lon, lat degrees, NaN without a place
sog kn, cog and heading degrees, NaN not available · nav_status 255 where the type has none
late       older than the segment's newest earlier row · repeat  as old as it: count it only once
class_b    a class B report (type 18, 19)
p_…        the segment's newest row before this one, p_time NEVER where there is none
"""

SHIP, BASE, AID, AIRCRAFT, DEVICE, CRAFT = range(6)
"""What sends: a ship, a coast station, an aid to navigation, a SAR aircraft, a distress device
(970, 972, 974), a craft of a ship (98)."""
(
    UNKNOWN, CARGO, TANKER, PASSENGER, FISHING, TUG, PILOT, SAR, LAW, SAILING, PLEASURE, FAST,
    WORKING, MILITARY, OTHER,
) = range(15)  # fmt: skip
ROLES = (
    "unknown", "cargo", "tanker", "passenger", "fishing", "tug", "pilot", "search and rescue",
    "law enforcement", "sailing", "pleasure", "high speed", "working", "military", "other",
)  # fmt: skip
"""Words of the roles, by number; WORKING dredges, dives, tows or tends a port."""

VESSEL = np.dtype(
    [
        ("mmsi", "u4"), ("kind", "u1"), ("role", "u1"), ("ship_type", "u1"), ("listed", "?"),
        ("draught", "u1"),
        ("length_m", "f4"), ("imo", "u4"), ("name", "S34"), ("call_sign", "S7"),
    ]
)  # fmt: skip
"""What is known of a vessel: kind SHIP…, role UNKNOWN…, ship_type raw (255 not known), whether an
entry of the list answers to it, draught in decimetres, length_m NaN, draught and imo 0 and empty
texts where not known."""


@dataclass(slots=True)
class World:
    """What detectors know beside the rows; replaced in place as the stream goes on.

    fleet      ROW by slot: each segment's newest row, ``slot`` NO_SLOT where there is none
    vessels    VESSEL rows, by ``ROW.vessel``
    untrusted  (slots,) i8: until this receive time the segment's positions are doubted
               (GNSS interference); written by its detector alone
    places     distances to ports, anchorages, shore · twins  MMSIs with several segments
    zones      those of the edition in force, by index
    coverage   what the receivers hear, None where it is not kept
    traffic    what is usual where, by the model in force; without one nothing is known
    rules      watch rules in force
    feeds      names of the feeds by code
    now_us     the last tick, µs since 1970
    """

    fleet: NDArray[Any]
    vessels: NDArray[Any]
    untrusted: NDArray[np.int64]
    places: Places
    twins: Twins
    traffic: Usual
    zones: tuple[Zone, ...] = ()
    coverage: Coverage | None = None
    rules: tuple[Rule, ...] = ()
    feeds: list[str] = field(default_factory=list)
    now_us: int = 0


@dataclass(frozen=True, slots=True)
class Scene:
    """What the stream said between two multiples of 10 s, in spool order.

    rows        ROW (n,), late ones and those without a place too
    statics, texts, receptions  as decoded; receptions hold duplicates too
    visits      with each, the zones that its index means · hits likewise the entries
    """

    world: World
    rows: NDArray[Any]
    statics: StaticBatch
    texts: SafetyText
    receptions: Receptions
    visits: tuple[tuple[Visits, tuple[Zone, ...]], ...] = ()
    hits: tuple[tuple[Hits, tuple[Listed, ...]], ...] = ()
