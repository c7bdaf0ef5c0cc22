"""How incidents are weighed, joined, muted and rationed: the numbers, each with its reason.

All of them are our own proposals, not yet validated on the Mediterranean (DETECTORS, «P»).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from alerts.errors import AlertsError
from alerts.kinds import KINDS

LAW_POINTS = {
    "watchlist": 2.5, "predicted_arrival": 2.0, "gap": 1.8, "reappearance": 0.4, "encounter": 2.0,
    "zone_present": 0.1, "zone_entered": 0.5, "zone_left": 0.1, "zone_dwell": 0.6,
    "zone_crossed": 0.4, "clone": 1.8, "jump": 1.6, "identity_change": 1.8,
    "invalid_identity": 0.8, "drift": 1.6, "loitering": 1.0, "off_route": 0.6,
    "speed_anomaly": 0.4, "draught_change": 0.6, "watch_rule": 1.0,
}  # fmt: skip
OTHER_POINTS = {
    "distress": 4.0, "converging_rescue": 1.5, "not_under_command": 1.5, "sudden_stop": 1.0,
    "feed_outage": 3.0, "gnss_interference": 2.0, "coverage_loss": 0.2, "on_land": 0.3,
}  # fmt: skip
_MOST_POINTS = 20.0


class WeightError(AlertsError, ValueError):
    """Points of an unknown kind, or that are no number; a ValueError so that its path is named."""


@dataclass(frozen=True, slots=True)
class WeightSettings:
    """Log-odds (natural logarithm) that make up a score; 0 points are even odds.

    usual_traffic  of a law incident before any event: most ships are on lawful business
    points         of one event of a kind at confidence 1; kinds that are not named keep theirs
    again          factor of each further event of the same kind
    asked          of who enters or crosses a drawn zone, in the place of its points: somebody drew
                   it to be told of everybody, of a ferry too
    listed         factor of the points of a listed vessel's events
    doubted        factor of a rescue's event that is information only: a beacon under test
    port_nm        so near a port, waiting and silence are usual, nautical miles
    port           points of that explanation
    line           points of a ship that goes to and fro between the same two ports
    contact        points of a sighting by people near a rescue
    contact_nm, contact_h  so near and so long before or after it, nautical miles and hours

    Raises WeightError.
    """

    usual_traffic: float = -1.5
    points: dict[str, float] = field(default_factory=dict)
    again: float = 0.5
    asked: float = 3.0
    listed: float = 1.5
    doubted: float = 0.25
    port_nm: float = 5.0
    port: float = -1.0
    line: float = -1.2
    contact: float = 1.0
    contact_nm: float = 20.0
    contact_h: float = 12.0

    def __post_init__(self) -> None:
        """Refuse kinds that there are not; take the usual points for those not named."""
        for kind, points in self.points.items():
            if kind not in KINDS:
                expected = ", ".join(KINDS)
                raise WeightError(f"points of kind {kind!r}; expected one of {expected}")
            if not (math.isfinite(points) and abs(points) <= _MOST_POINTS):
                raise WeightError(f"points of {kind}: {points}; expected -20 to 20")
        object.__setattr__(self, "points", {**LAW_POINTS, **OTHER_POINTS, **self.points})


@dataclass(frozen=True, slots=True)
class IncidentSettings:
    """How events grow into incidents.

    tell_from     score of a law incident from which it is shown and told; below it smoulders
    grave_from    score from which a law incident is at least of severity high
    join_h        an event joins an open incident that is quiet for so long at most, hours
    area_nm       events of an area join within so many nautical miles
    rescue_nm     ships that converge join a rescue within so many nautical miles
    rescue_h      and within so many hours of its last event
    call_h        a vessel in distress that calls again joins its incident within so many hours;
                  later it is a new one, whatever people did with the old one
    most_vessels  a law incident takes no event that would give it more vessels
    mute_slack_min  an outage explains what began so many minutes before it or after its end
    jam_nm        reach of a GNSS interference that does not say its own, nautical miles
    """

    tell_from: float = 0.5
    grave_from: float = 0.95
    join_h: float = 12.0
    area_nm: float = 60.0
    rescue_nm: float = 5.0
    rescue_h: float = 6.0
    call_h: float = 2.0
    most_vessels: int = 6
    mute_slack_min: float = 15.0
    jam_nm: float = 30.0
    weights: WeightSettings = field(default_factory=WeightSettings)


@dataclass(frozen=True, slots=True)
class SnoozeSettings:
    """How long an alert may be silenced, hours.

    sar_h, other_h  at most, by lane
    """

    sar_h: float = 4.0
    other_h: float = 168.0


@dataclass(frozen=True, slots=True)
class BudgetSettings:
    """How many messages an office gets in an hour, by lane; what is more goes into its digest.

    sar_an_hour is a bound against forged floods: the first ones go at once, one by one; all others
    are told together within seconds (service/flooding.py), so that a true one never waits behind
    forged ones. Retractions, and updates of what an office was told, of severity critical, always
    go. New calls for help (critical) and all else of the lane sar have sar_an_hour each.
    """

    sar_an_hour: int = 40
    law_an_hour: int = 30
    infrastructure_an_hour: int = 12

    def of(self, lane: str) -> int:
        """Return the messages an hour of a lane, or of the share ``distress`` of the lane sar."""
        most = {"sar": self.sar_an_hour, "distress": self.sar_an_hour, "law": self.law_an_hour}
        return most.get(lane, self.infrastructure_an_hour)
