"""Distances to port, anchorage and shore, against shapely's own."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely

from alerts.distances import metres
from alerts.places import Places, read
from geofence.zones import Zone

BOXES = [(12.0 + 0.37 * k, 35.0 + 0.21 * k, 12.06 + 0.37 * k, 35.03 + 0.21 * k) for k in range(9)]


@pytest.fixture(scope="module")
def places() -> Places:
    zones = [
        Zone(f"{kind}{k}", kind, kind, shapely.box(*box), "made up", "CC0")
        for kind in ("port", "anchorage")
        for k, box in enumerate(BOXES)
    ]
    return Places.of(zones)


def test_the_nearest_port_is_as_far_as_shapely_says(places):
    lot = np.random.default_rng(4)
    centres = [shapely.box(*box).centroid for box in BOXES]
    off = []
    for lon, lat in zip(lot.uniform(11, 17, 200), lot.uniform(34, 38, 200), strict=True):
        nearest = min(metres(lon, lat, one.x, one.y) for one in centres)
        off.append(abs(read(places.port, places.frame, lon, lat) - nearest))
    # Read between places 0.05° apart: too flat beside a port, and half-way between two.
    assert np.median(off) < 50
    assert max(off) < 3000


def test_within_an_anchorage_it_is_no_distance(places):
    assert read(places.anchorage, places.frame, 12.025, 35.015) < 3000
    column, row = round((12.05 - places.frame[0]) / 0.05), round((35.0 - places.frame[1]) / 0.05)
    assert places.anchorage[row, column] == 0.0


def test_the_distance_to_an_anchorage_is_to_its_edge(places):
    assert read(places.anchorage, places.frame, 12.03, 34.5) == pytest.approx(
        metres(12.03, 34.5, 12.03, 35.0), rel=0.01
    )


def test_beyond_the_carried_land_nothing_is_known(places):
    assert math.isnan(read(places.port, places.frame, 100.0, 10.0))
    assert math.isnan(read(places.port, places.frame, math.nan, 36.0))


def test_without_zones_every_port_is_endlessly_far():
    none = Places.of(())
    assert read(none.port, none.frame, 18.0, 36.0) == math.inf


def test_the_shore_is_near_at_catania_and_far_in_the_ionian_sea(places):
    assert abs(read(places.shore, places.shore_frame, 15.1, 37.5)) < 3000
    assert read(places.shore, places.shore_frame, 18.0, 36.0) > 100_000
