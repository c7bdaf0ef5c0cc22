"""One loop for both detectors of unusual passages: course and place, or speed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np

from ais.compiled import compiled
from alerts.distances import NM_M
from alerts.places import read
from alerts.rescue import NOTE
from alerts.scene import NO_SLOT, ROLES, SHIP
from alerts.traffic.grid import CLASS_OF, OUTSIDE, cell_of, sector_of, speed_of
from alerts.traffic.motion import motion
from alerts.traffic.usual import NOWHERE, judged_as

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from alerts.scene import World

PASSING = np.dtype(
    [("segment", "u4"), ("start_s", "u4"), ("last_s", "u4"), ("reports", "u1"), ("phase", "u1")]
)
"""Of one passage: since when and until when it was unusual, in how many reports (250 at most)."""
OPENED, CLOSED = 1, 2
BY_WAY, BY_SPEED = range(2)
IDLE, RUNNING, TOLD = range(3)
AS_USUAL, NEARLY, UNUSUAL = range(3)
"""What a report says. Beyond a cell's edge the same may be 1 in 900: nobody changed her mind."""
S_US = 1_000_000
TWICE = 3
"""Decibels: a report twice as usual as what is told neither speaks for it nor against it."""
_MANY = 250
_FASTEST_KN = 60.0
_BUSY = np.array([status in {1, 2, 3, 5, 6, 7, 8, 11, 12} for status in range(256)])
"""Status words that explain a speed: at anchor, not under command, restricted, fishing, towing."""


class Passages(Protocol):
    """Settings of a detector of unusual passages; its docstring says what they mean."""

    version: ClassVar[int]

    @property
    def rare_share(self) -> float:
        """0-1."""

    @property
    def passages(self) -> int:
        """Least ships through the square."""

    @property
    def reports(self) -> int:
        """Least of one passage."""

    @property
    def lasting_min(self) -> float:
        """Minutes."""

    @property
    def back_min(self) -> float:
        """Minutes."""

    @property
    def slowest_kn(self) -> float:
        """Knots."""

    @property
    def port_nm(self) -> float:
        """Nautical miles."""


def judged_roles(*classes: int) -> NDArray[np.bool_]:
    """Return which roles belong to ``classes``; the others are judged where they are listed."""
    return np.array([CLASS_OF[role] in classes for role in range(len(ROLES))])


def passing(
    by: int,
    world: World,
    rows: NDArray[Any],
    table: NDArray[Any],
    roles: NDArray[np.bool_],
    limits: NDArray[np.float64],
) -> NDArray[Any]:
    """Follow the passages of ``rows``; return what was noticed, NOTE with decibels as ``value``.

    limits: decibels from which a report is unusual, least ships through the square, reports,
    seconds that it must last, seconds after which it is over, slowest knots, metres off a port.
    """
    notes = np.zeros(len(rows), NOTE)
    usual, places = world.traffic, world.places
    rare = usual.way if by == BY_WAY else usual.speed
    count = _follow(
        rows, world.vessels, table, world.untrusted, (places.port, places.anchorage, places.frame),
        (usual.where, rare, usual.passed), (CLASS_OF, roles, _BUSY), by, limits, notes,
    )  # fmt: skip
    return notes[:count]


@compiled
def _decibels(
    row: Any,  # noqa: ANN401
    moves: tuple[float, float],
    vessel: Any,  # noqa: ANN401
    usual: Any,  # noqa: ANN401
    roles: Any,  # noqa: ANN401
    by: int,
    limits: Any,  # noqa: ANN401
) -> int:
    """Return how rare a report is, 0 where nothing is known of it or it is nobody's matter."""
    where, rare, passed = usual
    class_of, watched, busy = roles
    if vessel.kind != SHIP or not (watched[vessel.role] or vessel.listed):
        return 0
    cell = cell_of(row.lon, row.lat)
    if cell == OUTSIDE or where[cell] == NOWHERE:
        return 0
    at, kind = where[cell], judged_as(class_of[vessel.role])
    if passed[at, kind] < limits[1]:
        return 0
    if by == BY_SPEED:
        return 0 if busy[row.nav_status] else int(rare[at, kind, speed_of(moves[0])])
    return int(rare[at, kind, sector_of(moves[1])])


