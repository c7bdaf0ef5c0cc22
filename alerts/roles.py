"""What a vessel is there for: from its MMSI, the type that it sends, and lists of the service."""

from __future__ import annotations

from dataclasses import dataclass

from alerts import scene
from alerts.scene import AID, AIRCRAFT, BASE, CRAFT, DEVICE, SHIP

_BY_TYPE = {
    30: scene.FISHING, 31: scene.TUG, 32: scene.TUG, 33: scene.WORKING, 34: scene.WORKING,
    35: scene.MILITARY, 36: scene.SAILING, 37: scene.PLEASURE, 50: scene.PILOT, 51: scene.SAR,
    52: scene.TUG, 53: scene.WORKING, 54: scene.WORKING, 55: scene.LAW, 58: scene.OTHER,
}  # fmt: skip
_BY_TENS = {4: scene.FAST, 6: scene.PASSENGER, 7: scene.CARGO, 8: scene.TANKER, 9: scene.OTHER}
_DEVICES = (970, 972, 974)
_DIGITS_9 = 1_000_000_000


@dataclass(frozen=True, slots=True)
class RoleSettings:
    """Vessels whose task is known to the service, whatever type they send: MMSIs."""

    search_and_rescue: tuple[int, ...] = ()
    law_enforcement: tuple[int, ...] = ()
    pilots: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no MMSI; raises ValueError."""
        for mmsi in (*self.search_and_rescue, *self.law_enforcement, *self.pilots):
            if not 0 < mmsi < _DIGITS_9:
                raise ValueError(f"{mmsi}: is no MMSI; expected 1 to 9 digits")

    def of(self, mmsi: int) -> int:
        """Return the role that the lists give, ``scene.UNKNOWN`` where they name nobody."""
        if mmsi in self.search_and_rescue:
            return scene.SAR
        if mmsi in self.law_enforcement:
            return scene.LAW
        return scene.PILOT if mmsi in self.pilots else scene.UNKNOWN


def kind_of(mmsi: int) -> int:
    """Return what sends with this MMSI, SHIP for what has no other form (ITU-R M.585-9)."""
    first = mmsi // 1_000_000
    if not 0 < mmsi < _DIGITS_9:
        return SHIP
    if first in _DEVICES:
        return DEVICE
    if first == 111:  # noqa: PLR2004 (111 MID: SAR aircraft)
        return AIRCRAFT
    if first < 10:  # noqa: PLR2004 (00 MID: coast station)
        return BASE
    return {99: AID, 98: CRAFT}.get(first // 10, SHIP)


def role_of(ship_type: int) -> int:
    """Return the role that a raw ship type says (ITU-R M.1371-5, table 53), 255 not known."""
    return _BY_TYPE.get(ship_type, _BY_TENS.get(ship_type // 10, scene.UNKNOWN))
