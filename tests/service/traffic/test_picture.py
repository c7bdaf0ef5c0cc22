"""The usual traffic as the map shows it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from alerts.traffic.model import TrafficModel
from service.traffic.picture import CELL_DEG, FEWEST, picture_of
from tests.plugins.traffic import LANE, lane_model


def test_a_lane_is_a_row_of_cells_with_its_ships_and_the_axis_of_their_courses():
    cells = picture_of(lane_model(1200))
    lons = sorted(lon for lon, *_ in cells)
    assert lons[0] == pytest.approx(LANE[0] + 0.05, abs=0.06)
    assert [b - a for a, b in pairwise(lons)] == pytest.approx([CELL_DEG] * (len(lons) - 1))
    assert {(ships, axis) for _, _, ships, axis in cells} == {(1200, 90)}


def test_hardly_any_ship_is_no_traffic():
    assert picture_of(lane_model(int(FEWEST) - 4)) == []
    assert picture_of(TrafficModel()) == []


def test_fishing_vessels_keep_to_no_way():
    assert picture_of(lane_model(1200, kind=5)) == []
