"""Who vessels had said to be by a moment, and what they said next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from store.connect import connect
from store.queries import query
from store.said import said, vessel_then
from tests.plugins.database import fresh_database
from tests.plugins.sailed import MARIA, QUIET, STELLA
from tests.plugins.sailed import said as says

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
CLASS_B = 247_000_009
FLEET = [MARIA, STELLA, QUIET, CLASS_B]


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


@pytest.fixture(scope="module")
def dsn(database_server):
    with fresh_database(database_server) as dsn:
        says(dsn, MARIA, at(0), "MARIA K")
        says(dsn, MARIA, at(30), "MARIA K", destination=b"BARI")
        says(dsn, MARIA, at(35), "GHOST", 80, destination=b"", imo=9_074_729)
        says(dsn, MARIA, at(37), "MARIA K")
        says(dsn, STELLA, at(1), "STELLA")
        says(dsn, QUIET, at(90), "QUIET")
        says(dsn, CLASS_B, at(2), "", 36, message=24, part=1)
        says(dsn, CLASS_B, at(33), "DORI", 255, message=24, to_bow_m=np.nan)
        for voyage in range(20):
            says(dsn, STELLA, at(100 + voyage), "STELLA", destination=str(voyage).encode())
        yield dsn


@pytest.fixture
def connection(dsn):
    with connect(dsn, autocommit=True) as connection:
        yield connection


def told(connection, start: float, end: float, *mmsis: int) -> list[tuple]:
    rows = said(connection, mmsis or FLEET, at(start), at(end))
    minutes = (rows["since"] / 1e6 - NOON.timestamp()) / 60
    return list(zip(rows["mmsi"].tolist(), minutes.round(2).tolist(), rows["name"].tolist(),
                    rows["ship_type"].tolist(), strict=True))  # fmt: skip


def test_each_is_who_she_had_said_to_be_by_then(connection) -> None:
    assert told(connection, 20, 25) == [
        (MARIA, 0, b"MARIA K", 71), (STELLA, 1, b"STELLA", 71), (CLASS_B, 2, b"", 36),
    ]  # fmt: skip


def test_who_first_said_it_later_is_nobody_yet(connection) -> None:
    assert told(connection, 20, 80, QUIET) == []
    assert told(connection, 20, 95, QUIET) == [(QUIET, 90, b"QUIET", 71)]


def test_a_name_changes_when_it_was_said_and_a_destination_is_no_other_name(connection) -> None:
    assert told(connection, 20, 60, MARIA) == [
        (MARIA, 0, b"MARIA K", 71), (MARIA, 35, b"GHOST", 80), (MARIA, 37, b"MARIA K", 71),
    ]  # fmt: skip
    assert told(connection, 36, 60, MARIA)[0] == (MARIA, 35, b"GHOST", 80)


def test_a_report_is_of_then_from_its_very_moment_on(connection) -> None:
    assert told(connection, 35, 36, MARIA) == [(MARIA, 35, b"GHOST", 80)]
    assert told(connection, 34, 35, MARIA) == [(MARIA, 30, b"MARIA K", 71)]


def test_what_a_report_leaves_out_is_as_before(connection) -> None:
    rows = said(connection, [CLASS_B], at(20), at(60))
    assert rows["name"].tolist() == [b"", b"DORI"]
    assert rows["ship_type"].tolist() == [36, 36]
    assert rows["to_bow_m"].tolist() == [100, 100]


def test_of_a_long_history_a_few_reports_are_read(connection) -> None:
    assert told(connection, 125, 130, STELLA) == [(STELLA, 119, b"STELLA", 71)]
    assert told(connection, 118.5, 118.8, STELLA) == [(STELLA, 118, b"STELLA", 71)]
    asked = {"mmsis": FLEET, "start": at(20), "end": at(30), "few": 8, "most": 60}
    connection.execute("SET enable_seqscan = off")
    plan = connection.execute(b"EXPLAIN " + query("past_said"), asked).fetchall()
    assert str(plan).count("static_report_then") == 2


def test_nobody_is_asked_for_nothing(connection) -> None:
    assert len(said(connection, [], at(0), at(1))) == 0


def test_a_vessel_of_then_and_since_and_until_when_that_holds(connection) -> None:
    one = vessel_then(connection, MARIA, at(36))
    assert (one["name"], one["imo"], one["destination"]) == ("GHOST", 9_074_729, "BARI")
    assert (one["first"], one["since"], one["until"]) == (at(0), at(35), at(37))


def test_a_vessel_before_her_first_report_has_no_name_of_later(connection) -> None:
    one = vessel_then(connection, QUIET, at(60))
    assert (one["name"], one["message"], one["since"]) == (None, None, None)
    assert (one["first"], one["until"]) == (at(90), at(90))
    assert vessel_then(connection, 1, at(60))["first"] is None
