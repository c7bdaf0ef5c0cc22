"""From chosen rows to what a format writes: one stream for each kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pyarrow as pa
import shapely

from maps.export import SCHEMAS, Content, Export
from maps.tables import entry_rows, zone_rows
from service.disclosure import entry_codes_of
from service.editions import zones_in_force
from service.exporting import happened, linked, moving
from service.exporting.choosing import Chosen, Viewer
from service.exporting.tally import Tally
from service.known import UnknownError
from service.leaving import may_leave
from store import watchlist
from store.thinning import Thinning

if TYPE_CHECKING:
    import datetime as dt

    import psycopg

    from geofence.zones import Zone
    from watchlist.entries import WatchlistEntry

_MESSAGES = frozenset(("cap", "cise"))
_NOTHING = pa.schema([])


def content_of(
    connection: psycopg.Connection, chosen: Chosen, layout: Export, viewer: Viewer,
    thinning: Thinning, now: dt.datetime, tally: Tally,
) -> Content:  # fmt: skip
    """Return what ``layout`` writes; rows are read while they are written, on ``connection``."""
    kind, title = chosen.asked.kind, chosen.asked.title()
    if kind == "zones":
        zones = tuple(_zones(connection, chosen, tally))
        rows = zone_rows(zones) if zones else None
        return Content(kind, title, _NOTHING, [rows] if rows else [], zones=zones)
    if kind == "watchlist":
        entries = _entries(connection, chosen, viewer, tally)
        listed = entry_rows(entries) if entries else None
        return Content(kind, title, _NOTHING, [listed] if listed else [], entries=entries)
    if kind == "links":
        network = linked.network_leaving(connection, chosen, viewer, now, tally)
        ties = linked.link_batches(network)
        # Others are gone that have no place: the format is asked before the rows are made.
        batches = _placed(ties, tally) if layout.placed else ties
        return Content(kind, title, SCHEMAS[kind], batches, network=network)
    if chosen.asked.layout in _MESSAGES:
        alerts = happened.alerts_leaving(connection, chosen, viewer, tally)
        now_us = int(now.timestamp() * 1_000_000)
        told = happened.notices(connection, alerts, now_us, tally)
        return Content(kind, title, _NOTHING, (), notices=told)
    batches = _batches(connection, chosen, viewer, thinning, tally)
    if layout.placed:
        batches = _placed(batches, tally)
    return Content(kind, title, SCHEMAS[kind], batches)


def _batches(
    connection: psycopg.Connection, chosen: Chosen, viewer: Viewer, thinning: Thinning,
    tally: Tally,
) -> Iterator[pa.RecordBatch]:  # fmt: skip
    kind = chosen.asked.kind
    if kind == "events":
        return happened.event_batches(connection, chosen, viewer, tally)
    if kind == "alerts":
        alerts = happened.alerts_leaving(connection, chosen, viewer, tally)
        return happened.alert_batches(alerts, tally)
    names = moving.Names(connection, chosen)
    rows = moving.leaving(connection, chosen, thinning, tally)
    draw = moving.track_batches if kind == "tracks" else moving.position_batches
    return draw(rows, names, tally)


def _placed(batches: Iterable[pa.RecordBatch], tally: Tally) -> Iterator[pa.RecordBatch]:
    """Yield rows that have a place: others cannot stand in the format, and are counted."""
    left_out = 0
    for batch in batches:
        lon = batch.column("lon_deg")
        if lon.null_count:
            left_out += lon.null_count
            tally.rows -= lon.null_count
            batch = batch.filter(lon.is_valid())  # noqa: PLW2901
        if len(batch):
            yield batch
    if left_out:
        tally.note(f"{left_out:,} without a place are left out: this format needs one")


def _zones(connection: psycopg.Connection, chosen: Chosen, tally: Tally) -> Iterator[Zone]:
    there = {zone.id: zone for zone in zones_in_force(connection).zones}
    for one in chosen.asked.zones:
        if one not in there:
            raise UnknownError(f"{one[:80]}: no such zone; see vedetta zones list")
    box = chosen.selection.box
    area = chosen.shape or (shapely.box(*box) if box else None)
    for zone in there.values():
        named = zone.id in chosen.asked.zones if chosen.asked.zones else True
        if named and (area is None or zone.geometry.intersects(area)):
            tally.rows += 1
            tally.sources.add(f"{zone.source}, {zone.licence}")
            yield zone


def _entries(
    connection: psycopg.Connection, chosen: Chosen, viewer: Viewer, tally: Tally
) -> tuple[WatchlistEntry, ...]:
    """Return the entries in force that may leave, of the chosen vessels only where some are."""
    there = {one.entry.id: one.entry for one in watchlist.in_force(connection)}
    seen = [one for one in there.values() if viewer.knows(one) and _named(chosen, one)]
    found = may_leave(seen, there, tally.permission)
    for name, why in found.kept:
        tally.keep(name, why)
    tally.mix(entry_codes_of(one) for one in found.entries)
    tally.sources.update(one.contributor or "no contributor" for one in found.entries)
    tally.rows += len(found.entries)
    return found.entries


def _named(chosen: Chosen, entry: WatchlistEntry) -> bool:
    mmsis = chosen.selection.mmsis
    if mmsis is None:
        return True
    imos = {name.partition(":")[2] for name in chosen.asked.vessels if ":" in name}
    return bool({*entry.mmsi} & {*mmsis}) or bool({str(one) for one in entry.imo} & imos)
