"""A sea in a database of which everything can be exported, and its rows as the tests know them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from alerts.alert import Codes, Vessel
from alerts.events import Fact
from alerts.incidents.incident import Grown, Incident
from service.exporting.asking import Asked
from service.exporting.making import Made, make
from store.changes import Change
from store.connect import connect
from store.events import put_events
from store.incidents import save
from store.writer import Writer
from tests.plugins import sailed
from tests.plugins.notices import alert, event
from tests.plugins.rows import positions, statics, writes

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

BEGIN = datetime(2026, 5, 1, 8, tzinfo=UTC)
END = BEGIN + timedelta(hours=1)
FORMULA, MARKUP, DENSE, SILENT = 247_000_011, 247_000_012, 247_000_013, 247_000_014
HOSTILE = {FORMULA: "=HYPERLINK(1)", MARKUP: "<b>&\"]]>'", DENSE: "@SUM(A1)", SILENT: "-1+1"}
IMO = 9_074_729
WHY = Change("a.greco", "a test", datetime(2026, 5, 2, tzinfo=UTC))
LAW, RESCUE, SECRET = "A-000000000001", "A-000000000002", "A-000000000003"


def fill(dsn: str) -> None:
    """Write the sea: an hour of seven ships, three events, three alerts, two entries."""
    sailed.sailed(dsn, BEGIN)
    _hostile(dsn)
    _happened(dsn)
    sailed.listed(dsn, BEGIN, DENSE, name="DENSE", handling="H2", contributor="GRC")
    sailed.listed(dsn, BEGIN, sailed.STELLA, name="=STELLA", handling="H1", contributor="ITA")


def _hostile(dsn: str) -> None:
    """Write ships with names of formulas and markup; one is stored with every report."""
    minute, second = np.arange(0, 1800, 60), np.arange(0, 120, 2)
    silent = np.concatenate([np.arange(0, 300, 60), np.arange(4500, 4800, 60)])
    ats = {FORMULA: minute, MARKUP: minute, DENSE: second, SILENT: silent}
    seconds = np.concatenate(list(ats.values()))
    mmsi = np.repeat(list(ats), [len(one) for one in ats.values()])
    time = np.datetime64(BEGIN.replace(tzinfo=None), "us") + seconds.astype("m8[s]")
    rows = positions(
        mmsi=mmsi, time=time, received=time + np.timedelta64(1500, "ms"), segment=mmsi % 100,
        lon_deg=-5.5 + 0.1 * (mmsi % 10) + seconds * 1e-5, lat_deg=np.full(len(mmsi), 36.0),
        sog_kn=np.where(mmsi == MARKUP, np.nan, 6.5), cog_deg=np.full(len(mmsi), 90.0),
        heading_deg=np.full(len(mmsi), np.nan), spool=np.arange(len(mmsi)) + 2000,
        feed=np.ones(len(mmsi)), nav_status=np.full(len(mmsi), 255),
    )  # fmt: skip
    said = statics(
        mmsi=list(HOSTILE), name=[one.encode() for one in HOSTILE.values()],
        imo=[IMO, 0, 0, 0], call_sign=[b"+CALL", b"", b"", b""], ship_type=[70] * 4,
        received=[time[0]] * 4,
    )  # fmt: skip
    with Writer(dsn) as writer:
        writer.commit(writes(rows, statics=said, offset=9_000, feeds=["malta", "=lampedusa"]))


def _happened(dsn: str) -> None:
    began = int(BEGIN.timestamp() * 1e6)
    gap = event("gap", mmsi=FORMULA, started_us=began, lon=-5.4, lat=36.0,
                evidence={"silent_h": Fact(1.5, "h", 1.0)})  # fmt: skip
    call = event("distress", mmsi=MARKUP, started_us=began + 1, lon=None, lat=None)
    loiter = event("loitering", mmsi=DENSE, started_us=began + 2, lon=-5.2, lat=36.0)
    said = {"started_us": began, "updated_us": began, "events": (gap.id,)}
    alerts = [
        (alert("gap", id=LAW, mmsis=(FORMULA,), lon=-5.4, lat=36.0, codes=Codes("H1"),
               headline='+1 <b>"gap"</b>', **said), gap),
        (alert("distress", id=RESCUE, mmsis=(MARKUP,), lon=None, lat=None, codes=Codes("H0"),
               vessels=(Vessel(MARKUP, HOSTILE[MARKUP]),), **said), call),
        (alert("loitering", id=SECRET, mmsis=(DENSE,), lon=-5.2, lat=36.0,
               codes=Codes("H2", contributors=("GRC",)), **said), loiter),
    ]  # fmt: skip
    with connect(dsn) as connection:
        put_events(connection, [gap, call, loiter])
        for number, (about, lead) in enumerate(alerts):
            one = Incident(about, f"subject {number}", raised=True, members=(lead,))
            save(connection, [Grown(None, one, "alert", "a test")], began)


def export(dsn: str, folder: Path, kind: str, layout: str, **asked: Any) -> Made:
    """Export to a file in ``folder``; the span is the hour where none is given."""
    if kind not in {"watchlist", "zones"} and "alert" not in asked:
        asked = {"start": BEGIN, "end": BEGIN + timedelta(hours=2)} | asked
    question = Asked(kind, layout, **asked)  # type: ignore[arg-type]
    return make(dsn, question, WHY, folder / f"{kind}.{layout}")


def rows_of(connection: psycopg.Connection, mmsi: int) -> list[tuple[Any, ...]]:
    """What the database has of a vessel: (time, lon, lat, sog), oldest first."""
    return connection.execute(
        "SELECT time, lon_deg, lat_deg, sog_kn FROM position WHERE mmsi = %s ORDER BY time", [mmsi]
    ).fetchall()


def audited(dsn: str, action: str) -> Iterator[dict[str, Any]]:
    """The details of each line of the audit with this action."""
    with connect(dsn) as connection:
        for (details,) in connection.execute(
            "SELECT details FROM audit WHERE action = %s ORDER BY number", [action]
        ):
            yield details
