"""The zones bench measures what it says."""

import numpy as np
import shapely

from bench import zones


def test_the_polygons_are_those_of_the_design():
    shapes = [zone.geometry for zone in zones.polygons().zones]
    assert len(shapes) == 60
    assert 36_000 <= shapely.get_num_coordinates(shapes).sum() <= 40_000


def test_the_prepared_way_finds_what_a_plain_loop_finds():
    shapes = np.array([shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3)], object)
    found = zones._prepared(shapes, np.array([0.5, 1.5, 9.0]), np.array([0.5, 1.5, 9.0]))
    assert zones._sorted(found).tolist() == [[0, 0], [1, 0], [1, 1]]


def test_vessels_report_in_turn_and_no_one_twice_at_a_time():
    first, slot = zones.traffic(0, 0.1)
    second, _ = zones.traffic(1, 0.1)
    times = np.concatenate([first.time[slot == 0], second.time[slot == 0]])
    assert (np.diff(times.astype(np.int64)) >= 10_000_000).all()
    assert first.segment.min() == 1
