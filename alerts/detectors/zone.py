"""What vessels do at zones, for those zones and vessels of which somebody wants to hear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ais.compiled import allocating
from alerts.distances import NM_M, metres
from alerts.errors import EventError
from alerts.events import Event, Fact
from alerts.kinds import Severity
from alerts.scene import CRAFT, NO_SLOT, ROLES, SHIP
from geofence.visits import CHANGES, CROSSED, DWELL, ENTERED, LEFT, PRESENT
from geofence.zones import KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from alerts.detector import State
    from alerts.scene import Scene, World
    from geofence.visits import Visits
    from geofence.zones import Zone

_MINUTE_US = 60_000_000
_HOUR_US = 60 * _MINUTE_US
_SWEEP_US = 10 * _MINUTE_US
_STAYS = ("zone_entered", "zone_present", "zone_dwell")
_FRAMES = ("land", "band_12nm", "band_24nm", "sub_basin", "sar_region", "office_area", "port")
"""Kinds that say where a vessel is, and nothing of what it does."""
_LISTED_FRAMES = ("port",)
"""Those of which a listed vessel is told all the same."""


@dataclass(frozen=True, slots=True)
class ZoneDetector:
    """A vessel is present in, enters, leaves, crosses or stays in a zone (``zone_*``).

    The visits are geofence's (settings ``visits.*``: 2 fixes, or 60 s, or 250 m deep; left at
    500 m outside; dwell 60 min). Here it is decided which of them are told:

    - listed vessels: every kind of zone but the frames (land, bands, basins, search and rescue
      regions, office areas): a visit of one coast would be told five times over;
    - others: zones of ``told_kinds`` (what people drew or imported to be told of it), but not by
      ``ignored_roles``;
    - others, coasts: only who comes across the sea. A vessel of ``voyage_roles``, at most
      ``voyage_max_length_m`` long, that left a departure coast and enters an arrival coast at
      least ``voyage_nm`` away within ``voyage_h``, without a stay (dwell) in port in between.

    Never told of others: land, bands, basins, ports, regions, and the traffic along a coast: the
    straits alone would give thousands a day, and nobody would read the rest.

    told_kinds            kinds of zones that are told of any vessel
    ignored_roles         vessels that are at work there, of other zones than those of listed ones
    voyage_roles          what may have come across, by role
    voyage_max_length_m   longest vessel of a crossing, metres (not known counts as short)
    voyage_nm             between leaving the one coast and entering the other, nautical miles
    voyage_h              between the two, hours
    silence_h             a stay is closed when the vessel was not heard for so long, hours

    An entry, presence or dwell stays open until the vessel has left; leaving and crossing are
    moments: opened and closed at once. Source: DETECTORS §2 row 8; coasts: §4 (Turkey - Calabria).
    Known false alarms: yachts and coasters on an honest voyage. A crossing is ``low`` and becomes
    more only with other events.
    """

    version: ClassVar[int] = 1
    kinds: ClassVar[tuple[str, ...]] = tuple(f"zone_{word}" for word in CHANGES.values())
    uses: ClassVar[tuple[str, ...]] = ("zones",)
    TABLE: ClassVar[np.dtype[Any] | None] = None

    told_kinds: tuple[str, ...] = ("custom",)
    ignored_roles: tuple[str, ...] = ("search and rescue", "law enforcement", "pilot")
    voyage_roles: tuple[str, ...] = ("unknown", "cargo", "fishing", "sailing", "pleasure", "other")
    voyage_max_length_m: float = 100.0
    voyage_nm: float = 60.0
    voyage_h: float = 240.0
    silence_h: float = 24.0

    def __post_init__(self) -> None:
        """Refuse kinds and roles that there are not; raises EventError."""
        _known("told_kinds", self.told_kinds, KINDS)
        _known("ignored_roles", self.ignored_roles, ROLES)
        _known("voyage_roles", self.voyage_roles, ROLES)

    def step(self, state: State, scene: Scene) -> list[Event]:
        """Return what the visits of ``scene`` came to."""
        told: list[Event] = []
        for visits, zones in scene.visits if len(scene.rows) else ():
            at = _rows_of(scene.rows, visits.spool, visits.mmsi)
            for k in np.flatnonzero(self._worth(scene, visits, zones, at)).tolist():
                row = scene.rows[at[k]]
                vessel = scene.world.vessels[row["vessel"]]
                told += self._visit(state, visits.take(slice(k, k + 1)), row, vessel, zones)
        return told

    def _visit(
        self,
        state: State,
        visit: Any,  # noqa: ANN401 (Visits of one row)
        row: Any,  # noqa: ANN401 (a ROW)
        vessel: Any,  # noqa: ANN401 (a VESSEL)
        zones: tuple[Zone, ...],
    ) -> list[Event]:
        zone, change = zones[visit.zone[0]], int(visit.change[0])
        stay = f"{row['slot']}|{row['segment']}|{zone.id}"
        told: list[Event] = []
        if change == LEFT:
            told += _close(state, stay, int(visit.time[0].view("i8")), int(row["spool"]))
        voyage = self._voyage(state, visit, vessel, zone)
        if not (voyage or self._wanted(vessel, zone)):
            return told
        event = self._event(visit, row, vessel, zone, voyage)
        if event.kind in _STAYS:
            return [*told, state.book.open(f"{stay}|{event.kind}", event, int(row["received"]))]
        closed = event.next("closed", event.updated_us, ended_us=event.started_us, reason="moment")
        return [*told, event, closed]

    def _worth(
        self, scene: Scene, visits: Visits, zones: tuple[Zone, ...], at: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Tell quickly which visits can matter: most are ordinary, at bands and basins."""
        rows, kinds = scene.rows[at], [zones[zone].kind for zone in visits.zone.tolist()]
        vessels = scene.world.vessels[rows["vessel"]]
        trusted = scene.world.untrusted[rows["slot"]] <= rows["received"]
        trusted &= (at >= 0) & ((vessels["kind"] == SHIP) | (vessels["kind"] == CRAFT))
        always = np.array(
            [kind not in _FRAMES or kind in self.told_kinds for kind in kinds], np.bool_
        )
        always |= visits.change == LEFT
        dwells = np.array([kind == "port" for kind in kinds], np.bool_) & (visits.change == DWELL)
        framed = np.array([kind in _LISTED_FRAMES for kind in kinds], np.bool_) & vessels["listed"]
        worth: NDArray[np.bool_] = trusted & (always | dwells | framed)
        return worth

    def _wanted(self, vessel: Any, zone: Zone) -> bool:  # noqa: ANN401 (a VESSEL)
        if vessel["listed"]:
            return zone.kind not in _FRAMES or zone.kind in (*_LISTED_FRAMES, *self.told_kinds)
        return zone.kind in self.told_kinds and ROLES[vessel["role"]] not in self.ignored_roles

    def _voyage(
        self,
        state: State,
        visit: Any,  # noqa: ANN401 (Visits of one row)
        vessel: Any,  # noqa: ANN401 (a VESSEL)
        zone: Zone,
    ) -> dict[str, Fact]:
        """Remember who leaves a departure coast; return the voyage that ends at this coast."""
        voyages = state.memory.setdefault("voyages", {})
        name, change = str(vessel["mmsi"]), int(visit.change[0])
        time, lon, lat = int(visit.time[0].view("i8")), *_place(visit)
        if zone.kind == "departure_coast":
            voyages.pop(name, None)
            if change in {LEFT, CROSSED} and self._may_cross(vessel):
                voyages[name] = [zone.id, time, lon, lat]
        elif zone.kind == "port" and change == DWELL:
            voyages.pop(name, None)
        if zone.kind != "arrival_coast" or change not in {ENTERED, PRESENT, CROSSED}:
            return {}
        if name not in voyages:
            return {}
        coast, left, from_lon, from_lat = voyages[name]
        away_nm = round(metres(from_lon, from_lat, lon, lat) / NM_M, 1)
        hours = round((time - left) / _HOUR_US, 2)
        if away_nm < self.voyage_nm or not 0 <= hours <= self.voyage_h:
            return {}
        return {
            "came_from": Fact(coast),
            "came_nm": Fact(away_nm, "nm", self.voyage_nm),
            "came_h": Fact(hours, "h", self.voyage_h),
        }

    def _may_cross(self, vessel: Any) -> bool:  # noqa: ANN401 (a VESSEL)
        long = vessel["length_m"] > self.voyage_max_length_m
        return ROLES[vessel["role"]] in self.voyage_roles and not long

    def _event(
        self,
        visit: Any,  # noqa: ANN401 (Visits of one row)
        row: Any,  # noqa: ANN401 (a ROW)
        vessel: Any,  # noqa: ANN401 (a VESSEL)
        zone: Zone,
        voyage: dict[str, Fact],
    ) -> Event:
        time, lon, lat = int(visit.time[0].view("i8")), *_place(visit)
        since = int(visit.since[0].view("i8"))
        kind = f"zone_{CHANGES[int(visit.change[0])]}"
        severity: Severity | None = "info" if zone.kind in _FRAMES else None
        if vessel["listed"] and kind == "zone_entered" and zone.kind == "arrival_coast":
            severity = "medium"
        facts = {
            "zone_name": Fact(zone.name),
            "zone_kind": Fact(zone.kind),
            "legal_status": Fact(zone.legal_status),
            "leave_m": Fact(zone.leave_m, "m"),
            "since_s": Fact(round((time - since) / 1e6), "s"),
            "listed": Fact(bool(vessel["listed"])),
            **voyage,
        }
        return Event.begin(
            kind, self.version, started_us=time, updated_us=max(time, int(row["time"])),
            lon=lon, lat=lat, mmsi=int(row["mmsi"]), zone=zone.id, severity=severity,
            evidence=facts, inputs=(int(row["spool"]),), trigger=int(row["spool"]),
        )  # fmt: skip

    def tick(self, state: State, world: World) -> list[Event]:
        """Close stays of vessels that are not heard, and in zones that are no more."""
        if not state.passes(world.now_us, _SWEEP_US):
            return []
        oldest = world.now_us - round(self.voyage_h * _HOUR_US)
        voyages = state.memory.get("voyages", {})
        for name in [name for name, (_, left, *_) in voyages.items() if left < oldest]:
            del voyages[name]
        told: list[Event] = []
        stays = state.book.keys()
        there = {zone.id: zone for zone in world.zones} if stays else {}
        for key in stays:
            slot, segment, zone, _ = key.split("|")
            heard, reason = state.book[key].updated_us, ""
            if int(slot) < len(world.fleet) and world.fleet["segment"][int(slot)] == int(segment):
                heard = max(heard, int(world.fleet["time"][int(slot)]))
            if zone not in there or _ended(there[zone], world.now_us):
                reason = "the zone is no longer in force"
            elif world.now_us - heard >= self.silence_h * _HOUR_US:
                reason = f"not heard for {self.silence_h:g} h"
            if reason:
                told.append(state.book.close(key, heard, reason))
        return told


