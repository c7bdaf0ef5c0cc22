import numpy as np
import pyais
import pytest

from ais.encode import sentences
from service.exercise.messages import packed
from service.exercise.transponders import REPORT

SENT_MS = 1_800_000_000_000  # 2027-01-15 08:00:00 UTC


def report(kind, **values):
    made = np.zeros(1, REPORT)
    made["kind"], made["sent_ms"] = kind, SENT_MS
    made["lon"], made["lat"], made["port"] = 12.5, 38.25, -1
    for name, value in values.items():
        made[name] = value
    return made


def said(exercise, made):
    messages, place = packed(exercise.speakers, made, np.ones(1, bool))
    written = sentences(messages, place, channel=np.array([65], np.uint8))
    return pyais.decode(*written.data.tobytes().split()).asdict()


def test_a_position_report_says_what_was_measured(exercise):
    made = report(1, sog=12.34, cog=359.97, heading=np.nan, turn=-20, status=7)
    found = said(exercise, made)
    assert (found["speed"], found["course"], found["heading"]) == (12.3, 0.0, 511)
    assert (found["lon"], found["lat"], found["status"]) == (12.5, 38.25, 7)
    assert found["mmsi"] == exercise.company.fleet.mmsi[0]


def test_a_voyage_says_where_to_and_when(exercise):
    ports = list(exercise.scenario.ports)
    eta_ms = SENT_MS + 17 * 86_400_000 + 3 * 3_600_000 + 25 * 60_000
    found = said(exercise, report(5, port=ports.index("GENOA"), eta_ms=eta_ms))
    assert found["destination"] == "IT GOA"
    eta = [found[part] for part in ("month", "day", "hour", "minute")]
    assert eta == [2, 1, 11, 25]


def test_a_vessel_without_a_destination_has_no_eta(exercise):
    found = said(exercise, report(5))
    assert found["destination"] == ""
    assert [found[part] for part in ("month", "day", "hour", "minute")] == [0, 0, 24, 60]


def test_a_base_station_says_the_second_of_sending(exercise):
    found = said(exercise, report(4, sent_ms=SENT_MS + 83_999))
    assert (found["year"], found["month"], found["day"]) == (2027, 1, 15)
    assert (found["hour"], found["minute"], found["second"]) == (8, 1, 23)
    assert found["mmsi"] == 2470001


def test_an_aid_says_its_name_and_whether_it_is_real(exercise):
    row = [aid.virtual for aid in exercise.scenario.aids].index(True)
    found = said(exercise, report(21, vessel=row))
    assert found["name"] == exercise.scenario.aids[row].name
    assert found["virtual_aid"]


def test_class_b_tells_its_name_and_its_size_in_two_messages(exercise):
    fleet = exercise.company.fleet
    row = int(np.flatnonzero(fleet.class_b)[0])
    assert said(exercise, report(24, vessel=row))["shipname"] == fleet.name[row].decode()
    assert said(exercise, report(29, vessel=row))["to_bow"] == fleet.to_bow[row]


@pytest.mark.parametrize("kind", [1, 3, 18, 27])
def test_what_was_not_wanted_is_not_packed(exercise, kind):
    messages, place = packed(exercise.speakers, report(kind), np.zeros(1, bool))
    assert (len(messages), place.tolist()) == (0, [-1])
