"""Ships that fall silent: where they are heard, where they are not, and when nobody listens."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from alerts.detectors.gap import Gap
from alerts.scene import ROW
from alerts.silences import knots
from tests.plugins.stories import Ship, Stream, Watch, anonymous, kinds

DARK = 247_000_001


def fleet(minutes=240, count=5, feed=0, message=1):
    """Ships that sail up and down near 12 E 38 N, so that the place is known to be heard."""
    ships = []
    for n in range(count):
        ship = Ship(247_000_100 + n, 12.0 + 0.02 * n, 38.05, feed=feed, message=message)
        for turn in range(minutes // 30):
            ship.sails(0 if turn % 2 == 0 else 180, 8, 30)
        ships.append(ship)
    return ships


def dark(minutes=120):
    """A ship that sails in the middle of them."""
    return Ship(DARK, 12.05, 38.1).sails(0, 6, 60).sails(180, 6, minutes - 60)


def told(*ships, until=0, detector=None, **options):
    return Watch({"gap": detector or Gap()}, **options).sees(Stream.of(*ships), until)


def test_silence_amid_ships_that_are_heard_is_a_gap():
    (event,) = told(*fleet(), dark(), until=240)
    assert (event.kind, event.mmsi, event.severity) == ("gap", DARK, "medium")
    assert event.evidence["others_heard_since"].value == 5
    assert event.evidence["silence"].threshold == 3600
    assert 3600 < event.evidence["silence"].value <= 3610
    assert (event.lon, event.lat) == pytest.approx((12.05, 38.1), abs=0.001)


def test_silence_of_exactly_the_threshold_is_no_gap():
    detector = Gap(floor_min=60)
    assert told(*fleet(180), dark(120), until=180, detector=detector) == []
    assert kinds(told(*fleet(180), dark(120), until=180.2, detector=detector)) == [("gap", "open")]


@pytest.mark.parametrize("hours, gaps", [(24, 0), (12, 0), (9, 1), (1, 1)])
def test_thresholds_of_others_give_their_gaps(hours, gaps):
    """Global Fishing Watch: reports at 0, 1, 2 and 12 h; the gap is the last ten hours."""
    ship = Ship(DARK, 12.05, 38.1).says()
    for silent in (60, 60, 600):
        ship.silent(silent).says()
    alone = {"reports_least": 1, "own_factor": 0, "cell_factor": 0, "frequent_share": 1}
    detector = Gap(floor_min=hours * 60, **alone)
    events = told(ship, *fleet(720), detector=detector)
    found = [e for e in events if e.mmsi == DARK and e.kind == "gap" and e.state == "open"]
    assert len(found) == gaps


def test_a_ship_that_is_heard_again_ends_its_gap_and_reappears():
    ship = dark().silent(90).is_at(12.05, 38.3).sails(0, 6, 10)
    gap, closed, back = told(*fleet(), ship)
    assert kinds([gap, closed, back]) == [
        ("gap", "open"),
        ("gap", "closed"),
        ("reappearance", "open"),
    ]
    assert closed.id == gap.id
    assert closed.reason == "heard again"
    assert back.evidence["duration"].value == 91 * 60
    assert back.evidence["distance"].value == pytest.approx(12.1, abs=0.2)
    assert back.evidence["implied_speed"].value == pytest.approx(8.0, abs=0.2)


def test_a_reappearance_is_closed_after_half_an_hour():
    ship = dark().silent(90).sails(0, 6, 40)
    assert kinds(told(*fleet(), ship))[-1] == ("reappearance", "closed")


def test_a_gap_at_the_end_of_the_data_was_told_and_stays_open():
    events = told(*fleet(480), dark(), until=480)
    assert kinds(events) == [("gap", "open")]


def test_listed_ships_are_missed_sooner():
    stream = Stream.of(*fleet(), dark())
    screening = Watch({"gap": Gap()})
    screening.screening.context._entries[DARK] = {"entry": (1, 1 << 60)}
    (event,) = screening.sees(stream, 150)
    assert event.severity == "high"
    assert event.evidence["silence"].threshold == 1200


def test_nothing_is_said_while_no_receiver_lives():
    assert told(*fleet(120), dark(120), until=600) == []


def test_a_receiver_that_comes_back_lets_silence_begin_anew():
    others = [ship.silent(120).sails(0, 8, 70) for ship in fleet(120)]
    events = told(*others, dark(120), until=310)
    assert [(e.kind, e.updated_us // 60_000_000 % 1440) for e in events] == [("gap", 301)]


def test_a_ship_that_sails_out_of_hearing_is_no_gap():
    leaver = Ship(DARK, 12.05, 38.1).sails(90, 14, 90)
    events = told(*fleet(), leaver, until=240)
    assert kinds(events) == [("coverage_loss", "open")]
    assert events[0].evidence["leaves_coverage"].value is True


def test_where_every_third_visit_ends_in_silence_hearing_ends():
    """Ships come from the south, one an hour, and a third of them are heard no more."""
    visitors = []
    for n in range(15):
        ship = Ship(247_000_400 + n, 12.05, 37.85, minute=60 * n).sails(0, 15, 60)
        visitors.append(ship if n % 3 == 0 else ship.sails(0, 15, 120))
    late = Ship(DARK, 12.05, 37.85, minute=900).sails(0, 15, 60)
    events = told(*fleet(1200), *visitors, late, until=1080)
    [event] = [one for one in events if one.mmsi == DARK]
    assert event.kind == "coverage_loss"
    assert event.evidence["visits_ended_so"].value >= 2


def test_who_is_often_silent_for_hours_does_nothing_unusual():
    ship = Ship(DARK, 12.05, 38.1)
    for _ in range(10):
        ship.sails(0, 6, 5).silent(100)
    events = told(*fleet(1320), ship.sails(180, 6, 5), until=1320, detector=Gap(longest_h=2.0))
    last = [event for event in events if event.mmsi == DARK][-1]
    assert (last.kind, last.state) == ("coverage_loss", "open")


def test_ships_that_fall_silent_together_are_lost_by_us():
    stay = [Ship(247_000_300 + n, 20.0, 36.0).stays(300) for n in range(3)]
    events = told(*stay, *fleet(120), dark(120), until=300)
    assert {event.kind for event in events} == {"coverage_loss"}


def test_class_b_ships_do_not_vouch_for_class_a():
    events = told(*fleet(message=18), dark(), until=240)
    assert kinds(e for e in events if e.mmsi == DARK) == [("coverage_loss", "open")]


def test_a_ship_that_lies_in_port_may_be_silent():
    berth = Ship(DARK, 15.64, 38.19).stays(120)
    others = [Ship(247_000_100 + n, 15.62, 38.18 + n / 100).stays(240) for n in range(5)]
    assert told(*others, berth, until=240) == []


def test_noise_of_few_reports_has_no_gap():
    noise = Ship(DARK, 12.05, 38.1).sails(0, 6, 9)
    assert told(*fleet(), noise, until=240) == []


def test_static_reports_show_that_a_ship_transmits():
    ship = dark()
    for _ in range(20):
        ship.silent(6).introduces()
    assert told(*fleet(), ship, until=240) == []


def test_base_stations_are_never_missed():
    station = Ship(2_470_001, 12.05, 38.1, message=4).stays(120)
    assert told(*fleet(), station, until=240) == []


def delayed(stream, mmsi, minute, by_minutes):
    """The same reports, those of a vessel after a minute received later than they were sent."""
    rows, heard = stream.positions, stream.receptions
    first = np.datetime64("2026-05-10T00:00:00", "us") + np.timedelta64(int(minute * 60e6), "us")
    late = (rows.mmsi == mmsi) & (rows.time > first)
    at = np.isin(heard.spool, rows.spool[late])
    by = np.timedelta64(by_minutes, "m")
    rows.received[late] += by
    heard.received[at] += by
    order = np.argsort(rows.received, kind="stable")
    spool = np.sort(rows.spool)
    rows = replace(rows.take(order), spool=spool)
    order = np.argsort(heard.received, kind="stable")
    return replace(stream, positions=rows, receptions=replace(heard.take(order), spool=spool))


def test_a_report_that_came_late_retracts_the_gap():
    stream = delayed(Stream.of(*fleet(240), dark(180)), DARK, 120, by_minutes=100)
    events = Watch({"gap": Gap()}).sees(stream, 240)
    assert kinds(events) == [("gap", "open"), ("gap", "retracted")]
    assert events[1].reason == "a report that came late shows that it was not silent"


def batched(stream, mmsi, first, last, arrived):
    """The same reports, those of a vessel between two minutes all received at a later one."""
    rows = stream.positions
    start = np.datetime64("2026-05-10T00:00:00", "us")
    minutes = (rows.time - start) / np.timedelta64(1, "m")
    late = (rows.mmsi == mmsi) & (minutes > first) & (minutes < last)
    rows.received[late] = start + np.timedelta64(arrived, "m")
    stream.receptions.received[np.isin(stream.receptions.spool, rows.spool[late])] = rows.received[
        late
    ][0]
    return delayed(stream, 0, 0, 0)


@pytest.mark.parametrize("reports, back", [(26, True), (1, False)])
def test_late_reports_that_leave_no_long_hole_between_them_retract_a_gap_together(reports, back):
    ship = dark()
    for _ in range(reports):
        ship.silent(270 / (reports + 1)).says()
    ship.silent(270 / (reports + 1)).sails(0, 6, 20)
    stream = batched(Stream.of(*fleet(480), ship), DARK, 120.5, 389, 400)
    events = Watch({"gap": Gap()}).sees(stream, 480)
    assert kinds(events)[:3] == [("gap", "open"), ("gap", "closed"), ("reappearance", "open")]
    assert (("gap", "retracted") in kinds(events)) is back
    assert (("reappearance", "retracted") in kinds(events)) is back


def test_other_cuts_tell_the_same():
    ship = dark().silent(90).sails(0, 6, 40)
    stream = Stream.of(*fleet(180), ship)
    whole = Watch({"gap": Gap()}).sees(stream, 300)
    assert whole
    assert Watch({"gap": Gap()}).sees(stream, 300, piece=1) == whole


def test_a_watch_that_was_stopped_goes_on_as_if_it_had_not_been():
    stream = Stream.of(*fleet(), dark().silent(90).sails(0, 6, 40))
    whole = Watch({"gap": Gap()}).sees(stream, 260)
    first, rest = stream.cut(900)
    one = Watch({"gap": Gap()})
    told = one.sees(first)
    other = Watch({"gap": Gap()})
    other.screening.thaw(one.screening.freeze())
    other.segmenter.thaw(one.segmenter.freeze())
    other.now = one.now
    told += other.sees(rest, 260)
    assert [anonymous(e) for e in told] == [anonymous(e) for e in whole]


def test_after_an_outage_of_half_a_day_a_ship_that_is_gone_may_have_left():
    others = [ship.silent(720).sails(0, 8, 130) for ship in fleet(120)]
    events = told(*others, dark(120), until=960)
    assert {event.kind for event in events} <= {"coverage_loss"}


def test_who_lay_at_anchor_among_others_is_not_missed():
    roads = [Ship(247_300_000 + n, 12.05 + 0.01 * n, 38.1).stays(240) for n in range(5)]
    still = Ship(DARK, 12.045, 38.105).stays(120)
    assert told(*fleet(240), *roads, still, until=240) == []


def test_a_ship_without_a_speed_that_sails_near_a_port_does_not_lie_in_it():
    row = np.zeros(1, ROW)[0]
    row["sog"], row["time"], row["p_time"] = np.nan, 3_600_000_000, 0
    row["lon"], row["lat"], row["p_lon"], row["p_lat"] = 12.0, 38.1, 12.0, 38.0
    assert knots(row) == pytest.approx(6.0, abs=0.05)
    row["time"] = 8 * 3_600_000_000
    assert np.isnan(knots(row))
