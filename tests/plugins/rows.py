"""Batches with believable defaults, of which a test names only the columns that it is about."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from ais.batches import Columns, PositionBatch, StaticBatch
from store.writer import Writes

if TYPE_CHECKING:
    from collections.abc import Sequence

_Batch = TypeVar("_Batch", bound=Columns)
_POSITION = {
    "mmsi": 247_320_162, "time": "2020-07-04T14:51:02.5", "received": "2020-07-04T14:51:02.5",
    "lon_deg": 12.5, "lat_deg": 41.25, "sog_kn": 8.5, "cog_deg": 90.0, "heading_deg": 91.0,
    "nav_status": 0, "message": 1, "feed": 0, "spool": 1, "segment": 0,
}  # fmt: skip
_STATIC = {
    "mmsi": 247_320_162, "received": "2020-07-04T14:51:02.5", "feed": 0, "spool": 1, "message": 5,
    "part": 0, "imo": 0, "call_sign": b"", "name": b"", "ship_type": 70, "to_bow_m": 100.0,
    "to_stern_m": 20.0, "to_port_m": 10.0, "to_starboard_m": 8.0, "draught_m": 6.5,
    "destination": b"NAPOLI", "eta_month": 255, "eta_day": 255, "eta_hour": 255,
    "eta_minute": 255, "mothership": 0,
}  # fmt: skip


def positions(**columns: Sequence[Any]) -> PositionBatch:
    """Return a batch as long as the longest of ``columns``, one row if there are none."""
    return _batch(PositionBatch, _POSITION, columns)


def statics(**columns: Sequence[Any]) -> StaticBatch:
    """Return a batch of type 5 reports, in spool order."""
    batch = _batch(StaticBatch, _STATIC, columns)
    if "spool" not in columns:
        batch.spool[:] = np.arange(1, len(batch) + 1)
    return batch


def _batch(
    kind: type[_Batch], defaults: dict[str, Any], columns: dict[str, Sequence[Any]]
) -> _Batch:
    rows = max([1, *map(len, columns.values())])
    filled = {
        f.name: np.array(columns.get(f.name, [defaults[f.name]] * rows), kind.dtypes()[f.name])
        for f in fields(kind)
    }
    return kind(**filled)


def writes(
    rows: PositionBatch | None = None,
    *,
    statics: StaticBatch | None = None,
    last: PositionBatch | None = None,
    reports: Sequence[int] = (),
    offset: int = 1,
    feeds: Sequence[str] = (),
    lines: int = 1,
    now_us: int = 1_593_874_262_500_000,
) -> Writes:
    """Return a block's writes, empty but for what is named."""
    none = PositionBatch.empty()
    return Writes(
        positions=none if rows is None else rows,
        statics=StaticBatch.empty() if statics is None else statics,
        last=none if last is None else last,
        reports=np.asarray(reports, np.uint32),
        offset=offset,
        feeds=feeds,
        lines=lines,
        now_us=now_us,
    )
