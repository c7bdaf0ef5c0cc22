"""How far a boat can have come: never over land, farther with more miles, honest about places."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geofence.errors import GeofenceError
from geofence.land import load_land
from geofence.reach import WAY_SLACK, Reach, reach

LANDINGS = {
    "Lampedusa": (12.60, 35.49), "Messina": (15.60, 38.26), "Leuca": (18.36, 39.80),
    "Corinth": (22.95, 37.93), "Crete": (24.9, 34.93),
}  # fmt: skip
LIMIT_NM = 80.0
FEW = settings(max_examples=40, deadline=None)


@cache
def ways(name: str) -> Reach:
    return reach(*LANDINGS[name], LIMIT_NM)


def cells(found: Reach) -> np.ndarray:
    rows, columns = np.nonzero(np.isfinite(found.nm))
    return np.column_stack([
        found.west + (columns + 0.5) * found.size, found.south + (rows + 0.5) * found.size
    ])  # fmt: skip


@FEW
@given(st.sampled_from([*LANDINGS]), st.randoms(use_true_random=False))
def test_the_way_to_a_reached_place_never_touches_land(name, lot):
    place = lot.choice(cells(ways(name)))
    way = ways(name).way_of(*place)
    assert len(way)
    assert not load_land().legs_cross(way).any()


@FEW
@given(st.sampled_from([*LANDINGS]), st.randoms(use_true_random=False))
def test_a_distance_is_the_length_of_its_way_and_no_less_than_the_straight_line(name, lot):
    place = lot.choice(cells(ways(name)))
    way = np.vstack([ways(name).way_of(*place), LANDINGS[name]])
    narrow = np.cos(np.radians((way[1:, 1] + way[:-1, 1]) / 2))
    legs = np.hypot(np.diff(way[:, 0]) * narrow, np.diff(way[:, 1])) * 60
    [told] = ways(name).distance_nm(*place)
    assert told == pytest.approx(legs.sum(), rel=0.01, abs=0.3)
    straight = np.hypot((place[0] - way[-1, 0]) * np.cos(np.radians(place[1])),
                        place[1] - way[-1, 1]) * 60  # fmt: skip
    assert told >= straight * 0.98 - 0.3


@FEW
@given(st.sampled_from([*LANDINGS]), st.floats(5, 60), st.floats(1, 1.5))
def test_with_more_miles_no_place_is_lost_and_none_comes_nearer(name, miles, more):
    less, far = (reach(*LANDINGS[name], limit) for limit in (miles, miles * more))
    place = cells(less)
    assert np.all(far.distance_nm(*place.T) <= less.distance_nm(*place.T) + 1e-3)
    assert less.area(miles / 2).area <= less.area(miles).area + 1e-9


def test_a_place_round_a_cape_is_farther_than_it_looks():
    # Across the Salentine peninsula 21 nm by land, round Leuca 70 or so.
    [told] = reach(17.99, 40.11, 120.0).distance_nm(18.42, 40.28)
    assert 50 < told < 100


def test_in_open_water_a_way_is_hardly_longer_than_the_straight_line():
    found = reach(18.0, 35.5, 60.0)
    angles = np.radians(np.arange(0, 360, 7))
    nm = 40.0
    lat = 35.5 + nm / 60 * np.cos(angles)
    lon = 18.0 + nm / 60 * np.sin(angles) / np.cos(np.radians((35.5 + lat) / 2))
    told = found.distance_nm(lon, lat)
    assert told.max() <= nm * WAY_SLACK + 2.5
    assert told.min() >= nm - 2.5


def test_the_strait_of_messina_is_open():
    assert reach(15.60, 38.26, 60.0).distance_nm(15.3, 37.6)[0] < 60


def test_what_is_reached_is_one_area_with_the_places_in_it():
    found = ways("Lampedusa")
    area = found.area(LIMIT_NM)
    assert shapely.contains_xy(area, *cells(found).T).all()
    assert area.bounds == pytest.approx(found.box_deg, abs=1e-6)
    assert found.area(0.0).is_empty


@pytest.mark.parametrize("place", [(12.5, 41.95), (8.5, 47.4), (-30.0, 35.0), (float("nan"), 36)])
def test_a_place_without_open_water_is_refused(place):
    with pytest.raises(GeofenceError):
        reach(*place, 50.0)


def test_no_place_is_infinitely_far():
    told = ways("Lampedusa").distance_nm([np.nan, 0.0, 12.6], [35.0, np.nan, 60.0])
    assert np.isinf(told).all()


def test_many_places_are_as_far_as_each_by_itself():
    found, lot = ways("Messina"), np.random.default_rng(1)
    lon, lat = lot.uniform(14.5, 17.0, 300), lot.uniform(37.0, 39.0, 300)
    each = [found.distance_nm(*place)[0] for place in zip(lon, lat, strict=True)]
    assert found.distance_nm(lon, lat).tolist() == each
    assert 50 < np.isfinite(each).sum() < 300
