from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from store.connect import connect
from store.ever import identities_ever, last_seen, reports_of, segments_of, senders_of
from store.retention import drop_old
from store.runs import open_run
from store.writer import Writer
from tests.plugins.rows import positions, statics, writes
from watchlist.vessels import LastSeen, Segment, SentIdentity

NONE = 0xFFFF_FFFF


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2020, 7, day, hour, tzinfo=UTC)


def hear(dsn: str, *blocks, run_id: int = 0) -> None:
    with Writer(dsn, run_id) as writer:
        for i, block in enumerate(blocks, 1):
            writer.commit(writes(**block, offset=writer.offset() + i))


def test_a_report_comes_back_with_its_length_and_beam(dsn: str) -> None:
    told = statics(
        mmsi=[7, 8], imo=[9_074_729, 0], name=[b"GHOST", b""], call_sign=[b"IBCD", b""],
        to_bow_m=[100.0, np.nan], to_port_m=[10.0, 0.0], to_starboard_m=[8.0, 0.0],
        ship_type=[70, 255], received=["2020-07-01", "2020-07-02"],
    )  # fmt: skip
    hear(dsn, {"statics": told})
    with connect(dsn) as connection:
        assert reports_of(connection, [7, 8, 9]) == [
            SentIdentity(7, at(1), 9_074_729, "IBCD", "GHOST", 70, 120.0, 18.0, 5, 1),
            SentIdentity(8, at(2), 0, "", "", 0, None, None, 5, 2),
        ]
        assert reports_of(connection, [9]) == []


def test_every_set_of_identifiers_is_known_once_with_its_last_time(dsn: str) -> None:
    names = [b"GHOST", b"SHADOW", b"GHOST", b"GHOST"]
    days = ["2020-07-01", "2020-07-02", "2020-07-03", "2020-07-04"]
    places = [b"NAPOLI", b"NAPOLI", b"NAPOLI", b"TUNIS"]
    hear(dsn, {"statics": statics(mmsi=[7] * 4, name=names, received=days, destination=places)})
    with connect(dsn) as connection:
        assert [(row.name, row.received) for row in identities_ever(connection)] == [
            ("GHOST", at(4)), ("SHADOW", at(2)),
        ]  # fmt: skip
        assert [row.name for row in reports_of(connection, [7])] == [
            "GHOST", "SHADOW", "GHOST", "GHOST",
        ]  # fmt: skip


def test_segments_are_summed_up_newest_first(dsn: str) -> None:
    rows = positions(
        mmsi=[7, 7, 7, 8, 7, 9], segment=[1, 1, 2, 3, NONE, 4], lon_deg=[10, 11, 12, 13, 14, 15],
        time=["2020-07-01", "2020-07-02", "2020-07-03", "2020-07-04", "2020-07-05", "2020-07-06"],
    )  # fmt: skip
    hear(dsn, {"rows": rows})
    with connect(dsn) as connection:
        found = segments_of(connection, [7, 8])
        assert found == [
            Segment(8, 3, at(4), at(4), 1, 13.0, 41.25, 13.0, 41.25),
            Segment(7, 2, at(3), at(3), 1, 12.0, 41.25, 12.0, 41.25),
            Segment(7, 1, at(1), at(2), 2, 10.0, 41.25, 11.0, 41.25),
        ]
        assert segments_of(connection, [7, 8], limit=1) == found[:1]
        since = datetime(2020, 7, 2, tzinfo=UTC)
        newer = segments_of(connection, [7, 8], since=since)
        assert [(one.segment, one.first_at) for one in newer] == [
            (3, at(4)),
            (2, at(3)),
            (1, at(2)),
        ]


def test_who_sent_one_of_some_imo_numbers_is_told(dsn: str) -> None:
    said = statics(mmsi=[7, 8, 9, 7], imo=[9_074_729, 9_074_729, 9_074_717, 9_074_717])
    hear(dsn, {"statics": said})
    with connect(dsn) as connection:
        assert senders_of(connection, [9_074_729]) == [7, 8]
        assert senders_of(connection, [9_074_729, 9_074_717]) == [7, 8, 9]
        assert senders_of(connection, []) == senders_of(connection, [9_074_729], 5) == []


def last(mmsi: int, segment: int, time: str, lon_deg: float) -> dict:
    row = positions(
        mmsi=[mmsi], segment=[segment], time=[time], received=[time], lon_deg=[lon_deg]
    )
    return {"last": row, "reports": [1]}


def test_the_newest_of_two_ships_with_one_number_is_last_seen(dsn: str) -> None:
    hear(dsn, last(7, 1, "2020-07-02", 12.0), last(7, 2, "2020-07-01", 30.0))
    with connect(dsn) as connection:
        assert last_seen(connection, [7, 8]) == {7: LastSeen(7, at(2), at(2), 12.0, 41.25)}


def test_a_vessel_long_silent_is_still_known_by_where_it_was(dsn: str) -> None:
    hear(dsn, last(7, 1, "2020-01-01", 12.0), last(7, 2, "2020-01-02", 13.0))
    hear(dsn, last(8, 3, "2020-07-01", 14.0))
    assert drop_old(dsn, at(2), positions_days=1).latest == 2
    with connect(dsn) as connection:
        assert {mmsi: one.lon_deg for mmsi, one in last_seen(connection, [7, 8]).items()} == {
            7: 13.0, 8: 14.0,
        }  # fmt: skip


def test_a_vessel_that_comes_back_is_last_seen_anew(dsn: str) -> None:
    for month, lon_deg in ((1, 12.0), (3, 13.0), (5, 14.0)):
        hear(dsn, last(7, month, f"2020-0{month}-01", lon_deg))
        then = datetime(2020, month, 1, tzinfo=UTC)
        expected = {7: LastSeen(7, then, then, lon_deg, 41.25)}
        with connect(dsn) as connection:
            assert last_seen(connection, [7]) == expected
        drop_old(dsn, then + timedelta(days=30), positions_days=1)
        with connect(dsn) as connection:
            assert last_seen(connection, [7]) == expected


def test_a_replay_is_asked_apart_from_the_live_picture(dsn: str) -> None:
    run = open_run(dsn, "aa" * 32, "log.nmea", at(1)).run_id
    block = {"rows": positions(), "statics": statics(), **last(7, 1, "2020-07-02", 12.0)}
    hear(dsn, block, run_id=run)
    ship = 247_320_162
    with connect(dsn) as connection:
        for ask in (reports_of, segments_of):
            assert ask(connection, [ship]) == []
            assert len(ask(connection, [ship], run)) == 1
        assert identities_ever(connection) == []
        assert len(identities_ever(connection, run)) == 1
        assert last_seen(connection, [7]) == {}
        assert list(last_seen(connection, [7], run)) == [7]
