"""Loitering: a vessel that stays about one place at sea, hour by hour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ais.compiled import compiled
from alerts.detector import UPDATE_US
from alerts.distances import NM_M, metres
from alerts.events import Event, Fact
from alerts.places import read
from alerts.scene import (
    CRAFT,
    FISHING,
    LAW,
    MILITARY,
    NO_SLOT,
    PILOT,
    ROLES,
    SAR,
    SHIP,
    TUG,
    WORKING,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from alerts.detector import State
    from alerts.scene import Scene, World

_MINUTE_US = 60_000_000
_HOUR_S = 3600
_POINT_S = 600
"""Places so far apart in time make the way: nearer ones would add the noise of the fixes."""
_KN_M_S = 1852.0 / 3600.0
_IDLE, _RUNNING, _OPEN = range(3)
_OPENED, _UPDATED, _MOVED, _SILENT, _DOUBTED = range(5)
_REASONS = {_MOVED: "moves on", _SILENT: "not heard for too long", _DOUBTED: "positions in doubt"}
_MOORED = 5
_LEFT_OUT = np.array(
    [role in {TUG, FISHING, PILOT, SAR, LAW, MILITARY, WORKING} for role in range(len(ROLES))]
)
_NOTICE = np.dtype(
    [
        ("what", "u1"), ("row", "i8"), ("segment", "u4"), ("start", "i8"), ("last", "i8"),
        ("lon", "f8"), ("lat", "f8"), ("kn", "f8"), ("reports", "u4"), ("near", "f8"),
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loitering:
    """A vessel whose implied speed stays under 2 kn for every hour of at least two.

    The way between places ten minutes apart, summed over each hour, counts; speed over ground as
    sent does not. Hours run from the first report of the stay, which is the one before it gets
    slow: there is no window that ends at midnight. An hour that turns out fast ends the stay at
    once, so does silence; an hour between begins a new one.

    slow_kn       implied speed, knots, strictly under it
    lasting_h     hours
    anchorage_km  kilometres; nearer to an anchorage or port is waiting. Unknown counts as far
    shore_nm      nautical miles; nearer to the coast, or inland, is a berth or a bay that no list
                  of ports has. Unknown counts as far
    company       with so many others that stay about within ``company_nm`` it waits in roads
    company_nm    nautical miles
    silence_min   minutes without a report that end a stay
    reports       of the stay, at least

    Left out: moored (status 5); and unless listed fishing, pilots, tugs, SAR, law enforcement,
    military, working craft. Positions that the GNSS detector doubts end a stay, untold.
    Source: Global Fishing Watch (implied speed under 2 kn, groups begin at the message before),
    whose 20 nm from shore would leave out most of the Mediterranean; Starboard (2 kn, 4 h).
    Known false alarms: waiting alone for a berth or for weather, fishing by vessels of another
    type. Who stays about in roads among others is not told.
    """

    version: ClassVar[int] = 1
    kinds: ClassVar[tuple[str, ...]] = ("loitering",)
    uses: ClassVar[tuple[str, ...]] = ("zones",)
    TABLE: ClassVar[np.dtype[Any] | None] = np.dtype(
        [
            ("segment", "u4"), ("state", "u1"), ("reports", "u2"), ("start", "i8"),
            ("lon", "f4"), ("lat", "f4"), ("at_lon", "f4"), ("at_lat", "f4"), ("at_s", "u4"),
            ("way_m", "f4"), ("hour_s", "u4"), ("told_s", "u4"),
        ]
    )  # fmt: skip

    slow_kn: float = 2.0
    lasting_h: float = 2.0
    anchorage_km: float = 10.0
    shore_nm: float = 1.0
    company: int = 4
    company_nm: float = 5.0
    silence_min: float = 30.0
    reports: int = 8

    def step(self, state: State, scene: Scene) -> list[Event]:
        """Return what rows between two ticks began, changed or ended."""
        world = scene.world
        table, places = state.reach(len(world.fleet)), world.places
        notices = np.zeros(len(scene.rows), _NOTICE)
        rasters = (places.port, places.anchorage, places.frame, places.shore, places.shore_frame)
        count = _follow(
            scene.rows, world.vessels, world.untrusted, table, self._limits(), _LEFT_OUT,
            rasters, notices,
        )  # fmt: skip
        return [self._told(state, scene.rows, notice) for notice in notices[:count]]

    def tick(self, state: State, world: World) -> list[Event]:
        """Return the stays that silence ended."""
        silence_us = self.silence_min * _MINUTE_US
        events = []
        for key, slot in list(state.memory.items()):
            newest, own = world.fleet[slot], state.table[slot]
            there = newest["segment"] == int(key) == own["segment"]
            if there and world.now_us - int(newest["received"]) <= silence_us:
                continue
            if there:
                own["state"] = _IDLE
            ended = int(newest["time"]) if there else state.book[key].updated_us
            del state.memory[key]
            events.append(state.book.close(key, ended, _REASONS[_SILENT]))
        return events

    def _limits(self) -> NDArray[np.float64]:
        return np.array([
            self.slow_kn * _KN_M_S, self.lasting_h * _HOUR_S, self.anchorage_km * 1000.0,
            self.silence_min * _MINUTE_US, self.reports, UPDATE_US / 1e6,
            self.shore_nm * NM_M, self.company, self.company_nm * NM_M,
        ])  # fmt: skip

    def _told(self, state: State, rows: NDArray[Any], notice: Any) -> Event:  # noqa: ANN401
        row, what = rows[int(notice["row"])], int(notice["what"])
        key, last, spool = str(notice["segment"]), int(notice["last"]), int(row["spool"])
        if what == _OPENED:
            state.memory[key] = int(row["slot"])
            event = Event.begin(
                "loitering", self.version, mmsi=int(row["mmsi"]),
                started_us=int(notice["start"]), updated_us=last, lon=float(notice["lon"]),
                lat=float(notice["lat"]), confidence=0.7, evidence=self._evidence(notice),
                inputs=(spool,), trigger=spool,
            )  # fmt: skip
            return state.book.open(key, event, int(row["received"]))
        changes = {"inputs": (*state.book[key].inputs[:1], spool), "trigger": spool}
        if what == _UPDATED:
            changes["evidence"] = self._evidence(notice)
            now_us = int(row["received"])
            return state.book.update(key, last, now_us, at_once=True, **changes)[0]
        del state.memory[key]
        if what == _DOUBTED:
            return state.book.retract(key, last, _REASONS[what], **changes)
        return state.book.close(key, last, _REASONS[what], **changes)

    def _evidence(self, notice: Any) -> dict[str, Fact]:  # noqa: ANN401
        hours = (int(notice["last"]) - int(notice["start"])) / (_HOUR_S * 1e6)
        near = float(notice["near"])
        return {
            "duration": Fact(round(hours, 2), "h", self.lasting_h),
            "speed": Fact(float(notice["kn"]), "kn", self.slow_kn),
            "reports": Fact(int(notice["reports"]), None, self.reports),
            "to_anchorage": Fact(
                round(near / 1000, 1) if np.isfinite(near) else None, "km", self.anchorage_km
            ),
        }


@compiled
def _near_m(rasters: Any, lon: float, lat: float) -> float:  # noqa: ANN401
    """Return the metres to the nearest port or anchorage; infinite where nothing is known."""
    port, anchorage, frame, _, _ = rasters
    one, other = read(port, frame, lon, lat), read(anchorage, frame, lon, lat)
    if np.isnan(one) or np.isnan(other):
        return np.inf
    return min(one, other)


@compiled
def _waits(table: Any, slot: int, row: Any, limits: Any, rasters: Any) -> bool:  # noqa: ANN401
    """Tell whether a vessel that stays about does so near the shore, a harbour or in roads.

    Roads are where others stay about too, for an hour at least and until just now.
    """
    if _near_m(rasters, row.lon, row.lat) <= limits[2]:
        return True
    if read(rasters[3], rasters[4], row.lon, row.lat) <= limits[6]:
        return True
    others = 0
    for k in range(len(table)):
        other = table[k]
        if k == slot or other.state == _IDLE or other.at_s < _HOUR_S:
            continue
        heard = other.start + np.int64(other.at_s) * 1_000_000
        if row.time - heard > limits[3] + _POINT_S * 1e6:
            continue
        others += metres(row.lon, row.lat, other.at_lon, other.at_lat) <= limits[8]
    return bool(others >= limits[7])


@compiled
def _watched(vessel: Any, row: Any, left_out: Any) -> bool:  # noqa: ANN401
    if vessel.kind not in (SHIP, CRAFT) or row.nav_status == _MOORED:
        return False
    return vessel.listed or not left_out[vessel.role]


@compiled
def _start(stay: Any, row: Any) -> None:  # noqa: ANN401
    """Let a stay begin with this row."""
    stay.state, stay.reports, stay.start = _RUNNING, 1, row.time
    stay.lon, stay.lat, stay.at_lon, stay.at_lat = row.lon, row.lat, row.lon, row.lat
    stay.at_s, stay.hour_s, stay.way_m = 0, 0, 0.0


@compiled
def _note(notice: Any, stay: Any, i: int, what: int, last: int) -> None:  # noqa: ANN401
    notice.what, notice.row, notice.segment = what, i, stay.segment
    notice.start, notice.last, notice.reports = stay.start, last, stay.reports
    notice.lon, notice.lat = stay.lon, stay.lat
    spent = max(stay.at_s - stay.hour_s, _HOUR_S)
    notice.kn = round(stay.way_m / spent / _KN_M_S, 2)


@compiled
def _go_on(stay: Any, row: Any, limits: Any) -> int:  # noqa: ANN401
    """Take in a row of a stay that may go on; return what is to be told, -1 nothing."""
    after_s = (row.time - stay.start) // 1_000_000
    stay.reports = min(stay.reports + 1, 65_535)
    if after_s - stay.at_s < _POINT_S:
        return -1
    if stay.at_s - stay.hour_s >= _HOUR_S:
        stay.hour_s, stay.way_m = stay.at_s, 0.0
    first = stay.at_s == 0
    stay.way_m += metres(stay.at_lon, stay.at_lat, row.lon, row.lat)
    stay.at_lon, stay.at_lat, stay.at_s = row.lon, row.lat, after_s
    # A first leg is held against its own time, so that a stay begins where the vessel stops.
    spent = after_s if first else max(after_s - stay.hour_s, _HOUR_S)
    if not round(stay.way_m / spent, 3) < limits[0]:
        return _MOVED
    if stay.state == _OPEN:
        told = row.received // 1_000_000 - stay.told_s >= limits[5]
        return _UPDATED if told else -1
    whole = after_s >= limits[1] and after_s - stay.hour_s >= _HOUR_S
    return _OPENED if whole and stay.reports >= limits[4] else -1


@compiled
def _why_over(row: Any, vessel: Any, untrusted: int, left_out: Any, limits: Any) -> int:  # noqa: ANN401
    """Return why a stay cannot go on with this row, -1 where it can."""
    if untrusted > row.received:
        return _DOUBTED
    if row.time - row.p_time > limits[3]:
        return _SILENT
    return -1 if _watched(vessel, row, left_out) else _MOVED


@compiled
def _follow(  # noqa: PLR0913, PLR0917, C901 (a row loop is handed its state piece by piece)
    rows: Any,  # noqa: ANN401
    vessels: Any,  # noqa: ANN401
    untrusted: NDArray[np.int64],
    table: Any,  # noqa: ANN401
    limits: NDArray[np.float64],
    left_out: NDArray[np.bool_],
    rasters: Any,  # noqa: ANN401
    notices: Any,  # noqa: ANN401
) -> int:
    """Follow every segment; return how many notices were written, in the order of the rows."""
    count = 0
    for i in range(len(rows)):
        row = rows[i]
        if row.slot == NO_SLOT or row.late or row.repeat or np.isnan(row.lon) or np.isnan(row.lat):
            continue
        stay = table[row.slot]
        if stay.segment != row.segment:
            stay.segment, stay.state = row.segment, _IDLE
        if stay.state != _IDLE:
            why = _why_over(row, vessels[row.vessel], untrusted[row.slot], left_out, limits)
            what = why if why >= 0 else _go_on(stay, row, limits)
            if what == _OPENED and _waits(table, row.slot, row, limits, rasters):
                stay.state = _IDLE
            elif what >= 0 and (what == _OPENED or stay.state == _OPEN):
                over = what not in (_OPENED, _UPDATED)
                _note(notices[count], stay, i, what, row.p_time if over else row.time)
                notices[count].near = _near_m(rasters, row.lon, row.lat)
                if not over:
                    stay.state, stay.told_s = _OPEN, row.received // 1_000_000
                count += 1
            if what in (_MOVED, _SILENT, _DOUBTED):
                stay.state = _IDLE
        if stay.state != _IDLE or untrusted[row.slot] > row.received:
            continue
        if _watched(vessels[row.vessel], row, left_out):
            _start(stay, row)
    return count
