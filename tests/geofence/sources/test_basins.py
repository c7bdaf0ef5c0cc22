"""Sub-basins: limits that reach land, pieces with an owner, regions that leave no gap."""

import numpy as np
import pytest
import shapely

from geofence.errors import GeofenceError
from geofence.land import load_land
from geofence.sources import derive_basins
from geofence.sources.basin_limits import BASINS, LIMITS, OWN, S23, Basin, Limit
from geofence.sources.derive_basins import drawn, owners
from geofence.sources.derive_regions import covering
from geofence.sources.rescue_regions import REGIONS
from geofence.sources.sea import points, water


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.name)
def test_a_limit_ends_ashore_or_at_a_frame_of_the_water(limit):
    line = drawn(limit)
    ends = shapely.points([line.coords[0], line.coords[-1]])
    joins = [other for other in LIMITS if other is not limit]
    held = [
        not water().contains(end) or any(drawn(other).distance(end) < 0.06 for other in joins)
        for end in ends
    ]
    assert all(held)
    assert limit.drawn_by in {S23, OWN}


def test_a_limit_goes_on_ashore_by_five_kilometres_at_both_ends():
    line = drawn(Limit("x", OWN, "Cape A 10.0 40.0, Cape B 11.0 40.0"))
    assert line.bounds == pytest.approx((9.95, 40.0, 11.05, 40.0))
    assert len(line.coords) == 4


def test_points_without_a_name_are_part_of_a_limit():
    line = drawn(Limit("x", OWN, "9.500 40.100, Cape A 10.000 40.000, Cape B 11.000 -0.500"))
    assert (11.0, -0.5) in list(line.coords)
    assert (9.5, 40.1) in list(line.coords)


def test_a_piece_without_a_name_goes_to_its_neighbour(monkeypatch):
    monkeypatch.setattr(derive_basins, "BASINS", (Basin("a", "A", "0.5 0.5", ""),))
    pieces = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 1.1, 1)], object)
    assert owners(pieces).tolist() == [0, 0]


def test_two_basins_in_one_piece_are_refused(monkeypatch):
    two = (Basin("a", "A", "0.5 0.5", ""), Basin("b", "B", "0.6 0.6", ""))
    monkeypatch.setattr(derive_basins, "BASINS", two)
    with pytest.raises(GeofenceError, match="no limit between a and b"):
        owners(np.array([shapely.box(0, 0, 1, 1)], object))


@pytest.mark.parametrize("basin", BASINS, ids=lambda basin: basin.id)
def test_the_points_of_a_basin_are_in_the_water(basin):
    assert shapely.contains_xy(water(), points(basin.inside)).all()
    assert basin.note


def test_the_water_holds_all_sea_but_not_the_inland():
    assert shapely.contains_xy(water(), [[12.0, 40.0], [25.0, 38.0], [28.0, 40.7]]).all()
    assert not shapely.contains_xy(water(), [[12.5, 42.2], [-7.0, 36.0], [31.0, 42.5]]).any()


def test_the_water_reaches_two_kilometres_ashore():
    shore = water().boundary
    land = load_land().union
    some = [shore.interpolate(shore.length * part) for part in np.linspace(0.01, 0.99, 60)]
    inland = [land.boundary.distance(p) for p in some if land.contains(p)]
    assert len(inland) > 40
    assert np.median(inland) * 111 == pytest.approx(2.0, abs=0.4)


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.id)
def test_corners_of_a_region_make_a_simple_polygon(region):
    assert shapely.Polygon(points(region.corners)).is_valid


def test_disputed_water_lies_in_the_regions_of_all_who_claim_it():
    areas = dict(zip((region.id for region in REGIONS), covering(), strict=True))
    aegean, pelagie = shapely.Point(25.6, 38.8), shapely.Point(12.8, 35.6)
    assert {name for name, area in areas.items() if area.contains(aegean)} == {"greece", "turkey"}
    assert {name for name, area in areas.items() if area.contains(pelagie)} == {"italy", "malta"}


def test_no_water_is_left_over():
    left = shapely.difference(water(), shapely.union_all(covering()))
    assert left.area * 9800 < 1e-3
