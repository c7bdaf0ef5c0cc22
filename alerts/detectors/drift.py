"""Drift: a ship that moves slowly over ground while her bow points elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ais.compiled import compiled
from alerts.detector import UPDATE_US
from alerts.distances import NM_M, metres, turned
from alerts.events import Event, Fact
from alerts.places import read
from alerts.scene import FISHING, LAW, MILITARY, NO_SLOT, PILOT, ROLES, SAR, SHIP, TUG, WORKING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from alerts.detector import State
    from alerts.scene import Scene, World

_MINUTE_US = 60_000_000
_IDLE, _RUNNING, _OPEN = range(3)
_OPENED, _UPDATED, _CLOSED, _CAME_OUT, _SILENT = range(5)
_REASONS = {_CAME_OUT: "no longer adrift", _SILENT: "not heard for too long"}
_MANY = 60_000
"""Reports of a run are counted in 16 bits: beyond this both counts are halved."""
_NOTICE = np.dtype(
    [
        ("what", "u1"), ("why", "u1"), ("row", "i8"), ("segment", "u4"), ("start", "i8"),
        ("last", "i8"), ("lon", "f8"), ("lat", "f8"), ("moved", "f8"), ("share", "f8"),
        ("angle", "f8"), ("spool", "u8"),
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drift:
    """A run of reports with 0.5-5 kn over ground and 45° or more between course and heading.

    Told when the run lasts ``lasting_min`` and its last place is ``moved_m`` from its first; not
    adrift: ``out_reports`` in a row, or too small a share, end it. Silence of ``silence_min`` ends
    it too. A report without speed, course or heading counts for nothing.

    slowest_kn, fastest_kn   speed over ground, knots, both included
    angle_deg       between course over ground and heading, degrees, included
    lasting_min     minutes, and  moved_m  metres from the first place: both are needed
    least_share     of the run's reports that are adrift, 0-1
    length_m        metres; ships known to be shorter are left out
    port_nm         nautical miles; nearer to a port is manoeuvring. Where no port is known: told
    silence_min     minutes without a report that end a run
    out_reports     reports in a row that are not adrift and end a run

    Left out, unless listed: class B, tugs and tows, fishing, pilots, SAR, law enforcement,
    military, working craft. Source: Danish Maritime Authority, AisAbnormal (1-5 kn, 45°, 10 min
    and 500 m, 50 m length); speeds from 0.5 kn and the share are ours, not yet validated.
    Known false alarms: strong current, bow thrusters, a bad gyro.
    """

    version: ClassVar[int] = 1
    kinds: ClassVar[tuple[str, ...]] = ("drift",)
    uses: ClassVar[tuple[str, ...]] = ("zones",)
    TABLE: ClassVar[np.dtype[Any] | None] = np.dtype(
        [
            ("segment", "u4"), ("seen", "u2"), ("off", "u2"), ("out", "u1"), ("state", "u1"),
            ("start", "i8"), ("last", "i8"), ("lon", "f4"), ("lat", "f4"), ("spool", "u8"),
            ("told_s", "u4"),
        ]
    )  # fmt: skip

    slowest_kn: float = 0.5
    fastest_kn: float = 5.0
    angle_deg: float = 45.0
    lasting_min: float = 10.0
    moved_m: float = 500.0
    least_share: float = 0.8
    length_m: float = 50.0
    port_nm: float = 3.0
    silence_min: float = 15.0
    out_reports: int = 3

    def step(self, state: State, scene: Scene) -> list[Event]:
        """Return what rows between two ticks began, changed or ended."""
        world = scene.world
        table = state.reach(len(world.fleet))
        notices = np.zeros(len(scene.rows), _NOTICE)
        count = _follow(
            scene.rows, world.vessels, table, self._limits(), _LEFT_OUT, world.places.port,
            world.places.frame, notices,
        )  # fmt: skip
        return [self._told(state, scene.rows, notice) for notice in notices[:count]]

    def tick(self, state: State, world: World) -> list[Event]:
        """Return the runs that silence ended."""
        return [
            self._over(state, int(key), slot)
            for key, slot in list(state.memory.items())
            if world.fleet[slot]["segment"] != int(key)
            or world.now_us - int(world.fleet[slot]["received"]) > self.silence_min * _MINUTE_US
        ]

    def _limits(self) -> NDArray[np.float64]:
        return np.array([
            self.slowest_kn, self.fastest_kn, self.angle_deg, self.lasting_min * _MINUTE_US,
            self.moved_m, 1.0 - self.least_share, self.length_m, self.port_nm * NM_M,
            self.silence_min * _MINUTE_US, self.out_reports, UPDATE_US / 1e6,
        ])  # fmt: skip

    def _over(self, state: State, segment: int, slot: int) -> Event:
        """Close what is open of a segment that is no longer heard, also where its slot went."""
        row = state.table[slot]
        key, ended = str(segment), state.book[str(segment)].updated_us
        if row["segment"] == segment:
            row["state"], ended = _IDLE, int(row["last"])
        del state.memory[key]
        return state.book.close(key, ended, _REASONS[_SILENT])

    def _told(self, state: State, rows: NDArray[Any], notice: Any) -> Event:  # noqa: ANN401
        row = rows[int(notice["row"])]
        key, last, spool = str(notice["segment"]), int(notice["last"]), int(row["spool"])
        evidence = self._evidence(notice)
        if notice["what"] == _OPENED:
            state.memory[key] = int(row["slot"])
            event = Event.begin(
                "drift", self.version, mmsi=int(row["mmsi"]), started_us=int(notice["start"]),
                updated_us=last, lon=float(notice["lon"]), lat=float(notice["lat"]),
                confidence=0.7, evidence=evidence, inputs=(int(notice["spool"]), spool),
                trigger=spool,
            )  # fmt: skip
            return state.book.open(key, event, int(row["received"]))
        # What began it and what made it be told stay; of the others the newest is enough.
        changes = {"inputs": (*state.book[key].inputs[:2], spool), "trigger": spool}
        if notice["what"] == _UPDATED:
            now_us = int(row["received"])
            changes["evidence"] = evidence
            return state.book.update(key, last, now_us, at_once=True, **changes)[0]
        del state.memory[key]
        return state.book.close(key, last, _REASONS[int(notice["why"])], **changes)

    def _evidence(self, notice: Any) -> dict[str, Fact]:  # noqa: ANN401
        minutes = (int(notice["last"]) - int(notice["start"])) / _MINUTE_US
        return {
            "angle": Fact(float(notice["angle"]), "deg", self.angle_deg),
            "duration": Fact(round(minutes, 1), "min", self.lasting_min),
            "moved": Fact(float(notice["moved"]), "m", self.moved_m),
            "share": Fact(float(notice["share"]), None, self.least_share),
            "slowest": Fact(None, "kn", self.slowest_kn),
            "fastest": Fact(None, "kn", self.fastest_kn),
        }


_LEFT_OUT = np.array(
    [role in {TUG, FISHING, PILOT, SAR, LAW, MILITARY, WORKING} for role in range(len(ROLES))]
)


@compiled
def _watched(vessel: Any, row: Any, left_out: Any, length_m: float) -> bool:  # noqa: ANN401
    if vessel.kind != SHIP:
        return False
    if vessel.listed:
        return True
    return not (row.class_b or left_out[vessel.role] or vessel.length_m < length_m)


@compiled
def _begin(seen: Any, row: Any) -> None:  # noqa: ANN401
    seen.seen, seen.off, seen.out, seen.state = 1, 0, 0, _RUNNING
    seen.start = seen.last = row.time
    seen.lon, seen.lat, seen.spool = row.lon, row.lat, row.spool


@compiled
def _count(seen: Any, row: Any, adrift: bool) -> None:  # noqa: ANN401, FBT001
    if seen.seen >= _MANY:
        seen.seen, seen.off = seen.seen // 2, seen.off // 2
    seen.seen += 1
    if adrift:
        seen.out, seen.last = 0, row.time
    else:
        seen.off += 1
        seen.out = min(seen.out + 1, 250)


@compiled
def _judge(seen: Any, row: Any, adrift: bool, moved: float, limits: Any) -> int:  # noqa: ANN401, FBT001
    """Return _OPENED, _UPDATED, _CLOSED for a run that goes on or ends with this row, else -1."""
    if seen.off > round(limits[5] * seen.seen, 6) or seen.out >= limits[9]:
        was_open = seen.state == _OPEN
        seen.state = _IDLE
        return _CLOSED if was_open else -1
    if not adrift:
        return -1
    if seen.state == _RUNNING:
        if row.time - seen.start < limits[3] or not moved >= limits[4]:
            return -1
        seen.state = _OPEN
        seen.told_s = row.received // 1_000_000
        return _OPENED
    if row.received // 1_000_000 - seen.told_s < limits[10]:
        return -1
    seen.told_s = row.received // 1_000_000
    return _UPDATED


@compiled
def _note(notice: Any, seen: Any, i: int, what: int, why: int) -> None:  # noqa: ANN401
    notice.what, notice.why, notice.row, notice.segment = what, why, i, seen.segment
    notice.start, notice.last, notice.spool = seen.start, seen.last, seen.spool
    notice.lon, notice.lat = seen.lon, seen.lat
    notice.share = round(1.0 - seen.off / max(seen.seen, 1), 3)


@compiled
def _adrift(row: Any, angle: float, port: Any, frame: Any, limits: Any) -> bool:  # noqa: ANN401
    if not (limits[0] <= row.sog <= limits[1] and angle >= limits[2]):
        return False
    return not read(port, frame, row.lon, row.lat) < limits[7]


@compiled
def _follow(  # noqa: PLR0913, PLR0917, C901 (a row loop is handed its state piece by piece)
    rows: Any,  # noqa: ANN401
    vessels: Any,  # noqa: ANN401
    table: Any,  # noqa: ANN401
    limits: NDArray[np.float64],
    left_out: NDArray[np.bool_],
    port: NDArray[np.float32],
    frame: NDArray[np.float64],
    notices: Any,  # noqa: ANN401
) -> int:
    """Follow every segment; return how many notices were written, in the order of the rows."""
    count = 0
    for i in range(len(rows)):
        row = rows[i]
        angle = turned(row.cog, row.heading)
        if row.slot == NO_SLOT or row.late or row.repeat or np.isnan(row.lon) or np.isnan(row.lat):
            continue
        seen = table[row.slot]
        if seen.segment != row.segment:
            seen.segment, seen.state = row.segment, _IDLE
        if seen.state != _IDLE and row.time - row.p_time > limits[8]:
            if seen.state == _OPEN:
                _note(notices[count], seen, i, _CLOSED, _SILENT)
                count += 1
            seen.state = _IDLE
        if np.isnan(angle) or np.isnan(row.sog):
            continue
        if seen.state == _IDLE and angle < limits[2]:
            continue
        adrift = _adrift(row, angle, port, frame, limits)
        if seen.state == _IDLE:
            if adrift and _watched(vessels[row.vessel], row, left_out, limits[6]):
                _begin(seen, row)
            continue
        _count(seen, row, adrift)
        moved = metres(seen.lon, seen.lat, row.lon, row.lat)
        what = _judge(seen, row, adrift, moved, limits)
        if what >= 0:
            notice = notices[count]
            _note(notice, seen, i, what, _CAME_OUT)
            notice.moved, notice.angle = moved, angle
            count += 1
    return count
