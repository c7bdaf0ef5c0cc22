"""What follows the events within the transaction of their block: alerts grow, messages queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import psycopg
import structlog

from service.pipeline.shelf import TRAFFIC, ZONES
from store.events import mark_grown, not_grown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alerts.alert import Vessel
    from alerts.events import Event
    from alerts.traffic.lines import Line
    from geofence.zones import Zone
    from service.pipeline.shelf import Shelf
    from store.editions import Adoption
    from store.writer import Writes

_log = structlog.get_logger()
AT_ONCE = 2_000
"""Events given to the alerts in one transaction; a storm takes several."""


class Growing(Protocol):
    """Makes alerts of events, see ``service.alerting``."""

    def __call__(
        self,
        connection: psycopg.Connection,
        events: Sequence[Event],
        vessels: Mapping[int, Vessel],
        now_us: int,
    ) -> None:
        """Take ``events`` in, within the caller's transaction."""

    def adopt_zones(self, zones: Sequence[Zone]) -> None:
        """Let ``zones`` be in force."""

    def adopt_traffic(self, lines: Sequence[Line]) -> None:
        """Let the lines of a traffic model be known."""


class Telling:
    """Gives events to the alerts; what fails there is named and left aside, rows go on.

    failed  events that no alert could take in; they are tried again after a restart
    error   why, of the last one
    """

    def __init__(self, grow: Growing, shelf: Shelf) -> None:
        """Give events to ``grow``; zones that take effect are taken from ``shelf``."""
        self.failed = 0
        self.error = ""
        self._grow, self._shelf = grow, shelf
        self._is_behind = True
        self._aside: set[int] = set()
        self._vessels: dict[int, Vessel] = {}

    def __call__(self, connection: psycopg.Connection, writes: Writes) -> None:
        """Take in what no alert has yet: the events of ``writes``, and those before that wait.

        Raises psycopg.OperationalError where the connection is gone: the block is tried again.
        """
        for adoption in writes.adoptions:
            self.adopt(adoption)
        if not (writes.events or self._is_behind):
            return
        # What waited for its turn is told with what its own block knew, codes of the list too.
        vessels = self._vessels | {vessel.mmsi: vessel for vessel in writes.vessels}
        found = not_grown(connection, AT_ONCE + len(self._aside))
        waiting = [(number, event) for number, event in found if number not in self._aside]
        self._is_behind = len(waiting) >= AT_ONCE
        self._vessels = vessels if self._is_behind else {}
        if not waiting or self._took(connection, waiting, vessels, writes.now_us):
            return
        for one in waiting:
            if not self._took(connection, [one], vessels, writes.now_us):
                self.failed += 1
                self._aside.add(one[0])
                _log.error("event_without_alert", id=one[1].id, kind=one[1].kind, error=self.error)

    def adopt(self, adoption: Adoption) -> None:
        """Let an edition be in force: one of a block, or what was when the pipeline stopped."""
        if adoption.what == ZONES:
            self._grow.adopt_zones(self._shelf.zones(adoption.sha256).zones.zones)
        elif adoption.what == TRAFFIC:
            self._grow.adopt_traffic(self._shelf.traffic(adoption.sha256).model.lines)

    def _took(
        self,
        connection: psycopg.Connection,
        waiting: Sequence[tuple[int, Event]],
        vessels: Mapping[int, Vessel],
        now_us: int,
    ) -> bool:
        try:
            with connection.transaction():
                self._grow(connection, [event for _, event in waiting], vessels, now_us)
                mark_grown(connection, [number for number, _ in waiting])
        except psycopg.OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 (positions are kept whatever becomes of alerts)
            self.error = repr(error)
            return False
        return True
