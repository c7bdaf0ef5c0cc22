"""What is usual in the exercise's sea comes along, and is learned of that sea."""

from __future__ import annotations

import numpy as np

from alerts.traffic.usual import NOWHERE, Usual
from service.exercise.background import MERCHANT, carried, usual_traffic
from service.exercise.scenario import load_scenario


def test_the_sea_that_comes_along_can_be_dated():
    model = carried()
    later = carried(model.until_us + 5_000_000)
    assert later.until_us - model.until_us == later.since_us - model.since_us == 5_000_000
    assert (later.key == model.key).all()


def test_where_ships_of_the_scenario_sail_the_sea_that_comes_along_knows_their_ways():
    small = usual_traffic(load_scenario(), seeds=(77,), vessels=200, hours=2)
    usual, cells = Usual.of(carried()), np.unique(small.key >> 11)
    assert (usual.where[cells] != NOWHERE).mean() > 0.4
    assert {*np.unique(small.key >> 8 & 7).tolist()} <= {1, 2, 3, 4}
    assert len(MERCHANT) == 4


def test_every_ship_is_heard_under_way_and_no_track_ends_at_midnight():
    small = usual_traffic(load_scenario(), seeds=(77,), vessels=200, hours=2)
    assert small.passages > 1000
    assert small.marks["ends"].sum() / 64 < 0.2 * 200
