"""What a dossier is made from, of an invented ship: a silence, an encounter, a rare way."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import numpy as np

from alerts.alert import Codes, Vessel
from alerts.events import Fact
from maps.papers.facts import (
    POINT,
    Answered,
    Asked,
    Facts,
    HeardBy,
    Learned,
    Rare,
    Stay,
)
from tests.plugins.notices import NOON_US, alert, event
from watchlist.entries import WatchlistEntry
from watchlist.vessels import Conflict, Span, VesselIdentity

SHIP, OTHER = 247_320_162, 239_000_001
NOON = dt.datetime.fromtimestamp(NOON_US / 1e6, dt.UTC)
HOUR_US = 3_600_000_000


def facts(name: str = "MARIA K", **changes: Any) -> Facts:
    """All of it; ``name`` stands wherever somebody else writes a text."""
    ship = Vessel(SHIP, name, name, 9_074_729, name, "cargo", 74.0)
    entry = WatchlistEntry(
        mmsi=(SHIP,), name=name, reason=name, contributor="ITA", handling="H1",
        handling_comment=name, id="V-000001",
    )  # fmt: skip
    said = {
        "asked": Asked(str(SHIP), "a.rossi", NOON, f"note 17 {name}", NOON_US - 3 * HOUR_US,
                       NOON_US + 3 * HOUR_US),
        "vessel": ship,
        "identity": _identity(name),
        "track": _track(),
        "events": (
            dataclasses.replace(event(mmsi=SHIP, evidence={
                "silence": Fact(3600.0, "s", 1800.0), "one_of_such_silences": Fact(340),
                "others_heard_since": Fact(24), "speed_before": Fact(7.2, "kn"),
                "course_before": Fact(294.0, "deg"),
            }), ended_us=NOON_US + HOUR_US),
            event("encounter", mmsi=SHIP, other_mmsi=OTHER, started_us=NOON_US + 2 * HOUR_US,
                  evidence={"distance": Fact(60.0, "m"), "together": Fact(45.0, "min"),
                            "speed": Fact(0.8, "kn")}),
        ),
        "alerts": (alert(place=name),),
        "listed": (Answered(entry, "mmsi", 1.0, NOON),),
        "stays": (Stay(name, NOON_US - 2 * HOUR_US, NOON_US - HOUR_US),),
        "heard": (HeardBy("malta", 60, NOON_US - 3 * HOUR_US, NOON_US + 3 * HOUR_US),),
        "ships": {SHIP: ship, OTHER: Vessel(OTHER, name, "", 0, "GRC", "tanker", 120.0)},
        "editions": (("zones", 3, "ab" * 32), ("watchlist", 8, "cd" * 32)),
        "learned": Learned(4, NOON.date(), 320, 288, (
            Rare("way", NOON_US, NOON_US + HOUR_US, 12.6, 35.5, 1000, 1200, "cargo"),)),
        "codes": Codes("H1", "", "amber", "B", 3, ("ITA",)),
    }  # fmt: skip
    return Facts(**(said | changes))


def _identity(name: str) -> VesselIdentity:
    begin, end = NOON - dt.timedelta(hours=3), NOON + dt.timedelta(hours=3)
    was, now = Span("OLD NAME", begin, NOON, 4), Span(name, NOON, end, 5)

    def steady(value: str) -> tuple[Span, ...]:
        return (Span(value, begin, end, 9),)

    return VesselIdentity(
        steady(str(SHIP)), steady("9074729"), (was, now), steady(name), steady("ITA"),
        steady("70"), steady("74 x 12"), (), (Conflict("flag", name, begin, end),),
    )  # fmt: skip


def _track() -> Any:
    minutes = np.concatenate([np.arange(-180, 0, 5), np.arange(60, 180, 5)])
    track = np.zeros(len(minutes), POINT)
    track["time"] = (NOON_US + minutes * 60_000_000).astype("M8[us]")
    track["lon_deg"], track["lat_deg"] = 12.6 + minutes * 2e-3, 35.5 + minutes * 1e-3
    track["sog_kn"], track["cog_deg"] = 7.2, 60.0
    return track
