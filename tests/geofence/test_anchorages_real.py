"""Queues at anchor in real tracks against reviewed anchorages (table: docs/zones-import.md)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from geofence.anchorages import AnchorageSettings, Fixes, learn_anchorages
from geofence.builtin import builtin_zones

pytestmark = pytest.mark.data
SOUTHERN_END = 30.376  # the reference ends in the middle of the Suez Canal
NEAR_DEG = 1 / 111  # a kilometre


def columns(vessel, time, lon, lat) -> Fixes:
    """Tracks without speeds: the way tells."""
    values = (vessel.to_numpy("i8"), time.to_numpy("M8[us]"), lon.to_numpy(), lat.to_numpy())
    return Fixes(*values, np.full(len(lon), np.nan))


@pytest.fixture
def suez(shared_data) -> Fixes:
    rows = pd.read_csv(shared_data / "tracks" / "port_said_suez_2021-03_256vessels.csv.gz",
                       encoding="utf-8-sig")  # fmt: skip
    time = pd.to_datetime(rows.ais_pos_timestamp, format="%d/%m/%Y %H:%M")
    return columns(rows.ID, time, rows.longitude, rows.latitude)


@pytest.fixture
def saronic(shared_data) -> Fixes:
    rows = pd.read_csv(shared_data / "tracks" / "saronic_2024-08_5vessels.csv.gz", sep=" ",
                       names=["id", "lon", "lat", "epoch"])  # fmt: skip
    return columns(rows.id, pd.to_datetime(rows.epoch, unit="s"), rows.lon, rows.lat)


def learned(fixes, **options):
    ports = builtin_zones().of_kind("port").zones
    zones = learn_anchorages(fixes, ports, AnchorageSettings(**options))
    return zones, shapely.union_all([zone.geometry for zone in zones])


def reviewed(shared_data, fixes):
    """Anchorages of the reference at which a vessel of these tracks lay still at all."""
    rows = pd.read_csv(shared_data / "reference" / "anchorages_mediterranean.csv")
    points = shapely.points(rows.longitude, rows.latitude)
    _, anywhere = learned(fixes, vessels=1, stay_h=0.5)
    return points, points[shapely.dwithin(points, anywhere, NEAR_DEG)]


@pytest.mark.parametrize("vessels, places, recall", [(3, 9, 0.64), (2, 15, 0.87)])
def test_the_queues_of_suez_are_found(shared_data, suez, vessels, places, recall):
    _, visible = reviewed(shared_data, suez)
    zones, area = learned(suez, vessels=vessels)
    assert (len(visible), len(zones)) == (182, places)
    assert shapely.dwithin(visible, area, NEAR_DEG).mean() == pytest.approx(recall, abs=0.01)


@pytest.mark.parametrize("vessels, right", [(3, 4), (2, 3)])
def test_hardly_anything_else_is_taken_for_an_anchorage(shared_data, suez, vessels, right):
    every, _ = reviewed(shared_data, suez)
    north = [z for z in learned(suez, vessels=vessels)[0] if z.geometry.bounds[3] > SOUTHERN_END]
    assert len(north) == 4
    near = [shapely.dwithin(every, zone.geometry, NEAR_DEG).any() for zone in north]
    assert sum(near) == right


def test_five_vessels_of_the_saronic_gulf_are_too_few_for_three(shared_data, saronic):
    _, visible = reviewed(shared_data, saronic)
    assert learned(saronic)[0] == []
    zones, area = learned(saronic, vessels=1)
    assert len(zones) == 4
    assert shapely.dwithin(visible, area, NEAR_DEG).all()
