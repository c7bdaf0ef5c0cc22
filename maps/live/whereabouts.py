"""Where a position is, as people say it: sub-basin, nearest port, distance to the shore."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geofence.ports import nearest_port
from geofence.shore import distance_to_shore_nm

if TYPE_CHECKING:
    from datetime import datetime

    from maps.live.zones import ZoneChart

_OFF_VALLETTA = (14.53, 35.9)  # close enough for the coast's own edges to be asked


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What is known of a place; None is not available.

    sub_basins       names, none on land or outside of all
    nearest_port     name of the nearest port of the zones in force, nearest_port_nm from it
    shore_nm         distance to the shore, negative on land
    """

    sub_basins: tuple[str, ...] | None = None
    nearest_port: str | None = None
    nearest_port_nm: float | None = None
    shore_nm: float | None = None


def prepare() -> None:
    """Make and load what the first answer needs: the shore's raster and all compiled loops.

    Takes seconds, the first time on a machine some ten of them; raises GeofenceError where a file
    of ours is missing.
    """
    distance_to_shore_nm(*_OFF_VALLETTA)
    nearest_port(*_OFF_VALLETTA)


def whereabouts(lon_deg: float, lat_deg: float, chart: ZoneChart, now: datetime) -> Whereabouts:
    """Return where a place is among the zones of ``chart`` that are valid ``now`` (UTC)."""
    if not (math.isfinite(lon_deg) and math.isfinite(lat_deg)):
        return Whereabouts()
    basins = (zone.name for zone in chart.at(lon_deg, lat_deg, now) if zone.kind == "sub_basin")
    index, away = chart.ports.nearest(lon_deg, lat_deg)
    shore = float(distance_to_shore_nm(lon_deg, lat_deg)[0])
    return Whereabouts(
        tuple(basins),
        chart.ports.zones[index[0]].name if index[0] >= 0 else None,
        _rounded(float(away[0])),
        _rounded(shore),
    )


def _rounded(miles: float) -> float | None:
    """Return to a tenth: the coast that it is measured from is a mile off in places."""
    return round(miles, 1) if math.isfinite(miles) else None
