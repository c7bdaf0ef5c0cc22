"""Models of usual traffic made of lanes, as tests need them."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from alerts.traffic.grid import cell_of, keys_of, sector_of, speed_of
from alerts.traffic.model import GRAIN, TrafficModel
from alerts.traffic.usual import Usual
from geofence.visits import LEFT, Visits
from store.writer import Writer
from tests.plugins.rows import positions, statics, writes

if TYPE_CHECKING:
    from datetime import datetime

LANE = (20.8, 33.45, 22.6)
"""From longitude, latitude, to longitude: the lane of ``lane_model``, sailed eastwards."""


def lane_model(
    ships: int = 1200, kind: int = 1, lane: tuple[float, float, float] = LANE, kn: float = 13.0
) -> TrafficModel:
    """A lane of one class that ``ships`` sailed eastwards, at ``kn`` and a little about it."""
    west, lat, east = lane
    counts: dict[int, int] = {}
    for lon in np.arange(west + 0.025, east, 0.05):
        for share, knots in ((0.25, kn - 2), (0.5, kn), (0.25, kn + 2)):
            parts = ([cell_of(lon, lat)], [kind], [sector_of(90.0)], [speed_of(knots)])
            key = int(keys_of(*map(np.array, parts))[0])
            counts[key] = counts.get(key, 0) + round(ships * share)
    keys = np.array(sorted(counts), np.uint32)
    weight = np.array([counts[key] * GRAIN for key in keys.tolist()], np.uint32)
    return TrafficModel(keys, weight, until_us=1_770_000_000_000_000)


@lru_cache(4)
def lane_usual(ships: int = 1200, kind: int = 1) -> Usual:
    """The same as detectors read it."""
    return Usual.of(lane_model(ships, kind))


def sailed_lane(dsn: str, day: datetime, ships: int = 700) -> None:
    """Write a day on which ``ships`` sailed a degree of the lane eastwards, at 13 knots or so."""
    west, lat, _ = LANE
    steps = 40
    lon = np.tile(west + 0.4 + np.arange(steps) * 0.025, ships)
    mmsi = np.repeat(247_100_000 + np.arange(ships), steps)
    seconds = np.tile(np.arange(steps) * 340, ships) + np.repeat(np.arange(ships) * 60, steps)
    time = np.datetime64(day.replace(tzinfo=None), "us") + seconds.astype("m8[s]")
    order = np.argsort(time, kind="stable")
    rows = positions(
        mmsi=mmsi, segment=mmsi - 247_000_000, time=time, received=time, lon_deg=lon,
        lat_deg=np.full(len(mmsi), lat), cog_deg=np.full(len(mmsi), 90.0),
        sog_kn=np.repeat(np.tile([12.0, 13.0, 14.5, 13.5], ships)[:ships], steps),
    ).take(order)  # fmt: skip
    rows.spool[:] = np.arange(1, len(rows) + 1)
    everybody = np.unique(mmsi)
    said = statics(
        mmsi=everybody, ship_type=[70] * ships, name=[b"TRADER"] * ships,
        received=[time[order[0]]] * ships,
    )  # fmt: skip
    with Writer(dsn) as writer:
        writer.commit(writes(rows, statics=said, offset=writer.offset() + 1, feeds=["malta"]))


def called(dsn: str, day: datetime, mmsi: int, *ports: str, hours: float = 10) -> None:
    """Write calls of a ship at zones, an hour each, every ``hours`` from ``day``."""
    count = len(ports)
    since = np.datetime64(day.replace(tzinfo=None), "us") + np.arange(count) * np.timedelta64(
        round(hours * 60), "m"
    )
    names = tuple(dict.fromkeys(ports))
    rows = Visits(**{
        name: np.array(values, kind)
        for (name, kind), values in zip(
            Visits.dtypes().items(),
            (range(count), [mmsi] * count, [4] * count, range(1, count + 1),
             [names.index(port) for port in ports], [LEFT] * count,
             since + np.timedelta64(60, "m"), since, [12.5] * count, [41.0] * count),
            strict=True,
        )
    })  # fmt: skip
    with Writer(dsn) as writer:
        block = writes(offset=writer.offset() + 1, now_us=int(since[-1].astype("i8")))
        writer.commit(replace(block, visits=((rows, names),)))
