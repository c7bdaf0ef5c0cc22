"""What detectors on the rescue lane share: which ships count, and when an episode has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ais.compiled import compiled
from alerts.distances import NM_M
from alerts.places import read
from alerts.scene import FISHING, LAW, NO_SLOT, PASSENGER, PILOT, SAR, SHIP, TUG, WORKING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from alerts.detector import State
    from alerts.events import Event
    from alerts.scene import World

S_US = 1_000_000
MIN_US = 60 * S_US
BUSY = (FISHING, TUG, PILOT, SAR, LAW, WORKING)
"""Roles of craft that stop for their living."""
NOTE = np.dtype([("row", "i8"), ("what", "u1"), ("at", "i8"), ("spool", "u8"), ("value", "f8")])
"""What a loop noticed: index of the row, what, a time in µs, a spool position, a number."""


@compiled
def weighty(vessel: Any, length_m: float) -> bool:  # noqa: ANN401 (a VESSEL record)
    """Tell whether a ship is long enough, carries passengers or is listed: row 2 of DETECTORS."""
    return weighty_alone(vessel, length_m) or (vessel.kind == SHIP and bool(vessel.listed))


@compiled
def weighty_alone(vessel: Any, length_m: float) -> bool:  # noqa: ANN401 (a VESSEL record)
    """Tell whether a ship counts whether it is listed or not."""
    if vessel.kind != SHIP:
        return False
    return bool(vessel.length_m >= length_m or vessel.role == PASSENGER)


@compiled
def off_port_nm(
    ports: NDArray[np.float32], frame: NDArray[np.float64], lon: float, lat: float
) -> float:
    """Return the distance to the nearest port, nautical miles rounded to 0.01; NaN not known."""
    return float(round(read(ports, frame, lon, lat) / NM_M, 2))


def remember(state: State, key: str, slot: int, segment: int) -> None:
    """Keep where the segment of the event ``key`` is found in the fleet."""
    state.memory[key] = [slot, segment]


def close_silent(state: State, world: World, silence_h: float) -> list[Event]:
    """Close what is open on segments that ended or were not heard for ``silence_h`` hours.

    Keys are those of ``remember``; the end is the time of the last report, or of the last version
    where the segment's place in the fleet has gone to another one.
    """
    told = []
    oldest = world.now_us - round(silence_h * 60 * MIN_US)
    for key in state.book.keys():  # noqa: SIM118 (a book is no dict)
        slot, segment = state.memory[key]
        row = world.fleet[slot]
        there = row["slot"] != NO_SLOT and row["segment"] == segment
        if there and row["received"] > oldest:
            continue
        ended = int(row["time"]) if there else state.book[key].updated_us
        told.append(state.book.close(key, ended, "not heard any more"))
        del state.memory[key]
    return told
