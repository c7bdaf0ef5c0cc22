"""What questions about zones and identities are answered from: a Protocol, the store behind it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from alerts.traffic.model import TrafficModel
from geofence.builtin import builtin_zones
from geofence.zones import ZoneSet
from service.identity import identity_on_page
from service.traffic.learning import TRAFFIC, moment
from service.traffic.picture import Cell, picture_of
from service.web.connections import Connections
from store.coverage import cells
from store.editions import content, newest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from watchlist.vessels import VesselIdentity

_ZONES = "zones"  # as editions and control lines call them
_LOCAL_RUN = 0  # what was received here, and not a replay


@dataclass(frozen=True, slots=True)
class Shown:
    """The usual traffic as the map shows it: its edition (0 = none), until when it was learned."""

    version: int = 0
    sha256: str = ""
    until: str = ""
    cells: tuple[Cell, ...] = ()


class Facts(Protocol):
    """Blocking reads; each raises when the database does not answer."""

    def edition(self) -> tuple[int | None, str]:
        """Return version and SHA-256 of the zones in force; None: never published, our own."""

    def zones(self, sha256: str) -> ZoneSet:
        """Return the zones of an edition."""

    def identity(self, mmsi: int) -> VesselIdentity | None:
        """Return who a vessel said she was, over time; None if she was never heard."""

    def coverage(self) -> NDArray[Any]:
        """Return what is heard where, ais.coverage.MAP_CELL (n,); empty before the first."""

    def traffic(self) -> Shown:
        """Return the usual traffic of the newest edition; version 0 where there is none."""

    def close(self) -> None:
        """Let go of what reading needed; a later read takes it again."""


class StoreFacts:
    """The database as Facts; the list of vessels of interest is not among what it reads."""

    def __init__(self, dsn: str) -> None:
        """Remember ``dsn``; nothing is opened yet."""
        self._connections = Connections(dsn)
        self._shown = Shown()

    def edition(self) -> tuple[int | None, str]:
        """Return version and SHA-256 of the newest published zones, or of our own."""
        with self._connections.one() as connection:
            row = newest(connection, _ZONES)
        return (row.version, row.sha256) if row else (None, own_zones()[1])

    def zones(self, sha256: str) -> ZoneSet:
        """Return the zones of an edition: a published one, or what comes along."""
        own, own_sha256 = own_zones()
        if sha256 == own_sha256:
            return own
        with self._connections.one() as connection:
            return ZoneSet.from_bytes(content(connection, sha256))

    def identity(self, mmsi: int) -> VesselIdentity | None:
        """Return who a vessel said she was, from all her own reports that are stored."""
        with self._connections.one() as connection:
            return identity_on_page(connection, mmsi, _LOCAL_RUN)

    def coverage(self) -> NDArray[Any]:
        """Return the newest picture of what is heard where."""
        with self._connections.one() as connection:
            return cells(connection)

    def traffic(self) -> Shown:
        """Return the usual traffic of the newest edition, made once for each."""
        with self._connections.one() as connection:
            row = newest(connection, TRAFFIC)
            if row is None or row.sha256 == self._shown.sha256:
                return self._shown
            model = TrafficModel.from_bytes(content(connection, row.sha256))
        until = f"{moment(model.until_us):%Y-%m-%d}"
        self._shown = Shown(row.version, row.sha256, until, tuple(picture_of(model)))
        return self._shown

    def close(self) -> None:
        """Close the idle connections."""
        self._connections.close()


@cache
def own_zones() -> tuple[ZoneSet, str]:
    """Return the zones that come along and their SHA-256: some megabytes to hash, so once."""
    zones = builtin_zones()
    return zones, zones.sha256()
