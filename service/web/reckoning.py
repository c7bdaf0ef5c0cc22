"""A place by bearing and distance from a port, a zone or a vessel, and from which one it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alerts.distances import NM_M, ahead
from alerts.plain import plain
from maps.live import find
from service.web.texts import say

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from geofence.zones import Zone

FARTHEST_NM = 500.0
_CANDIDATES = 5
_MINUTE_US = 60_000_000


@dataclass(frozen=True, slots=True)
class Start:
    """Where something that has a name is, degrees; ``name`` tells which one it is, for people."""

    lon: float
    lat: float
    name: str


def reckoned(start: Start, given: Mapping[str, str]) -> tuple[float, float, str]:
    """Return longitude, latitude, and in words how they were reckoned from ``start``.

    Raises ValueError where ``bearing`` (degrees) or ``distance`` (nm) of ``given`` is none.
    """
    try:
        course, away = float(given["bearing"]), float(given["distance"])
    except ValueError:
        raise ValueError("bearing and distance: expected degrees and nautical miles") from None
    if not (0 <= course <= 360 and 0 <= away <= FARTHEST_NM):  # noqa: PLR2004 (degrees)
        raise ValueError("bearing 0 to 360 degrees, distance 0 to 500 nautical miles")
    lon, lat = ahead(start.lon, start.lat, course, away * NM_M)
    told = say("contacts.reckoned", bearing=f"{course:g}", distance=f"{away:g}", start=start.name)
    return float(lon), float(lat), told.unescape()


def start_called(name: str, zones: tuple[Zone, ...], rows: NDArray[np.void], now_us: int) -> Start:
    """Return the port, zone or vessel (of ``rows``, ROWS) whose whole name or number ``name`` is.

    Raises ValueError, with those that may be meant, where it is of none or of several.
    """
    words = name.casefold()
    named = [one for one in zones if words in {one.name.casefold(), one.id}]
    ships = find.exactly(rows, name)
    if len(ships) + len(named) == 1:
        return _zone(named[0]) if named else _ship(ships[0], now_us)
    if not named and not len(ships):
        near = "; ".join(_listed(find.find(rows, name, _CANDIDATES), now_us))
        raise ValueError(
            f"no port, zone or vessel is called {name}; write its whole name, an MMSI, an IMO "
            f"number or a call sign{near and f'. Is one of these meant: {near}'}"
        )
    meant = "; ".join([*map(_told, named[:_CANDIDATES]), *_listed(ships[:_CANDIDATES], now_us)])
    raise ValueError(
        f"several are called {name}: {meant}. Write the MMSI or the zone's id of the one that is "
        "meant, or the position itself"
    )


def _listed(ships: NDArray[np.void], now_us: int) -> list[str]:
    return [_ship(one, now_us).name for one in ships]


def _told(zone: Zone) -> str:
    return f"{_zone(zone).name}, id {zone.id}"


def _zone(zone: Zone) -> Start:
    middle, kind = zone.geometry.centroid, zone.kind.replace("_", " ")
    return Start(float(middle.x), float(middle.y), f"{plain(zone.name, 60)} ({kind})")


def _ship(row: Any, now_us: int) -> Start:  # noqa: ANN401 (a row of ROWS)
    minutes = max(0, now_us - int(row["time"])) // _MINUTE_US
    age = f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"  # noqa: PLR2004 (an hour)
    told = say("contacts.reckoned_ship", name=plain(row["name"].decode("utf-8", "replace"), 40),
               mmsi=f"{int(row['mmsi']):09d}", age=age)  # fmt: skip
    return Start(float(row["lon_deg"]), float(row["lat_deg"]), told.unescape().strip())
