"""A sea in which vessels are tied: met, shared a number, lay in port, sailed together, listed.

::

    MARIA ──met── STELLA ──met── QUIET ──port── DHOW ──name── TWIN (renamed since)
      ├──met── HIDDEN (listed H2 by GRC)      ├──sister ship, by the list── PEARL (an entry)
      ├──imo── REFLAGGED                      STELLA ──same owner, by the list── DHOW
      └──sailed together── CONSORT ──port── HIDDEN
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from alerts.alert import Codes
from alerts.events import Event, Fact
from alerts.incidents.incident import Grown, Incident
from service.editions import zones_in_force
from store.changes import Change
from store.connect import connect, session
from store.events import put_events
from store.incidents import save
from store.watchlist import propose, put_persons, release
from store.writer import Writer
from tests.plugins.notices import alert, event
from tests.plugins.rows import positions, statics, writes
from tests.plugins.sailed import listed
from tests.plugins.traffic import called
from watchlist.entries import Link, Person, WatchlistEntry

NOON = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=3)
MARIA, STELLA, QUIET, DHOW, TWIN, REFLAGGED, CONSORT, HIDDEN = range(247_000_001, 247_000_009)
NAMES = {
    MARIA: "MARIA K", STELLA: "STELLA", QUIET: "QUIET", DHOW: "SEA DHOW", TWIN: "SEA DHOW",
    REFLAGGED: "MARIA", CONSORT: '<b>"CON&SORT\'', HIDDEN: "NIGHT WIND",
}  # fmt: skip
IMO = 9_074_729
MET = "A-00000000000a"
MADE = Change("anna", "a test", NOON)
SPAN = (NOON - timedelta(days=20), NOON + timedelta(days=2))


def fill(dsn: str) -> None:
    """Write all of it."""
    _said(dsn)
    _side_by_side(dsn)
    put_meetings(dsn)
    with session(dsn) as connection:
        port, other, *_ = zones_in_force(connection).of_kind("port").zones
    for mmsi in (QUIET, DHOW):
        called(dsn, NOON - timedelta(days=4), mmsi, port.id)
    for mmsi in (HIDDEN, CONSORT):
        called(dsn, NOON - timedelta(days=4), mmsi, other.id)
    _of_the_list(dsn)


def meeting(one: int, other: int, hours: float = 0, **said: Any) -> Event:
    """Two beside each other for two hours from then on."""
    at = round((NOON + timedelta(hours=hours)).timestamp() * 1e6)
    began = event(
        "encounter", mmsi=one, other_mmsi=other, started_us=at, lon=14.0 + one % 10 / 10, lat=35.0,
        confidence=0.7,
        evidence={"together": Fact(120, "min", 30), "distance": Fact(180, "m", 500)}, **said,
    )  # fmt: skip
    return began.next("closed", at + 7_200_000_000, ended_us=at + 7_200_000_000)


def put_meetings(dsn: str) -> None:
    """Write the encounters; an alert rests on the first."""
    first = meeting(MARIA, STELLA)
    told = [first, meeting(STELLA, QUIET, -30), meeting(MARIA, HIDDEN, -60)]
    taken_back = meeting(MARIA, TWIN, -90).next("retracted", first.updated_us, reason="in doubt")
    at_us = first.started_us
    about = alert("encounter", id=MET, mmsis=(MARIA, STELLA), events=(first.id,),
                  started_us=at_us, updated_us=first.updated_us, codes=Codes("H1"))  # fmt: skip
    with connect(dsn) as connection:
        put_events(connection, [*told, taken_back])
        one = Incident(about, "a subject", raised=True, members=(first,))
        save(connection, [Grown(None, one, "alert", "a test")], at_us)


def _said(dsn: str) -> None:
    imo = [IMO if one in {MARIA, REFLAGGED} else 0 for one in NAMES]
    began = np.datetime64((NOON - timedelta(days=10)).replace(tzinfo=None), "us")
    said = statics(
        mmsi=[*NAMES], name=[one.encode() for one in NAMES.values()], imo=imo,
        received=[began] * len(NAMES),
    )  # fmt: skip
    renamed = statics(
        mmsi=[TWIN], name=[b"GREY DHOW"], spool=[100],
        received=[np.datetime64((NOON + timedelta(days=1)).replace(tzinfo=None), "us")],
    )  # fmt: skip
    with Writer(dsn) as writer:
        writer.commit(writes(statics=said, offset=10))
        writer.commit(writes(statics=renamed, offset=20))


def _side_by_side(dsn: str) -> None:
    """MARIA and CONSORT sail east for four hours, half a mile apart; DHOW passes the other way."""
    seconds = np.arange(0, 4 * 3600, 60)
    mmsi = np.repeat([MARIA, CONSORT, DHOW], len(seconds))
    way = np.tile(seconds * 0.00006, 3)
    time = np.datetime64((NOON - timedelta(hours=30)).replace(tzinfo=None), "us") + np.tile(
        seconds, 3
    ).astype("m8[s]")
    rows = positions(
        mmsi=mmsi, time=time, received=time, segment=mmsi % 10,
        lon_deg=np.where(mmsi == DHOW, 13.9 - way, 13.0 + way),
        lat_deg=np.where(mmsi == MARIA, 36.0, 36.008), sog_kn=np.full(len(mmsi), 10.0),
        cog_deg=np.where(mmsi == DHOW, 270.0, 90.0), spool=np.arange(len(mmsi)) + 100,
    )  # fmt: skip
    order = np.argsort(time, kind="stable")
    with Writer(dsn) as writer:
        writer.commit(writes(rows.take(order), offset=1000, feeds=["malta"]))


def _of_the_list(dsn: str) -> None:
    pearl = put_entry(dsn, name="PEARL", contributor="ITA")
    listed(dsn, NOON, MARIA, name="MARIA K", contributor="ITA",
           links=(Link("sister_ship", pearl, "same yard"),))  # fmt: skip
    listed(dsn, NOON, HIDDEN, name="NIGHT WIND", handling="H2", contributor="GRC")
    secret = put_entry(dsn, name="SECRET SISTER", handling="H2", contributor="GRC")
    tied = listed(dsn, NOON, STELLA, name="STELLA", contributor="ITA",
                  links=(Link("owner", secret),))  # fmt: skip
    other = listed(dsn, NOON, DHOW, name="SEA DHOW", contributor="ITA")
    owner = (Person("owner", "Kalliste Shipping"),)
    with connect(dsn) as connection:
        same = (replace(owner[0], name="KALLISTE SHIPPING"),)
        put_persons(connection, {tied: owner, other: same}, MADE)


def put_entry(dsn: str, **entry: Any) -> str:
    """Put an entry in force to which no vessel has answered."""
    with connect(dsn) as connection:
        versions = dict(
            propose(connection, [WatchlistEntry(**{"reason": "a test", **entry})], MADE)
        )
        release(connection, versions, Change("bruno", "a test", NOON))
    [entry_id] = versions
    return entry_id
