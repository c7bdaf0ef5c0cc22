"""Decoded rows of an alert's vessels as tables for people; nothing is computed from them again."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import numpy as np

from ais.batches import Columns, PositionBatch, StaticBatch
from ais.spool.layout import split

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from service.evidence.rerun import Found

POSITIONS, STATICS = "rows/positions.csv", "rows/statics.csv"
_POSITION = ("time", "received", "mmsi", "message", "lon_deg", "lat_deg", "sog_kn", "cog_deg",
             "heading_deg", "nav_status")  # fmt: skip
_STATIC = ("received", "mmsi", "message", "imo", "name", "call_sign", "ship_type", "to_bow_m",
           "to_stern_m", "to_port_m", "to_starboard_m", "draught_m", "destination")  # fmt: skip
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a text that begins so for a formula: an apostrophe is put before it."""
_ABSENT = 255


def rows_members(found: Found, own: Collection[int]) -> dict[str, bytes]:
    """Return the tables of positions and of identities of the vessels ``own``."""
    return {
        POSITIONS: _table(PositionBatch.join(found.positions), _POSITION, own),
        STATICS: _table(StaticBatch.join(found.statics), _STATIC, own),
    }


def _table(batch: Columns, names: Sequence[str], own: Collection[int]) -> bytes:
    mmsi = batch.mmsi  # type: ignore[attr-defined]
    rows = batch.take(np.isin(mmsi, np.fromiter(own, np.uint32)))
    columns = [_column(getattr(rows, name)) for name in names]
    places = [split(int(at)) for at in rows.spool]  # type: ignore[attr-defined]
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow([*names, "segment", "offset"])
    table.writerows([*cells, *place] for *cells, place in zip(*columns, places, strict=True))
    return out.getvalue().encode()


def _column(column: Any) -> Iterable[Any]:  # noqa: ANN401 (a numpy column)
    if column.dtype.kind == "M":
        return [f"{one}Z" for one in np.datetime_as_string(column, unit="ms").tolist()]
    if column.dtype.kind == "S":
        return [_harmless(one.decode("ascii", "replace").strip()) for one in column.tolist()]
    if column.dtype.kind == "f":
        digits = 5 if column.dtype.itemsize == 8 else 2  # noqa: PLR2004 (degrees; knots)
        return ["" if np.isnan(one) else f"{one:.{digits}f}" for one in column.tolist()]
    absent = _ABSENT if column.dtype.itemsize == 1 else None
    return ["" if one == absent else one for one in column.tolist()]


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_DANGEROUS) else text
