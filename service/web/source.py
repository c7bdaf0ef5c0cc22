"""Where the web process gets its data: one Protocol, fulfilled by the store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from maps.live.picture import ROWS
from service.web.connections import Connections
from store.fleet import IDENTITY, identities
from store.live import get_health, latest_rows, track, vessel
from store.thinning import Thinning

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray


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

    def __init__(self, dsn: str, thinning: Thinning | None = None) -> None:
        """Remember ``dsn``; nothing is opened yet. ``thinning``: what positions are stored by."""
        self._thinning = thinning or Thinning()
        self.connections = Connections(dsn)
        self._known = np.empty(0, IDENTITY)
        self._since: datetime | None = None

    def rows(self) -> NDArray[np.void]:
        """Return the newest row of each segment with its vessel's identity."""
        with self.connections.one() as connection:
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
        with self.connections.one() as connection:
            parts = get_health(connection)
        return {
            part: PartHealth(row["state"], int(row["at"].timestamp() * 1000))
            for part, row in parts.items()
        }

    def vessel(self, mmsi: int) -> dict[str, Any] | None:
        """Return what is known of a vessel."""
        with self.connections.one() as connection:
            return vessel(connection, mmsi)

    def track(self, mmsi: int, start: datetime, end: datetime) -> NDArray[np.void]:
        """Return a vessel's positions from ``start`` to ``end``."""
        with self.connections.one() as connection:
            return track(connection, mmsi, start, end, thinning=self._thinning)

    def close(self) -> None:
        """Close the idle connections."""
        self.connections.close()


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
        for name in set(ROWS.names or ()) & set(known.dtype.names or ()) - {"mmsi"}:
            rows[name][found] = known[name][place[found]]
    return rows
