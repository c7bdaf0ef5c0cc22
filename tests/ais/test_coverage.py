"""What receivers hear: counts, silences, who lives, and the same answers from any cut."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais.batches import Receptions
from ais.coverage import Coverage, CoverageSettings
from ais.coverage_rows import NEVER
from ais.reporting import expected_interval_s

START_US = 1_778_371_200_000_000
PLACE = (12.1, 38.1)
MINUTE_US = 60_000_000


def heard(minutes, mmsi=247_000_001, place=PLACE, **values):
    """Receptions of one ship at these minutes."""
    rows = np.atleast_1d(np.asarray(minutes, float))
    n = len(rows)
    columns = {
        "mmsi": mmsi, "received": (START_US + rows * MINUTE_US).astype("i8"), "feed": 0,
        "station": 0, "spool": np.arange(1, n + 1), "message": 1, "duplicate": False,
        "lon_deg": place[0], "lat_deg": place[1],
    } | values  # fmt: skip
    return Receptions(
        **{
            name: np.broadcast_to(np.asarray(columns[name]), n).astype(dtype)
            if name != "received"
            else columns[name].view("M8[us]")
            for name, dtype in Receptions.dtypes().items()
        }
    )


def merged(*batches):
    every = Receptions.join(list(batches))
    return every.take(np.argsort(every.received, kind="stable"))


def at(minute):
    return START_US + round(minute) * MINUTE_US


def kept(*batches, until=0.0, step=1.0):
    """A coverage that heard the batches, with a tick each ``step`` minutes."""
    coverage, every = Coverage(), merged(*batches)
    received = every.received.view("i8")
    now = START_US
    end = max(at(until), int(received.max(initial=0)))
    while now <= end:
        following = now + round(step * MINUTE_US)
        coverage.tick(now)
        coverage.step(every.take((received >= now) & (received < following)))
        now = following
    coverage.tick(end // 10_000_000 * 10_000_000)
    return coverage


def test_a_watch_counts_once_in_ten_minutes():
    coverage = kept(heard(np.arange(0, 60, 0.5)))
    assert coverage.watches(PLACE, 0) == 6
    assert coverage.watches(PLACE, 1) == 0
    assert coverage.watches((14.0, 38.0), 0) == 0


def test_gaps_give_the_99th_percentile():
    assert kept(heard(np.arange(0, 60, 0.5))).p99_s(PLACE, 0) == 60
    assert np.isnan(kept(heard([0, 1])).p99_s(PLACE, 0))


def test_a_ship_that_never_comes_back_counts_as_silence():
    gone = [heard(np.arange(n, n + 10), mmsi=247_000_100 + n) for n in range(20)]
    coverage = kept(*gone, heard(np.arange(0, 200)))
    found = coverage.silence(247_000_001, PLACE, 0, 3600 * 1_000_000)
    assert found.longer == pytest.approx(20, abs=0.2)
    assert found.share == pytest.approx(21 / (found.watches + 1), abs=0.01)


def test_its_own_silence_is_left_out():
    ships = [heard(np.arange(0, 300), mmsi=247_000_100 + n) for n in range(5)]
    coverage = kept(*ships, heard(np.arange(0, 100)))
    found = coverage.silence(247_000_001, PLACE, 0, 3600 * 1_000_000)
    assert found.longer == 0
    assert found.one_of == round(found.watches) + 1


def test_visits_that_end_in_silence_are_counted_and_those_that_go_on_are_not():
    """Ten ships come for ten minutes each: four are heard no more, six go on beside it."""
    on = (PLACE[0] + 0.3, PLACE[1])
    gone = [heard(np.arange(n, n + 10), mmsi=247_000_100 + n) for n in range(4)]
    passing = [heard(np.arange(n, n + 10), mmsi=247_000_200 + n) for n in range(6)]
    there = [heard(np.arange(n + 10, 200), mmsi=247_000_200 + n, place=on) for n in range(6)]
    coverage = kept(*gone, *passing, *there)
    ended, visits = coverage.endings(247_000_001, PLACE, 0, 3600 * 1_000_000)
    assert ended == pytest.approx(4, abs=0.1)
    assert visits == pytest.approx(10, abs=0.2)


def test_a_visit_of_its_own_that_just_ended_is_left_out():
    coverage = kept(heard(np.arange(10)), heard(np.arange(200), mmsi=247_000_002))
    assert coverage.endings(247_000_001, PLACE, 0, 3600 * 1_000_000)[0] == 0


def test_a_receiver_that_goes_down_changes_what_says_which_outages_there_are():
    rows = heard(np.arange(0, 60, 0.25))
    lives, down = (kept(rows, until=end).standing(1800.0).tolist() for end in (60, 200))
    assert lives != down


def test_nothing_is_known_of_a_place_where_nobody_was():
    found = kept(heard([0])).silence(1, (20.0, 35.0), 0, 3600 * 1_000_000)
    assert (found.share, found.one_of) == (1.0, 1)


def test_classes_and_receivers_are_apart():
    coverage = kept(
        heard(np.arange(60), station=1),
        heard(np.arange(60), mmsi=247_000_002, message=18, station=2, place=(12.4, 38.1)),
    )
    assert coverage.watches(PLACE, 1) == 0
    assert [one.station for one in coverage.receivers()] == [1, 2]
    assert [one.station for one in coverage.heard_by(247_000_001)] == [1]


def test_duplicates_count_for_their_receiver_alone():
    one = heard(np.arange(30), station=1)
    same = heard(np.arange(30) + 0.01, station=2, duplicate=True)
    cells = kept(one, same).cells()
    assert cells["receivers"].tolist() == [2]
    assert cells["watches"].tolist() == [3]


def test_a_receiver_is_down_after_more_than_is_usual_for_it():
    busy = [heard(np.arange(0, 60, 0.1), mmsi=247_000_100 + n, station=1) for n in range(3)]
    other = heard(np.arange(0, 90, 0.1), station=2)
    coverage = kept(*busy, other)
    assert [(one.station, one.down) for one in coverage.receivers()] == [(1, True), (2, False)]


def test_silence_while_its_receiver_is_down_teaches_nothing():
    ships = [heard(np.arange(0, 60, 0.5), mmsi=247_000_100 + n) for n in range(5)]
    again = [heard(np.arange(200, 300, 0.5), mmsi=247_000_100 + n) for n in range(5)]
    coverage = kept(*ships, *again)
    assert coverage.silence(1, PLACE, 0, 3600 * 1_000_000).longer == 0
    assert coverage.receivers()[0].up_since_us == at(200)


def test_a_hole_amid_heard_cells_is_heard_and_a_cell_off_the_edge_is_not():
    ring = [(x, y) for x in (12.1, 12.35, 12.6) for y in (38.1, 38.35, 38.6)]
    ring.remove((12.35, 38.35))
    ships = [heard(np.arange(0, 60), 247_000_001 + n, place) for n, place in enumerate(ring)]
    coverage = kept(*ships)
    assert coverage.is_heard((12.35, 38.35), 0)
    assert not coverage.is_heard((12.85, 38.35), 0)


def test_what_is_old_fades():
    coverage = kept(heard(np.arange(60)))
    before = coverage.watches(PLACE, 0)
    coverage.tick(at(60 + 14 * 1440))
    assert before == 6
    (cell,) = coverage.cells()
    assert cell["watches"] == pytest.approx(3, abs=0.02)


def test_the_map_says_how_much_is_heard():
    (cell,) = kept(heard(np.arange(0, 600, 0.5))).cells()
    assert (cell["lon"], cell["lat"]) == (12.125, 38.125)
    assert cell["heard_per_h"] == pytest.approx(120, rel=0.03)


def test_stations_never_heard_and_bad_places_do_no_harm():
    coverage = kept(
        heard([0, 1], place=(np.nan, np.nan)), heard([0], mmsi=0), heard([0], message=4)
    )
    assert len(coverage.cells()) == 0
    assert coverage.last_heard_us(1) == NEVER
    assert coverage.last_heard_us(247_000_001) == at(1)


def test_many_ships_and_cells_make_the_tables_grow():
    rng = np.random.default_rng(3)
    places = rng.uniform(0, 40, (5000, 2))
    ships = np.arange(5000) + 247_000_000
    batch = heard(np.zeros(5000), ships, (places[:, 0], places[:, 1]))
    coverage = Coverage(CoverageSettings(cell_deg=0.5))
    coverage.step(batch)
    assert coverage.cells()["watches"].sum() == 5000
    assert all(coverage.last_heard_us(int(mmsi)) == START_US for mmsi in ships[::500])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 399), max_size=6), st.integers(0, 2**31))
def test_cuts_and_stops_change_nothing(cuts, seed):
    rng = np.random.default_rng(seed)
    batch = heard(
        np.sort(rng.uniform(0, 120, 400)),
        rng.integers(247_000_000, 247_000_010, 400),
        (rng.uniform(12, 13, 400), rng.uniform(38, 39, 400)),
        station=rng.integers(0, 3, 400),
    )
    whole, parts = Coverage(), Coverage()
    whole.step(batch)
    for first, last in zip([0, *sorted(cuts)], [*sorted(cuts), 400], strict=True):
        parts.step(batch.take(slice(first, last)))
        other = Coverage()
        other.thaw(parts.freeze())
        parts = other
    for one in (whole, parts):
        one.tick(at(130))
    assert (whole.cells() == parts.cells()).all()
    assert whole.receivers() == parts.receivers()


@pytest.mark.parametrize(
    "message, sog, status, seconds",
    [(1, 0.1, 1, 180), (1, 4, 5, 10), (3, 12, 0, 10), (1, 20, 0, 6), (1, 25, 0, 2),
     (18, 1, 255, 180), (18, 20, 255, 30), (27, 12, 0, 180), (1, np.nan, 1, 180)],
)  # fmt: skip
def test_reporting_intervals_are_those_of_the_standard(message, sog, status, seconds):
    assert expected_interval_s(message, sog, status) == seconds


def test_class_b_without_carrier_sense_reports_faster():
    assert [expected_interval_s(18, kn, 255, 0) for kn in (1, 10, 20, 24)] == [180, 30, 15, 5]