def _known(setting: str, words: tuple[str, ...], allowed: tuple[str, ...]) -> None:
    for word in words:
        if word not in allowed:
            raise EventError(f"{setting}: {word!r}; expected some of {', '.join(allowed)}")


def _place(visit: Any) -> tuple[float, float]:  # noqa: ANN401 (Visits of one row)
    return float(visit.lon_deg[0]), float(visit.lat_deg[0])


@allocating
def _rows_of(
    rows: Any,  # noqa: ANN401
    spool: NDArray[np.uint64],
    mmsi: NDArray[np.uint32],
) -> NDArray[np.int64]:
    """Return which of ``rows`` triggered each visit, both in spool order; -1 for none."""
    out, begin = np.full(len(spool), -1, np.int64), 0
    for k in range(len(spool)):
        while begin < len(rows) and rows[begin].spool < spool[k]:
            begin += 1
        at = begin
        while at < len(rows) and rows[at].spool == spool[k]:
            if rows[at].mmsi == mmsi[k] and rows[at].slot != NO_SLOT:
                out[k] = at
                break
            at += 1
    return out


def _close(state: State, stay: str, ended_us: int, spool: int) -> list[Event]:
    """Close what is open of a stay whose vessel has left."""
    keys = [f"{stay}|{kind}" for kind in _STAYS]
    return [
        state.book.close(key, ended_us, "left the zone", trigger=spool,
                         inputs=(*state.book[key].inputs, spool))
        for key in keys
        if key in state.book
    ]  # fmt: skip


def _ended(zone: Zone, now_us: int) -> bool:
    return zone.valid_until is not None and zone.valid_until.timestamp() * 1e6 <= now_us
