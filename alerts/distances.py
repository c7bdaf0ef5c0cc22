"""Distances, bearings and places ahead, on the sphere; compiled, for loops and for columns."""

from __future__ import annotations

import math

from ais.compiled import compiled

EARTH_M = 6_371_008.8
NM_M = 1852.0


@compiled
def metres(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Return the great-circle distance, metres rounded to 0.1; NaN where a coordinate is."""
    half_lat = math.radians(other_lat - lat) / 2
    half_lon = math.radians(other_lon - lon) / 2
    cosines = math.cos(math.radians(lat)) * math.cos(math.radians(other_lat))
    chord = math.sin(half_lat) ** 2 + cosines * math.sin(half_lon) ** 2
    return round(2 * EARTH_M * math.asin(math.sqrt(min(chord, 1.0))), 1)


@compiled
def bearing(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Return the initial bearing from the first place to the other, degrees 0-360, one decimal."""
    east = math.radians(other_lon - lon)
    here, there = math.radians(lat), math.radians(other_lat)
    y = math.sin(east) * math.cos(there)
    x = math.cos(here) * math.sin(there) - math.sin(here) * math.cos(there) * math.cos(east)
    return round(math.degrees(math.atan2(y, x)) % 360.0, 1) % 360.0


@compiled
def ahead(lon: float, lat: float, course: float, distance_m: float) -> tuple[float, float]:
    """Return (lon, lat) ``distance_m`` metres from a place on ``course``, on the great circle."""
    part = distance_m / EARTH_M
    here, way = math.radians(lat), math.radians(course)
    sine = math.sin(here) * math.cos(part) + math.cos(here) * math.sin(part) * math.cos(way)
    there = math.asin(max(-1.0, min(1.0, sine)))
    y = math.sin(way) * math.sin(part) * math.cos(here)
    x = math.cos(part) - math.sin(here) * math.sin(there)
    east = math.degrees(math.atan2(y, x))
    return (lon + east + 540.0) % 360.0 - 180.0, math.degrees(there)


@compiled
def turned(course: float, other: float) -> float:
    """Return the angle between two directions, degrees 0-180, one decimal; NaN where one is."""
    return round(abs((course - other + 180.0) % 360.0 - 180.0), 1)
