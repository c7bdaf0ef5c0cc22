"""The bench of the replayed hour stores what it says."""

from __future__ import annotations

import datetime as dt

import psycopg

from bench import past

START = dt.datetime(2026, 5, 10, 6, tzinfo=dt.UTC)


def test_every_ship_has_a_name_and_a_report_in_each_half_minute_of_two_hours(dsn):
    past.fill(dsn, START, vessels=8)
    with psycopg.connect(dsn) as connection:
        reports = connection.execute(
            "SELECT count(*), min(time), max(time) - min(time) FROM position GROUP BY mmsi"
        ).fetchall()
        [(named,)] = connection.execute("SELECT count(DISTINCT name) FROM vessel").fetchall()
    assert len(reports) == named == 8
    assert {count for count, _, _ in reports} <= {240, 241}
    assert all(first - START < dt.timedelta(seconds=30) for _, first, _ in reports)


def test_frames_that_are_drawn_are_held_to_a_floor_and_memory_to_none():
    seen = {"took": 5000.0, "offered": 300, "drawn": 280, "moments": 150, "long": [52.0],
            "ships": 5000, "draw": 4.2}  # fmt: skip
    offered, drawn, _, long, memory = past._rows("sea, 60x", seen, 0.5, 20e6)
    assert (offered["value"], drawn["value"]) == (60, 30)
    assert drawn["floor"] == past.FLOOR
    assert (long["value"], long["beside"]) == (1, "the longest 52 ms")
    assert (memory["value"], memory["floor"]) == (20, None)
