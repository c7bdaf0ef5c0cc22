"""Scripted incidents, each with what is true of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from service.exercise.incidents import (
    coasts,
    distress,
    gnss,
    innocents,
    lanes,
    meetings,
    names,
    silence,
    stopping,
)
from service.exercise.incidents.plot import Plot


@dataclass(frozen=True, slots=True)
class Incident:
    """What is played, and the sites that it needs (``derive_sites.NEEDS``, or ``port``)."""

    need: str
    play: Callable[[Plot], None]


INCIDENTS: dict[str, Incident] = {
    "sart": Incident("far_out", distress.sart),
    "sart_without_place": Incident("far_out", distress.sart_without_place),
    "sart_under_test": Incident("far_out", distress.sart_under_test),
    "mayday": Incident("far_out", distress.mayday),
    "rescue": Incident("far_out", distress.rescue),
    "not_under_command": Incident("far_out", stopping.not_under_command),
    "aground": Incident("off_coast", stopping.aground),
    "sudden_stop": Incident("far_out", stopping.sudden_stop),
    "black_out": Incident("far_out", stopping.black_out),
    "loitering": Incident("off_coast", stopping.loitering),
    "dark_ship": Incident("far_out", silence.dark_ship),
    "dark_listed_ship": Incident("far_out", silence.dark_listed_ship),
    "receiver_outage": Incident("far_out", silence.receiver_outage),
    "out_of_hearing": Incident("out_of_hearing", silence.out_of_hearing),
    "identity_change": Incident("far_out", names.identity_change),
    "invalid_identity": Incident("far_out", names.invalid_identity),
    "invalid_mmsi": Incident("far_out", names.invalid_mmsi),
    "false_name": Incident("far_out", names.false_name),
    "listed_ship": Incident("far_out", names.listed_ship),
    "clone": Incident("far_out", names.clone),
    "jump": Incident("far_out", names.jump),
    "interference": Incident("far_out", gnss.interference),
    "on_land": Incident("inland", gnss.on_land),
    "leaves_lane": Incident("in_lane", lanes.leaves_lane),
    "crawls": Incident("in_lane", lanes.crawls),
    "lightened": Incident("far_out", lanes.lightened),
    "mother_ship": Incident("far_out", meetings.mother_ship),
    "rendezvous": Incident("far_out", meetings.rendezvous),
    "ghost_freighter": Incident("at_border", coasts.ghost_freighter),
    "visit": Incident("at_border", coasts.visit),
    "weaving": Incident("at_border", coasts.weaving),
    "convoy": Incident("far_out", innocents.convoy),
    "fishing_fleet": Incident("far_out", innocents.fishing_fleet),
    "towing": Incident("far_out", innocents.towing),
    "pilot_boarding": Incident("port", innocents.pilot_boarding),
    "liner": Incident("at_border", innocents.liner),
    "bunkering": Incident("port", innocents.bunkering),
}
"""Every incident by the name that a scenario calls it by; the last six are innocent."""
