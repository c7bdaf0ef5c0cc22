"""What a vessel looks like: its class and its state, from what it reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from maps.live.texts import say

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class SymbolClass:
    """One entry of the legend.

    key        stable word, also the name of its colour token
    shape      "ship", "diamond", "square", "sart" or "aircraft"
    """

    key: str
    shape: str = "ship"

    @property
    def title(self) -> str:
        """What the legend says."""
        return say(f"class.{self.key}")


CLASSES = (
    SymbolClass("cargo"),
    SymbolClass("tanker"),
    SymbolClass("passenger"),
    SymbolClass("high_speed"),
    SymbolClass("fishing"),
    SymbolClass("pleasure"),
    SymbolClass("special"),
    SymbolClass("unknown"),
    SymbolClass("aircraft", "aircraft"),
    SymbolClass("distress", "sart"),
    SymbolClass("aid", "diamond"),
    SymbolClass("base", "square"),
)
"""The classes in wire order: the number on the wire is the place in this tuple."""
NUMBER = {entry.key: number for number, entry in enumerate(CLASSES)}

STATIONARY = 1
"""State bit: at anchor, moored or not making way; drawn hollow."""
DISTRESS = 2
"""State bit: the status says that a distress device is active (14)."""
LIMITED = 4
"""State bit: not under command, restricted, constrained by draught or aground."""

_AT_REST = (1, 5, 6)
_LIMITED = (2, 3, 4, 6)
_SART_ACTIVE = 14
_NOT_MAKING_WAY_KN = 0.5  # GPS jitter of a moored ship stays below it
_BASE_MESSAGES, _AID_MESSAGE, _AIRCRAFT_MESSAGE = (4, 11), 21, 9
_BEACON_MMSI = (970_000_000, 975_000_000)  # 970 SART, 972 MOB, 974 EPIRB; ITU-R M.585-9
_AID_MMSI = (990_000_000, 1_000_000_000)

# Source: ITU-R M.1371-5, table 53: first digit, or the exact number where it says more.
_TYPES = np.full(256, NUMBER["unknown"], np.uint8)
_TYPES[20:30] = NUMBER["special"]  # wing in ground
_TYPES[30] = NUMBER["fishing"]
_TYPES[31:36] = NUMBER["special"]  # towing, dredging, diving, military
_TYPES[36:38] = NUMBER["pleasure"]
_TYPES[40:50] = NUMBER["high_speed"]
_TYPES[50:60] = NUMBER["special"]  # pilot, SAR, tug, port tender, law enforcement, medical
_TYPES[60:70] = NUMBER["passenger"]
_TYPES[70:80] = NUMBER["cargo"]
_TYPES[80:90] = NUMBER["tanker"]


def classes(
    mmsi: NDArray[np.uint32], message: NDArray[np.uint8], ship_type: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Return the class number of each row, (n,) u1; ``ship_type`` raw, 255 not known."""
    result = _TYPES[ship_type]
    result[np.isin(message, _BASE_MESSAGES)] = NUMBER["base"]
    result[message == _AIRCRAFT_MESSAGE] = NUMBER["aircraft"]
    aid = (mmsi >= _AID_MMSI[0]) & (mmsi < _AID_MMSI[1])
    result[aid | (message == _AID_MESSAGE)] = NUMBER["aid"]
    result[(mmsi >= _BEACON_MMSI[0]) & (mmsi < _BEACON_MMSI[1])] = NUMBER["distress"]
    return result


def states(nav_status: NDArray[np.uint8], sog_kn: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return the state bits of each row, (n,) u1.

    A ship that says «at anchor» and makes way is drawn as moving: statuses are set by hand and
    forgotten, speed is measured.
    """
    slow = sog_kn < _NOT_MAKING_WAY_KN
    resting = np.isin(nav_status, _AT_REST) & np.isnan(sog_kn)
    state = np.where(slow | resting, STATIONARY, 0).astype(np.uint8)
    state |= np.where(nav_status == _SART_ACTIVE, DISTRESS, 0).astype(np.uint8)
    state |= np.where(np.isin(nav_status, _LIMITED), LIMITED, 0).astype(np.uint8)
    return state


def confirmed(mmsi: NDArray[np.uint32], reports: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Return which segments are shown: two reports, or the only segment of its vessel.

    A lone report beside a vessel's real track is noise until a second one agrees with it.
    """
    _, place, count = np.unique(mmsi, return_inverse=True, return_counts=True)
    shown: NDArray[np.bool_] = (reports > 1) | (count[place] == 1)
    return shown
