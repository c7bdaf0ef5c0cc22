"""Who is silent: the row loop that notes each vessel's reports, and what is heard round about."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ais.compiled import allocating, compiled
from ais.reporting import expected_interval_s
from alerts.distances import NM_M, ahead, bearing, metres
from alerts.scene import NO_SLOT, SHIP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ais.coverage import Silence
    from alerts.scene import World

BINS_S = (30, 60, 180, 360, 600, 1200, 3600, 86400)
"""Upper ends of the bins of a vessel's own gaps between reports, seconds."""
_BINS_US = np.array(BINS_S[:-1], np.int64) * 1_000_000
TABLE = np.dtype(
    [
        ("segment", "u4"), ("reports", "u2"), ("judged", "u1"),
        ("heard", "i8"), ("due", "i8"), ("recent", "f4"), ("gaps", "u1", (len(BINS_S),)),
    ]
)  # fmt: skip
"""Per segment: its reports, whether its present silence was judged, when it was last heard and
when to look again (receive time, µs), the mean of its last gaps (s), its own gaps by bin."""
PASSED, GONE, LOST = 1, 2, 3
"""Judged: nothing was told, a gap was told, a loss of coverage was told."""
HEARD, SECOND, LATE = 1, 2, 3
"""Noted rows: heard after something was told, second report of a segment, late."""
BACK_US = 1_800_000_000
"""A reappearance is closed so long after it was told."""
_KNOWN_WATCHES = 50.0
_LOST = 1.5
_TOGETHER_US = 1_800_000_000
_KN_MS = 1852.0 / 3600.0
_DAY_US = 86_400_000_000
_RECENT_US = 1_200_000_000
_RECENT_WEIGHT = 0.125
_MOST = 65_535
_FULL = 255
_LEG_S = 6 * 3600.0
"""Two places further apart in time do not say how fast the vessel was."""


@dataclass(frozen=True, slots=True)
class Around:
    """What is heard where a vessel fell silent.

    others   other ships of its class near by that were heard in the later half of its silence
    quiet    those that fell silent in the half hour before it or the earlier half, and still are
    leaves   its course led where ships are not heard
    endings, visits  how many visits of others to that place ended in such a silence, of how many
    silence  how usual such a silence is, None where no coverage is kept
    """

    others: int
    quiet: int
    leaves: bool
    silence: Silence | None
    endings: float = 0.0
    visits: float = 0.0

    @property
    def is_known(self) -> bool:
        """Tell whether the cell was watched long enough, or lost others: to say «frequent»."""
        known = self.silence
        return known is not None and (known.watches >= _KNOWN_WATCHES or known.longer >= _LOST)


@allocating
def note(
    rows: Any,  # noqa: ANN401
    table: Any,  # noqa: ANN401
    kind: NDArray[np.uint8],
) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Take ships' reports into the table; return the rows that mean something, and what."""
    at, what = np.empty(len(rows), np.int64), np.empty(len(rows), np.uint8)
    found = 0
    for i in range(len(rows)):
        row = rows[i]
        if row.slot == NO_SLOT or kind[row.vessel] != SHIP or row.repeat:
            continue
        noted = LATE if row.late else _take(row, table[row.slot])
        if noted:
            at[found], what[found] = i, noted
            found += 1
    return at[:found], what[:found]


@compiled
def _take(row: Any, own: Any) -> int:  # noqa: ANN401
    """Note one report of a vessel; return HEARD, SECOND or 0."""
    if own.segment != row.segment:
        own.segment, own.reports, own.judged, own.heard = row.segment, 0, 0, row.received
        own.gaps[:] = 0
        own.recent = 0.0
    noted = 0
    if own.judged in (GONE, LOST):
        noted = HEARD
    elif own.reports == 1:
        noted = SECOND
    if own.reports > 0:
        _add_gap(own, row.received - own.heard)
    own.reports = min(own.reports + 1, _MOST)
    own.heard = max(own.heard, row.received)
    own.judged, own.due = 0, 0
    return noted


@compiled
def _add_gap(own: Any, gap: int) -> None:  # noqa: ANN401
    at = 0
    while at < len(_BINS_US) and gap > _BINS_US[at]:
        at += 1
    # Longer ones are silences of their own, not losses between reports.
    if gap <= _RECENT_US:
        weight = max(1.0 / max(own.reports, 1), _RECENT_WEIGHT)
        own.recent += (gap / 1e6 - own.recent) * weight
    if own.gaps[at] == _FULL:
        for k in range(len(own.gaps)):
            own.gaps[k] //= 2
    own.gaps[at] += 1


@compiled
def _still(row: Any, slow_kn: float) -> bool:  # noqa: ANN401
    if not np.isnan(row.sog):
        return bool(row.sog < slow_kn)
    seconds = (row.time - row.p_time) / 1e6
    if not 0 < seconds <= _LEG_S:
        return False
    leg = metres(row.p_lon, row.p_lat, row.lon, row.lat)
    return bool(leg / seconds / _KN_MS < slow_kn)