@compiled
def _ready(row: Any, untrusted: Any) -> bool:  # noqa: ANN401
    """Tell whether a report says anything here."""
    if row.slot == NO_SLOT or row.late or row.repeat or np.isnan(row.lon):
        return False
    return bool(untrusted[row.slot] <= row.received)


@compiled
def _moves(moves: tuple[float, float], by: int, limits: Any) -> bool:  # noqa: ANN401
    """Tell whether a speed and a course can be held against anything."""
    if not limits[5] <= moves[0] < _FASTEST_KN:
        return False
    return by == BY_SPEED or not np.isnan(moves[1])


@compiled
def _harboured(ports: Any, lon: float, lat: float, near_m: float) -> bool:  # noqa: ANN401
    """Tell whether a port's middle is so near, or an anchorage holds the place."""
    port, anchorage, frame = ports
    return bool(read(port, frame, lon, lat) < near_m or read(anchorage, frame, lon, lat) == 0.0)


@compiled
def take(seen: Any, row: Any, says: int, limits: Any) -> int:  # noqa: ANN401
    """Take a report in; return OPENED, CLOSED or 0."""
    now_s = row.time // S_US
    if seen.segment != row.segment:
        seen.segment, seen.phase = row.segment, IDLE
    # A run that nobody heard for long proves nothing.
    if seen.phase == RUNNING and now_s - seen.last_s > limits[4]:
        seen.phase = IDLE
    if says == NEARLY:
        seen.last_s = now_s
        return 0
    if says == AS_USUAL:
        if seen.phase == TOLD:
            over = now_s - seen.last_s > limits[4]
            seen.phase = IDLE if over else TOLD
            return CLOSED if over else 0
        seen.phase = IDLE
        return 0
    if seen.phase == IDLE:
        seen.start_s, seen.reports, seen.phase = now_s, 0, RUNNING
    seen.last_s, seen.reports = now_s, min(seen.reports + 1, _MANY)
    lasting = now_s - seen.start_s >= limits[3] and seen.reports >= limits[2]
    if seen.phase == RUNNING and lasting:
        seen.phase = TOLD
        return OPENED
    return 0


@compiled
def _follow(  # noqa: PLR0913, PLR0917 (a row loop is handed its state piece by piece)
    rows: Any,  # noqa: ANN401
    vessels: Any,  # noqa: ANN401
    table: Any,  # noqa: ANN401
    untrusted: Any,  # noqa: ANN401
    ports: Any,  # noqa: ANN401
    usual: Any,  # noqa: ANN401
    roles: Any,  # noqa: ANN401
    by: int,
    limits: Any,  # noqa: ANN401
    notes: Any,  # noqa: ANN401
) -> int:
    count = 0
    for i in range(len(rows)):
        row = rows[i]
        if not _ready(row, untrusted):
            continue
        moves = motion(
            row.sog, row.cog, row.lon, row.lat, row.time, row.p_lon, row.p_lat, row.p_time
        )
        if not _moves(moves, by, limits):
            continue
        vessel, seen = vessels[row.vessel], table[row.slot]
        decibels = _decibels(row, moves, vessel, usual, roles, by, limits)
        unusual, nearly = decibels >= limits[0], decibels >= limits[0] - TWICE
        if not unusual and (seen.phase == IDLE or seen.segment != row.segment):
            continue
        if nearly:
            # Ships turn and slow down off a port or an anchorage; where none is known they do not.
            harboured = _harboured(ports, row.lon, row.lat, limits[6])
            unusual, nearly = unusual and not harboured, nearly and not harboured
        what = take(seen, row, UNUSUAL if unusual else NEARLY if nearly else AS_USUAL, limits)
        if what:
            note = notes[count]
            note.row, note.what, note.value = i, what, decibels
            note.at = (seen.start_s if what == OPENED else seen.last_s) * S_US
            note.spool = seen.reports
            count += 1
    return count


def limits_of(one: Passages) -> NDArray[np.float64]:
    """Return ``limits`` of a detector's settings."""
    decibels = np.ceil(round(-10.0 * np.log10(one.rare_share), 6))
    return np.array([
        decibels, one.passages, one.reports, one.lasting_min * 60, one.back_min * 60,
        one.slowest_kn, one.port_nm * NM_M,
    ])  # fmt: skip
