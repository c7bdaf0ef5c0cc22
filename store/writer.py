"""The one way in which decoded rows reach the database: a block, whole, with the spool offset."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from ais.batches import NO_SEGMENT
from store.connect import connect, told_apart
from store.copying import Copy
from store.coverage import put_cells
from store.editions import put_adoptions
from store.errors import CursorMovedError, StoreError, UnavailableError
from store.events import put_events
from store.identities import LastContents, current, keys
from store.queries import query
from store.rows import (
    by_vessel_and_time,
    has_place,
    hit_fields,
    latest_fields,
    placed,
    position_fields,
    static_fields,
    vessel_fields,
    visit_fields,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import psycopg
    from numpy.typing import NDArray

    from ais.batches import PositionBatch, StaticBatch
    from alerts.alert import Vessel
    from alerts.events import Event
    from geofence.visits import Visits
    from store.editions import Adoption
    from watchlist.hits import Hits


@dataclass(frozen=True, slots=True)
class Writes:
    """What one block of lines leaves in the database.

    positions, statics  all rows of the block; positions without coordinates are left out
    last, reports       one row per segment that changed: its newest row, and (n,) its rows so far
    offset              spool position behind the block
    feeds               names of all feeds so far, by code
    lines               lines in the block
    now_us              the last tick, µs since 1970
    visits              with each, the ids of the zones that its index means
    hits                with each, id and version of the entries that its index means
    adoptions           control lines of the block
    events, vessels     what the detectors said, in order, and whom the events name
    coverage            MAP_CELL (cells,) of ais.coverage where it is due, else None
    era_us              to where the clock was set back before the block, µs since 1970; 0 = not
    """

    positions: PositionBatch
    statics: StaticBatch
    last: PositionBatch
    reports: NDArray[np.uint32]
    offset: int
    feeds: Sequence[str]
    lines: int
    now_us: int
    visits: tuple[tuple[Visits, tuple[str, ...]], ...] = ()
    hits: tuple[tuple[Hits, tuple[tuple[str, int], ...]], ...] = ()
    adoptions: tuple[Adoption, ...] = ()
    events: tuple[Event, ...] = ()
    vessels: tuple[Vessel, ...] = ()
    coverage: NDArray[Any] | None = None
    era_us: int = 0


@dataclass(frozen=True, slots=True)
class Prepared:
    """``writes`` with the bytes that COPY sends already made: half of the work, no database.

    rows               positions that have a place
    positions, latest  None without rows
    rare               visits and hits
    """

    writes: Writes
    rows: int
    positions: Copy | None
    latest: Copy | None
    rare: tuple[Copy, ...] = ()


class Writer:
    """Commits blocks of one run, each in one transaction; run 0 is the live service.

    Raises UnavailableError when the database went away (call ``reconnect`` until it works, then
    commit the same block again), RefusedError when it refuses the rows, and CursorMovedError when
    somebody else writes to the same run.
    """

    def __init__(
        self,
        dsn: str,
        run_id: int = 0,
        told: Callable[[psycopg.Connection, Writes], None] | None = None,
    ) -> None:
        """Connect; ``told`` is called within the transaction of each block, after its events."""
        self.run_id = run_id
        self._told = told
        self._dsn = dsn
        self._connection: psycopg.Connection | None = None
        self._tried: tuple[int, int] | None = None
        self._position = 0
        self.reconnect()

    def __enter__(self) -> Self:
        """Return the writer."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self.close()

    def close(self) -> None:
        """Close the connection; ``reconnect`` opens it again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def offset(self) -> int:
        """Return the spool position up to which everything is committed."""
        return self._position

    def feeds(self) -> list[str]:
        """Return the names of the feeds by code, as committed."""
        return list(self._feeds)

    def reconnect(self) -> None:
        """Open a new connection and read what is committed; raises UnavailableError."""
        self.close()
        with told_apart(), ExitStack() as failed:
            connection = failed.enter_context(closing(connect(self._dsn, autocommit=True)))
            connection.execute(query("stages"))
            self._read_state(connection)
            failed.pop_all()
        self._connection = connection

    def _read_state(self, connection: psycopg.Connection) -> None:
        run = {"run_id": self.run_id}
        found = connection.execute(
            "SELECT position, commits FROM cursor WHERE run_id = %(run_id)s", run
        ).fetchone()
        if found is None:
            msg = f"run {self.run_id} is not in the database: expected one that open_run gave"
            raise StoreError(msg)
        self._position, self._commits = found
        names = connection.execute(
            "SELECT name FROM feed WHERE run_id = %(run_id)s ORDER BY code", run
        )
        self._feeds = [name for (name,) in names]
        rows = connection.execute(query("last_contents"), run).fetchall()
        columns = np.array(rows, np.int64).reshape(-1, 4).T
        self._known = LastContents.of(keys(*columns[:3]), columns[3])

    def prepare(self, writes: Writes) -> Prepared:
        """Make what ``commit`` sends; in any thread, while another block is being committed."""
        rows = by_vessel_and_time(placed(writes.positions))
        table = "run_position" if self.run_id else "position"
        there = (writes.last.segment != NO_SEGMENT) & has_place(writes.last)
        newest = latest_fields(writes.last.take(there), writes.reports[there], self.run_id)
        return Prepared(
            writes,
            len(rows),
            Copy.of(table, position_fields(rows, self.run_id)),
            Copy.of("stage_latest", newest),
            tuple(self._rare(writes)),
        )

    def _rare(self, writes: Writes) -> Iterator[Copy]:
        for visits, zones in writes.visits:
            if copy := Copy.of("zone_visit", visit_fields(visits, zones, self.run_id)):
                yield copy
        for hits, entries in writes.hits:
            if copy := Copy.of("watchlist_hit", hit_fields(hits, entries, self.run_id)):
                yield copy

    def commit(self, block: Writes | Prepared) -> None:
        """Write one block and the offset behind it, all or nothing.

        A block whose commit was cut off and turns out to have been done is not written twice.
        """
        prepared = block if isinstance(block, Prepared) else self.prepare(block)
        writes = prepared.writes
        if self._was_done(writes):
            self._tried = None
            return
        if self._connection is None:
            msg = "the writer is not connected: call reconnect"
            raise UnavailableError(msg)
        # Stays set when the answer is lost: only the database then knows whether it was done.
        self._tried = (self._commits, writes.offset)
        with told_apart(), self._connection.transaction():
            known = self._write(self._connection, prepared)
        # Only now: a block that was rolled back must leave no trace in memory either.
        self._tried = None
        self._commits += 1
        self._position = writes.offset
        # A restart may know fewer than were committed by the one before it.
        self._feeds += writes.feeds[len(self._feeds) :]
        self._known = known

    def _was_done(self, writes: Writes) -> bool:
        return self._tried is not None and (self._commits - 1, writes.offset) == self._tried

    def _write(self, connection: psycopg.Connection, prepared: Prepared) -> LastContents:
        writes = prepared.writes
        if writes.era_us:
            connection.execute(
                query("set_back_latest"), {"era_us": writes.era_us, "run_id": self.run_id}
            )
        if prepared.positions:
            prepared.positions.send(connection)
        if prepared.latest:
            # By way of a table of the session: COPY itself cannot replace rows.
            prepared.latest.send(connection)
            connection.execute(query("merge_latest"))
        for copy in prepared.rare:
            copy.send(connection)
        put_adoptions(connection, writes.adoptions, self.run_id)
        put_events(connection, writes.events, self.run_id)
        if writes.coverage is not None and not self.run_id:
            put_cells(connection, writes.coverage)
        if self._told is not None:
            self._told(connection, writes)
        known = self._write_statics(connection, writes.statics)
        self._write_feeds(connection, writes.feeds)
        moved = connection.execute(
            query("move_cursor"),
            {
                "offset": writes.offset,
                "lines": writes.lines,
                "rows": prepared.rows,
                "now_us": writes.now_us,
                "run_id": self.run_id,
                "commits": self._commits,
            },
        )
        if moved.fetchone() is None:
            raise CursorMovedError(self.run_id)
        # A replay changes nothing that a live page shows.
        if not self.run_id:
            connection.execute("NOTIFY vedetta_live")
        return known

    def _write_statics(self, connection: psycopg.Connection, batch: StaticBatch) -> LastContents:
        if not len(batch):
            return self._known
        rows, content, known = self._known.news(batch)
        if len(rows):
            news = batch.take(rows)
            history = static_fields(news, content[rows], self.run_id)
            newest = vessel_fields(current(news), self.run_id)
            for copy in (Copy.of("static_report", history), Copy.of("stage_vessel", newest)):
                if copy:
                    copy.send(connection)
            connection.execute(query("merge_vessel"))
        return known

    def _write_feeds(self, connection: psycopg.Connection, names: Sequence[str]) -> None:
        if any(name != there for name, there in zip(names, self._feeds, strict=False)):
            msg = f"feeds {list(names)!r} do not begin with those committed, {self._feeds!r}"
            raise StoreError(msg)
        for code in range(len(self._feeds), len(names)):
            connection.execute(
                "INSERT INTO feed (run_id, code, name) VALUES (%s, %s, %s)",
                [self.run_id, code, names[code]],
            )
