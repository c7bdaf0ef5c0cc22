"""Positions and tracks as batches: levelled, cut to the area, named, and never held as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely

from maps.export import SCHEMAS
from service.exporting.tally import Tally
from store.exports import LEAVING, feed_names, positions
from store.fleet import identities
from store.past import known
from store.thinning import Leveller, Thinning
from watchlist.flags import flag

if TYPE_CHECKING:
    import psycopg
    from numpy.typing import NDArray

    from service.exporting.choosing import Chosen

SILENCE_S = 3600
"""A line ends where nothing was heard for so long: it does not say where she was meanwhile."""
_NO_STATUS = 255
CUT = np.dtype([*((name, LEAVING[name]) for name in LEAVING.names or ()), ("gone", "i8")])
"""A position that leaves, and how many were left out before it as outside of the area."""


class Names:
    """Who vessels say they are now, and what feeds are called."""

    def __init__(self, connection: psycopg.Connection, chosen: Chosen) -> None:
        """Read the identities that may be needed, and the feeds."""
        mmsis = chosen.selection.mmsis
        found = identities(connection)[0] if mmsis is None else known(connection, mmsis)
        self.rows = np.sort(found, order="mmsi")
        self.feeds = feed_names(connection)

    def of(self, mmsis: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """Return the identity of each of ``mmsis``, and whether there is one."""
        if not len(self.rows):
            return np.zeros(len(mmsis), self.rows.dtype), np.zeros(len(mmsis), bool)
        place = np.minimum(np.searchsorted(self.rows["mmsi"], mmsis), len(self.rows) - 1)
        rows = self.rows[place]
        return rows, rows["mmsi"] == mmsis


def leaving(
    connection: psycopg.Connection, chosen: Chosen, thinning: Thinning, tally: Tally
) -> Iterator[NDArray[Any]]:
    """Yield the positions that leave, arrays of CUT sorted by mmsi and time."""
    leveller, shape, gone = Leveller(thinning), chosen.shape, 0
    if shape is not None:
        shapely.prepare(shape)
    for block in positions(connection, chosen.selection):
        tally.step(len(block))
        tally.read += len(block)
        rows = leveller.step(block)
        inside = np.ones(len(rows), bool)
        if shape is not None:
            inside = shapely.contains_xy(shape, rows["lon_deg"], rows["lat_deg"])
        cut = np.empty(int(inside.sum()), CUT)
        for name in LEAVING.names or ():
            cut[name] = rows[name][inside]
        cut["gone"] = gone + np.cumsum(~inside)[inside]
        gone += int((~inside).sum())
        if len(cut):
            yield cut
    if thinning.every_s > 0:
        tally.note(f"at most one position per vessel in {thinning.every_s:g} s while nothing "
                   "changes, the same for all vessels")  # fmt: skip


def position_batches(
    rows: Iterator[NDArray[Any]], names: Names, tally: Tally
) -> Iterator[pa.RecordBatch]:
    """Yield positions as SCHEMAS says."""
    schema = SCHEMAS["positions"]
    for block in rows:
        tally.rows += len(block)
        mmsis, at = np.unique(block["mmsi"], return_inverse=True)
        status, segment = block["nav_status"], block["segment"]
        columns = [
            pa.array(block["mmsi"]), _vessel_texts(names, mmsis, at, "name"),
            _moments(block["time"]), pa.array(block["lon_deg"]), pa.array(block["lat_deg"]),
            *(pa.array(block[one], mask=np.isnan(block[one]))
              for one in ("sog_kn", "cog_deg", "heading_deg")),
            pa.array(status, mask=status == _NO_STATUS), pa.array(block["message"]),
            _feeds(names, block["feed"], tally), _moments(block["received"]),
            pa.array(segment, mask=segment < 0),
        ]  # fmt: skip
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def track_batches(
    rows: Iterator[NDArray[Any]], names: Names, tally: Tally
) -> Iterator[pa.RecordBatch]:
    """Yield tracks as SCHEMAS says: a line for each segment, cut at silences and at blocks.

    It is cut where positions were left out as outside of the area, too.
    The first point of a line that goes on from the block before is the last one there.
    """
    open_rows, lines = np.zeros(0, CUT), np.zeros(0, bool)
    lone = 0
    for block in rows:
        _feeds(names, block["feed"], tally)
        tally.points += len(block)
        held = np.concatenate((open_rows, block))
        drawn = np.concatenate((lines, np.zeros(len(block), bool)))
        order = np.lexsort((held["time"], held["segment"], held["mmsi"]))
        held, drawn = held[order], drawn[order]
        starts = _starts(held)
        sizes = np.diff(np.append(starts, len(held)))
        drawn |= np.repeat(sizes > 1, sizes)
        last = _last_of(held)
        lone += int((~drawn & ~last).sum())
        open_rows, lines = held[last], drawn[last]
        if (sizes > 1).any():
            batch = _lines(held, sizes, names)
            tally.rows += len(batch)
            yield batch
    if lone := lone + int((~lines).sum()):
        tally.note(f"{lone:,} positions stand alone, are no line, and are left out")
    tally.note(f"a line ends where nothing was heard for {SILENCE_S // 60} min, and where the "
               "vessel was outside of the area")  # fmt: skip


def _starts(held: NDArray[Any]) -> NDArray[np.int64]:
    """Return where lines begin in rows sorted by mmsi, segment and time."""
    new = np.ones(len(held), bool)
    silence = np.timedelta64(SILENCE_S, "s")
    new[1:] = (
        (held["mmsi"][1:] != held["mmsi"][:-1])
        | (held["segment"][1:] != held["segment"][:-1])
        | (np.diff(held["time"]) > silence)
        | (held["gone"][1:] != held["gone"][:-1])
    )
    return np.flatnonzero(new)


def _last_of(held: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which rows are the last of a segment of the vessel with which the block ends."""
    ends = np.ones(len(held), bool)
    ends[:-1] = (held["segment"][1:] != held["segment"][:-1]) | (
        held["mmsi"][1:] != held["mmsi"][:-1]
    )
    going_on: NDArray[np.bool_] = ends & (held["mmsi"] == held["mmsi"].max())
    return going_on


