"""Other people's cases and verdicts (DETECTORS §5), and defects that a peer has on the same data.

Facts about gaps, sudden stops, clones and identities stand with those detectors' own stories.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from ais.batches import PositionBatch, Receptions, SafetyText, StaticBatch
from ais.decoder import Decoder
from ais.lines import FeedNames
from ais.recorded import feed_of, recorded_blocks
from alerts.detectors import DETECTORS
from alerts.detectors.drift import Drift
from alerts.detectors.encounter import Encounter
from alerts.detectors.loitering import Loitering
from alerts.meetings import Fix, MeetingSettings, meetings, merged
from tests.plugins.stories import START, Ship, Stream, Watch, us, watch

if TYPE_CHECKING:
    from pathlib import Path

DRIFT = "cases/drift_2014-09-28_538004030.nmea.gz"
SATURATED = "cases/saturated_speed_2014-10-05_219165000.nmea.gz"


def recorded(path: Path) -> Stream:
    """What a file of real NMEA says."""
    names = FeedNames()
    decoder = Decoder(names, source_time=frozenset([feed_of(path)]), future_limit_s=None)
    said = [decoder.decode(block) for block in recorded_blocks([path], names, block_lines=4096)]
    kinds = {"positions": PositionBatch, "statics": StaticBatch, "texts": SafetyText,
             "receptions": Receptions}  # fmt: skip
    return Stream(
        *(kind.join([getattr(one, name) for one in said]) for name, kind in kinds.items())
    )


@pytest.mark.data
def test_the_danes_drifting_ship_drifts_here_as_well(shared_data):
    events = Watch({"drift": Drift()}).sees(recorded(shared_data / DRIFT))
    assert events
    assert {event.mmsi for event in events} == {538_004_030}
    first = events[0]
    # Their event starts at 16:50:04; the run begins at 16:37:35, and 10 min and 500 m open it.
    assert us("2014-09-28T16:37:00") <= first.started_us <= us("2014-09-28T16:50:05")
    assert us("2014-09-28T16:47:00") <= first.updated_us <= us("2014-09-28T16:56:00")


@pytest.mark.data
def test_nobody_speaks_of_saturated_speeds_on_one_spot(shared_data):
    every = {name: one() for name, one in DETECTORS.items()}
    events = Watch(every).sees(recorded(shared_data / SATURATED))
    assert [event for event in events if event.lane != "infrastructure"] == []


@pytest.fixture(scope="session")
def series(shared_data) -> dict[str, Any]:
    return json.loads((shared_data / "cases/encounters.json").read_text())


def seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def fixes(rows: list[dict[str, Any]]) -> list[Fix]:
    return [Fix(row["id"], seconds(row["t"]), row["lon"], row["lat"]) for row in rows]


@pytest.mark.data
@pytest.mark.parametrize("name", ["simple_series_data", "dateline_series_data",
                                  "fastsep_series_data", "real_series_data"])  # fmt: skip
@pytest.mark.parametrize("backwards", [False, True])
def test_meetings_are_those_of_global_fishing_watch(series, name, backwards):
    rows = fixes(series["series"][name])
    found = meetings(rows[::-1] if backwards else rows)
    expected = [one for one in series["expected"][name] if isinstance(one, list)]
    assert len(found) == len(expected)
    for mine, (vessel, other, start, end, _, distance, _, speed) in zip(
        found, expected, strict=True
    ):
        assert (mine.vessel, mine.other) == (vessel, other)
        assert (mine.start_s, mine.end_s) == (seconds(start), seconds(end))
        assert mine.distance_km == pytest.approx(distance, rel=1e-5)
        assert mine.speed_kn == pytest.approx(speed, rel=1e-5)


@pytest.mark.data
def test_three_vessels_have_six_directed_meetings(series):
    found = meetings(fixes(series["series"]["multi_series_data"]))
    assert [(one.vessel, one.other) for one in found] == [
        ("1", "2"), ("1", "3"), ("2", "1"), ("2", "3"), ("3", "1"), ("3", "2"),
    ]  # fmt: skip
    spans = {
        (one.vessel, one.other): (
            f"{datetime.fromtimestamp(one.start_s, UTC):%H:%M}",
            f"{datetime.fromtimestamp(one.end_s, UTC):%H:%M}",
        )
        for one in found
    }
    assert spans["1", "2"] == spans["1", "3"] == ("15:40", "17:40")
    assert spans["2", "3"] == ("15:20", "17:50")
    assert sorted(round(one.distance_km, 4) for one in found) == [0, 0, *[0.1112] * 4]
    assert {one.speed_kn for one in found} == {0.0}


@pytest.mark.data
def test_both_directions_merge_into_one_meeting(series):
    (one,) = merged(meetings(fixes(series["series"]["real_series_data"])), merge_h=24)
    assert (one.start_s, one.end_s) == (
        seconds("2015-03-19T07:40Z"), seconds("2015-03-19T20:10Z"),
    )  # fmt: skip
    assert one.distance_km == pytest.approx(0.0295979, rel=1e-5)
    assert one.speed_kn == pytest.approx(0.1880938, rel=1e-5)


def test_a_longer_silence_than_the_limit_is_not_interpolated():
    rows = [Fix(name, at * 4260, 18.0, 36.0) for name in "ab" for at in range(5)]
    assert meetings(rows) == []
    assert len(meetings(rows, MeetingSettings(gap_s=4260))) == 2


def sailed(rows: list[dict[str, Any]]) -> list[Ship]:
    """The vessels of a series as ships here: same times of day, same places, speeds as sent."""
    ships = {}
    first = min(seconds(row["t"]) for row in rows)
    for row in rows:
        mmsi = int(row["id"]) if len(row["id"]) > 1 else 247_000_000 + int(row["id"])
        ship = ships.setdefault(mmsi, Ship(mmsi, 0, 0))
        ship.minute = (seconds(row["t"]) - first) / 60
        ship.is_at(row["lon"], row["lat"]).says(sog_kn=row["sog"])
    return list(ships.values())


@pytest.mark.data
@pytest.mark.parametrize("name, pairs", [
    ("simple_series_data", 1), ("dateline_series_data", 1), ("fastsep_series_data", 0),
    ("multi_series_data", 3), ("real_series_data", 1)])  # fmt: skip
def test_the_live_detector_finds_the_same_pairs(series, name, pairs):
    ships = sailed(series["series"][name])
    events = watch(Encounter(), *ships, until_minute=20 * 60)
    found = {event.mmsis for event in events}
    assert len(found) == pairs


def test_slow_slow_slow_fast_is_one_group_and_alternating_ones_are_two():
    one = Ship(247_000_001, 18, 36).sails(0, 1, 180).sails(0, 15, 60)
    two = Ship(247_000_001, 18, 36).sails(0, 1, 150).sails(0, 15, 60).sails(0, 1, 150)
    for ship, groups in ((one, 1), (two, 2)):
        assert [event.state for event in watch(Loitering(), ship)].count("open") == groups


def test_days_of_silence_are_no_loitering():
    ship = Ship(247_000_001, 18, 36).stays(60).silent(109 * 60).stays(60)
    assert watch(Loitering(), ship) == []


def test_an_exact_double_of_vessel_and_time_breaks_nothing():
    ship = Ship(247_000_001, 18, 36).introduces().stays(150)
    ship.rows = [row for row in ship.rows for _ in range(2)]
    every = {name: one() for name, one in DETECTORS.items()}
    events = Watch(every).sees(Stream.of(ship))
    assert [event.kind for event in events if event.state == "open"] == ["loitering"]


def test_three_hours_of_alternating_status_are_no_flood():
    """A peer made 5,051 events of two barges: here an episode is one event, its updates few."""
    ship = Ship(247_000_001, 18, 36).introduces().sails(90, 9, 60)
    for _ in range(110):
        ship.sails(90, 4, 1, nav_status=2).sails(90, 4, 1, nav_status=0)
    every = {name: one() for name, one in DETECTORS.items()}
    events = [e for e in Watch(every).sees(Stream.of(ship)) if e.kind == "not_under_command"]
    assert [event.state for event in events].count("open") <= 1
    assert len(events) < 30


def test_the_work_of_one_ship_grows_as_her_reports_do():
    """A peer's is quadratic: here a day of one ship is a table row, whatever its length."""
    hour, ship = (
        Ship(247_000_001, 18, 36).introduces().stays(minutes, every_s=30) for minutes in (60, 600)
    )
    parts = {"loitering": Loitering(), "drift": Drift(), "encounter": Encounter()}
    before, there = Watch(parts), Watch(parts)
    before.sees(Stream.of(hour))
    there.sees(Stream.of(ship))
    states = there.screening._states.values()
    short = before.screening._states.values()
    assert [len(state.table) for state in states] == [len(state.table) for state in short]
    assert sum(len(str(state.memory)) for state in states) < 1000
    assert int(START.astype("i8")) % 10_000_000 == 0
    assert np.isfinite(there.screening.world.fleet["lon"][0])
