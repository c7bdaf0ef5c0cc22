"""Where a vessel of interest will be: its course held against watched coasts and zones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from alerts.courses import NOTE, SLOW, Meeting, meetings, sample
from alerts.errors import EventError
from alerts.events import Event, Fact, stamp
from alerts.scene import ROLES
from geofence.zones import KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from alerts.detector import State
    from alerts.scene import Scene, World

_MINUTE_US = 60_000_000
_HOUR_US = 60 * _MINUTE_US
_TOLD_AGAIN_H = 1.0
"""A revision by more is told at once."""
_SAME_H = 0.25
"""A revision by less is none: a day's voyage would be told a hundred times."""


@dataclass(frozen=True, slots=True)
class PredictedArrival:
    """A vessel's course meets a watched coast or zone within a day (``predicted_arrival``).

    Every ``every_min`` 13 rays are drawn over COG ± (``cone_deg`` + 2 sigma), sigma of its last
    three courses, as far as its speed carries it in ``ahead_h``, none over land. The share of the
    rays that meet a zone, those in the middle counting more, is the confidence. It is told, for
    the nearest zone, when that of some zone, not always of the same, was at least
    ``confidence_share`` in ``fixes`` samples in a row over ``span_min``; revised as she goes;
    closed when she arrives, when twice in a row fewer than ``keep_share`` of the rays meet the
    zone, when she slows down, or ``grace_h`` after the time at which she was to arrive.

    Only listed vessels, and of others those of the risk profile: a role of ``profile_roles``, not
    shorter than ``profile_min_length_m``, straight on (sigma <= ``profile_sigma_deg``) at a shore
    less than ``profile_h`` ahead that is at least ``profile_port_km`` from any port. Ferries,
    liners and fast craft are never of it: they are told only where they are listed.

    target_kinds          kinds of zones that are watched
    cone_deg, ahead_h     half the cone at a steady course, degrees; hours
    confidence_share, keep_share   0-1
    fixes, span_min, every_min   samples; minutes
    slowest_kn            slower a course says nothing, knots
    grace_h               hours
    profile_roles, profile_min_length_m, profile_sigma_deg, profile_h, profile_port_km
                          as above: roles, metres (not known counts), degrees, hours, kilometres

    Source: DETECTORS §2 row 5, §4 (freighters on autopilot); RadianceFleet (ETA < 4 h).
    Known false alarms: a leg ends before the coast and the vessel turns: most do. Zones narrower
    than a mile may be stepped over.
    """

    version: ClassVar[int] = 1
    kinds: ClassVar[tuple[str, ...]] = ("predicted_arrival",)
    uses: ClassVar[tuple[str, ...]] = ("zones", "list")
    TABLE: ClassVar[np.dtype[Any] | None] = np.dtype(
        [
            ("segment", "u4"), ("time", "i8"), ("samples", "u1"), ("watched", "?"),
            ("cog", "f4"), ("cog_before", "f4"),
        ]
    )  # fmt: skip
    """The newest sample, how many there are (3 at most), and the two courses before."""

    target_kinds: tuple[str, ...] = ("arrival_coast", "custom")
    cone_deg: float = 15.0
    ahead_h: float = 24.0
    confidence_share: float = 0.6
    keep_share: float = 0.4
    fixes: int = 3
    span_min: float = 15.0
    every_min: float = 5.0
    slowest_kn: float = 3.0
    grace_h: float = 2.0
    profile_roles: tuple[str, ...] = ("unknown", "cargo", "other")
    profile_min_length_m: float = 40.0
    profile_sigma_deg: float = 3.0
    profile_h: float = 2.0
    profile_port_km: float = 15.0

    def __post_init__(self) -> None:
        """Refuse kinds and roles that there are not; raises EventError."""
        for setting, words, allowed in (
            ("target_kinds", self.target_kinds, KINDS),
            ("profile_roles", self.profile_roles, ROLES),
        ):
            for word in words:
                if word not in allowed:
                    expected = ", ".join(allowed)
                    raise EventError(f"{setting}: {word!r}; expected some of {expected}")

    def step(self, state: State, scene: Scene) -> list[Event]:
        """Return what the samples among the rows of ``scene`` came to."""
        world, rows = scene.world, scene.rows
        table = state.reach(len(world.fleet))
        if not len(rows):
            return []
        notes = np.zeros(len(rows), NOTE)
        places = world.places
        count = sample(
            rows, world.vessels, world.untrusted, table, (places.shore, places.shore_frame),
            (places.port, places.frame), self._profile(), self._limits(), notes,
        )  # fmt: skip
        told: list[Event] = []
        for note in notes[:count]:
            row = rows[note["row"]]
            key = f"{row['slot']}|{row['segment']}"
            told += self._sampled(state, world, key, row, note)
            table["watched"][row["slot"]] = key in state.memory["streaks"]
        return told

    def _profile(self) -> NDArray[np.bool_]:
        return np.array([role in self.profile_roles for role in ROLES])

    def _limits(self) -> NDArray[np.float64]:
        length_m, sigma_deg = self.profile_min_length_m, self.profile_sigma_deg
        every_us, port_m = self.every_min * _MINUTE_US, self.profile_port_km * 1000
        return np.array([every_us, self.slowest_kn, length_m, sigma_deg, self.profile_h, port_m])

    def _sampled(
        self,
        state: State,
        world: World,
        key: str,
        row: Any,  # noqa: ANN401 (a ROW)
        note: Any,  # noqa: ANN401 (a NOTE)
    ) -> list[Event]:
        """Carry a vessel's streak on by one sample."""
        streaks = state.memory.setdefault("streaks", {})
        listed = bool(world.vessels["listed"][row["vessel"]])
        found: dict[str, Meeting] = {}
        half = self.cone_deg + 2 * float(note["sigma"])
        if note["what"] != SLOW:
            found = meetings(world, row, min(half, 90.0), self.ahead_h, self.target_kinds)
        if key in state.book:
            return self._revised(state, key, row, note, found)
        near = [
            one
            for one in found.values()
            if one.confidence >= self.confidence_share and one.hours > 0
        ]
        best = min(near, key=lambda one: (one.hours, one.zone), default=None)
        if best is None or not (listed or note["profile"]):
            streaks.pop(key, None)
            return []
        streak = streaks.get(key)
        if streak is None:
            streak = {"n": 0, "misses": 0, "since": int(row["time"]),
                      "spool": int(row["spool"]), "lon": float(row["lon"]),
                      "lat": float(row["lat"])}  # fmt: skip
            streaks[key] = streak
        # Which coast is nearest may change from sample to sample: the course holds all the same.
        streak["zone"] = best.zone
        streak["n"] += 1
        streak["last"] = int(row["received"])
        span = int(row["time"]) - streak["since"]
        if streak["n"] < self.fixes or span < self.span_min * _MINUTE_US:
            return []
        streak["due"] = int(row["received"]) + round((best.hours + self.grace_h) * _HOUR_US)
        event = Event.begin(
            "predicted_arrival", self.version, started_us=streak["since"],
            updated_us=int(row["time"]), lon=streak["lon"], lat=streak["lat"],
            mmsi=int(row["mmsi"]), zone=best.zone, severity="high" if listed else "medium",
            confidence=best.confidence, inputs=(streak["spool"], int(row["spool"])),
            evidence={"listed": Fact(listed), **self._facts(row, note, best, streak["n"])},
            trigger=int(row["spool"]),
        )  # fmt: skip
        streak["eta"] = best.hours + int(row["time"]) / _HOUR_US
        return [state.book.open(key, event, int(row["received"]))]

    def _revised(
        self,
        state: State,
        key: str,
        row: Any,  # noqa: ANN401 (a ROW)
        note: Any,  # noqa: ANN401 (a NOTE)
        found: dict[str, Meeting],
    ) -> list[Event]:
        """Revise an open prediction by one sample, or close it."""
        streak, event = state.memory["streaks"][key], state.book[key]
        time, spool = int(row["time"]), int(row["spool"])
        meeting = found.get(streak["zone"])
        if meeting is not None and meeting.hours == 0:
            return [self._over(state, key, time, spool, "arrived in the zone")]
        if meeting is None or meeting.confidence < self.keep_share:
            streak["misses"] += 1
            if streak["misses"] < 2:  # noqa: PLR2004 (one sample alone may be a swing)
                return []
            slow = note["what"] == SLOW
            reason = "slowed down" if slow else "the course no longer meets the zone"
            return [self._over(state, key, time, spool, reason)]
        streak["misses"], streak["n"] = 0, streak["n"] + 1
        streak["last"] = int(row["received"])
        streak["due"] = int(row["received"]) + round((meeting.hours + self.grace_h) * _HOUR_US)
        eta = meeting.hours + time / _HOUR_US
        off_h = abs(eta - streak["eta"])
        if off_h <= _SAME_H:
            return []
        told = state.book.update(
            key, time, int(row["received"]), at_once=off_h > _TOLD_AGAIN_H,
            confidence=meeting.confidence,
            evidence=self._facts(row, note, meeting, streak["n"]), trigger=spool,
            inputs=(event.inputs[0], event.inputs[1], spool),
        )  # fmt: skip
        if told:
            streak["eta"] = eta
        return told

    def _over(self, state: State, key: str, ended_us: int, spool: int, reason: str) -> Event:
        del state.memory["streaks"][key]
        inputs = (*state.book[key].inputs[:2], spool) if spool else state.book[key].inputs
        return state.book.close(key, ended_us, reason, trigger=spool, inputs=inputs)

    def _facts(self, row: Any, note: Any, met: Meeting, fixes: int) -> dict[str, Fact]:  # noqa: ANN401
        """Return what a prediction rests on."""
        arrives = int(row["time"]) + round(met.hours * 60) * _MINUTE_US
        return {
            "arrives_at": Fact(stamp(arrives), "UTC"),
            "eta_h": Fact(round(met.hours, 1), "h", self.ahead_h),
            "earliest_h": Fact(round(met.earliest_h, 1), "h"),
            "distance_nm": Fact(round(met.hours * float(row["sog"]), 1), "nm"),
            "confidence": Fact(met.confidence, None, self.confidence_share),
            "samples": Fact(fixes, None, self.fixes),
            "sog_kn": Fact(round(float(row["sog"]), 2), "kn", self.slowest_kn),
            "cog_deg": Fact(round(float(row["cog"]), 1), "deg"),
            "sigma_deg": Fact(round(float(note["sigma"]), 1), "deg"),
            "cone_deg": Fact(self.cone_deg, "deg"),
            "zone_name": Fact(met.name),
        }

    def tick(self, state: State, world: World) -> list[Event]:
        """Close predictions whose time has passed; forget streaks that went silent."""
        if not state.passes(world.now_us, _MINUTE_US):
            return []
        told: list[Event] = []
        for key, streak in list(state.memory.get("streaks", {}).items()):
            if key in state.book:
                if world.now_us >= streak["due"]:
                    reason = f"not seen to arrive, {self.grace_h:g} h after its time"
                    told.append(self._over(state, key, state.book[key].updated_us, 0, reason))
            elif world.now_us - streak["last"] > _HOUR_US:
                del state.memory["streaks"][key]
        return told
