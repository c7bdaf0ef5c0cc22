"""One vessel held against the usual traffic, as a dossier says it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from alerts.traffic.lines import Line
from service.traffic.against import against_traffic
from service.traffic.learning import adopt, keep
from store.changes import Change
from store.connect import session
from store.writer import Writer
from tests.plugins.database import fresh_database
from tests.plugins.rows import positions, statics, writes
from tests.plugins.traffic import LANE, lane_model

DAY = dt.datetime(2026, 5, 10, tzinfo=dt.UTC)
NEXT = DAY + dt.timedelta(days=1)
USUAL, LEAVER, SLOW, UNHEARD = 247_000_001, 247_000_002, 247_000_003, 247_000_004
UNSENT, SELDOM, HOLED = 247_000_005, 247_000_006, 247_000_007
CHANGE = Change("rossi", "first", DAY)


def sailed(
    dsn: str,
    mmsi: int,
    course: float,
    knots: float,
    *,
    sends: bool = True,
    every: int = 1,
    hole_min: int = 0,
) -> None:
    """An hour eastwards along the lane at 13 knots, then 20 minutes on a course at a speed.

    ``sends`` her speed and course, ``every`` so many minutes; in the middle of the last 20 she is
    not heard for ``hole_min``.
    """
    minutes = np.arange(0, 80, every)
    minutes += np.where(minutes < 70, 0, hole_min)
    many = len(minutes)
    lane = minutes < 60
    west, lat, _ = LANE
    east = np.minimum(minutes, 60) * 0.0043
    after = np.maximum(minutes - 60, 0) * knots / 3600
    way = np.radians(course)
    time = np.datetime64(DAY.replace(tzinfo=None), "us") + minutes.astype("m8[m]")
    rows = positions(
        mmsi=[mmsi] * many, time=time, received=time, lat_deg=lat + after * np.cos(way),
        lon_deg=west + 0.4 + east + after * np.sin(way) * 1.2,
        sog_kn=np.where(lane, 13.0, knots) if sends else [np.nan] * many,
        cog_deg=np.where(lane, 90.0, course) if sends else [np.nan] * many,
        spool=np.arange(many) + 1, segment=[mmsi - 247_000_000] * many,
    )  # fmt: skip
    said = statics(mmsi=[mmsi], ship_type=[70], received=[time[0]])
    with Writer(dsn) as writer:
        writer.commit(writes(rows, statics=said, offset=writer.offset() + 1, feeds=["malta"]))


@pytest.fixture(scope="module")
def sea(database_server):
    """Three ships and a model, adopted."""
    with fresh_database(database_server) as dsn:
        sailed(dsn, USUAL, 90, 13)
        sailed(dsn, LEAVER, 0, 13)
        sailed(dsn, SLOW, 90, 4)
        sailed(dsn, UNSENT, 0, 13, sends=False)
        sailed(dsn, SELDOM, 90, 13, sends=False, every=40)
        sailed(dsn, HOLED, 90, 4, hole_min=31)
        line = Line(USUAL, "Malta", "Augusta", 14, 30)
        with session(dsn) as connection:
            adopt(
                connection, keep(connection, replace(lane_model(), lines=(line,)), CHANGE), CHANGE
            )
        yield dsn


def held(dsn: str, mmsi: int):
    with session(dsn) as connection:
        return against_traffic(connection, mmsi, DAY, NEXT)


def test_a_ship_that_did_as_others_do_is_said_to_have(sea):
    found = held(sea, USUAL)
    assert (found.edition, found.moving, found.known, found.stretches) == (1, 80, 80, ())
    assert found.sentences[1].startswith("She was heard under way for 1 h 20 min; for 100 %")
    assert "she sailed between Malta and Augusta 14 times in 30 days" in found.sentences[2]
    assert found.sentences[-1] == "Where it is known, her ways and speeds were usual."


def test_a_ship_that_left_the_lane_is_said_when_where_and_how_rare(sea):
    [stretch] = held(sea, LEAVER).stretches
    assert (stretch.what, stretch.ships, stretch.passages) == ("way", "cargo", 1200)
    assert stretch.since == DAY + dt.timedelta(minutes=60)
    said = held(sea, LEAVER).sentences[-1]
    assert said.startswith("From 10 May 01:00 to 01:")
    assert said.endswith(
        "she went a way that is rare there: of 1,200 known passages of ships of the class cargo "
        "fewer than 1 in 1,200 was as rare."
    )


def test_a_slow_ship_is_said_to_be_slow(sea):
    assert [one.what for one in held(sea, SLOW).stretches] == ["speed"]


def test_who_sends_no_speed_is_held_by_the_one_between_her_positions_and_it_is_said(sea):
    found = held(sea, UNSENT)
    assert (found.moving, found.measured, found.unsaid) == (79, 79, 1)
    assert "way" in {one.what for one in found.stretches}
    assert found.sentences[2] == (
        "For 1 h 19 min of it she sent no speed: it is the one between her positions."
    )
    assert held(sea, LEAVER).measured == 0


def test_where_no_speed_can_be_told_it_is_not_said_that_she_lay_still(sea):
    found = held(sea, SELDOM)
    assert (found.moving, found.unsaid) == (0, 2)
    assert found.sentences[-1].endswith("whether she was under way is not known.")


def test_who_was_not_heard_is_said_so(sea):
    assert held(sea, UNHEARD).sentences[-1] == "She was not heard under way in this span."


def test_without_a_model_it_says_that_there_was_none(dsn):
    found = held(dsn, USUAL)
    assert found.edition == 0
    assert "No model of usual traffic was in force" in found.sentences[0]


def test_a_rare_stretch_is_told_in_pieces_where_she_was_not_heard_meanwhile(sea):
    found = held(sea, HOLED)
    assert [one.what for one in found.stretches] == ["speed", "speed"]
    assert found.stretches[1].since == DAY + dt.timedelta(minutes=101)
    assert not any("were usual" in one for one in found.sentences)
