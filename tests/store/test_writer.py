from __future__ import annotations

import numpy as np
import psycopg
import pytest
from psycopg.rows import dict_row

from store.errors import CursorMovedError, RefusedError, StoreError, UnavailableError
from store.writer import Writer
from tests.plugins.rows import positions, statics, writes


def fetch(dsn: str, statement: str) -> list[dict]:
    with psycopg.connect(dsn, row_factory=dict_row, options="-c timezone=GMT") as connection:
        return connection.execute(statement).fetchall()


def test_a_position_arrives_as_it_was(dsn: str) -> None:
    with Writer(dsn) as writer:
        writer.commit(writes(positions(mmsi=[247_320_162], time=["2020-07-04T14:51:02.5"])))
    [row] = fetch(dsn, "SELECT * FROM position")
    assert row.pop("time").isoformat() == "2020-07-04T14:51:02.500000+00:00"
    assert row.pop("received").isoformat() == "2020-07-04T14:51:02.500000+00:00"
    assert row == {
        "mmsi": 247_320_162, "spool": 1, "lon_deg": 12.5, "lat_deg": 41.25, "segment": 0,
        "cell": 131 * 360 + 192, "sog_kn": 8.5, "cog_deg": 90.0, "heading_deg": 91.0,
        "feed": 0, "message": 1, "nav_status": 0,
    }  # fmt: skip


def test_what_is_not_available_is_null(dsn: str) -> None:
    batch = positions(
        sog_kn=[np.nan], cog_deg=[np.nan], heading_deg=[np.nan], nav_status=[255],
        segment=[0xFFFF_FFFF],
    )  # fmt: skip
    with Writer(dsn) as writer:
        writer.commit(writes(batch))
    [row] = fetch(dsn, "SELECT sog_kn, cog_deg, heading_deg, nav_status, segment FROM position")
    assert set(row.values()) == {None}


def test_a_position_without_coordinates_is_left_out(dsn: str) -> None:
    with Writer(dsn) as writer:
        writer.commit(writes(positions(lon_deg=[np.nan, 12.0], lat_deg=[np.nan, 41.0])))
    assert fetch(dsn, "SELECT lon_deg FROM position") == [{"lon_deg": 12.0}]
    assert fetch(dsn, "SELECT rows FROM cursor") == [{"rows": 1}]


def test_the_cursor_moves_with_the_rows(dsn: str) -> None:
    with Writer(dsn) as writer:
        writer.commit(writes(positions(), offset=77, lines=5))
        writer.commit(writes(positions(), offset=99, lines=4))
        assert writer.offset() == 99
    with Writer(dsn) as writer:
        assert writer.offset() == 99
    [row] = fetch(dsn, "SELECT position, lines, rows, commits FROM cursor")
    assert row == {"position": 99, "lines": 9, "rows": 2, "commits": 2}


def test_the_last_tick_is_kept_to_the_microsecond(dsn: str) -> None:
    with Writer(dsn) as writer:
        writer.commit(writes(now_us=1_593_874_262_123_457))
    [row] = fetch(dsn, "SELECT now_at FROM cursor")
    assert row["now_at"].isoformat() == "2020-07-04T14:51:02.123457+00:00"


def test_a_second_writer_on_the_same_run_is_refused(dsn: str) -> None:
    with Writer(dsn) as first, Writer(dsn) as second:
        first.commit(writes(positions(), offset=10))
        with pytest.raises(CursorMovedError):
            second.commit(writes(positions(), offset=10))
    assert len(fetch(dsn, "SELECT FROM position")) == 1


def test_a_lost_connection_is_told_and_cured_by_reconnecting(dsn: str) -> None:
    with Writer(dsn) as writer:
        cut_off(dsn)
        with pytest.raises(UnavailableError, match="is away"):
            writer.commit(writes(positions(), offset=10))
        writer.reconnect()
        writer.commit(writes(positions(), offset=10))
    assert len(fetch(dsn, "SELECT FROM position")) == 1


def test_a_commit_whose_answer_was_lost_is_not_written_twice(dsn: str) -> None:
    block = writes(positions(), offset=10)
    with Writer(dsn) as writer, Writer(dsn) as twin:
        twin.commit(block)
        cut_off(dsn)
        with pytest.raises(UnavailableError):
            writer.commit(block)
        writer.reconnect()
        writer.commit(block)
        writer.commit(writes(positions(), offset=20))
    assert len(fetch(dsn, "SELECT FROM position")) == 2


def cut_off(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE application_name = 'vedetta'"
        )


def test_refused_rows_leave_nothing_and_the_writer_goes_on(dsn: str) -> None:
    with Writer(dsn) as writer:
        with pytest.raises(RefusedError, match="out of range"):
            writer.commit(writes(positions(time=["-6000-01-01"]), offset=5))
        writer.commit(writes(positions(), offset=6))
    assert len(fetch(dsn, "SELECT FROM position")) == 1


