"""A story in which every detector has something to say, another one with each seed."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from alerts.distances import ahead
from alerts.rules import Rule, Rules
from geofence.index import ZoneIndex
from geofence.tracker import VisitTracker
from geofence.zones import Zone, ZoneSet
from tests.plugins.stories import Ship, Stream
from tests.plugins.traffic import LANE
from watchlist.entries import Edition, Listed
from watchlist.matching import Matcher

if TYPE_CHECKING:
    from ais.tracks import Tracked

MINUTES = 220
"""Reports end before this one; what is due later comes with the ticks until UNTIL."""
UNTIL = 320
LISTED_MMSI = 271_000_009


def cast(seed: int) -> list[Ship]:
    """Ships in the Ionian Sea; what each does is fixed, when and how fast is drawn by lot."""
    lot = random.Random(seed)
    ships = [
        *_troubled(lot), *_together(lot), *_strange(lot), *_jammed(lot), *_unusual(lot),
        *(_wanderer(lot, k) for k in range(6)),
    ]  # fmt: skip
    for ship in ships:
        ship.rows = [row for row in ship.rows if row["minute"] < MINUTES]
    return ships


def _troubled(lot: random.Random) -> list[Ship]:
    drifter = Ship(538_000_001, 18.0, 36.5, name="DRIFTER", length=120).introduces()
    drifter.sails(90, 12, lot.randint(20, 60)).drifts(lot.randint(90, 170), 3, 90, heading=0)
    drifter.sails(90, 12, 60)
    stopped = Ship(538_000_002, 18.5, 35.5, length=150, type=60).introduces()
    stopped.sails(90, 14, 30, every_s=30).stays(40, every_s=20).sails(90, 0.2, 60, nav_status=2)
    sart = Ship(970_000_003, 17.5, 35.0, minute=lot.randint(1, 90), message=1)
    sart.says(lon_deg=math.nan, lat_deg=math.nan, nav_status=14).minute += 1
    sart.stays(10, nav_status=14)
    caller = Ship(247_000_004, 17.0, 36.0).introduces().sails(180, 9, 45)
    caller.calls("MAYDAY MAYDAY SINKING").sails(180, 9, 100)
    return [drifter, stopped, sart, caller, *_diverted(lot)]


def _diverted(lot: random.Random) -> list[Ship]:
    """Three merchants that leave their ways for one place, and lie there."""
    ships = []
    for k in range(3):
        bearing = 120 * k + lot.randint(0, 60)
        start = ahead(19.2 + 0.01 * k, 34.4, bearing, 13 * 1852)
        ship = Ship(636_000_100 + k, *start, minute=5 * k, length=200, type=70).introduces()
        ships.append(ship.sails((bearing + 180) % 360, 13, 60).stays(90))
    return ships


def _together(lot: random.Random) -> list[Ship]:
    first = Ship(247_000_010, 18.0, 37.2, minute=lot.random()).introduces()
    other = Ship(271_000_011, 18.6, 37.203).introduces()
    first.sails(90, 10, 60).is_at(18.3, 37.2)
    other.sails(270, 10, 60).is_at(18.3, 37.202)
    for ship, course in ((first, 0), (other, 180)):
        ship.stays(lot.randint(35, 70)).sails(course, 10, 60)
    idler = Ship(247_000_012, 17.6, 34.6).introduces().stays(lot.randint(130, 200), every_s=120)
    idler.sails(45, 8, 60)
    silent = Ship(247_000_013, 18.4, 36.8, feed=0).introduces().sails(180, 11, 70)
    silent.silent(lot.randint(90, 120)).sails(180, 11, 40)
    return [first, other, idler, silent]


def _strange(lot: random.Random) -> list[Ship]:
    one = Ship(247_000_020, 17.2, 36.4, name="TWIN").introduces().sails(90, 10, 120)
    other = Ship(247_000_020, 19.2, 35.4, name="TWIN", minute=0.5).introduces().sails(90, 10, 120)
    jumper = Ship(247_000_021, 17.9, 36.1).introduces().sails(90, 12, 60)
    jumper.is_at(19.4, 35.9).sails(90, 12, 60)
    renamed = Ship(247_000_022, 18.1, 35.1, name="ALPHA", imo=9_074_729, call_sign="IBCD")
    renamed.introduces().sails(0, 9, 30).introduces().sails(0, 9, 10)
    for _ in range(3):
        renamed.introduces(name=b"OMEGA STAR", imo=1_234_567, call_sign=b"3XYZ9").sails(0, 9, 10)
    wrong = Ship(lot.choice([123, 999_000_023, 100_000_023]), 18.7, 36.9, imo=1_234_568)
    wrong.introduces().sails(270, 9, 30).introduces().sails(270, 9, 30)
    listed = Ship(LISTED_MMSI, 19.5, 37.0, name="GHOST", length=80).introduces()
    listed.sails(300, lot.randint(8, 14), 200)
    inland = Ship(247_000_024, 16.2, 39.2).introduces().sails(90, 8, 60)
    crosser = Ship(247_000_025, 18.95, 36.0).introduces().sails(90, 10, 60).sails(270, 10, 120)
    return [one, other, jumper, renamed, wrong, listed, inland, crosser]


def _jammed(lot: random.Random) -> list[Ship]:
    start = lot.randint(100, 140)
    ships = []
    for k in range(7):
        ship = Ship(255_000_030 + k, 17.3 + 0.15 * k, 35.8 - 0.1 * k, feed=1).introduces()
        ship.sails(100, 11, start).is_at(18.0, 35.0).stays(40).is_at(18.5 + 0.1 * k, 35.6)
        ships.append(ship.sails(100, 11, 20))
    return ships


def _unusual(lot: random.Random) -> list[Ship]:
    """Ships in the lane of the model: one leaves it, one crawls, one is loaded at sea."""
    west, lat, _ = LANE
    leaver = Ship(247_000_050, west + 0.3, lat, type=70, length=140).introduces()
    leaver.sails(90, 13, lot.randint(20, 50)).sails(0, 12, 40).sails(180, 12, 40)
    leaver.sails(90, 13, 60)
    crawler = Ship(247_000_051, west + 0.2, lat, lot.random(), type=79, length=120).introduces()
    crawler.sails(90, 13, 30).sails(90, 4, lot.randint(20, 60)).sails(90, 13, 60)
    loader = Ship(247_000_052, west + 0.1, lat, lot.random(), type=80, length=180)
    loader.introduces(draught_m=9.0).sails(90, 12, 60)
    for _ in range(lot.randint(3, 5)):
        loader.introduces(draught_m=7.5).sails(90, 12, 6)
    loader.introduces(draught_m=11.0).sails(90, 12, 40)
    return [leaver, crawler, loader]


def _wanderer(lot: random.Random, number: int) -> Ship:
    ship = Ship(
        256_000_040 + number, lot.uniform(17, 19.5), lot.uniform(34.5, 37), lot.random(),
        type=lot.choice([30, 36, 52, 60, 70, 80]), length=lot.choice([20.0, 90.0, 250.0]),
        message=lot.choice([1, 1, 18]), feed=lot.randint(0, 1),
    )  # fmt: skip
    ship.introduces()
    while ship.minute < MINUTES:
        verb = lot.randint(0, 5)
        minutes, course = lot.randint(5, 60), lot.randint(0, 359)
        if verb == 0:
            ship.stays(minutes, every_s=lot.choice([30, 180]))
        elif verb == 1:
            ship.drifts(course, lot.uniform(0.3, 6), minutes, heading=lot.randint(0, 359))
        elif verb == 2:
            ship.silent(minutes)
        elif verb == 3:
            ship.introduces(name=lot.choice([b"", b"WANDERER", b"OTHER NAME"]))
        else:
            ship.sails(course, lot.uniform(0, 20), minutes, nav_status=lot.choice([0, 0, 1, 2, 6]))
    return ship


def zones() -> tuple[Zone, ...]:
    """An area of each kind that a zone detector may look at, far from most of the ships."""
    kinds = {"custom": 0, "arrival_coast": 1, "departure_coast": 2, "port": 3, "anchorage": 4}
    boxes = {
        "custom": (19.1, 35.9, 19.2, 36.1), "arrival_coast": (17.0, 37.6, 19.0, 38.5),
        "departure_coast": (17.0, 33.8, 20.0, 34.3), "port": (16.0, 37.0, 16.05, 37.05),
        "anchorage": (16.5, 35.0, 16.6, 35.1),
    }  # fmt: skip
    return tuple(
        Zone(kind, kind, kind, shapely.box(*boxes[kind]), "made up", "CC0", version=str(number))
        for kind, number in sorted(kinds.items())
    )


def edition() -> Edition:
    """A list that holds the ship GHOST."""
    year = 365 * 86_400 * 1_000_000
    return Edition((Listed(
        "V-000001", 1, (LISTED_MMSI,), (), (), ("GHOST",), "", "", None, "IT", "H1", "", "B", 2,
        "amber", "high", 0, 100 * year,
    ),))  # fmt: skip


class Lookout:
    """Visits and hits of the ships, as ``Watch.sees`` asks for them."""

    def __init__(self) -> None:
        """Start with the zones and the list above in force."""
        self.tracker, self.matcher = VisitTracker(), Matcher()
        index = ZoneIndex.of(ZoneSet(zones()))
        self.tracker.adopt(index)
        self.matcher.adopt(edition(), 0, 0)
        self._zones = index.zones.zones

    def visits(self, tracked: Tracked) -> Any:
        """Visits of rows with their segments."""
        return ((self.tracker.step(tracked.positions, tracked.slot), self._zones),)

    def hits(self, part: Stream) -> Any:
        """Hits of positions and statics."""
        found = self.matcher.step(part.positions, part.statics)
        return ((found, edition().entries),) if len(found) else ()


def doubled(stream: Stream) -> Stream:
    """Every row twice, the second right behind the first; heard is what was heard before."""
    parts = []
    for batch in (stream.positions, stream.statics, stream.texts):
        twice = batch.take(np.repeat(np.arange(len(batch)), 2))
        second = np.arange(len(twice), dtype=np.uint64) % np.uint64(2)
        parts.append(replace(twice, spool=twice.spool * np.uint64(2) + second))
    heard = stream.receptions
    return Stream(*parts, replace(heard, spool=heard.spool * np.uint64(2)))


def rules() -> Rules:
    """Watch rules of each kind; every ship of the story is within reach of one."""
    west, east = shapely.box(16.0, 34.0, 18.2, 38.0), shapely.box(18.2, 34.0, 20.0, 38.0)
    return Rules((
        Rule("r-1", "from west to east", "in_turn", west, east, hours=3),
        Rule("r-2", "comes to the east", "enters", east),
        Rule("r-3", "silent", "silent", shapely.box(16.0, 34.0, 20.0, 38.0), hours=0.5),
    ))  # fmt: skip
