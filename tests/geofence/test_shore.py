"""Distance to the shore: known places, the coast itself, and the raster's cache."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geofence import shore
from geofence.land import load_land
from geofence.shore import Shore, distance_to_shore_nm, load_shore, make_raster

BOX = (12.0, 38.0, 18.0, 42.0)


def small() -> tuple[shapely.MultiPolygon, Shore]:
    """Italy's south, cut to a small box, and its shore."""
    land = shapely.MultiPolygon(
        [p for p in shapely.get_parts(shapely.clip_by_rect(load_land().union, *BOX)) if p.area]
    )
    coast = shore._coast(land)
    return land, Shore(BOX, make_raster(BOX, coast), coast)


@pytest.fixture(scope="module")
def italy() -> tuple[shapely.MultiPolygon, Shore]:
    """A small shore, made without the cache."""
    return small()


def true_nm(land: shapely.Geometry, lon: float, lat: float) -> float:
    """The distance to the coast that is no frame, on a plane made true to scale at the point."""
    edges = shore._shore_edges(land, BOX).reshape(-1, 2, 2)
    scale = np.cos(np.radians(lat))
    lines = shapely.linestrings((edges - (lon, lat)) * (scale, 1.0))
    sign = -1.0 if shapely.contains_xy(land, lon, lat) else 1.0
    return sign * 60.04 * float(shapely.distance(shapely.Point(0, 0), lines).min())


def test_a_thousand_places_are_as_far_as_the_coast_says(italy):
    land, near = italy
    rng = np.random.default_rng(4)
    lon, lat = rng.uniform(12.2, 17.8, 400), rng.uniform(38.2, 41.8, 400)
    true = np.array([true_nm(land, x, y) for x, y in zip(lon, lat, strict=True)])
    close = np.abs(true) < 60
    off = np.abs(near.distance_nm(lon, lat) - true)[close]
    assert np.median(off) < 0.02
    assert np.percentile(off, 99) < 0.3


def test_close_to_the_coast_the_distance_is_the_coast_s_own(italy):
    land, near = italy
    corners = shapely.get_coordinates(land)
    corners = corners[(np.abs(corners - (15, 40)) < (2.8, 1.8)).all(axis=1)][::20]
    lon, lat = corners[:, 0] + 0.004, corners[:, 1] - 0.003
    true = [true_nm(land, x, y) for x, y in zip(lon, lat, strict=True)]
    assert near.distance_nm(lon, lat) == pytest.approx(true, abs=0.005)


def test_inland_is_negative_and_the_frame_is_no_shore(italy):
    _, near = italy
    inland, frame = near.distance_nm([16.0, 13.4], [40.6, 41.99])
    assert inland < -10
    assert frame < -20


def test_what_is_not_known_is_nan(italy):
    _, near = italy
    away = near.distance_nm([11.99, 15.0, np.nan, np.inf, 15.0], [40.0, 42.01, 40.0, 40.0, np.nan])
    assert np.isnan(away).all()


def test_the_raster_is_made_once_and_read_from_the_cache_after(monkeypatch, tmp_path, italy):
    made = []

    def make(*_: object) -> np.ndarray:
        made.append(1)
        return italy[1].metres

    monkeypatch.setattr(shore, "make_raster", make)
    monkeypatch.setattr(shore.platformdirs, "user_cache_path", lambda _: tmp_path)
    first, second = load_shore.__wrapped__(), load_shore.__wrapped__()
    assert len(made) == 1
    assert np.array_equal(first.metres, second.metres)
    assert not list(tmp_path.rglob("*.part"))


def test_a_broken_cache_is_made_anew(monkeypatch, tmp_path, italy):
    monkeypatch.setattr(shore, "make_raster", lambda *_: italy[1].metres)
    monkeypatch.setattr(shore.platformdirs, "user_cache_path", lambda _: tmp_path)
    load_shore.__wrapped__()
    next(tmp_path.rglob("*.npy")).write_bytes(b"\x93NUMPY broken")
    assert load_shore.__wrapped__().metres.shape == italy[1].metres.shape


@pytest.mark.slow
def test_known_places_of_the_mediterranean():
    away = distance_to_shore_nm([18.0, 12.48, 14.25], [35.0, 41.90, 40.70])
    assert away == pytest.approx([172.0, -13.0, 6.0], abs=0.3)