def test_latest_keeps_one_row_per_segment(dsn: str) -> None:
    first = positions(mmsi=[1, 1], segment=[0, 1], lon_deg=[10.0, 20.0], lat_deg=[40.0, 35.0])
    then = positions(mmsi=[1], segment=[1], lon_deg=[21.0])
    with Writer(dsn) as writer:
        writer.commit(writes(last=first, reports=[3, 1], offset=1))
        writer.commit(writes(last=then, reports=[2], offset=2))
    rows = fetch(dsn, "SELECT segment, lon_deg, reports FROM latest ORDER BY segment")
    assert [tuple(row.values()) for row in rows] == [(0, 10.0, 3), (1, 21.0, 2)]


def test_latest_leaves_out_segments_without_a_place(dsn: str) -> None:
    last = positions(segment=[0, 0xFFFF_FFFF], lon_deg=[np.nan, 12.0], lat_deg=[np.nan, 41.0])
    with Writer(dsn) as writer:
        writer.commit(writes(last=last, reports=[1, 1]))
    assert fetch(dsn, "SELECT * FROM latest") == []


def test_a_commit_wakes_who_listens(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as listener, Writer(dsn) as writer:
        listener.execute("LISTEN vedetta_live")
        writer.commit(writes(positions()))
        assert [note.channel for note in listener.notifies(timeout=10, stop_after=1)] == [
            "vedetta_live"
        ]


def test_feed_names_are_kept_by_code(dsn: str) -> None:
    with Writer(dsn) as writer:
        writer.commit(writes(feeds=["harbour"], offset=1))
        writer.commit(writes(feeds=["harbour", "satellite"], offset=2))
    with Writer(dsn) as writer:
        assert writer.feeds() == ["harbour", "satellite"]


def test_feeds_in_another_order_are_refused(dsn: str) -> None:
    with Writer(dsn) as writer:
        writer.commit(writes(feeds=["harbour"], offset=1))
        with pytest.raises(StoreError, match="do not begin with those committed"):
            writer.commit(writes(feeds=["satellite", "harbour"], offset=2))


def test_a_restart_may_know_fewer_feeds_than_were_committed(dsn: str) -> None:
    with Writer(dsn) as writer:
        writer.commit(writes(feeds=["harbour", "satellite"], offset=1))
    with Writer(dsn) as writer:
        writer.commit(writes(feeds=["harbour"], offset=2))
        assert writer.feeds() == ["harbour", "satellite"]
        writer.commit(writes(feeds=["harbour", "satellite", "roof"], offset=3))
    rows = fetch(dsn, "SELECT code, name FROM feed ORDER BY code")
    assert [tuple(row.values()) for row in rows] == [
        (0, "harbour"), (1, "satellite"), (2, "roof"),
    ]  # fmt: skip


def test_feeds_learnt_in_another_order_are_told_apart(dsn: str) -> None:
    with Writer(dsn) as writer:
        writer.commit(writes(feeds=["harbour", "satellite"], offset=1))
        writer.commit(writes(feeds=["harbour"], offset=2))
        with pytest.raises(StoreError, match="do not begin with those committed"):
            writer.commit(writes(feeds=["harbour", "roof"], offset=3))


def test_a_run_that_was_never_opened_is_refused(dsn: str) -> None:
    with pytest.raises(StoreError, match="run 42 is not in the database"):
        Writer(dsn, run_id=42)


def test_a_repeated_static_report_is_one_row(dsn: str) -> None:
    with Writer(dsn) as writer:
        writer.commit(writes(statics=statics(mmsi=[1, 1], name=[b"OCEAN", b"OCEAN"]), offset=1))
        writer.commit(writes(statics=statics(mmsi=[1], name=[b"OCEAN"]), offset=2))
    with Writer(dsn) as writer:
        writer.commit(writes(statics=statics(mmsi=[1], name=[b"OCEAN"]), offset=3))
    assert len(fetch(dsn, "SELECT FROM static_report")) == 1


def test_a_changed_name_is_history_and_becomes_current(dsn: str) -> None:
    with Writer(dsn) as writer:
        for offset, name in enumerate([b"OCEAN", b"RIVER", b"OCEAN", b"RIVER"]):
            writer.commit(writes(statics=statics(mmsi=[1], name=[name]), offset=offset))
    history = fetch(dsn, "SELECT name FROM static_report")
    assert [row["name"] for row in history] == ["OCEAN", "RIVER", "OCEAN", "RIVER"]
    assert fetch(dsn, "SELECT name FROM vessel") == [{"name": "RIVER"}]


def test_both_halves_of_a_class_b_report_make_one_vessel(dsn: str) -> None:
    halves = statics(
        mmsi=[7, 7], message=[24, 24], part=[0, 1], name=[b"LUNA", b""], call_sign=[b"", b"IX1"],
        ship_type=[255, 36],
    )  # fmt: skip
    with Writer(dsn) as writer:
        writer.commit(writes(statics=halves))
    assert fetch(dsn, "SELECT name, call_sign, ship_type FROM vessel") == [
        {"name": "LUNA", "call_sign": "IX1", "ship_type": 36}
    ]


@pytest.mark.parametrize(
    "raw, stored",
    [
        (b"A\0B", "A\ufffdB"),
        (b"\0\0", None),
        (b"\xff\xfe", "\ufffd\ufffd"),
        ("Ελλάς".encode(), "Ελλάς"),
        (b"<b>&'\"\\", "<b>&'\"\\"),
        (b"\xff" * 34, "\ufffd" * 34),
    ],
)
def test_hostile_text_is_stored_harmlessly(dsn: str, raw: bytes, stored: str | None) -> None:
    with Writer(dsn) as writer:
        writer.commit(writes(statics=statics(mmsi=[1], name=[raw], imo=[9_074_729])))
    assert fetch(dsn, "SELECT name FROM static_report") == [{"name": stored}]


def test_ship_type_0_is_history_and_no_news_of_a_vessel(dsn: str) -> None:
    with Writer(dsn) as writer:
        for offset, ship_type in enumerate([0, 70, 0]):
            told = statics(mmsi=[1], ship_type=[ship_type])
            writer.commit(writes(statics=told, offset=offset))
            if not offset:
                assert fetch(dsn, "SELECT ship_type FROM vessel") == [{"ship_type": None}]
    history = fetch(dsn, "SELECT ship_type FROM static_report ORDER BY received, ctid")
    assert [row["ship_type"] for row in history] == [0, 70, 0]
    assert fetch(dsn, "SELECT ship_type FROM vessel") == [{"ship_type": 70}]


def test_no_infinite_number_is_stored(dsn: str) -> None:
    odd = positions(mmsi=[1, 2], sog_kn=[np.inf, 8], cog_deg=[-np.inf, 90], lon_deg=[12, np.inf])
    told = statics(mmsi=[1], draught_m=[np.inf], to_bow_m=[-np.inf])
    with Writer(dsn) as writer:
        writer.commit(writes(odd, last=odd, reports=[1, 1], statics=told))
    for table in ("position", "latest"):
        rows = fetch(dsn, f"SELECT mmsi, sog_kn, cog_deg FROM {table}")
        assert rows == [{"mmsi": 1, "sog_kn": None, "cog_deg": None}]
    for table in ("static_report", "vessel"):
        rows = fetch(dsn, f"SELECT draught_m, to_bow_m FROM {table}")
        assert rows == [{"draught_m": None, "to_bow_m": None}]


def test_a_missing_table_is_no_fault_of_the_rows(dsn: str) -> None:
    with Writer(dsn) as writer:
        with psycopg.connect(dsn) as connection:
            connection.execute("ALTER TABLE position RENAME TO elsewhere")
        with pytest.raises(UnavailableError, match="does not take it now"):
            writer.commit(writes(positions(), offset=10))
        with psycopg.connect(dsn) as connection:
            connection.execute("ALTER TABLE elsewhere RENAME TO position")
        writer.reconnect()
        writer.commit(writes(positions(), offset=10))
    assert len(fetch(dsn, "SELECT FROM position")) == 1


def test_a_closed_writer_says_that_it_is_not_connected(dsn: str) -> None:
    writer = Writer(dsn)
    writer.close()
    with pytest.raises(UnavailableError, match="call reconnect"):
        writer.commit(writes(positions()))


def test_a_writer_without_a_database_says_so() -> None:
    with pytest.raises(UnavailableError, match="is away"):
        Writer("host=/nonexistent dbname=none")


def test_a_block_without_rows_still_moves_the_cursor(dsn: str) -> None:
    with Writer(dsn) as writer:
        writer.commit(writes(offset=12, lines=3))
    assert fetch(dsn, "SELECT position, lines, rows FROM cursor") == [
        {"position": 12, "lines": 3, "rows": 0}
    ]


def test_a_spool_position_of_a_late_segment_fits(dsn: str) -> None:
    far = 8_000_000 << 40 | 123
    with Writer(dsn) as writer:
        writer.commit(writes(positions(spool=[far]), offset=far))
    assert fetch(dsn, "SELECT spool FROM position") == [{"spool": far}]


def test_a_rolled_back_static_report_is_news_again(dsn: str) -> None:
    bad = writes(positions(time=["-6000-01-01"]), statics=statics(name=[b"OCEAN"]), offset=5)
    with Writer(dsn) as writer:
        with pytest.raises(RefusedError):
            writer.commit(bad)
        writer.commit(writes(statics=statics(name=[b"OCEAN"]), offset=6))
    assert fetch(dsn, "SELECT name FROM static_report") == [{"name": "OCEAN"}]
