"""What passages alone cannot tell: few ships or many, who comes to rest, where hearing ends."""

from __future__ import annotations

import numpy as np
import pytest

from alerts.traffic.grid import cell_of, speed_of
from alerts.traffic.marks import marks_of, ships_of, together
from alerts.traffic.model import TrafficModel
from alerts.traffic.passages import SAILED
from alerts.traffic.usual import NOWHERE, Usual

MINUTE, HOUR = 60_000_000, 3_600_000_000
DAY = 24 * HOUR
LON, LAT = 15.01, 35.01


def track(mmsi=1, begin=2 * HOUR, knots=12.0, lon=LON, reports=40, step=5 * MINUTE, kind=1):
    """A ship eastwards from ``lon``; at 0 knots she stays."""
    out = np.zeros(reports, SAILED)
    out["mmsi"], out["kind"], out["sog"], out["cog"] = mmsi, kind, knots, 90
    out["time"] = begin + np.arange(reports) * step
    out["lon"], out["lat"] = lon + np.arange(reports) * knots * step / HOUR / 49, LAT
    return out


def at(marks, lon=LON):
    [one] = marks[marks["cell"] == cell_of(lon, LAT)]
    return one


@pytest.mark.parametrize("ships", [1, 5, 50])
def test_different_ships_are_counted_and_the_same_one_again_is_not(ships):
    rows = np.concatenate([track(mmsi=247_000_000 + k) for k in range(ships)])
    once = marks_of(rows, 0, DAY)
    again = marks_of(rows, DAY, 2 * DAY)
    [first, both] = (ships_of(at(one)["ships"][None])[0] for one in (once, together(once, again)))
    assert first == both == pytest.approx(ships, rel=0.35)


def test_a_ship_that_comes_to_rest_is_counted_once_where_she_lies():
    marks = marks_of(np.concatenate([track(), track(mmsi=2, knots=0.1)]), 0, DAY)
    assert at(marks)["rests"] == 1
    assert marks["rests"].sum() == 1


def test_a_yacht_at_rest_makes_nobody_slow():
    assert not marks_of(track(knots=0.1, kind=6), 0, DAY)["rests"].any()


def test_a_track_ends_where_a_ship_under_way_is_heard_no_more():
    marks = marks_of(track(), 0, DAY)
    assert at(marks)["ends"] == 1
    assert at(marks, track()["lon"][-1])["ends"] == 1
    assert marks["ends"].sum() == 2


def test_the_ends_of_what_was_learned_from_are_no_ends_of_hearing():
    assert not marks_of(track(begin=10 * MINUTE), 0, track()["time"][-1] - HOUR)["ends"].any()


def taught(*days, **how):
    """What days of 600 ships through a degree of a lane teach."""
    model = TrafficModel()
    for number, ships in enumerate(days):
        begin = number * DAY
        rows = [track(247_000_000 + k, begin + 30 * MINUTE, lon=LON - 1, reports=280, **how)
                for k in ships]  # fmt: skip
        model = model.taught([np.concatenate(rows)], begin, begin + DAY)
    return model


def known(model):
    return Usual.of(model).where[cell_of(LON, LAT)] != NOWHERE


def test_many_passages_of_few_ships_say_what_these_do_and_not_what_is_usual():
    assert known(taught(range(600)))
    assert not known(taught(*[range(20)] * 30))


def test_where_half_of_the_ships_are_lost_nothing_is_called_rare():
    model = taught(range(600))
    assert known(model)
    model.marks["ends"][model.marks["cell"] == cell_of(LON, LAT)] = 300 * 64
    assert not known(model)


def test_a_ship_that_comes_to_rest_where_others_do_is_not_slow():
    lane = taught(range(600))
    usual = [Usual.of(lane)]
    lying = np.concatenate([track(248_000_000 + k, DAY, 0.0) for k in range(60)])
    usual.append(Usual.of(lane.taught([lying], DAY, 2 * DAY)))
    before, after = (
        int(one.speed[one.where[cell_of(LON, LAT)], 1, speed_of(1.5)]) for one in usual
    )
    assert before >= 27
    assert after < 10


def test_marks_come_through_bytes_and_fade():
    model = taught(range(50))
    again = TrafficModel.from_bytes(model.to_bytes())
    assert (again.marks == model.marks).all()
    assert again.to_bytes() == model.to_bytes()
    later = model.taught([track(9, 91 * DAY)], 90 * DAY, 92 * DAY)
    [old, new] = (one.marks["ends"].sum() for one in (model, later))
    assert new == pytest.approx(old / 2 + 2 * 64, rel=0.05)
