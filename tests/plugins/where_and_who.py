"""Visits, hits and an adoption as a block leaves them, with believable defaults."""

from __future__ import annotations

from typing import Any

import numpy as np

from geofence.visits import ENTERED, Visits
from store.editions import Adoption
from watchlist.hits import ON_IMO, Hits

AT = "2020-07-04T14:51:02.5"
TAKEN = Adoption("zones", 3, "ab" * 32, 40, 1_593_874_262_123_457)
_VISIT = {
    "row": 0, "mmsi": 247_320_162, "segment": 4, "spool": 1, "zone": 1, "change": ENTERED,
    "time": AT, "since": AT, "lon_deg": 12.5, "lat_deg": 41.25,
}  # fmt: skip
_HIT = {
    "mmsi": 247_320_162, "received": AT, "spool": 1, "entry": 1, "matched_on": ON_IMO,
    "score": 1.0, "agrees": 2, "disagrees": 8, "name": b"GHOST", "call_sign": b"IBCD",
    "imo": 9_074_729,
}  # fmt: skip


def visited(**columns: Any) -> tuple[tuple[Visits, tuple[str, ...]], ...]:
    """Return one visit, or as many as ``columns`` are long, of the zones «west» and «malta»."""
    return ((_columns(Visits, _VISIT, columns), ("west", "malta")),)


def found(**columns: Any) -> tuple[tuple[Hits, tuple[tuple[str, int], ...]], ...]:
    """Return one hit, or as many as ``columns`` are long, of two entries."""
    return ((_columns(Hits, _HIT, columns), (("V-000001", 1), ("V-000002", 7))),)


def _columns(kind: Any, defaults: dict[str, Any], columns: dict[str, Any]) -> Any:
    rows = max([1, *map(len, columns.values())])
    return kind(
        **{
            name: np.array(columns.get(name, [defaults[name]] * rows), dtype)
            for name, dtype in kind.dtypes().items()
        }
    )
