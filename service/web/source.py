"""Where the web process gets its data: one Protocol, fulfilled by the store."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from maps.live.picture import ROWS
from store.connect import connect
from store.fleet import IDENTITY, identities
from store.live import get_health, latest_rows, track, vessel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    import psycopg
    from numpy.typing import NDArray

_PATIENCE_S = 4  # less than the poller's and the questions' own, so that their threads come back


@dataclass(frozen=True, slots=True)
class PartHealth:
    """What a process last said of itself: ``state`` as it wrote it, ``at_ms`` when, epoch ms."""

    state: dict[str, Any]
    at_ms: int


class Source(Protocol):
    """Blocking reads; each raises when the database does not answer."""

    def rows(self) -> NDArray[np.void]:
        """Return the newest row of each segment, (n,) maps.live.picture.ROWS."""

    def health(self) -> dict[str, PartHealth]:
        """Return what each process last said of itself, by its name."""

    def vessel(self, mmsi: int) -> dict[str, Any] | None:
        """Return what is known of a vessel, None if nothing is."""

    def track(self, mmsi: int, start: datetime, end: datetime) -> NDArray[np.void]:
        """Return a vessel's positions: fields time (datetime64[us]), lon_deg, lat_deg, segment."""

    def close(self) -> None:
        """Let go of what reading needed; a later read takes it again."""


class StoreSource:
    """The database as a Source: a connection for each use, kept while it works."""

    def __init__(self, dsn: str) -> None:
        """Remember ``dsn``; nothing is opened yet."""
        self._dsn = dsn
        self._idle: list[psycopg.Connection] = []
        self._lock = threading.Lock()
        self._known = np.empty(0, IDENTITY)
        self._since: datetime | None = None

    def rows(self) -> NDArray[np.void]:
        """Return the newest row of each segment with its vessel's identity."""
        with self._connection() as connection:
            latest = latest_rows(connection)
            changed, self._since = identities(connection, self._since)
        if len(changed):
            kept = self._known[~np.isin(self._known["mmsi"], changed["mmsi"])]
            known = np.empty(len(kept) + len(changed), IDENTITY)
            known[: len(kept)], known[len(kept) :] = kept, changed
            self._known = known[np.argsort(known["mmsi"])]
        return joined(latest, self._known)

    def health(self) -> dict[str, PartHealth]:
        """Return what each process last said of itself."""
        with self._connection() as connection:
            parts = get_health(connection)
        return {
            part: PartHealth(row["state"], int(row["at"].timestamp() * 1000))
            for part, row in parts.items()
        }

    def vessel(self, mmsi: int) -> dict[str, Any] | None:
        """Return what is known of a vessel."""
        with self._connection() as connection:
            return vessel(connection, mmsi)

    def track(self, mmsi: int, start: datetime, end: datetime) -> NDArray[np.void]:
        """Return a vessel's positions from ``start`` to ``end``."""
        with self._connection() as connection:
            return track(connection, mmsi, start, end)

    def close(self) -> None:
        """Close the idle connections."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection]:
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        connection = connection or connect(self._dsn, autocommit=True, patience_s=_PATIENCE_S)
        try:
            yield connection
        except BaseException:
            # Whatever went wrong, the next reader must not inherit a connection in that state.
            connection.close()
            raise
        with self._lock:
            self._idle.append(connection)


def joined(latest: NDArray[Any], known: NDArray[np.void]) -> NDArray[np.void]:
    """Return ``latest`` as ROWS, with the identities ``known`` (sorted by mmsi) filled in."""
    rows = np.zeros(len(latest), ROWS)
    rows["ship_type"] = 255
    for name in ("to_bow_m", "to_stern_m", "to_port_m", "to_starboard_m"):
        rows[name] = np.nan
    for name in set(ROWS.names or ()) & set(latest.dtype.names or ()):
        column = latest[name]
        rows[name] = column.view("i8") if column.dtype.kind == "M" else column
    if len(known):
        place = np.minimum(np.searchsorted(known["mmsi"], rows["mmsi"]), len(known) - 1)
        found = known["mmsi"][place] == rows["mmsi"]
        for name in set(IDENTITY.names or ()) - {"mmsi"}:
            rows[name][found] = known[name][place[found]]
    return rows
