"""Belts round coasts: their width, their side, and whose coast it is."""

import json

import numpy as np
import pyproj
import pytest
import shapely

from geofence.builtin import builtin_zones
from geofence.land import load_land
from geofence.sources.coast_stretches import STRETCHES, Stretch
from geofence.sources.coasts import COASTS, coastal_land, within
from geofence.sources.derive_coasts import nearer_to, strip
from geofence.sources.sea import points, water

GEOD = pyproj.Geod(ellps="WGS84")
# Islets that the land file lacks, and the Canal, which it has as land: no distance can be checked.
UNCHECKED = shapely.MultiPoint([(29.6, 36.15), (-2.43, 35.18), (32.35, 30.7)]).buffer(0.6)


def distance_nm(point: shapely.Point) -> float:
    """Geodesic distance to the land file's land, in a projection centred on the point."""
    plane = pyproj.Proj(proj="aeqd", lat_0=point.y, lon_0=point.x, datum="WGS84")
    near = load_land().union.intersection(point.buffer(0.8).envelope)
    flat = shapely.transform(near, lambda xy: np.column_stack(plane(xy[:, 0], xy[:, 1])))
    return flat.distance(shapely.Point(0, 0)) / 1852


def outer_border(width_nm: int, n: int) -> list[shapely.Point]:
    """Points on the border at sea of all bands of one width together."""
    belts = builtin_zones().of_kind(f"band_{width_nm}nm").zones
    border = shapely.union_all([zone.geometry for zone in belts]).boundary
    at_sea = border.difference(water().boundary.buffer(0.005))
    chance = np.random.default_rng(12)
    some = [at_sea.interpolate(at_sea.length * part) for part in chance.random(n)]
    return [point for point in some if not UNCHECKED.contains(point)]


@pytest.mark.parametrize("width_nm", [12, 24])
def test_the_border_at_sea_is_as_far_from_the_coast_as_the_band_says(width_nm):
    found = [distance_nm(point) for point in outer_border(width_nm, 150)]
    assert len(found) > 100
    assert np.abs(np.array(found) - width_nm).max() < 0.1


def test_the_wide_band_holds_the_narrow_one():
    zones = {
        zone.id: zone.geometry for zone in builtin_zones().of_kind("band_12nm", "band_24nm").zones
    }
    for coast in COASTS:
        code = coast.country.lower()
        outside = zones[f"band12-{code}"].difference(zones[f"band24-{code}"])
        assert outside.area < 1e-4


@pytest.mark.parametrize("lat", [30.0, 38.0, 45.5])
def test_a_point_is_widened_alike_in_all_directions(lat):
    edge = shapely.get_coordinates(within(shapely.Point(10.0, lat), 12))
    _, _, far_m = GEOD.inv(np.full(len(edge), 10.0), np.full(len(edge), lat), *edge.T)
    assert far_m.min() == pytest.approx(12 * 1852, rel=1e-3)
    assert far_m.max() == pytest.approx(12 * 1852, rel=1e-6)


def test_a_coast_over_several_tiles_gives_one_belt():
    belt = within(shapely.box(9.5, 39.0, 14.5, 40.0), 12)
    assert belt.geom_type == "Polygon"
    assert belt.is_valid
    assert belt.contains(shapely.Point(12.0, 40.19))
    assert not belt.contains(shapely.Point(12.0, 40.21))


def test_water_goes_to_the_nearer_coast():
    west, east = shapely.box(26.0, 38.0, 26.1, 38.5), shapely.box(26.5, 38.0, 26.6, 38.5)
    side = nearer_to(west, east)
    assert side.contains(shapely.Point(26.29, 38.25))
    assert not side.contains(shapely.Point(26.31, 38.25))


def test_a_strip_ends_at_its_frame_and_before_the_facing_coast():
    land = {"GRC": shapely.box(26.0, 38.0, 26.1, 38.5), "TUR": shapely.box(26.3, 38.0, 26.4, 38.5)}
    frame = "25 38 27 38 27 38.5 25 38.5"
    area = strip(Stretch("arrival", "x", "X", "GRC", 12, frame, frame, "TUR"), land)
    assert area.bounds == pytest.approx((25.746, 38.0, 26.2, 38.5), abs=2e-3)


def test_only_the_shore_of_a_country_counts_and_its_name_is_found():
    square = [[0, 0], [10, 0], [0, 10], [-10, 0], [0, -10]]
    names = sorted({name for coast in COASTS for name in coast.areas})
    geometries = [
        {"type": "Polygon", "arcs": [[0]], "properties": {"name": name}} for name in names
    ]
    world = {
        "transform": {"scale": [1.0, 1.0], "translate": [10.0, 38.0]},
        "arcs": [square],
        "objects": {"countries": {"geometries": geometries}},
    }
    shore = coastal_land(json.loads(json.dumps(world)))["ITA"]
    assert shore.contains(shapely.Point(12.26, 41.74))  # the coast at Ostia, 1 km behind it
    assert not shore.intersects(shapely.Point(14.0, 42.0))  # the Apennines


@pytest.mark.parametrize("stretch", STRETCHES, ids=lambda stretch: stretch.id)
def test_frames_of_stretches_are_simple_polygons(stretch):
    for corners in filter(None, (stretch.coast, stretch.sea)):
        assert shapely.Polygon(points(corners)).is_valid
