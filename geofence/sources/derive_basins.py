"""Derive the sub-basins: the water parted along the limits of ``basin_limits``.

Run by hand: ``python -m geofence.sources.derive_basins``. It needs the derived land only.

Steps: 1 lengthen each limit ashore, 2 part the water with all of them at once, so that basins
neither overlap nor leave holes, 3 name each piece after the basin that has a point in it,
4 give pieces without a name (creeks behind a cape) to the neighbour with the longest border.
"""

from __future__ import annotations

import re

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geofence.errors import GeofenceError
from geofence.sources import world_atlas
from geofence.sources.basin_limits import BASINS, LIMITS, Limit
from geofence.sources.sea import points, water
from geofence.sources.zone_file import GRID_DEG, Origin, tidy, write_zones
from geofence.zones import Zone

ORIGIN = Origin(
    title="Sub-basins of the Mediterranean",
    source=f"Limits named in IHO S-23 and lines of our own; coast: {world_atlas.SOURCE}",
    version=f"S-23, 3rd edition, 1953; {world_atlas.VERSION}",
    licence="Capes named in S-23 used as facts; Natural Earth: public domain; lines: Apache-2.0",
    date="2026-11",
    derived_by="geofence/sources/derive_basins.py",
    note="Indicative, for telling where a ship is. No borders of states or of jurisdiction.",
)
BEYOND_DEG = 0.05  # 5 km: over the 2 km by which the water reaches ashore


def main() -> None:
    """Write the sub-basins and their sidecar."""
    print(write_zones("sub_basins", basins(), ORIGIN))


def basins() -> list[Zone]:
    """Return one zone per basin of the table; raises GeofenceError where one has no water."""
    zones = []
    for basin, area in zip(BASINS, parted(), strict=True):
        zones.append(
            Zone(
                id=f"basin-{basin.id}",
                name=basin.name,
                kind="sub_basin",
                geometry=tidy(area),
                source=ORIGIN.source,
                licence=ORIGIN.licence,
                version=ORIGIN.version,
                details={"note": basin.note},
            )
        )
    return zones


def parted() -> list[BaseGeometry]:
    """Return the water of each basin of the table, in its order."""
    edges = shapely.union_all([water().boundary, *map(drawn, LIMITS)], grid_size=GRID_DEG)
    pieces = shapely.get_parts(shapely.polygonize([edges]))
    pieces = pieces[shapely.contains(water(), shapely.point_on_surface(pieces))]
    owner = owners(pieces)
    return [shapely.union_all(pieces[owner == i]) for i in range(len(BASINS))]


def owners(pieces: NDArray[np.object_]) -> NDArray[np.int64]:
    """Return the basin of each piece, (n,).

    Raises GeofenceError where two basins have a point in one piece: a limit does not reach land.
    """
    owner = np.full(len(pieces), -1)
    for i, basin in enumerate(BASINS):
        for point in map(shapely.Point, points(basin.inside)):
            piece = int(np.flatnonzero(shapely.contains(pieces, point))[0])
            if owner[piece] not in {-1, i}:
                other = BASINS[owner[piece]].id
                raise GeofenceError(f"no limit between {other} and {basin.id}: expected one")
            owner[piece] = i
    while (owner < 0).any():
        for nameless in np.flatnonzero(owner < 0):
            shared = shapely.length(shapely.intersection(pieces[nameless], pieces))
            shared[owner < 0] = 0.0
            owner[nameless] = owner[int(shared.argmax())] if shared.any() else -1
    return owner


def drawn(limit: Limit) -> shapely.LineString:
    """Return a limit as a line that goes on ashore at both ends."""
    places = re.findall(r"(-?\d+\.\d+) (-?\d+\.\d+)(?:,|$)", limit.line)
    line = np.array(places, float)
    return shapely.LineString(np.concatenate([_beyond(line[1::-1]), line, _beyond(line[-2:])]))


def _beyond(ends: NDArray[np.float64]) -> NDArray[np.float64]:
    step = ends[1] - ends[0]
    end: NDArray[np.float64] = ends[1] + step / np.hypot(*step) * BEYOND_DEG
    return end[None]


if __name__ == "__main__":
    main()
