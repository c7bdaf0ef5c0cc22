"""Land-free paths that the exercise sails on: strips of water with a middle line and a half-width.

A vessel keeps its own lane in [-1, 1]: the share of the half-width by which it sails to starboard
of the middle line. Each piece of a strip is the hull of its four corners and holds no land
(``derive_routes`` proves it), and a lane's track inside that piece is a straight line between
two of its sides, so no lane of any vessel crosses land.

Kept in ``data/routes.json`` as integers (1e-4 degree and metres), one path per key:
``lane:A>B``, ``berth:A:n``, ``anchor:A:n``, ``loop:A:n``, ``ground:G>A`` and ``tow:G:n``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from service.exercise.scenario import ScenarioError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ROUTES = Path(__file__).parent / "data" / "routes.json"
METRES_PER_DEG = 111_195.0
"""One degree of a great circle of the mean Earth radius."""
UNIT_DEG = 1e-4


@dataclass(frozen=True, slots=True)
class Paths:
    """All paths in flat columns; path p has the points ``first[p]:first[p + 1]``.

    keys   name of each path · first (paths + 1,) i8
    lon_deg, lat_deg (points,) f8 middle line · right_lon_deg, right_lat_deg (points,) f8: what to
    add for lane 1, to starboard of forward travel · along_m (points,) f8 from the path's start
    """

    keys: tuple[str, ...]
    first: NDArray[np.int64]
    lon_deg: NDArray[np.float64]
    lat_deg: NDArray[np.float64]
    right_lon_deg: NDArray[np.float64]
    right_lat_deg: NDArray[np.float64]
    along_m: NDArray[np.float64]

    def length_m(self, path: int) -> float:
        """Return the length of the middle line of ``path``."""
        return float(self.along_m[self.first[path + 1] - 1])

    def lane(self, path: int, lane: float) -> NDArray[np.float64]:
        """Return the track of ``lane`` on ``path`` in forward travel, degrees, (points, 2)."""
        rows = slice(self.first[path], self.first[path + 1])
        lon = self.lon_deg[rows] + lane * self.right_lon_deg[rows]
        lat = self.lat_deg[rows] + lane * self.right_lat_deg[rows]
        return np.column_stack([lon, lat])


def sides(
    points_deg: NDArray[np.float64], half_width_m: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what to add to each point for lane 1, degrees, (n, 2).

    The side is square to the mean of the courses before and after the point.
    """
    scale = np.cos(np.radians(points_deg[:, 1]))
    east = np.diff(points_deg[:, 0]) * (scale[1:] + scale[:-1]) / 2
    north = np.diff(points_deg[:, 1])
    length = np.maximum(np.hypot(east, north), 1e-12)
    unit = np.column_stack([east / length, north / length])
    mean = np.vstack([unit[:1], unit[:-1] + unit[1:], unit[-1:]])
    mean /= np.maximum(np.hypot(mean[:, 0], mean[:, 1]), 1e-9)[:, None]
    reach = half_width_m / METRES_PER_DEG
    return np.column_stack([mean[:, 1] * reach / scale, -mean[:, 0] * reach])


def along(points_deg: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distance of each point from the first along the line, metres, (n,)."""
    scale = np.cos(np.radians((points_deg[1:, 1] + points_deg[:-1, 1]) / 2))
    steps = np.hypot(np.diff(points_deg[:, 0]) * scale, np.diff(points_deg[:, 1]))
    return np.concatenate([[0.0], np.cumsum(steps * METRES_PER_DEG)])


def stored(points_deg: NDArray[np.float64], half_width_m: NDArray[np.float64]) -> list[list[int]]:
    """Return a strip as it is kept in the file: longitudes, latitudes, half-widths as integers."""
    grid = np.rint(points_deg / UNIT_DEG).astype(int)
    return [grid[:, 0].tolist(), grid[:, 1].tolist(), np.floor(half_width_m).astype(int).tolist()]


def restored(strip: Sequence[Sequence[int]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the middle line (n, 2) in degrees and the half-widths (n,) in metres of a strip."""
    points = np.column_stack([strip[0], strip[1]]).astype(float) * UNIT_DEG
    return points, np.asarray(strip[2], float)


@lru_cache(maxsize=4)
def load_paths(file: Path = ROUTES) -> Paths:
    """Read all paths of ``file``; raises ScenarioError when it is missing or broken."""
    try:
        strips: dict[str, list[list[int]]] = json.loads(file.read_bytes())["paths"]
        lines = [restored(strip) for strip in strips.values()]
    except (OSError, ValueError, KeyError, IndexError) as problem:
        raise ScenarioError(
            f"routes {file} cannot be read ({problem}): make them with "
            "python -m service.exercise.derive_routes"
        ) from problem
    points = np.concatenate([line for line, _ in lines])
    right = np.concatenate([sides(line, width) for line, width in lines])
    return Paths(
        keys=tuple(strips),
        first=np.cumsum([0, *(len(line) for line, _ in lines)]).astype(np.int64),
        lon_deg=points[:, 0].copy(),
        lat_deg=points[:, 1].copy(),
        right_lon_deg=right[:, 0].copy(),
        right_lat_deg=right[:, 1].copy(),
        along_m=np.concatenate([along(line) for line, _ in lines]),
    )
