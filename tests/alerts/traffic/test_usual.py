"""What is rare where: p against figures that can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from alerts.traffic.grid import cell_of, cells_of, keys_of, sector_of
from alerts.traffic.model import GRAIN, TrafficModel
from alerts.traffic.passages import SAILED, passages_of
from alerts.traffic.usual import LEAST_PASSAGES, NOWHERE, Usual
from tests.plugins.traffic import LANE, lane_model, lane_usual

MID_LON = (LANE[0] + LANE[2]) / 2
RARE_DB = 30


def decibels(usual: Usual, lon: float, lat: float, course: float, kind: int = 1) -> int:
    """How rare a course is at a place, 0 where nothing is known."""
    at = usual.where[cell_of(lon, lat)]
    return 0 if at == NOWHERE else int(usual.way[at, kind, sector_of(course)])


def test_along_the_lane_is_usual_and_across_it_is_not():
    assert decibels(lane_usual(), MID_LON, LANE[1], 90) == 1
    assert decibels(lane_usual(), MID_LON, LANE[1], 0) >= RARE_DB
    assert decibels(lane_usual(), MID_LON, LANE[1], 270) >= RARE_DB


@pytest.mark.parametrize("turn, rare", [(0, False), (20, False), (40, True), (-40, True)])
def test_a_course_a_little_beside_the_lane_is_usual(turn, rare):
    assert (decibels(lane_usual(), MID_LON, LANE[1], 90 + turn) >= RARE_DB) == rare


@pytest.mark.parametrize(
    "cells, said", [(0, "usual"), (1, "usual"), (2, "rare"), (3, "rare"), (4, "unknown")]
)
def test_beside_the_lane_it_is_rare_and_far_from_it_unknown(cells, said):
    found = decibels(lane_usual(), MID_LON, LANE[1] + 0.05 * cells, 90)
    assert ("unknown" if not found else "rare" if found >= RARE_DB else "usual") == said


@pytest.mark.parametrize("ships, known", [(LEAST_PASSAGES - 4, False), (LEAST_PASSAGES, True)])
def test_with_fewer_than_500_passages_nothing_is_known(ships, known):
    usual = Usual.of(lane_model(ships))
    assert (decibels(usual, MID_LON, LANE[1], 0) > 0) == known


def test_500_passages_without_any_like_it_are_just_enough_for_one_in_a_thousand():
    assert decibels(Usual.of(lane_model(500)), MID_LON, LANE[1], 0) == RARE_DB


def test_a_class_that_hardly_passes_is_held_against_all_ships():
    usual = lane_usual()
    at = usual.where[cell_of(MID_LON, LANE[1])]
    assert (usual.words(at, 1), usual.words(at, 2)) == ("cargo", "all ships")
    assert decibels(usual, MID_LON, LANE[1], 0, kind=2) >= RARE_DB


@pytest.mark.parametrize("knots, rare", [(13, False), (11, False), (4, True), (28, True)])
def test_a_speed_that_hardly_any_had_is_rare(knots, rare):
    usual = lane_usual()
    at = usual.where[cell_of(MID_LON, LANE[1])]
    assert (usual.speed[at, 1, int(knots / 2)] >= RARE_DB) == rare


def test_of_ships_like_those_of_the_past_no_more_than_p_are_told():
    """2,000 ships of a lane with strays among them teach, 4,000 more of the same are judged."""
    lot = np.random.default_rng(7)
    taught, judged = _ships(lot, 2000), _ships(lot, 4000)
    usual = Usual.of(TrafficModel().learned([passages_of(taught)], 0, 1))
    at = usual.where[cells_of(judged["lon"].copy(), judged["lat"].copy())]
    sectors = np.array([sector_of(course) for course in judged["cog"].tolist()])
    rare = (at != NOWHERE) & (usual.way[at, 1, sectors] >= 20)
    ships = len(np.unique(judged["mmsi"][rare]))
    # One in a hundred at each cell; a ship crosses seven squares of their own.
    assert 0 < rare.sum() / (at != NOWHERE).sum() < 0.02
    assert ships / 4000 < 0.05


def _ships(lot: np.random.Generator, count: int) -> np.ndarray:
    """Ships along a lane, each in its own track; one in fifty crosses it."""
    lon = np.arange(16.0, 17.0, 0.02)
    out = []
    for mmsi in range(count):
        rows = np.zeros(len(lon), SAILED)
        rows["mmsi"], rows["time"] = mmsi, np.arange(len(lon)) * 240_000_000
        rows["sog"], rows["kind"] = 13, 1
        if lot.random() < 0.02:
            rows["lon"], rows["lat"] = lot.uniform(16.2, 16.8), lon + 18.6
            rows["cog"] = 0
        else:
            rows["lon"], rows["lat"] = lon, 35.02 + lot.normal(0, 0.03)
            rows["cog"] = (90 + lot.normal(0, 4)) % 360
        out.append(rows)
    return np.concatenate(out)


def test_what_a_model_holds_is_where_it_was_put():
    key = keys_of(*map(np.array, ([cell_of(15.0, 35.0)], [1], [4], [6])))
    model = TrafficModel(key, np.array([700 * 7 * GRAIN], np.uint32))
    known = np.flatnonzero(Usual.of(model).where != NOWHERE)
    assert len(known) == 49
    assert cell_of(15.0, 35.0) in known
