"""Which ships could have let a boat go: ranked by what they did, and never by their flag."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import scene
from alerts.mothership import Landing, suspects
from alerts.pauses import TRACK, pauses
from geofence.reach import reach
from tests.plugins import asked

AT_US = int(dt.datetime(2026, 5, 1, 7, 20, tzinfo=dt.UTC).timestamp() * 1e6)
LANDING = Landing(12.60, 35.49, AT_US, 4.0, 20.0, 12.0)
NOWHERE = np.zeros((0, 2))


@cache
def ways():
    return reach(LANDING.lon, LANDING.lat, LANDING.limit_nm)


def tracks(*ships) -> np.ndarray:
    """TRACK of (mmsi, rows of ``asked.track``)."""
    parts = []
    for mmsi, rows in ships:
        part = np.zeros(len(rows), TRACK)
        part["mmsi"] = mmsi
        part["time"] = (asked.BEGIN.timestamp() * 1e6 + rows[:, 0] * 60e6).astype(np.int64)
        part["lon"], part["lat"], part["sog"], part["cog"] = rows[:, 1:].T
        parts.append(part)
    return np.sort(np.concatenate(parts), order=("mmsi", "time"))


def ranked(*ships, roles=None, harbours=NOWHERE):
    return suspects(LANDING, ways(), tracks(*ships), roles or {}, harbours)


def stopping(minutes: float = 50, back: bool = True):
    start = asked.fleet()[asked.MOTHER][0, 1:3]
    away = 180.0 if back else 0.0
    return asked.track(*start, [(0.0, 8.0, 240), (0.0, 0.3, minutes), (away, 9.0, 180)])


PASSING = asked.track(11.6, 34.9, [(90.0, 12.0, 600)])


def test_a_ship_that_stopped_and_turned_back_comes_before_one_that_passed():
    found = ranked((2, PASSING), (1, stopping()))
    assert [one.mmsi for one in found] == [1, 2]
    assert found[0].pause.kind == "stop"
    assert found[1].pause is None


def test_turning_back_counts_more_than_going_on():
    [back], [on] = ranked((1, stopping())), ranked((1, stopping(back=False)))
    assert back.score > on.score


@pytest.mark.parametrize("role", [scene.PASSENGER, scene.SAR, scene.MILITARY])
def test_ships_on_other_business_are_less_likely(role):
    [cargo], [other] = (ranked((1, stopping()), roles={1: one}) for one in (scene.CARGO, role))
    assert other.score < cargo.score


def test_a_stop_at_a_port_is_where_ships_lie():
    [free], [moored] = ranked((1, stopping())), ranked(
        (1, stopping()), harbours=np.array([asked.STOPPED_AT])
    )  # fmt: skip
    assert moored.score < free.score - 2


def test_silence_counts_where_others_were_heard():
    rows = asked.track(12.0, 35.05, [(90.0, 10.0, 480)])
    quiet = rows[(rows[:, 0] < 120) | (rows[:, 0] > 240)]
    others = [(k, asked.track(12.0, 35.02 + k / 100, [(90.0, 10.0, 480)])) for k in range(2, 6)]
    [alone] = ranked((1, quiet))
    [seen] = [one for one in ranked((1, quiet), *others) if one.mmsi == 1]
    assert seen.score > alone.score
    assert "nobody else was heard" in " ".join(one.words for one in alone.reasons)


def test_who_was_too_far_or_too_late_is_no_suspect():
    assert ranked((1, asked.track(22.0, 34.0, [(90.0, 10.0, 400)]))) == []
    late = asked.track(12.6, 35.0, [(0.0, 0.2, 120)], start_min=460)
    assert ranked((1, late)) == []


@given(st.permutations([1, 2, 3, 4]))
def test_the_order_of_numbers_says_nothing(order):
    ways_of = [stopping(), PASSING, stopping(back=False), asked.track(*asked.STOPPED_AT,
               [(90.0, 9.0, 300)])]  # fmt: skip
    scores = {one.mmsi: one.score for one in ranked(*zip(order, ways_of, strict=True))}
    usual = {one.mmsi: one.score for one in ranked(*enumerate(ways_of, 1))}
    assert [scores[number] for number in order] == [usual[k] for k in range(1, 5)]


@given(st.floats(0, 200), st.floats(0, 14), st.floats(1, 3), st.floats(0, 10))
def test_a_wider_range_of_speed_and_more_hours_lose_no_ship(nm, hours, more, longer):
    at = AT_US - round(hours * 3.6e9)
    slow, fast = LANDING.slowest_kn / more, LANDING.fastest_kn * more
    wide = replace(LANDING, slowest_kn=slow, fastest_kn=fast, most_h=LANDING.most_h + longer)
    assert wide.fits(nm, at) >= LANDING.fits(nm, at)


def test_every_point_has_its_words_and_none_names_a_flag():
    [one] = ranked((247_000_001, stopping()))
    assert one.score == pytest.approx(sum(reason.points for reason in one.reasons), abs=0.06)
    assert all(reason.words for reason in one.reasons)
    assert "flag" not in " ".join(reason.words for reason in one.reasons)


def test_pauses_are_stops_silences_and_turns_in_order():
    rows = asked.track(14.0, 35.0, [(0.0, 8.0, 90), (0.0, 0.2, 30), (180.0, 8.0, 90),
                                    (0.0, 8.0, 90)])  # fmt: skip
    rows = rows[(rows[:, 0] < 260) | (rows[:, 0] > 295)]
    found = pauses(tracks((1, rows)))
    assert [one.kind for one in found] == ["stop", "turn", "silence"]
    assert found[0].minutes == pytest.approx(27, abs=3)
    assert found[0].turned_deg == pytest.approx(180, abs=1)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_track_of_few_reports_has_no_pause(count):
    assert pauses(tracks((1, PASSING[:count]))) == []


@pytest.mark.parametrize("kind", ["silence", "stop"])
def test_the_boat_left_before_it_landed_where_a_pause_lasted_on(kind):
    """She was silent, or lay still for hours, until an hour after the landing."""
    landed_min = (AT_US - asked.BEGIN.timestamp() * 1e6) / 60e6
    still = asked.track(12.6, 35.2, [(0.0, 0.2, 300)], start_min=landed_min - 240)
    before = asked.track(12.6, 35.05, [(0.0, 9.0, 60)], start_min=landed_min - 300)
    after = asked.track(12.6, 35.2, [(180.0, 9.0, 120)], start_min=landed_min + 60)
    rows = [before, still, after] if kind == "stop" else [before, after]
    [found] = ranked((1, np.concatenate(rows)))
    assert found.pause.kind == kind
    assert found.pause.end_us > AT_US
    assert found.since_us < found.at_us < AT_US
    assert LANDING.slowest_kn <= found.needs_kn <= LANDING.fastest_kn * 1.1
