"""A ship through a cell is one passage, however often she reports."""

from __future__ import annotations

import math

import numpy as np
import pytest

from alerts.traffic.grid import cell_of, middle_of, parts_of, sector_of
from alerts.traffic.passages import SAILED, passages_of

MINUTE = 60_000_000


def rows(*reports: tuple[float, float, float, float, float], mmsi: int = 1) -> np.ndarray:
    """Reports of one cargo ship: minute, lon, lat, knots, course."""
    out = np.zeros(len(reports), SAILED)
    out["mmsi"], out["kind"] = mmsi, 1
    for row, (minute, lon, lat, sog, cog) in zip(out, reports, strict=True):
        row["time"], row["lon"], row["lat"] = minute * MINUTE, lon, lat
        row["sog"], row["cog"] = sog, cog
    return out


def test_many_reports_in_one_cell_are_one_passage_with_their_mean():
    [one] = passages_of(rows((0, 15.01, 35.01, 12, 350), (1, 15.02, 35.01, 14, 10)))
    assert one["cell"] == cell_of(15.02, 35.02)
    assert (one["sector"], one["speed"]) == (sector_of(0.0), 6)


def test_each_cell_on_the_way_is_a_passage():
    way = rows(*((k, 15.01 + 0.02 * k, 35.01, 12, 90) for k in range(10)))
    assert len(passages_of(way)) == 4


def test_to_and_fro_within_a_cell_is_a_ship_without_a_course():
    assert not len(passages_of(rows(*((k, 15.01, 35.01, 3, 180 * (k % 2)) for k in range(10)))))


@pytest.mark.parametrize("hours, passages", [(5, 1), (7, 2)])
def test_the_same_way_again_within_six_hours_is_no_further_passage(hours, passages):
    way = rows((0, 15.01, 35.01, 12, 90), (10, 15.06, 35.01, 12, 90))
    again = way.copy()
    again["time"] += hours * 60 * MINUTE
    found = passages_of(np.concatenate([way, again]))
    assert (found["cell"] == cell_of(15.01, 35.01)).sum() == passages


def test_two_ships_are_two_passages():
    both = [rows((0, 15.01, 35.01, 12, 90), mmsi=mmsi) for mmsi in (1, 2)]
    assert len(passages_of(np.concatenate(both))) == 2


@pytest.mark.parametrize(
    "sog, cog, lon", [(0.3, 90, 15.0), (math.nan, 90, 15.0), (12, math.nan, 15.0), (12, 90, -20.0)]
)
def test_ships_at_rest_without_a_course_or_far_away_are_left_out(sog, cog, lon):
    assert not len(passages_of(rows((0, lon, 35.01, sog, cog))))


def test_the_middle_of_a_cell_lies_in_it():
    assert cell_of(*middle_of(12_345)) == 12_345
    assert parts_of(np.array([12_345 << 11], np.uint32))[0].tolist() == [12_345]