@compiled
def still_round(fleet: Any, slot: int, near_m: float, slow_kn: float) -> int:  # noqa: ANN401
    """Return how many others lay still round a slot's last place when they were heard last."""
    me, count = fleet[slot], 0
    for k in range(len(fleet)):
        other = fleet[k]
        if other.slot == NO_SLOT or k == slot or other.mmsi == me.mmsi:
            continue
        if abs(other.lat - me.lat) > near_m / 110_000.0 or not _still(other, slow_kn):
            continue
        # Of the same day: who lay there once says nothing of a place.
        if abs(other.received - me.received) <= _DAY_US:
            count += metres(me.lon, me.lat, other.lon, other.lat) <= near_m
    return count


@allocating
def due(table: Any, now_us: int, floor_us: int) -> NDArray[np.int64]:  # noqa: ANN401
    """Return the slots whose silence is longer than ``floor_us`` and was not judged yet."""
    out = np.empty(len(table), np.int64)
    found = 0
    for slot in range(len(table)):
        own = table[slot]
        if own.segment == 0 or own.judged != 0 or now_us < own.due:
            continue
        if now_us - own.heard > floor_us:
            out[found] = slot
            found += 1
    return out[:found]


def own_gap_s(gaps: NDArray[np.uint8], share: float) -> float:
    """Return the gap that ``share`` of a vessel's own stay below, seconds; 0 without any.

    The bins' upper ends; of so few gaps that none may be longer it is the longest.
    """
    total = int(gaps.sum(dtype=np.int64))
    beyond = total - np.cumsum(gaps, dtype=np.int64)
    at = int(np.argmax(beyond <= int(total * (1.0 - share))))
    return float(BINS_S[at]) if total else 0.0


def fading(last: Any, own: Any) -> float:  # noqa: ANN401
    """Return how many times longer the last gaps were than is usual for the ship, one decimal.

    Usual is its own median, or the interval that its class, speed and state ask for: a ship at the
    edge of hearing loses more and more reports before it is lost.
    """
    asked = expected_interval_s(int(last["message"]), float(last["sog"]), int(last["nav_status"]))
    return round(float(own["recent"]) / max(own_gap_s(own["gaps"], 0.5), asked), 1)


def knots(last: Any) -> float:  # noqa: ANN401
    """Return the speed of a newest row, or that between its last two places; NaN without both."""
    seconds = (int(last["time"]) - int(last["p_time"])) / 1e6
    if not math.isnan(last["sog"]) or not 0 < seconds <= _LEG_S:
        return float(last["sog"])
    leg = metres(
        float(last["p_lon"]), float(last["p_lat"]), float(last["lon"]), float(last["lat"])
    )
    return round(leg / seconds / _KN_MS, 2)


@compiled
def _near(
    fleet: Any,  # noqa: ANN401
    kind: NDArray[np.uint8],
    slot: int,
    silence: tuple[int, int],
    near_m: float,
) -> tuple[int, int]:
    """Return how many other ships near the slot's place were heard since, and fell silent too."""
    since, now = silence
    half = (since + now) // 2
    me = fleet[slot]
    degrees = near_m / 110_000.0
    others = quiet = 0
    for k in range(len(fleet)):
        other = fleet[k]
        if other.slot == NO_SLOT or abs(other.lat - me.lat) > degrees or other.mmsi == me.mmsi:
            continue
        if other.class_b != me.class_b or kind[other.vessel] != SHIP:
            continue
        if not metres(me.lon, me.lat, other.lon, other.lat) <= near_m:
            continue
        if other.received > half:
            others += 1
        elif other.received > since - _TOGETHER_US:
            quiet += 1
    return others, quiet


def around(world: World, slot: int, since_us: int, near_nm: float, minutes: int) -> Around:
    """Look round the last place of a silent vessel; silence counts since ``since_us``."""
    me = world.fleet[slot]
    silence_us = since_us, world.now_us
    others, quiet = _near(world.fleet, world.vessels["kind"], slot, silence_us, near_nm * NM_M)
    if world.coverage is None:
        return Around(others, quiet, leaves=False, silence=None)
    place = float(me["lon"]), float(me["lat"])
    asked = int(me["mmsi"]), place, bool(me["class_b"]), world.now_us - since_us
    silence, endings = world.coverage.silence(*asked), world.coverage.endings(*asked)
    return Around(others, quiet, _leaves(world, me, minutes), silence, *endings)


def _leaves(world: World, me: Any, minutes: int) -> bool:  # noqa: ANN401
    """Tell whether the vessel's course led out of what is heard within ``minutes``."""
    sog, cog = knots(me), float(me["cog"])
    if math.isnan(cog) and not math.isnan(sog):
        leg = float(me["p_lon"]), float(me["p_lat"]), float(me["lon"]), float(me["lat"])
        cog = bearing(*leg)
    if world.coverage is None or not sog >= 1.0 or math.isnan(cog):
        return False
    for minute in range(5, minutes + 1, 5):
        there = ahead(float(me["lon"]), float(me["lat"]), cog, sog * _KN_MS * minute * 60)
        if not world.coverage.is_heard(there, bool(me["class_b"])):
            return True
    return False