def _lines(held: NDArray[Any], sizes: NDArray[np.int64], names: Names) -> pa.RecordBatch:
    """Return the lines of two points and more."""
    long = sizes > 1
    rows = held[np.repeat(long, sizes)]
    sizes = sizes[long]
    ends = np.cumsum(sizes)
    begins = ends - sizes
    offsets = pa.array(np.append(0, ends).astype(np.int32))
    first, segment = rows[begins], rows[begins]["segment"]
    mmsis, at = np.unique(first["mmsi"], return_inverse=True)
    who, there = names.of(first["mmsi"])
    kind = who["ship_type"].astype(np.int16)
    flags = [flag(int(one)) for one in mmsis]
    columns = [
        pa.array(first["mmsi"]), _vessel_texts(names, mmsis, at, "name"),
        pa.array(segment, mask=segment < 0),
        pa.array(who["imo"].astype(np.int32), mask=~there | (who["imo"] == 0)),
        _vessel_texts(names, mmsis, at, "call_sign"),
        _coded(at, flags),
        pa.array(kind, mask=~there | (kind == _NO_STATUS)),
        _moments(first["time"]), _moments(rows[ends - 1]["time"]),
        pa.array(sizes.astype(np.int32)),
        _list(offsets, _moments(rows["time"])), _list(offsets, pa.array(rows["lon_deg"])),
        _list(offsets, pa.array(rows["lat_deg"])),
        *(_list(offsets, pa.array(rows[one], mask=np.isnan(rows[one])))
          for one in ("sog_kn", "cog_deg")),
    ]  # fmt: skip
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMAS["tracks"])


def _list(offsets: pa.Array, values: pa.Array) -> pa.ListArray:
    return pa.ListArray.from_arrays(offsets, values)


def _moments(times: NDArray[Any]) -> pa.Array:
    return pa.array(times.astype("M8[ms]")).cast(pa.timestamp("ms", tz="UTC"))


def _vessel_texts(
    names: Names, mmsis: NDArray[Any], at: NDArray[Any], field: str
) -> pa.DictionaryArray:
    """Return a text of the identity of each row, coded: a text for each of ``mmsis``."""
    who, there = names.of(mmsis)
    texts = [
        one.decode("utf-8", "replace") or None if heard else None
        for one, heard in zip(who[field], there, strict=True)
    ]
    return _coded(at, texts)


def _coded(at: NDArray[Any], texts: list[str | None]) -> pa.DictionaryArray:
    """Return the text of each row, coded: ``at`` is its place among ``texts``."""
    missing = np.array([one is None for one in texts], bool)
    places = pa.array(at.astype(np.int32), mask=missing[at])
    return pa.DictionaryArray.from_arrays(places, pa.array([one or "" for one in texts]))


def _feeds(names: Names, codes: NDArray[Any], tally: Tally) -> pa.DictionaryArray:
    there, at = np.unique(codes, return_inverse=True)
    texts = [names.feeds.get(int(one), f"feed {one}") for one in there]
    tally.sources.update(texts)
    return _coded(at, [*texts])
