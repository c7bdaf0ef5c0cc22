"""How often the true mother ship is among the first answers: exercises in which it is known.

Ordinary traffic of the exercise with many innocent stops, silences and meetings, one mother ship
somewhere among them, and a landing that fits her. What is asked knows place and time only.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from alerts.mothership import Landing, suspects
from alerts.pauses import TRACK
from alerts.roles import role_of
from geofence.reach import reach
from service.exercise.exercise import Exercise
from service.exercise.receivers import heard
from service.exercise.scenario import Incident, load_scenario

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geofence.reach import Reach
    from service.exercise.incidents.script import Truth
    from service.exercise.incidents.staging import Stage

START = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
HOURS, STEP_S = 18.0, 180
INNOCENT = (
    "rendezvous", "loitering", "dark_ship", "sudden_stop", "not_under_command", "black_out",
    "convoy", "fishing_fleet", "towing", "weaving", "crawls", "out_of_hearing", "rescue",
)  # fmt: skip
"""What else happens at sea in these hours, each COPIES times."""
COPIES = 6
_PLAY_S = (4 * 3600.0, 9 * 3600.0)
"""When the mother ship's play begins."""
_STAYS_MIN = 50.0
"""So long the boat lies alongside; then it leaves (the exercise's own script)."""
_NEAREST_NM, _FARTHEST_NM = 15.0, 110.0
_BOAT_KN = (7.0, 20.0)


@dataclass(frozen=True, slots=True)
class Trial:
    """One exercise: at which place the true ship came, of how many that were in reach."""

    seed: int
    place: int | None
    in_reach: int
    nm: float


def tried(seed: int, vessels: int = 2600, copies: int = COPIES) -> Trial:
    """Play one exercise and ask for the mother ship."""
    exercise, stage, truth = _staged(seed, vessels, copies)
    landing, ways = _landing(seed, truth)
    tracks, roles = _sailed(exercise, stage, truth, landing)
    harbours = np.array([
        place for port in exercise.scenario.ports.values() if not port.gate
        for place in (port.harbour, port.approach)
    ])  # fmt: skip
    found = suspects(landing, ways, tracks, roles, harbours)
    mother = _mother(stage, truth)
    place = next((k for k, one in enumerate(found, 1) if one.mmsi == mother), None)
    nm = float(ways.distance_nm(truth.lon, truth.lat)[0])
    return Trial(seed, place, len(found), round(nm, 1))


def _staged(seed: int, vessels: int, copies: int) -> tuple[Exercise, Stage, Truth]:
    random = np.random.default_rng([seed, 31])
    played = [Incident("mother_ship", float(random.uniform(*_PLAY_S)))]
    for name in INNOCENT:
        times = random.uniform(1800.0, (HOURS - 5) * 3600, copies)
        played += [Incident(name, float(at)) for at in times]
    exercise = Exercise(replace(load_scenario(), incidents=tuple(played)), seed, vessels)
    stage = exercise.begin(START.timestamp())
    return exercise, stage, next(one for one in stage.truths if one.incident == "mother_ship")


def _landing(seed: int, truth: Truth) -> tuple[Landing, Reach]:
    """Return a landing on a coast that a boat from the mother ship comes to, and its reach."""
    random = np.random.default_rng([seed, 32])
    far = reach(truth.lon, truth.lat, _FARTHEST_NM)
    shore = np.argwhere(np.isfinite(far.nm) & (far.nm > _NEAREST_NM) & _beside_land(far))
    boat_kn = float(random.uniform(*_BOAT_KN))
    row, column = shore[int(random.integers(len(shore)))]
    place = far.west + (column + 0.5) * far.size, far.south + (row + 0.5) * far.size
    hours = float(far.nm[row, column]) / boat_kn
    left_us = truth.started_us + _STAYS_MIN * 60e6
    landing = Landing(float(place[0]), float(place[1]), round(left_us + hours * 3600e6))
    return landing, reach(landing.lon, landing.lat, landing.limit_nm)


