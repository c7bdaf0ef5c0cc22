"""Zones: which of 60 polygons hold a point, beside shapely on the same points in the same run.

The row of DESIGN §7: 60 crooked polygons of 38 k vertices over the Mediterranean, 100,000 points.
Beside it stand the two ways that shapely offers: STRtree.query with a predicate, and prepared
``contains_xy`` polygon by polygon behind a filter of boxes. The three answers must be the same.
Information: the index of the zones out of the box, the visits of 10,000 vessels, distances to the
shore. CPU seconds of this thread; the best of some passes counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from ais.batches import PositionBatch
from geofence.builtin import builtin_zones
from geofence.index import ZoneIndex
from geofence.shore import load_shore
from geofence.tracker import VisitTracker
from geofence.zones import Zone, ZoneSet

FLOOR = 20.0
POLYGONS, CORNERS, POINTS = 60, 640, 100_000
VESSELS, ROWS = 10_000, 65_536
_PASSES = 3
_TREE_POINTS = 20_000
"""The tree needs a second for all of them: it is asked about a part."""
_NM_DEG = 1 / 60


def polygons(seed: int = 7) -> ZoneSet:
    """Return the 60 crooked polygons."""
    rng = np.random.default_rng(seed)
    zones = []
    for number in range(POLYGONS):
        angle = np.sort(rng.uniform(0, 2 * np.pi, CORNERS))
        wave = 1 + 0.2 * np.sin(3 * angle) + 0.1 * np.sin(17 * angle)
        away = rng.uniform(0.3, 2.5) * (wave + 0.01 * rng.normal(size=CORNERS))
        x = rng.uniform(-5, 36) + away * np.cos(angle)
        y = rng.uniform(31, 45) + away * np.sin(angle)
        shape = shapely.Polygon(np.stack([x, y], axis=1)).buffer(0)
        zones.append(Zone(f"z{number:02}", "bench", "custom", shape, "drawn", "none"))
    return ZoneSet(tuple(zones))


def _best(work: Callable[[], Any], passes: int = _PASSES) -> tuple[float, Any]:
    """Return the CPU seconds of the best pass, and what it gave."""
    best, answer = np.inf, None
    for _ in range(passes):
        begin = time.thread_time()
        answer = work()
        best = min(best, time.thread_time() - begin)
    return float(best), answer


def _prepared(
    shapes: NDArray[Any], lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return (n, 2) of row and polygon by prepared ``contains_xy`` behind a filter of boxes."""
    found = []
    for number, (west, south, east, north) in enumerate(shapely.bounds(shapes)):
        rows = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
        rows = rows[shapely.contains_xy(shapes[number], lon[rows], lat[rows])]
        found.append(np.stack([rows, np.full(len(rows), number)], axis=1))
    return np.concatenate(found)


def _sorted(pairs: NDArray[Any]) -> NDArray[Any]:
    """Return (n, 2) sorted by row, then polygon."""
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def _figure(name: str, value: float, unit: str, **beside: object) -> dict[str, object]:
    """Return a row of ``vedetta bench``."""
    blank: dict[str, object] = {"beside": None, "ratio": None, "floor": None}
    return {"bench": "zones", "name": name, "value": value, "unit": unit, **blank, **beside}


