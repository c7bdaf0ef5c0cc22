"""An hour of the past in a database: three ships, of which one falls silent, and what was told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from alerts.alert import Codes
from alerts.incidents.incident import Grown, Incident
from store.changes import Change
from store.connect import connect
from store.editions import Adoption, publish, put_adoptions
from store.incidents import save
from store.watchlist import propose, release
from store.writer import Writer
from tests.plugins.notices import alert, event
from tests.plugins.rows import positions, statics, writes
from tests.plugins.where_and_who import found
from watchlist.entries import WatchlistEntry

if TYPE_CHECKING:
    from alerts.alert import Alert

MARIA, STELLA, QUIET = 247_000_001, 247_000_002, 247_000_003
STEP_S = 30
HOUR_S = 3600
SILENT_AFTER_S = 900


def sailed(dsn: str, begin: datetime, offset: int = 1000) -> None:
    """Write an hour from ``begin``: MARIA eastward at 12 kn, STELLA at rest, QUIET a quarter."""
    at = np.arange(0, HOUR_S, STEP_S)
    quiet = at[at < SILENT_AFTER_S]
    seconds = np.concatenate([at, at, quiet])
    mmsi = np.repeat([MARIA, STELLA, QUIET], [len(at), len(at), len(quiet)])
    east = np.where(mmsi == MARIA, seconds * 0.00007, 0)
    time = np.datetime64(begin.replace(tzinfo=None), "us") + seconds.astype("m8[s]")
    rows = positions(
        mmsi=mmsi, time=time, received=time, segment=mmsi - 247_000_000,
        lon_deg=np.choose(mmsi - MARIA, [14.5, 15.5, 16.5]) + east,
        lat_deg=np.choose(mmsi - MARIA, [35.9, 36.4, 35.4]),
        sog_kn=np.choose(mmsi - MARIA, [12.0, 0.0, 7.0]), cog_deg=np.full(len(mmsi), 90.0),
        spool=np.arange(len(mmsi)) + 1, heading_deg=np.full(len(mmsi), np.nan),
    )  # fmt: skip
    said = statics(
        mmsi=[MARIA, STELLA, QUIET], name=[b"MARIA K", b"STELLA", b"QUIET"],
        ship_type=[71, 60, 30], received=[time[0]] * 3,
    )  # fmt: skip
    last = rows.take(np.flatnonzero(np.append(mmsi[1:] != mmsi[:-1], True)))
    block = writes(
        rows, statics=said, last=last, reports=[120, 120, 30], offset=offset, feeds=["malta"],
        now_us=int(begin.timestamp() * 1e6) + HOUR_S * 1_000_000,
    )  # fmt: skip
    with Writer(dsn) as writer:
        writer.commit(block)


def told(dsn: str, at: datetime, kind: str = "gap", **changes: Any) -> Alert:
    """Write an alert about MARIA that was told at ``at``; its event began ten minutes before."""
    began = round((at - timedelta(minutes=10)).timestamp() * 1e6)
    said = {"mmsis": (MARIA,), "lon": 14.6, "lat": 35.9, "codes": Codes("H0")} | changes
    lead = event(kind, mmsi=MARIA, started_us=began)
    about = alert(kind, started_us=began, updated_us=began, events=(lead.id,), **said)
    one = Incident(about, "a subject", raised=True, members=(lead,))
    with connect(dsn) as connection:
        save(connection, [Grown(None, one, "alert", "a test")], round(at.timestamp() * 1e6))
    return about


def said_anew(dsn: str, about: Alert, at: datetime, **changes: Any) -> Alert:
    """Write the next version of an alert, as the service does when more is seen; return it."""
    after = replace(about, version=about.version + 1, **changes)
    there, then = (Incident(one, "a subject", raised=True, members=()) for one in (about, after))
    with connect(dsn) as connection:
        save(connection, [Grown(there, then, "update", "more")], round(at.timestamp() * 1e6))
    return after


def over(dsn: str, about: Alert, at: datetime) -> None:
    """Write that an alert was retracted at ``at``."""
    after = replace(about, version=about.version + 1, state="retracted", reason="a test")
    there, then = (Incident(one, "a subject", raised=True, members=()) for one in (about, after))
    with connect(dsn) as connection:
        save(connection, [Grown(there, then, "cancel", "over")], round(at.timestamp() * 1e6))


def listed(dsn: str, at: datetime, mmsi: int = MARIA, **entry: Any) -> str:
    """Put an entry in force to which ``mmsi`` answers since ``at``; return its id."""
    said = WatchlistEntry(**{"name": "MARIA K", "mmsi": (mmsi,), "reason": "sold twice", **entry})
    with connect(dsn) as connection:
        versions = dict(propose(connection, [said], Change("anna", "a test", at)))
        release(connection, versions, Change("bruno", "a test", at))
    [(entry_id, version)] = versions.items()
    [(hits, _)] = found(mmsi=[mmsi], received=[np.datetime64(at.replace(tzinfo=None), "us")])
    hits.entry[:] = 0
    with Writer(dsn) as writer:
        block = writes(offset=writer.offset() + 10)
        writer.commit(replace(block, hits=((hits, ((entry_id, version),)),)))
    return entry_id


def said(dsn: str, mmsi: int, at: datetime, name: str, ship_type: int = 71, **more: Any) -> None:
    """Write that a vessel said at ``at`` to be called so."""
    columns = {key: [value] for key, value in more.items()}
    with Writer(dsn) as writer:
        offset = writer.offset() + 10
        one = statics(
            mmsi=[mmsi], name=[name.encode()], ship_type=[ship_type], spool=[offset],
            received=[np.datetime64(at.replace(tzinfo=None), "us")], **columns,
        )  # fmt: skip
        writer.commit(writes(statics=one, offset=offset))


def zoned(dsn: str, at: datetime, content: bytes) -> int:
    """Publish zones that are in force from ``at`` on; return the edition's number."""
    with connect(dsn) as connection:
        row = publish(connection, "zones", content, Change("anna", "a test", at))
        one = Adoption("zones", row.version, row.sha256, round(at.timestamp()),
                       round(at.timestamp() * 1e6))  # fmt: skip
        put_adoptions(connection, [one], 0)
    return row.version


def hour_ago() -> datetime:
    """The whole second an hour before now."""
    return datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
