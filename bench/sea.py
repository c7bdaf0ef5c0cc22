"""A database as an analysts' desk has it after years: the traffic of an exercise, and old days.

Two days of some thousands of ships as receivers heard them; before that ten years of thinner
positions, a table a day, with one vessel that was hardly ever out of hearing.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import psycopg

from geofence.builtin import builtin_zones
from service.exercise.exercise import Exercise
from service.exercise.receivers import heard
from service.exercise.scenario import load_scenario
from store.copying import Copy, floats, integers, times

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
DAYS, OLD_DAYS = 2.0, 3_600
VESSELS = 2_600
LONG, LONG_ROWS = 247_000_001, 2_500_000
"""The vessel of ten years, and how many of her positions are stored."""
_EACH_S, _SLICE_S = 10, 600
_SEEN = (1, 2, 3, 18)
_OLD = """
INSERT INTO position
SELECT t, t, i, lon, lat, m, m %% 100000, (floor(lat)::int + 90) * 360 + floor(lon)::int + 180,
    CASE WHEN (i / 300) %% 4 = 0 THEN 0.1 ELSE 11 END, (i %% 360), NULL, 0, 1, 0
FROM (
    SELECT i, t, m, 13 + 2 * sin(i * %(swing)s + m) AS lon,
        35.5 + sin(i * %(swing)s * 1.7 + m) AS lat
    FROM (
        SELECT i, %(start)s + i * %(step)s::interval AS t,
            (%(mmsis)s::int[])[1 + i %% cardinality(%(mmsis)s::int[])] AS m
        FROM generate_series(%(from)s::bigint, %(to)s::bigint - 1) AS i
    ) AS numbered
) AS placed
"""
_FINISH = """
INSERT INTO latest (run_id, segment, mmsi, time, received, spool, lon_deg, lat_deg, sog_kn,
    cog_deg, feed, message, reports)
SELECT 0, min(segment), mmsi, max(time), max(time), max(spool), last(lon_deg, time),
    last(lat_deg, time), last(sog_kn, time), last(cog_deg, time), 0, 1, count(*)
FROM position WHERE time >= %(start)s GROUP BY mmsi
ON CONFLICT DO NOTHING
"""
_SILENT = """
INSERT INTO last_seen (mmsi, time, received, lon_deg, lat_deg)
SELECT mmsi, max(time), max(time), last(lon_deg, time), last(lat_deg, time)
FROM position WHERE time >= %(month)s AND time < %(start)s GROUP BY mmsi
ON CONFLICT DO NOTHING
"""


def fill(dsn: str, rows: int) -> int:
    """Put about ``rows`` positions into an empty database, newest days whole; return how many."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("INSERT INTO feed VALUES (0, 0, 'bench') ON CONFLICT DO NOTHING")
        exercise = Exercise(load_scenario(), 1, VESSELS)
        made = sum(_put(connection, part, exercise) for part in _heard(exercise))
        _put_old(connection, [LONG], LONG_ROWS)
        mmsis = exercise.company.fleet.mmsi[:1000].astype(int).tolist()
        _put_old(connection, mmsis, max(rows - made - LONG_ROWS, 0))
        connection.execute(_FINISH, {"start": START})
        connection.execute(_SILENT, {"start": START, "month": START - dt.timedelta(days=30)})
        _who(connection, exercise)
        _visits(connection)
        connection.execute("VACUUM ANALYZE")
        return max(rows, made + LONG_ROWS)


def _heard(exercise: Exercise) -> Iterator[NDArray[np.void]]:
    """Yield positions that somebody heard, a report each _EACH_S of a ship at most."""
    begin = round(START.timestamp() * 1000)
    for at in range(begin, begin + round(DAYS * 86_400_000), _SLICE_S * 1000):
        reports = exercise.reports(at, at + _SLICE_S * 1000)
        reports = reports[np.isin(reports["kind"], _SEEN) & np.isfinite(reports["lon"])]
        reports = reports[np.unique(heard(exercise.masts, reports, 1).report)]
        key = reports["vessel"].astype(np.int64) * 10_000 + (reports["sent_ms"] - at) // (
            _EACH_S * 1000
        )
        yield np.sort(reports[np.unique(key, return_index=True)[1]], order="sent_ms")


