"""Batches as the fields of their tables, in the order and the types that the tables have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ais.batches import NO_SEGMENT
from store.copying import Field, floats, integers, texts, times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ais.batches import PositionBatch, StaticBatch
    from geofence.visits import Visits
    from watchlist.hits import Hits

NONE_U1 = 255
"""Not available in the small integer columns of a batch."""


def has_place(batch: PositionBatch) -> NDArray[np.bool_]:
    """Return which rows have coordinates: neither of them is NaN or infinite."""
    return np.isfinite(batch.lon_deg) & np.isfinite(batch.lat_deg)


def placed(batch: PositionBatch) -> PositionBatch:
    """Return the rows that have coordinates: the others say nothing about where."""
    # A distress device reports before it has a fix; detectors see that row, the table does not.
    there = has_place(batch)
    return batch if there.all() else batch.take(there)


def by_vessel_and_time(batch: PositionBatch) -> PositionBatch:
    """Return the rows sorted by vessel and time: the index then grows in neighbouring pages."""
    order = _by_vessel(batch.mmsi)
    mmsi, time = batch.mmsi[order], batch.time[order]
    # Each vessel's rows mostly come in the order of time, and sorting by it costs far more.
    if ((mmsi[1:] == mmsi[:-1]) & (time[1:] < time[:-1])).any():
        order = np.lexsort((batch.time, batch.mmsi))
    return batch.take(order)


def _by_vessel(mmsi: NDArray[np.uint32]) -> NDArray[np.intp]:
    """Return a stable order: NumPy sorts 16 bits by their digits, four times as fast as 32."""
    order = np.argsort((mmsi & 0xFFFF).astype(np.uint16), kind="stable")
    return order[np.argsort((mmsi[order] >> 16).astype(np.uint16), kind="stable")]


def cells(lon_deg: NDArray[np.float64], lat_deg: NDArray[np.float64]) -> NDArray[np.int32]:
    """Return the number of each place's 1° cell, 0 to 65159; 180° E belongs to the last one."""
    east = np.clip(np.floor(lon_deg).astype(np.int32) + 180, 0, 359)
    north = np.clip(np.floor(lat_deg).astype(np.int32) + 90, 0, 180)
    return (north * 360 + east).astype(np.int32)


def position_fields(batch: PositionBatch, run_id: int) -> list[Field]:
    """Return ``batch`` as rows of ``position`` (run 0) or of ``run_position``."""
    head, tail = _where_and_how(batch)
    run = [_constant("run_id", run_id, len(batch))] if run_id else []
    cell = integers("cell", cells(batch.lon_deg, batch.lat_deg), ">i4")
    return [*head, *run, integers("mmsi", batch.mmsi, ">i4"), _segment(batch), cell, *tail]


def latest_fields(batch: PositionBatch, reports: NDArray[np.uint32], run_id: int) -> list[Field]:
    """Return ``batch``, one row per segment with its ``reports`` so far, as rows of ``latest``."""
    head, tail = _where_and_how(batch)
    return [
        _constant("run_id", run_id, len(batch)),
        _segment(batch),
        integers("mmsi", batch.mmsi, ">i4"),
        *head,
        *tail,
        integers("reports", reports, ">i8"),
    ]


def static_fields(batch: StaticBatch, content: NDArray[np.int64], run_id: int) -> list[Field]:
    """Return ``batch`` with the hash of each row as rows of ``static_report``."""
    return [
        _constant("run_id", run_id, len(batch)),
        integers("mmsi", batch.mmsi, ">i4"),
        times("received", batch.received),
        integers("spool", batch.spool, ">i8"),
        integers("content", content, ">i8"),
        integers("feed", batch.feed, ">i4"),
        integers("message", batch.message, ">i2"),
        integers("part", batch.part, ">i2"),
        *_identity(batch),
    ]


def vessel_fields(batch: StaticBatch, run_id: int) -> list[Field]:
    """Return ``batch``, one row per vessel, as rows of ``vessel``."""
    return [
        _constant("run_id", run_id, len(batch)),
        integers("mmsi", batch.mmsi, ">i4"),
        times("received", batch.received),
        integers("message", batch.message, ">i2"),
        *_identity(batch),
    ]


