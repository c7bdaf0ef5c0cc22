"""Who a vessel was over time, and how far back her tracks are summed up for a page."""

from __future__ import annotations

import datetime as dt

import pytest

from service.errors import ServiceError
from service.identity import identity_on_page, vessel_identity
from store.connect import connect
from store.writer import Writer
from tests.plugins.database import fresh_database
from tests.plugins.rows import positions, statics, writes

SHIP, SISTER, IMO = 247_000_001, 247_000_002, 9_074_729
TIMES = ["2020-01-01", "2020-02-20", "2020-05-01"]


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def sea(database_server):
    """A ship heard on three days of a year, in three tracks; a sister with her IMO number."""
    with fresh_database(database_server) as dsn, Writer(dsn) as writer:
        rows = positions(mmsi=[SHIP] * 3, time=TIMES, received=TIMES, segment=[1, 2, 3])
        newest = positions(mmsi=[SHIP], time=TIMES[2:], received=TIMES[2:], segment=[3])
        said = statics(mmsi=[SHIP, SISTER], imo=[IMO, IMO], received=[TIMES[0], TIMES[2]],
                       name=[b"FIRST", b"SECOND"])  # fmt: skip
        writer.commit(writes(rows, statics=said, last=newest, reports=[1], offset=9))
        yield dsn


def test_a_page_sums_up_her_tracks_of_the_90_days_before_she_was_last_heard(sea):
    with connect(sea) as connection:
        found = identity_on_page(connection, SHIP)
    assert [one.segment for one in found.segments] == [2, 3]
    [name] = found.name
    assert (name.value, name.first) == ("FIRST", at(TIMES[0])), (
        "her reports are told from the first"
    )


def test_who_only_said_her_name_is_told_too_and_who_was_never_heard_is_not(sea):
    with connect(sea) as connection:
        sister = identity_on_page(connection, SISTER)
        assert identity_on_page(connection, 1) is None
    assert [one.value for one in sister.name] == ["SECOND"]
    assert sister.segments == ()


@pytest.mark.parametrize("asked", [str(SHIP), str(SISTER), f"imo:{IMO}"])
def test_numbers_that_share_an_imo_number_are_one_vessel(sea, asked):
    with connect(sea) as connection:
        found = vessel_identity(connection, asked)
    assert [one.value for one in found.mmsi] == [str(SHIP), str(SISTER)]
    assert [one.segment for one in found.segments] == [1, 2, 3]


def test_a_dossier_of_a_span_sums_up_the_tracks_from_its_begin_on(sea):
    with connect(sea) as connection:
        found = vessel_identity(connection, str(SHIP), since=at("2020-03-01"))
        with pytest.raises(ServiceError, match="was never heard"):
            vessel_identity(connection, "imo:9999993")
    assert [one.segment for one in found.segments] == [3]


BORROWED, MANY = 9_134_270, 1_234_567
HERS, STRANGER, CROWD = 247_000_010, 247_000_011, tuple(range(247_000_020, 247_000_025))


@pytest.fixture(scope="module")
def strangers(database_server):
    """A ship all year; another that sent her number in March; and six that send one number."""
    with fresh_database(database_server) as dsn, Writer(dsn) as writer:
        mmsis = [HERS, STRANGER, STRANGER, HERS, *CROWD]
        imos = [BORROWED, 0, BORROWED, MANY, *[MANY] * len(CROWD)]
        times = ["2020-01-01", "2020-02-01", "2020-03-01", "2020-06-01"]
        times += [f"2021-0{n}-01" for n in range(1, 6)]
        said = statics(mmsi=mmsis, imo=imos, received=times, name=[b"A"] * len(mmsis))
        writer.commit(writes(statics=said, offset=9))
        yield dsn


def test_who_sent_her_imo_number_while_she_was_heard_is_another(strangers):
    with connect(strangers) as connection:
        found = vessel_identity(connection, str(HERS))
    assert [one.value for one in found.mmsi] == [str(HERS)]
    assert str(STRANGER) in {one.value for one in found.others}


def test_a_number_that_many_sent_makes_nobody_the_same(strangers):
    with connect(strangers) as connection:
        found = vessel_identity(connection, str(CROWD[0]))
        every = vessel_identity(connection, f"imo:{MANY}")
    assert [one.value for one in found.mmsi] == [str(CROWD[0])]
    assert len(found.others) == len(CROWD)
    assert len(every.mmsi) == len(CROWD) + 1
