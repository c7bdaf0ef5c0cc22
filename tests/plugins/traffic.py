"""Models of usual traffic made of lanes, as tests need them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from alerts.traffic.grid import cell_of, keys_of, sector_of, speed_of
from alerts.traffic.model import GRAIN, TrafficModel
from alerts.traffic.usual import Usual

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