def visit_fields(visits: Visits, zones: Sequence[str], run_id: int) -> list[Field]:
    """Return ``visits`` as rows of ``zone_visit``; ``zones`` has the ids that the index means."""
    return [
        _constant("run_id", run_id, len(visits)),
        integers("mmsi", visits.mmsi, ">i4"),
        _segment(visits),
        integers("spool", visits.spool, ">i8"),
        texts("zone", _encoded([zones[i] for i in visits.zone.tolist()])),
        integers("change", visits.change, ">i2"),
        times("time", visits.time),
        times("since", visits.since),
        floats("lon_deg", visits.lon_deg, ">f8"),
        floats("lat_deg", visits.lat_deg, ">f8"),
    ]


def hit_fields(hits: Hits, entries: Sequence[tuple[str, int]], run_id: int) -> list[Field]:
    """Return ``hits`` as rows of ``watchlist_hit``.

    ``entries`` has the ids and versions that their index means.
    """
    # Only those named: a list has 50,000 entries and a block some hits.
    meant = [entries[i] for i in hits.entry.tolist()]
    return [
        _constant("run_id", run_id, len(hits)),
        integers("mmsi", hits.mmsi, ">i4"),
        times("received", hits.received),
        integers("spool", hits.spool, ">i8"),
        texts("entry", _encoded([entry for entry, _ in meant])),
        integers("version", np.array([version for _, version in meant], np.int64), ">i4"),
        integers("matched_on", hits.matched_on, ">i2"),
        floats("score", hits.score, ">f4"),
        integers("agrees", hits.agrees, ">i2"),
        integers("disagrees", hits.disagrees, ">i2"),
        texts("name", hits.name),
        texts("call_sign", hits.call_sign),
        integers("imo", hits.imo, ">i8", 0),
    ]


def _encoded(said: Sequence[str]) -> NDArray[np.bytes_]:
    # At least one byte wide: numpy makes S0 of no texts, which COPY has no use for.
    return np.array([*(text.encode() for text in said), b"-"])[:-1]


def _where_and_how(batch: PositionBatch) -> tuple[list[Field], list[Field]]:
    head = [
        times("time", batch.time),
        times("received", batch.received),
        integers("spool", batch.spool, ">i8"),
        floats("lon_deg", batch.lon_deg, ">f8"),
        floats("lat_deg", batch.lat_deg, ">f8"),
    ]
    tail = [
        floats("sog_kn", batch.sog_kn, ">f4"),
        floats("cog_deg", batch.cog_deg, ">f4"),
        floats("heading_deg", batch.heading_deg, ">f4"),
        integers("feed", batch.feed, ">i4"),
        integers("message", batch.message, ">i2"),
        integers("nav_status", batch.nav_status, ">i2", NONE_U1),
    ]
    return head, tail


def _identity(batch: StaticBatch) -> list[Field]:
    return [
        integers("imo", batch.imo, ">i8", 0),
        texts("call_sign", batch.call_sign),
        texts("name", batch.name),
        integers("ship_type", batch.ship_type, ">i2", NONE_U1),
        floats("to_bow_m", batch.to_bow_m, ">f4"),
        floats("to_stern_m", batch.to_stern_m, ">f4"),
        floats("to_port_m", batch.to_port_m, ">f4"),
        floats("to_starboard_m", batch.to_starboard_m, ">f4"),
        floats("draught_m", batch.draught_m, ">f4"),
        texts("destination", batch.destination),
        integers("eta_month", batch.eta_month, ">i2", NONE_U1),
        integers("eta_day", batch.eta_day, ">i2", NONE_U1),
        integers("eta_hour", batch.eta_hour, ">i2", NONE_U1),
        integers("eta_minute", batch.eta_minute, ">i2", NONE_U1),
        integers("mothership", batch.mothership, ">i4", 0),
    ]


def _segment(batch: PositionBatch | Visits) -> Field:
    return integers("segment", batch.segment, ">i4", NO_SEGMENT)


def _constant(name: str, value: int, rows: int) -> Field:
    return Field(name, np.full(rows, value, ">i4"))
