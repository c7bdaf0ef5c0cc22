"""Help for rescuers on an alert: what the pipeline knows of ships, and people of contacts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import structlog

from alerts.roles import RoleSettings
from alerts.sar import SarSettings, sar_help
from alerts.scene import NO_SLOT
from geofence.builtin import builtin_zones
from geofence.errors import GeofenceError
from geofence.zones import ZoneSet
from service.pipeline.shelf import ZONES
from service.sea import sea
from store.contacts import contacts_now
from store.editions import adopted, content
from store.errors import StoreError

if TYPE_CHECKING:
    import psycopg

    from alerts.alert import Alert, SarHelp
    from geofence.zones import Zone

AIS_ERROR_NM = 0.1
AREA_ERROR_NM = 3.0
FASTEST_KN = 15.0
_HOUR_US = 3_600_000_000
Helping: TypeAlias = "Callable[[psycopg.Connection, Alert, int], SarHelp | None]"
"""What a rescuer needs for an alert at a time (µs since 1970); None where nothing is known."""
_log = structlog.get_logger()
_regions: dict[str, tuple[Zone, ...]] = {}
_Sea: TypeAlias = "tuple[tuple[int, int], np.ndarray[Any, Any], np.ndarray[Any, Any]]"
"""Connection and time that it was read for, ROW, VESSEL."""


@dataclass(frozen=True, slots=True)
class Rescuing:
    """Makes the help for an alert; what ``Alerting`` asks as its ``sar_help``.

    settings  wind, current, contact lines · roles  vessels whose task is known

    Ships, and the regions in force whose centres are named, are read from the database, so that
    every process can ask.
    """

    settings: SarSettings
    roles: RoleSettings = field(default_factory=RoleSettings)
    _read: list[_Sea] = field(default_factory=list, init=False, repr=False, compare=False)

    def __call__(
        self, connection: psycopg.Connection, alert: Alert, now_us: int
    ) -> SarHelp | None:
        """Return the help; the place is the last report of the vessel, else that of the alert.

        Ships that converge are helpers themselves; in all other alerts those concerned are none.
        Where no place is known the help says so. Raises what the database raises.
        """
        fleet, vessels = self._sea(connection, now_us)
        area = len(alert.mmsis) != 1
        lon, lat, known_us = alert.lon, alert.lat, alert.updated_us
        error_nm = AREA_ERROR_NM if area else AIS_ERROR_NM
        last = None if area else _last(fleet, alert.mmsis[0])
        if last is not None and (lon is None or last["time"] > alert.started_us):
            lon, lat, known_us = float(last["lon"]), float(last["lat"]), int(last["time"])
            error_nm += _sailed_nm(last, now_us)
        contacts = tuple(one.contact for one in contacts_now(connection))
        besides = () if alert.kind == "converging_rescue" else alert.mmsis
        regions = regions_in_force(connection)
        return sar_help(lon, lat, error_nm, known_us, fleet, vessels, regions, self.settings,
                        contacts, now_us, besides)  # fmt: skip

    def at(
        self, connection: psycopg.Connection, place: tuple[float, float], error_nm: float,
        seen_us: int, now_us: int,
    ) -> SarHelp:  # fmt: skip
        """Return the help for somebody seen at ``place`` (lon, lat in degrees) at ``seen_us``."""
        fleet, vessels = self._sea(connection, now_us)
        contacts = tuple(one.contact for one in contacts_now(connection))
        regions = regions_in_force(connection)
        return sar_help(*place, error_nm, seen_us, fleet, vessels, regions, self.settings,
                        contacts, now_us)  # fmt: skip

    def _sea(self, connection: psycopg.Connection, now_us: int) -> tuple[Any, Any]:
        """Return the sea, read once for all alerts of one moment: a flood has dozens of them."""
        asked = (connection.info.backend_pid, now_us)
        kept = self._read[0] if self._read else None
        if kept is None or kept[0] != asked:
            kept = (asked, *sea(connection, now_us, self.roles))
            self._read[:] = [kept]
        return kept[1], kept[2]


def regions_in_force(connection: psycopg.Connection) -> tuple[Zone, ...]:
    """Return the search-and-rescue regions of the zones that took effect last.

    Those that come along before any did, and where they cannot be read. Raises what the database
    raises.
    """
    adoption = adopted(connection).get(ZONES)
    if adoption is None:
        return _own_regions()
    if adoption.sha256 not in _regions:
        try:
            zones = ZoneSet.from_bytes(content(connection, adoption.sha256))
        except (StoreError, GeofenceError) as error:
            _log.error("regions_not_read", sha256=adoption.sha256, error=str(error))
            return _own_regions()
        # Some megabytes to read, so once: an edition never changes.
        _regions.clear()
        _regions[adoption.sha256] = zones.of_kind("sar_region").zones
    return _regions[adoption.sha256]


@cache
def _own_regions() -> tuple[Zone, ...]:
    return builtin_zones().of_kind("sar_region").zones


def helped(
    sar_help: Helping | None, connection: psycopg.Connection, alert: Alert, now_us: int
) -> SarHelp | None:
    """Return the help for a rescue that is not taken back, None where it cannot be made."""
    if sar_help is None or alert.lane != "sar" or alert.state == "retracted":
        return None
    try:
        # A savepoint: what fails here must not take the alert with it.
        with connection.transaction():
            return sar_help(connection, alert, now_us)
    except Exception as error:  # noqa: BLE001 (a rescue is told without rather than not at all)
        _log.error("sar_help_failed", alert=alert.id, error=repr(error))
        return None


def _last(fleet: np.ndarray[Any, Any], mmsi: int) -> Any:  # noqa: ANN401 (a ROW record)
    """Return the newest row of a vessel, None where it is not there."""
    rows = fleet[(fleet["mmsi"] == mmsi) & (fleet["slot"] != NO_SLOT)]
    return rows[np.argmax(rows["received"])] if len(rows) else None


def _sailed_nm(row: Any, now_us: int) -> float:  # noqa: ANN401 (a ROW record)
    """Return how far it may have sailed since its last report, if it went on as it did."""
    speed = float(row["sog"])
    hours = max(0, now_us - int(row["time"])) / _HOUR_US
    return round(min(speed, FASTEST_KN) * min(hours, 1.0), 2) if speed > 0 else 0.0
