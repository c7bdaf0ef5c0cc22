"""Notices as offices get them: a distress with its help, a listed vessel, hostile names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from alerts.alert import Adrift, Alert, Centre, Codes, Near, Notice, SarHelp, Share, Vessel
from alerts.events import Event, Fact

NOON_US = 1_795_176_000_000_000  # 2026-11-20T12:00:00Z
MINUTE_US = 60_000_000
HOSTILE = (
    "<script>alert(1)</script>",
    "=cmd|'/c calc'!A0",
    "A\r\nBcc: x@evil.example",
    "NUL\x00NAME",
    "\u202eDEKCATTA\u2066",
    "]]><x>&amp;",
    "\ud800half",
)


def event(kind: str = "gap", **changes: Any) -> Event:
    """An event off Lampedusa at noon."""
    said: dict[str, Any] = {"mmsi": 247_320_162, "started_us": NOON_US, "lon": 12.6, "lat": 35.5}
    said |= {"evidence": {"silent_s": Fact(5400.0, "s", 3600.0)}} | changes
    return Event.begin(kind, 1, **said)


def alert(kind: str = "gap", **changes: Any) -> Alert:
    """An alert on one listed vessel, with the event that leads it."""
    lead = event(kind)
    usual = Alert(
        id="A-0123456789ab", version=1, state="new", lane=lead.lane, severity=lead.severity,
        kind=kind, headline="a listed cargo ship went silent", score=0.82,
        shares=(Share("gap", 2.1, "silent for 1 h 30 min, 1 of 340 such silences here", lead.id),),
        vessels=(Vessel(247_320_162, "MARIA K", "IBAA", 9_074_729, "TGO", "cargo", 74.0,
                        ("V-000001",)),),
        mmsis=(247_320_162,), zones=(), lon=12.6, lat=35.5, place="12 nm SE of Lampedusa",
        started_us=NOON_US, updated_us=NOON_US, ended_us=None, events=(lead.id,),
        codes=Codes("H1", "ask first", "amber", "B", 3, ("ITA",)),
    )  # fmt: skip
    return replace(usual, **changes)


def notice(kind: str = "gap", **changes: Any) -> Notice:
    """The first notice of ``alert`` to Catania; ``alert=`` may bring another alert."""
    about = changes.pop("alert", None) or alert(kind)
    usual = Notice(
        id=f"{about.id}.{about.version}.catania", change="alert", office="catania", language="en",
        sent_us=NOON_US + MINUTE_US, alert=about, events=(event(about.kind),),
        link="https://desk.example/alerts/A-0123456789ab", zone_names=("SAR region Malta",),
    )  # fmt: skip
    return replace(usual, **changes)


def distress(**changes: Any) -> Notice:
    """A call for help with all that a rescuer is told."""
    help_ = SarHelp(
        lon=12.61, lat=35.49, error_nm=0.4, known_at_us=NOON_US,
        adrift=(Adrift(30, 12.62, 35.48, 1.1), Adrift(60, 12.63, 35.47, 1.9)),
        assumed="wind 12 kn from 310°, leeway 4 %",
        nearest=(Near(248_000_001, "VALLETTA STAR", "cargo", 12.7, 35.6, 7.9, 38.0, 41.0, 20.0),
                 Near(247_000_002, "", "sar", 12.5, 35.4, 8.1, 220.0, None, 400.0)),
        centres=(Centre("mrcc-malta", "RCC Malta", "SRR Malta", "+356 0000 0000"),),
    )  # fmt: skip
    about = changes.pop("alert", None) or alert("distress", headline="distress call", score=0.99)
    return notice(alert=about, **{"sar": help_, **changes})


def hostile(text: str) -> Notice:
    """A notice in which every text that somebody else wrote is ``text``."""
    vessel = Vessel(247_320_162, text, text, 0, text, text, None, (text,))
    share = Share("gap", 1.0, text)
    about = alert(
        headline=text, place=text, vessels=(vessel,), shares=(share,), reason=text, assignee=text,
        codes=Codes("H1", text, "amber", "B", 3, (text,)),
    )  # fmt: skip
    return notice(alert=about, zone_names=(text,))
