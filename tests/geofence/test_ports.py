"""The nearest port."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from pyproj import Geod

from geofence.ports import Ports, known_ports, nearest_port
from geofence.zones import Zone, ZoneSet


def port(name: str, lon: float, lat: float, **details: object) -> Zone:
    """A port's circle."""
    circle = shapely.Point(lon, lat).buffer(0.03)
    return Zone(name, name, "port", circle, "drawn", "none", details=details)


PORTS = Ports.of(
    ZoneSet(
        (
            port("alexandria", 29.87, 31.2),
            port("piraeus", 23.60, 37.94, position=[23.65, 37.95]),
            Zone("a-land", "land", "land", shapely.box(0, 0, 1, 1), "drawn", "none"),
        )
    )
)


def test_only_ports_are_counted_and_their_said_place_is_taken():
    assert [zone.id for zone in PORTS.zones] == ["alexandria", "piraeus"]
    assert PORTS.lon_deg.tolist() == pytest.approx([29.87, 23.65])


def test_the_nearest_port_and_its_distance():
    index, away = PORTS.nearest([24.0, 29.0], [37.0, 32.0])
    geod = Geod(ellps="sphere")
    true = geod.inv([24.0, 29.0], [37.0, 32.0], [23.65, 29.87], [37.95, 31.2])[2]
    assert index.tolist() == [1, 0]
    assert away == pytest.approx(np.array(true) / 1852, rel=2e-3)


def test_every_point_gets_what_a_plain_search_finds():
    rng = np.random.default_rng(2)
    lon, lat = rng.uniform(-6, 36, 300), rng.uniform(30, 46, 300)
    ports = known_ports()
    count = len(ports.zones)
    ends = np.repeat(lon, count), np.repeat(lat, count)
    away = Geod(ellps="sphere").inv(
        *ends, np.tile(ports.lon_deg, 300), np.tile(ports.lat_deg, 300)
    )
    assert nearest_port(lon, lat)[0].tolist() == away[2].reshape(300, count).argmin(1).tolist()


def test_places_that_are_none_have_no_port():
    index, away = PORTS.nearest([np.nan, 1.0, np.inf], [1.0, np.nan, 1.0])
    assert index.tolist() == [-1, -1, -1]
    assert np.isnan(away).all()


def test_without_ports_there_is_none():
    index, away = Ports.of(ZoneSet()).nearest([1.0], [1.0])
    assert (index.tolist(), np.isnan(away).tolist()) == ([-1], [True])
