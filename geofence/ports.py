"""The nearest port: great circles to the ports of a zone set."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Self

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from ais.compiled import allocating
from geofence.builtin import builtin_zones
from geofence.zones import Zone, ZoneSet

# A nautical mile is a minute of arc of the mean earth, to 0.03 %; the sphere is 0.3 % off.
_RADIUS_NM = 6_371_008.8 / 1852.0


@dataclass(frozen=True, slots=True)
class Ports:
    """Ports as columns (n,), in the order of their ids.

    zones    the zones of kind ``port`` · lon_deg, lat_deg f8: ``details["position"]`` of each, or
    the middle of its area
    """

    zones: tuple[Zone, ...]
    lon_deg: NDArray[np.float64]
    lat_deg: NDArray[np.float64]

    @classmethod
    def of(cls, zones: ZoneSet) -> Self:
        """Return the ports of ``zones``."""
        ports = zones.of_kind("port").zones
        places = np.array([_place(port) for port in ports], float).reshape(-1, 2)
        return cls(ports, places[:, 0].copy(), places[:, 1].copy())

    def nearest(
        self, lon_deg: ArrayLike, lat_deg: ArrayLike
    ) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Return (index i4 in ``zones``, distance_nm f8) of the nearest port of each point, (n,).

        -1 and NaN without a port and for coordinates that are none.
        """
        lon = np.atleast_1d(np.asarray(lon_deg, np.float64))
        lat = np.atleast_1d(np.asarray(lat_deg, np.float64))
        return _nearest(_vectors(self.lon_deg, self.lat_deg), _vectors(lon, lat))


@cache
def known_ports() -> Ports:
    """Return the ports out of the box; raises GeofenceError where their file is missing."""
    return Ports.of(builtin_zones())


def nearest_port(
    lon_deg: ArrayLike, lat_deg: ArrayLike
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return ``nearest`` among ``known_ports()``: index i4 and distance in nautical miles f8."""
    return known_ports().nearest(lon_deg, lat_deg)


def _place(port: Zone) -> tuple[float, float]:
    said = port.details.get("position")
    if said:
        return float(said[0]), float(said[1])
    middle = shapely.centroid(port.geometry)
    return middle.x, middle.y


def _vectors(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return unit vectors (n, 3); NaN where a coordinate is none."""
    finite = np.isfinite(lon) & np.isfinite(lat)
    x = np.radians(np.where(finite, lon, np.nan))
    y = np.radians(np.where(finite, lat, np.nan))
    return np.stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)], axis=1)


@allocating
def _nearest(
    ports: NDArray[np.float64], points: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return index and nautical miles of the port with the shortest chord to each point."""
    index = np.full(len(points), -1, np.int32)
    away = np.full(len(points), np.nan)
    for i in range(len(points)):
        best = math.inf
        for k in range(len(ports)):
            dx, dy = points[i, 0] - ports[k, 0], points[i, 1] - ports[k, 1]
            dz = points[i, 2] - ports[k, 2]
            chord = dx * dx + dy * dy + dz * dz
            if chord < best:
                best = chord
                index[i] = k
        if index[i] >= 0:
            away[i] = 2.0 * _RADIUS_NM * math.asin(min(0.5 * math.sqrt(best), 1.0))
    return index, away
