"""Zones and sets of them: written and read again to the bit, and nothing else is read."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geofence.builtin import builtin_zones
from geofence.errors import GeofenceError
from geofence.zones import Zone, ZoneSet

BOX = shapely.box(10, 40, 11, 41)


def zone(name: str = "a", geometry: shapely.Geometry = BOX, **more: object) -> Zone:
    return Zone(name, "Zone", "custom", geometry, "drawn", "none", **more)


def again(one: Zone) -> Zone:
    return ZoneSet.from_bytes(ZoneSet((one,)).to_bytes()).zones[0]


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 4), st.booleans())
def test_coordinates_come_back_to_the_bit(seed, parts, holed):
    rng = np.random.default_rng(seed)
    shapes = []
    for part in range(parts):
        middle = shapely.Point(3 * part + rng.random(), rng.random() * 40)
        hole = middle.buffer(rng.random() / 2) if holed else shapely.Point()
        shapes.append(middle.buffer(1 + rng.random() / 4).difference(hole))
    shape = shapes[0] if parts == 1 else shapely.MultiPolygon(shapes)
    assert shapely.to_wkb(again(zone(geometry=shape)).geometry) == shapely.to_wkb(shape)


def test_the_zones_that_come_along_come_back_to_the_bit():
    there = ZoneSet.from_bytes(builtin_zones().to_bytes())
    assert [shapely.to_wkb(one.geometry) for one in there.zones] == [
        shapely.to_wkb(one.geometry) for one in builtin_zones().zones
    ]
    assert there.sha256() == builtin_zones().sha256()


def test_all_that_is_known_of_a_zone_comes_back():
    moment = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
    until = moment + dt.timedelta(days=1)
    full = zone(valid_from=moment, valid_until=until, leave_m=750.0, legal_status="operational",
                version="3", details={"note": "é", "all": ["a"]})  # fmt: skip
    assert again(full) == full


def test_equal_sets_have_equal_bytes_whatever_their_order():
    a, b = zone("a"), zone("b")
    assert ZoneSet((a, b)).to_bytes() == ZoneSet((b, a)).to_bytes()
    assert ZoneSet((a, b)).sha256() != ZoneSet((a,)).sha256()


def test_an_id_stands_once():
    with pytest.raises(GeofenceError, match="'a' stands twice"):
        ZoneSet((zone("a"), zone("a")))


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b'{"features":5}', b'{"features":[5]}', b'{"features":[[]]}',
     b'{"features":[{}]}', b'{"features":' + b"[" * 100_000],
)  # fmt: skip
def test_bytes_that_are_no_set_are_refused(data):
    with pytest.raises(GeofenceError):
        ZoneSet.from_bytes(data)


@pytest.mark.parametrize(
    "geometry",
    [None, {}, {"type": "Point", "coordinates": [1, 2]}, {"type": "Polygon", "coordinates": []},
     {"type": "Polygon", "coordinates": [[]]}, {"type": "Polygon", "coordinates": [[[1, 2]]]},
     {"type": "Polygon", "coordinates": [[[1, 2], [3]]]}, {"type": "Polygon"},
     {"type": "MultiPolygon", "coordinates": []}, {"type": "Polygon", "coordinates": "abc"}],
)  # fmt: skip
def test_a_feature_without_an_area_is_refused_by_its_id(geometry):
    feature = zone("patrol-a").feature() | {"geometry": geometry}
    with pytest.raises(GeofenceError, match="patrol-a"):
        ZoneSet.from_bytes(json.dumps({"features": [feature]}).encode())


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "sea"}, {"legal_status": "secret"}, {"leave_m": -1.0}, {"leave_m": 20_001.0}],
)
def test_what_no_zone_can_be_is_refused_with_what_is_expected(wrong):
    known = {"kind": "custom", "legal_status": "indicative", "leave_m": 500.0} | wrong
    with pytest.raises(GeofenceError, match="expected"):
        Zone("a", "A", geometry=BOX, source="s", licence="l", **known)


@pytest.mark.parametrize("name", ["", "A", "../a", "a b", "a" * 81, "-a"])
def test_an_id_is_short_and_plain(name):
    with pytest.raises(GeofenceError, match="expected lower-case letters"):
        zone(name)
