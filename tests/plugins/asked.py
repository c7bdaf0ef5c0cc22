"""A day at sea of which questions are asked: each ship does one thing, many do nothing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from alerts.distances import ahead
from store.writer import Writer
from tests.plugins.rows import positions, statics, writes

if TYPE_CHECKING:
    from numpy.typing import NDArray

BEGIN = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
END = BEGIN + dt.timedelta(days=1)
MOTHER, RUNNER, SILENT, NEWCOMER, FERRY = (
    247_000_001,
    247_000_100,
    247_000_101,
    247_000_102,
    247_000_103,
)
PASSING = tuple(range(247_000_200, 247_000_230))
STOPPED_AT = (12.6, 35.05)
LANDED = "35.49 12.60"
LANDED_AT = "2026-05-01T07:20"
_STEP_MIN = 3.0

Leg = tuple[float, float, float]
"""Course, knots, minutes."""


def track(lon: float, lat: float, legs: list[Leg], start_min: float = 0.0) -> NDArray[Any]:
    """Return minutes, lon, lat, knots and course of a ship, a row every three minutes."""
    rows, minutes = [], start_min
    for course, kn, lasts in legs:
        for step in np.arange(0.0, lasts, _STEP_MIN):
            place = ahead(lon, lat, course, kn * 1852 * step / 60)
            rows.append((minutes + step, *place, kn, course % 360))
        lon, lat = ahead(lon, lat, course, kn * 1852 * lasts / 60)
        minutes += lasts
    return np.array(rows)


def fleet() -> dict[int, NDArray[Any]]:
    """Return the day of each ship."""
    south = ahead(*STOPPED_AT, 180.0, 8.0 * 1852 * 4)
    quiet = track(15.0, 36.0, [(90.0, 8.0, 720)])
    ships = {
        # Four hours north, 50 minutes at rest, and back the way she came.
        MOTHER: track(*south, [(0.0, 8.0, 240), (0.0, 0.3, 50), (180.0, 9.0, 300)]),
        RUNNER: track(11.2, 36.2, [(90.0, 11.0, 900)]),
        SILENT: quiet[(quiet[:, 0] < 180) | (quiet[:, 0] > 660)],
        NEWCOMER: track(18.0, 35.0, [(0.0, 10.0, 120)], start_min=1200),
        FERRY: track(12.0, 35.3, [(90.0, 20.0, 240), (270.0, 20.0, 240)]),
    }
    for k, mmsi in enumerate(PASSING):
        ships[mmsi] = track(10.5 + 0.05 * k, 34.5 + 0.03 * k, [(90.0, 9.0 + 0.2 * k, 900)])
    return ships


def write(dsn: str) -> None:
    """Write the day, and the day before a report of everybody but NEWCOMER."""
    ships = fleet()
    parts = [np.column_stack([np.full(len(rows), mmsi), rows]) for mmsi, rows in ships.items()]
    old = [[mmsi, -1500.0, *rows[0, 1:]] for mmsi, rows in ships.items() if mmsi != NEWCOMER]
    every = np.vstack([np.array(old), *parts])
    every = every[np.lexsort((every[:, 1], every[:, 0]))]
    mmsi = every[:, 0].astype(np.int64)
    time = np.datetime64(BEGIN.replace(tzinfo=None), "us") + (every[:, 1] * 60e6).astype("m8[us]")
    rows = positions(
        mmsi=mmsi, time=time, received=time, segment=mmsi - 247_000_000, lon_deg=every[:, 2],
        lat_deg=every[:, 3], sog_kn=every[:, 4], cog_deg=every[:, 5],
        spool=np.arange(len(mmsi)) + 1,
    )  # fmt: skip
    last = rows.take(np.flatnonzero(np.append(mmsi[1:] != mmsi[:-1], True)))
    said = statics(
        mmsi=[MOTHER, RUNNER, FERRY], name=[b"PELAGIA", b"<b>RUNNER", b"LINE"],
        ship_type=[30, 70, 60], received=[time[0]] * 3,
    )  # fmt: skip
    block = writes(
        rows, statics=said, last=last, reports=np.ones(len(last)), offset=1000, feeds=["malta"],
        now_us=int(END.timestamp() * 1e6),
    )  # fmt: skip
    with Writer(dsn) as writer:
        writer.commit(block)
