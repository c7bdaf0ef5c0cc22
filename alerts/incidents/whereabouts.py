"""Where something is, in words: from the nearest port, or in degrees and decimal minutes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from alerts.distances import NM_M, bearing, metres
from geofence.ports import Ports, known_ports
from geofence.zones import ZoneSet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geofence.zones import Zone

_POINTS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")
_AT_PORT_NM = 1.5
_FAR_NM = 200.0


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Places by their nearest port.

    names, lon_deg, lat_deg  of the ports (n,) · vectors (n, 3): their unit vectors, made once
    """

    names: tuple[str, ...]
    lon_deg: NDArray[np.float64]
    lat_deg: NDArray[np.float64]
    vectors: NDArray[np.float64]

    @classmethod
    def known(cls) -> Self:
        """Return the ports out of the box."""
        return cls._made(known_ports())

    @classmethod
    def of(cls, zones: Sequence[Zone]) -> Self:
        """Return the ports among ``zones``."""
        return cls._made(Ports.of(ZoneSet(tuple(zone for zone in zones if zone.kind == "port"))))

    @classmethod
    def _made(cls, ports: Ports) -> Self:
        lon, lat = np.radians(ports.lon_deg), np.radians(ports.lat_deg)
        axes = [np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]
        names = tuple(port.name for port in ports.zones)
        return cls(names, ports.lon_deg, ports.lat_deg, np.column_stack(axes))

    def port(self, lon: float | None, lat: float | None) -> tuple[str, float, float]:
        """Return name of the nearest port, nautical miles and bearing from it; "" and NaN without.

        Bearing in degrees from the port to the place.
        """
        if lon is None or lat is None or not self.names:
            return "", math.nan, math.nan
        x, y = math.radians(lon), math.radians(lat)
        here = (math.cos(y) * math.cos(x), math.cos(y) * math.sin(x), math.sin(y))
        # A storm asks for thousands of places: one product each, no great circles.
        nearest = int(np.argmax(self.vectors @ np.array(here)))
        from_port = float(self.lon_deg[nearest]), float(self.lat_deg[nearest])
        away = metres(*from_port, lon, lat) / NM_M
        return self.names[nearest], away, bearing(*from_port, lon, lat)

    def place(self, lon: float | None, lat: float | None) -> str:
        """Return the place for people, as "12 nm SE of Lampedusa"; "" without coordinates."""
        if lon is None or lat is None:
            return ""
        name, away_nm, towards = self.port(lon, lat)
        if not away_nm <= _FAR_NM:
            return coordinates(lon, lat)
        if away_nm < _AT_PORT_NM:
            return f"off {name}"
        return f"{away_nm:.0f} nm {_POINTS[round(towards / 45) % 8]} of {name}"


def coordinates(lon: float, lat: float) -> str:
    """Return a place as sailors write it, as "35°12.30' N 012°40.10' E"."""
    return f"{_minutes(lat, 2)} {'NS'[lat < 0]} {_minutes(lon, 3)} {'EW'[lon < 0]}"


def _minutes(value: float, digits: int) -> str:
    whole, part = divmod(round(abs(value) * 6000), 6000)
    return f"{whole:0{digits}d}°{part / 100:05.2f}'"
