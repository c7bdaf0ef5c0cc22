"""What can be told: the kinds of events, each with its lane and how grave it is by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Lane: TypeAlias = Literal["sar", "law", "infrastructure"]
Severity: TypeAlias = Literal["info", "low", "medium", "high", "critical"]
State: TypeAlias = Literal["open", "updated", "closed", "retracted"]

LANES: tuple[Lane, ...] = ("sar", "law", "infrastructure")
"""In the order in which they are told: a suspicion never outranks a distress."""
SEVERITIES: tuple[Severity, ...] = ("info", "low", "medium", "high", "critical")
STATES: tuple[State, ...] = ("open", "updated", "closed", "retracted")


@dataclass(frozen=True, slots=True)
class Kind:
    """What holds for every event of a kind, unless the event says otherwise.

    title  for people, lower case, as it stands in a sentence
    """

    lane: Lane
    severity: Severity
    title: str


KINDS: dict[str, Kind] = {
    "distress": Kind("sar", "critical", "distress"),
    "not_under_command": Kind("sar", "high", "not under command"),
    "sudden_stop": Kind("sar", "high", "sudden stop"),
    "converging_rescue": Kind("sar", "high", "ships converging as for a rescue"),
    "watchlist": Kind("law", "high", "listed vessel"),
    "predicted_arrival": Kind("law", "high", "predicted arrival"),
    "gap": Kind("law", "medium", "went silent"),
    "reappearance": Kind("law", "medium", "heard again"),
    "coverage_loss": Kind("infrastructure", "info", "out of hearing"),
    "feed_outage": Kind("infrastructure", "high", "feed outage"),
    "encounter": Kind("law", "medium", "encounter"),
    "zone_present": Kind("law", "info", "present in a zone"),
    "zone_entered": Kind("law", "low", "entered a zone"),
    "zone_left": Kind("law", "info", "left a zone"),
    "zone_dwell": Kind("law", "low", "stays in a zone"),
    "zone_crossed": Kind("law", "low", "crossed a zone"),
    "clone": Kind("law", "medium", "one MMSI on two ships"),
    "jump": Kind("law", "medium", "impossible jump"),
    "identity_change": Kind("law", "medium", "changed identity"),
    "invalid_identity": Kind("law", "low", "impossible identity"),
    "drift": Kind("law", "medium", "adrift"),
    "loitering": Kind("law", "low", "loitering"),
    "gnss_interference": Kind("infrastructure", "high", "GNSS interference"),
    "off_route": Kind("law", "low", "off its route"),
    "speed_anomaly": Kind("law", "low", "unusual speed"),
    "draught_change": Kind("law", "low", "changed draught"),
    "watch_rule": Kind("law", "low", "answers a watch rule"),
    "on_land": Kind("infrastructure", "low", "position on land"),
}