def _index_figures() -> list[dict[str, object]]:
    """Measure the index beside shapely, and that they agree."""
    zones, rng = polygons(), np.random.default_rng(1)
    lon, lat = rng.uniform(-7, 38, POINTS), rng.uniform(29, 47, POINTS)
    index = ZoneIndex.of(zones)
    ours_s, (row, zone) = _best(lambda: index.inside(lon, lat))
    prepared_s, prepared = _best(lambda: _prepared(index.shapes, lon, lat))
    tree = shapely.STRtree(index.shapes)
    points = shapely.points(lon[:_TREE_POINTS], lat[:_TREE_POINTS])
    tree_s, pairs = _best(lambda: tree.query(points, predicate="within"), 1)
    ours = np.stack([row, zone], axis=1)
    assert np.array_equal(ours, _sorted(prepared)), "the index differs from contains_xy"
    assert np.array_equal(ours[row < _TREE_POINTS], _sorted(pairs.T)), "it differs from STRtree"
    rate, tree_rate = POINTS / ours_s, _TREE_POINTS / tree_s
    live_s, _ = _best(lambda: [index.inside(lon[:100], lat[:100]) for _ in range(100)])
    return [
        _figure(
            "points in 60 polygons, identical",
            round(rate),
            "points/s",
            beside=f"STRtree.query {tree_rate:.0f} points/s",
            ratio=round(rate / tree_rate, 1),
            floor=FLOOR,
        ),
        _figure(
            "the same beside contains_xy",
            round(rate),
            "points/s",
            beside=f"prepared, boxes {POINTS / prepared_s:.0f} points/s",
            ratio=round(rate / (POINTS / prepared_s), 1),
        ),
        _figure("100 points", round(live_s / 100 * 1e6, 1), "µs"),
    ]


def traffic(
    step: int, spread_deg: float, seed: int = 5
) -> tuple[PositionBatch, NDArray[np.int64]]:
    """Return the batch ``step`` of vessels round known ports and their slots: a report each 10 s.

    ``spread_deg`` is how far from the ports they are; nine in ten are under way.
    """
    rng = np.random.default_rng(seed)
    ports = builtin_zones().of_kind("port").zones
    middle = shapely.get_coordinates(shapely.centroid([port.geometry for port in ports]))
    place = middle[rng.integers(0, len(middle), VESSELS)]
    place = place + rng.normal(0, spread_deg, (VESSELS, 2))
    speed = rng.uniform(5, 20, VESSELS) * (rng.random(VESSELS) < 0.9) * _NM_DEG
    course = rng.uniform(0, 2 * np.pi, VESSELS)
    slot = np.arange(ROWS) % VESSELS
    seconds = 10 * (np.arange(ROWS) // VESSELS) + 10 * step * (ROWS // VESSELS + 1)
    noise = np.random.default_rng(step).normal(0, 3e-5, (2, ROWS))
    run = speed[slot] * seconds / 3600
    columns = {name: np.zeros(ROWS, kind) for name, kind in PositionBatch.dtypes().items()}
    columns["lon_deg"] = place[slot, 0] + run * np.sin(course[slot]) + noise[0]
    columns["lat_deg"] = place[slot, 1] + run * np.cos(course[slot]) + noise[1]
    columns["time"] = (1_600_000_000_000_000 + seconds * 1_000_000).astype("M8[us]")
    columns["segment"] = (slot + 1).astype("u4")
    return PositionBatch(**columns), slot


def _visits_ns(index: ZoneIndex, spread_deg: float) -> float:
    """Return the nanoseconds of a row, whole step, when the vessels are known."""
    tracker = VisitTracker()
    tracker.adopt(index)
    seconds = []
    for step in range(6):
        rows, slot = traffic(step, spread_deg)
        begin = time.thread_time()
        tracker.step(rows, slot)
        seconds.append(time.thread_time() - begin)
    return min(seconds[1:]) / ROWS * 1e9


def figures() -> list[dict[str, object]]:
    """Measure; AssertionError where an answer differs from shapely's."""
    built_s, index = _best(lambda: ZoneIndex.of(builtin_zones()), 2)
    shore, rng = load_shore(), np.random.default_rng(1)
    lon, lat = rng.uniform(-6, 36.5, 1_000_000), rng.uniform(30, 46, 1_000_000)
    shore_s, _ = _best(lambda: shore.distance_nm(lon, lat))
    return [
        *_index_figures(),
        _figure("index of the zones out of the box", round(built_s, 2), "s"),
        _figure(
            "visits, vessels up to 150 nm from ports", round(_visits_ns(index, 1.0)), "ns/row"
        ),
        _figure("visits, vessels within 10 nm of ports", round(_visits_ns(index, 0.08)), "ns/row"),
        _figure("visits, vessels in ports", round(_visits_ns(index, 0.005)), "ns/row"),
        _figure("distance to shore", round(len(lon) / shore_s), "points/s"),
    ]