def _beside_land(far: Reach) -> NDArray[np.bool_]:
    """Tell which reached cells have a cell beside them that is not, well within the limit."""
    dry = ~np.isfinite(far.nm)
    beside = np.zeros_like(dry)
    beside[1:-1, 1:-1] = dry[:-2, 1:-1] | dry[2:, 1:-1] | dry[1:-1, :-2] | dry[1:-1, 2:]
    return beside & (far.nm < far.limit_nm * 0.97)


def _mother(stage: Stage, truth: Truth) -> int:
    boats = {int(one.mmsi) for one in stage.cast.identities if one.class_b}
    return next(mmsi for mmsi in truth.mmsis if mmsi not in boats)


def _sailed(
    exercise: Exercise, stage: Stage, truth: Truth, landing: Landing
) -> tuple[NDArray[Any], dict[int, int]]:
    """Return what receivers heard of everybody but the boat, a report each STEP_S, and roles."""
    fleet, extra = exercise.company.fleet, stage.fleet
    mmsis = np.concatenate([fleet.mmsi, extra.mmsi])
    types = np.concatenate([fleet.ship_type, extra.ship_type])
    boat = set(truth.mmsis) - {_mother(stage, truth)}
    end_ms = landing.at_us // 1000 + 7_200_000
    begin_ms = max(round(START.timestamp() * 1000), end_ms - round((landing.most_h + 4) * 3.6e6))
    parts = [
        _heard_in(exercise, stage, at, at + STEP_S * 1000)
        for at in range(begin_ms, end_ms, STEP_S * 1000)
    ]
    rows = np.concatenate(parts)
    tracks = np.zeros(len(rows), TRACK)
    tracks["mmsi"], tracks["time"] = mmsis[rows["vessel"]], rows["sent_ms"] * 1000
    for name in ("lon", "lat", "sog", "cog"):
        tracks[name] = rows[name]
    tracks = tracks[~np.isin(tracks["mmsi"], [*boat])]
    roles = {int(one): role_of(int(kind)) for one, kind in zip(mmsis, types, strict=True)}
    return np.sort(tracks, order=("mmsi", "time")), roles


def _heard_in(exercise: Exercise, stage: Stage, from_ms: int, to_ms: int) -> NDArray[np.void]:
    """Return the first report of each ship that somebody heard in a span."""
    reports, seed = exercise.reports(from_ms, to_ms), int(exercise.seed or 0)
    first = len(exercise.company.fleet.mmsi)
    more, said = stage.reports(first, from_ms, to_ms, seed)
    placed = np.isin(reports["kind"], _POSITIONS)
    reports = np.concatenate([reports[placed], more])
    got = stage.handed_on(heard(exercise.masts, reports, seed))
    if len(said):
        reports["lon"][-len(more) :], reports["lat"][-len(more) :] = said.T
    reports = reports[np.unique(got.report)]
    reports = reports[np.isin(reports["kind"], _POSITIONS) & np.isfinite(reports["lon"])]
    _, at = np.unique(reports["vessel"], return_index=True)
    first_of: NDArray[np.void] = reports[at]
    return first_of


_POSITIONS = (1, 2, 3, 18, 27)


FIRST = 5
"""Among the first so many she has to be."""


def figures(done: Sequence[Trial]) -> list[dict[str, Any]]:
    """Return the figures as the bench tells them."""
    found = sum(one.place is not None and one.place <= FIRST for one in done) / len(done)
    least = min(one.in_reach for one in done)
    common = {"bench": "mother_ship", "beside": None}
    return [
        {**common, "name": f"true ship among the first {FIRST}", "value": round(found, 3),
         "unit": "share", "ratio": None, "floor": 0.9},
        {**common, "name": "ships in reach, fewest", "value": least, "unit": "ships",
         "ratio": None, "floor": 200},
    ]  # fmt: skip
