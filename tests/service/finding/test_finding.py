"""Questions to the sea, asked of a day that is known."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from service.editions import zones_in_force
from service.errors import WrongUseError
from service.finding.finding import find
from service.finding.questions import QUESTIONS
from service.finding.telling import as_dict
from store.connect import connect, session
from store.finding import at_zones
from tests.plugins import asked
from tests.plugins.asked import BEGIN, END, FERRY, MOTHER, NEWCOMER, PASSING, RUNNER, SILENT
from tests.plugins.database import fresh_database
from tests.plugins.traffic import called

SPAN = {"from": "2026-05-01T00:00", "to": "2026-05-02T00:00"}


@pytest.fixture(scope="module")
def sea(database_server):
    with fresh_database(database_server) as dsn:
        asked.write(dsn)
        yield dsn


def answer(dsn, name, now=END, **given):
    with session(dsn) as connection:
        return find(
            connection, name, {key.rstrip("_"): text for key, text in given.items()}, 0.25, now
        )


def found(told):
    return [one.mmsi for one in told.ships]


def test_the_mother_ship_of_a_landing_comes_first_with_reasons(sea):
    told = answer(sea, "mother-ship", at=asked.LANDED, time=asked.LANDED_AT)
    first = told.ships[0]
    assert (first.mmsi, first.name, first.kind) == (MOTHER, "PELAGIA", "fishing")
    assert "lay at 0.3 kn" in " ".join(first.why)
    assert "turned back" in " ".join(first.why)
    assert set(PASSING) & set(found(told))


def test_no_answer_names_a_flag(sea):
    told = answer(sea, "mother-ship", at=asked.LANDED, time=asked.LANDED_AT)
    said = " ".join(" ".join(one.why) for one in told.ships).casefold()
    assert "ital" not in said
    assert "flag" not in said


def test_who_was_in_one_box_and_then_in_another(sea):
    boxes = {"a": "11,36,11.5,36.5", "b": "13,35.9,13.5,36.5"}
    told = answer(sea, "in-turn", **boxes, within="12", **SPAN)
    assert found(told) == [RUNNER]
    assert answer(sea, "in-turn", **boxes, within="5", **SPAN).ships == ()
    assert answer(sea, "in-turn", a=boxes["b"], b=boxes["a"], within="12", **SPAN).ships == ()


def test_who_called_at_one_zone_and_then_at_another(sea):
    with session(sea) as connection:
        port, other = (one.id for one in zones_in_force(connection).of_kind("port").zones[:2])
    called(sea, BEGIN, FERRY, port, other, hours=10)
    assert found(answer(sea, "in-turn", a=port, b=other, within="12", **SPAN)) == [FERRY]
    assert found(answer(sea, "in-turn", a=port, b=other, within="8", **SPAN)) == []


def test_who_passed_near_a_point_between_two_reports_too(sea):
    # The runner is at 11.2 + 11 kn * 1 h at 01:00; a point between two of her reports.
    told = answer(sea, "near", at="36.2 11.44", nm="0.5", time="2026-05-01T01:03", minutes="20")
    assert found(told) == [RUNNER]
    assert "Passed 0." in told.ships[0].why[0]


def test_who_was_silent_for_long_and_where_she_came_up_again(sea):
    # Eight hours on nobody else is silent for six.
    now = BEGIN + dt.timedelta(hours=20)
    told = answer(sea, "gaps", now=now, zone="14,35,16,37", hours="6", **SPAN)
    assert found(told) == [SILENT]
    assert "8.1 h" in told.ships[0].why[0]
    assert "then 65 nm from there" in told.ships[0].why[0]


def test_who_is_still_silent_is_told_as_such(sea):
    told = answer(sea, "gaps", zone="11,34,20,37", hours="6", **SPAN)
    [runner] = [one for one in told.ships if one.mmsi == RUNNER]
    assert "at least" in runner.why[0]


@pytest.mark.parametrize("hours", [0.5, 1.0, 3.0, 8.0])
def test_silences_are_those_that_a_reader_of_every_report_finds(sea, hours):
    box, now = (11.0, 33.0, 20.0, 37.0), BEGIN + dt.timedelta(hours=23)
    expected = set()
    for mmsi, rows in asked.fleet().items():
        minutes = rows[:, 0][rows[:, 0] < 23 * 60]
        lasts = np.diff(np.append(minutes, 23 * 60.0)) >= hours * 60
        for at, lon, lat in rows[: len(minutes), :3][lasts].tolist():
            if box[0] <= lon <= box[2] and box[1] <= lat <= box[3]:
                expected.add((mmsi, BEGIN + dt.timedelta(minutes=at)))
    span = {**SPAN, "to": now.isoformat()}
    told = answer(sea, "gaps", now=now, zone=",".join(map(str, box)), hours=str(hours), **span)
    assert {(one.mmsi, one.at) for one in told.ships} == expected
    assert len(expected) > 5


def test_who_was_first_heard_after_a_time(sea):
    assert found(answer(sea, "first-seen", from_="2026-05-01T00:00", to=SPAN["to"])) == [NEWCOMER]
    assert found(answer(sea, "first-seen", **SPAN, zone="10,30,12,36")) == []


def test_who_called_at_no_port(sea):
    told = answer(sea, "no-port", days="0.49", **SPAN)
    assert MOTHER not in found(told)  # heard for less than half a day
    assert {RUNNER, SILENT} <= set(found(told))
    assert FERRY not in found(told)


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_answer_says_what_it_cannot_know(sea, name):
    given = {
        one.name: one.default for one in QUESTIONS[name].fields if one.default
    } | {"at": asked.LANDED, "time": asked.LANDED_AT, "a": "11,36,12,37", "b": "13,35,14,36",
         "zone": "14,35,16,37", **SPAN}  # fmt: skip
    told = answer(sea, name, **given)
    assert "Who sends no AIS is in no answer." in told.notes
    assert as_dict(told)["count"] == len(told.ships)


@pytest.mark.parametrize(
    "name, given, cure",
    [
        ("whales", {}, "expected one of mother-ship"),
        ("near", {"at": "nowhere", "time": "2026-05-01"}, "expected a position"),
        ("near", {"at": "36 14", "time": "soon"}, "expected a time as"),
        ("near", {"at": "36 14", "time": "2026-05-01", "nm": "900"}, "from 0.1 to 60"),
        ("gaps", {"zone": "atlantis"}, "no zone in force"),
        ("gaps", {"zone": "16,35,14,37"}, "W < E"),
        ("gaps", {"zone": "-5,30,36,46", "from": "2026-01-01"}, "costs too much"),
        ("in-turn", {"a": "1,2,3,4", "b": "1,2,3,4", "from": "2027-01-01"}, "is not before"),
        ("mother-ship", {"at": "47.5 8.5", "time": "2026-05-01"}, "no open water"),
        ("mother-ship", {"at": "35.5 12.6", "time": "2026-05-01", "slowest": "30"}, "not below"),
        ("mother-ship", {"at": "35.5 12.6", "time": "2026-05-01", "hours": "36"}, "at most 400"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_said_with_its_cure(sea, name, given, cure):
    with session(sea) as connection, pytest.raises(WrongUseError, match=cure):
        find(connection, name, given, 0.25, END)


def test_until_now_may_be_said_as_its_field_shows_it(sea):
    given = {"zone": "14,35,16,37", "hours": "6", "from": f"{BEGIN:%Y-%m-%dT%H:%M}"}
    assert found(answer(sea, "gaps", **given, to="now")) == found(answer(sea, "gaps", **given))


def test_a_silence_is_held_against_now_and_not_against_the_future(sea):
    early = BEGIN + dt.timedelta(hours=5)
    assert answer(sea, "gaps", now=early, zone="14,35,16,37", hours="6", to="2026-05-01T05:00",
                  from_="2026-05-01T00:00").ships == ()  # fmt: skip


def test_more_ships_than_an_answer_holds_are_told(sea, monkeypatch):
    monkeypatch.setattr("service.finding.questions.near.MOST_FOUND", 3)
    told = answer(sea, "near", at="35 12", nm="60", time="2026-05-01T04:00", minutes="120")
    assert len(told.ships) == 3
    assert told.more
    assert replace(told, ships=()).more


@pytest.mark.parametrize(("left_h", "there"), [(None, True), (1, False), (30, True)])
def test_who_came_to_port_before_the_span_lay_there_as_long_as_she_did_not_leave(
    sea, left_h, there
):
    """She came a day before the span; she left after so many hours, or nobody told of it."""
    came = BEGIN - dt.timedelta(days=1)
    with connect(sea) as connection:
        port = zones_in_force(connection).of_kind("port").zones[2].id
        told = [(2, came)] + ([] if left_h is None else [(3, came + dt.timedelta(hours=left_h))])
        for change, at in told:
            connection.execute(
                "INSERT INTO zone_visit VALUES (0, %s, %s, 1, %s, %s, %s, %s, 12.5, 41)",
                [RUNNER, RUNNER - 247_000_000, port, change, at, came],
            )
        words = {"days": "0.3", **SPAN}
        never = find(connection, "no-port", words, 0.25, END)
        stays = at_zones(connection, [port], BEGIN, END, 10)
        connection.rollback()
    assert (RUNNER in found(never)) is not there
    assert [one.mmsi for one in stays] == ([RUNNER] if there else [])