def _put(connection: psycopg.Connection, rows: NDArray[Any], exercise: Exercise) -> int:
    when = (rows["sent_ms"] * 1000).astype("M8[us]")
    cell = (np.floor(rows["lat"]) + 90) * 360 + np.floor(rows["lon"]) + 180
    zero = np.zeros(len(rows), int)
    copied = Copy.of("position", [
        times("time", when), times("received", when),
        integers("spool", rows["sent_ms"], ">i8"),
        floats("lon_deg", rows["lon"], ">f8"), floats("lat_deg", rows["lat"], ">f8"),
        integers("mmsi", exercise.company.fleet.mmsi[rows["vessel"]].astype(int), ">i4"),
        integers("segment", rows["vessel"] + 1, ">i4"), integers("cell", cell.astype(int), ">i4"),
        floats("sog_kn", rows["sog"], ">f4"), floats("cog_deg", rows["cog"], ">f4"),
        floats("heading_deg", rows["heading"], ">f4"), integers("feed", zero, ">i4"),
        integers("message", rows["kind"].astype(int), ">i2"),
        integers("nav_status", rows["status"].astype(int), ">i2"),
    ])  # fmt: skip
    if copied:
        copied.send(connection)
    return len(rows)


def _put_old(connection: psycopg.Connection, mmsis: list[int], rows: int) -> None:
    start = START - dt.timedelta(days=OLD_DAYS)
    for begin in range(0, rows, 500_000):
        connection.execute(_OLD, {
            "start": start, "step": dt.timedelta(days=OLD_DAYS) / rows, "mmsis": mmsis,
            "from": begin, "to": min(begin + 500_000, rows), "swing": 0.004,
        })  # fmt: skip


def _who(connection: psycopg.Connection, exercise: Exercise) -> None:
    """Write what each ship says of itself, and that she said it on each of ten voyages."""
    fleet = exercise.company.fleet
    said = {LONG: (70, 0), **{
        mmsi: (kind, imo) for mmsi, kind, imo in
        zip(fleet.mmsi.tolist(), fleet.ship_type.tolist(), fleet.imo.tolist(), strict=True)
    }}  # fmt: skip
    with connection.cursor() as cursor, cursor.copy(
        "COPY vessel (run_id, mmsi, received, message, name, ship_type, imo) FROM STDIN"
    ) as copy:  # fmt: skip
        for mmsi, (kind, imo) in said.items():
            copy.write_row((0, mmsi, START, 5, f"BENCH {mmsi % 100_000}", kind, imo or None))
    connection.execute("""
        INSERT INTO static_report (run_id, mmsi, received, spool, content, feed, message, part,
            imo, name, ship_type, destination)
        SELECT 0, mmsi, %s::timestamptz + voyage * interval '4 hours', voyage, voyage, 0, 5, 0,
            imo, name, ship_type, 'VOYAGE ' || voyage
        FROM vessel, generate_series(0, 9) AS voyage
    """, [START])  # fmt: skip


def _visits(connection: psycopg.Connection) -> None:
    """Write calls of every second ship at ports, and ten years of the long one's."""
    ports = [one.id for one in builtin_zones().of_kind("port").zones[:200]]
    connection.execute("""
        INSERT INTO zone_visit
        SELECT 0, mmsi, segment, 1, (%(ports)s::text[])[1 + (mmsi + k) % 200], change,
            begun + part, begun, lon_deg, lat_deg
        FROM latest, generate_series(0, 9) AS k, LATERAL (
            SELECT %(start)s + k * interval '7 hours' AS begun) AS b,
            (VALUES (1, interval '0 h'), (3, interval '2 h')) AS c (change, part)
        WHERE mmsi % 2 = 0
    """.replace(" % ", " %% "), {"start": START, "ports": ports})  # fmt: skip
    connection.execute("""
        INSERT INTO zone_visit
        SELECT 0, %(mmsi)s, 1, 1, (%(ports)s::text[])[1 + k %% 40], change, begun + part, begun,
            13, 36
        FROM generate_series(0, 1799) AS k, LATERAL (
            SELECT %(old)s + k * interval '2 days' AS begun) AS b,
            (VALUES (1, interval '0 h'), (3, interval '9 h')) AS c (change, part)
    """, {"old": START - dt.timedelta(days=OLD_DAYS), "mmsi": LONG, "ports": ports})  # fmt: skip
