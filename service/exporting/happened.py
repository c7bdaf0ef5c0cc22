"""Events and alerts as batches, each under its codes: what they forbid is kept back and named."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import shapely

from alerts.alert import Alert, Codes, Notice
from alerts.by_list import rests_on_list
from alerts.events import Event
from alerts.incidents.codes import AUTOMATIC, codes_said, for_all, strictest
from maps.export import SCHEMAS
from service.disclosure import forbids_codes
from service.exporting.choosing import Chosen, Viewer
from service.exporting.tally import Tally
from store import exports
from store.codes import entry_codes
from store.incidents import look
from store.panel import entries_of

if TYPE_CHECKING:
    import psycopg

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def event_batches(
    connection: psycopg.Connection, chosen: Chosen, viewer: Viewer, tally: Tally
) -> Iterator[pa.RecordBatch]:
    """Yield the events that may leave, as SCHEMAS says."""
    selection = chosen.selection
    if selection.ids is not None:
        selection = replace(selection, mmsis=None)
    for some in exports.events(connection, selection):
        tally.step(len(some))
        here = [one for one in some if _inside(chosen, one.lon, one.lat)]
        kept = list(_allowed(connection, here, viewer, tally))
        if kept:
            tally.rows += len(kept)
            tally.sources.update(f"detector {one.kind} {one.detector_version}" for one, _ in kept)
            rows = [_event(event, codes) for event, codes in kept]
            yield pa.RecordBatch.from_pylist(rows, schema=SCHEMAS["events"])


def alert_batches(alerts: Iterable[list[Alert]], tally: Tally) -> Iterator[pa.RecordBatch]:
    """Yield alerts as SCHEMAS says."""
    for some in alerts:
        tally.rows += len(some)
        yield pa.RecordBatch.from_pylist([_alert(one) for one in some], schema=SCHEMAS["alerts"])


def alerts_leaving(
    connection: psycopg.Connection, chosen: Chosen, viewer: Viewer, tally: Tally
) -> Iterator[list[Alert]]:
    """Yield the alerts that may leave; one of which a person may not know is not even named."""
    selection = chosen.selection
    if chosen.alerts is not None:
        selection = replace(selection, ids=chosen.alerts, mmsis=None)
    for some in exports.alerts(connection, selection):
        tally.step(len(some))
        seen = [one for one in some if _inside(chosen, one.lon, one.lat)
                and viewer.sees(one.codes)]  # fmt: skip
        kept = {} if tally.permission else {
            one.id: why for one in seen if (why := forbids_codes(one.codes))
        }  # fmt: skip
        for name, why in kept.items():
            tally.keep(name, why)
        if left := [one for one in seen if one.id not in kept]:
            tally.mix(one.codes for one in left)
            tally.sources.update(name for one in left for name in one.codes.contributors)
            tally.sources.add("alerts of this service")
            yield left


def notices(
    connection: psycopg.Connection, alerts: Iterable[list[Alert]], now_us: int, tally: Tally
) -> Iterator[Notice]:
    """Yield a notice for each alert, as for somebody who was told nothing before.

    One that was taken back is left out: there is no message for who never had it.
    """
    for alert in (one for some in alerts for one in some):
        found = look(connection, alert.id)
        if alert.state == "retracted" or found is None:
            tally.note(f"{alert.id} was retracted: no message for who never had it; left out")
            continue
        tally.rows += 1
        name = f"{alert.id}.{alert.version}.export"
        yield Notice(name, "alert", "", "en", now_us, alert, found.live, "")


def _inside(chosen: Chosen, lon: float | None, lat: float | None) -> bool:
    box = chosen.selection.box
    if box is None:
        return True
    if lon is None or lat is None:
        return False
    if not (box.west <= lon <= box.east and box.south <= lat <= box.north):
        return False
    return chosen.shape is None or bool(shapely.contains_xy(chosen.shape, lon, lat))


def coded(
    connection: psycopg.Connection, events: Sequence[Event], viewer: Viewer
) -> Iterator[tuple[Event, Codes]]:
    """Yield the events of which somebody may know, with their codes.

    What was told for law enforcement, and a rescue that is there by the list alone, rests on the
    entries of its vessels: thresholds alone would give her away. What is for everybody is there
    without what the list says, for all alike.
    """
    entries = entries_of(connection, {mmsi for one in events for mmsi in one.mmsis})
    codes = entry_codes(connection, {one for ids in entries.values() for one in ids})
    for event in events:
        if event.lane != "law" and not rests_on_list(event):
            yield for_all(event), AUTOMATIC
            continue
        on = [codes[one] for mmsi in event.mmsis for one in entries.get(mmsi, ())]
        mixed = strictest(AUTOMATIC, *on, *filter(None, [codes_said(event)]))
        if not on or viewer.sees(mixed):
            yield event, mixed


def _allowed(
    connection: psycopg.Connection, events: Sequence[Event], viewer: Viewer, tally: Tally
) -> Iterator[tuple[Event, Codes]]:
    """Yield events with their codes, as they may leave; ``tally`` names what codes forbid."""
    for event, mixed in coded(connection, events, viewer):
        why = "" if tally.permission else forbids_codes(mixed)
        if why:
            tally.keep(event.id, why)
            continue
        tally.mix([mixed])
        yield event, mixed


def _event(event: Event, codes: Codes) -> dict[str, Any]:
    whole = event.as_dict(lambda at: {"at": at})
    names = ("id", "kind", "version", "state", "reason", "lane", "severity", "confidence", "mmsi",
             "other_mmsi", "zone")  # fmt: skip
    return {
        **{name: whole[name] for name in names}, "mmsis": _numbers(event.mmsis),
        **_lived(event), "lon_deg": event.lon, "lat_deg": event.lat,
        "evidence": json.dumps(whole["evidence"], ensure_ascii=False), **_coded(codes),
    }  # fmt: skip


def _alert(alert: Alert) -> dict[str, Any]:
    names = ("id", "version", "state", "lane", "severity", "kind", "headline", "score", "place",
             "verdict", "exercise")  # fmt: skip
    return {
        **{name: getattr(alert, name) for name in names}, "mmsis": _numbers(alert.mmsis),
        "vessels": "|".join(one.name or f"{one.mmsi:09d}" for one in alert.vessels),
        "zones": "|".join(alert.zones), "reason": alert.reason or None, **_lived(alert),
        "lon_deg": alert.lon, "lat_deg": alert.lat, **_coded(alert.codes),
    }  # fmt: skip


def _lived(one: Event | Alert) -> dict[str, Any]:
    times = {"started_at": one.started_us, "updated_at": one.updated_us, "ended_at": one.ended_us}
    return {name: None if us is None else _time(us) for name, us in times.items()}


def _coded(codes: Codes) -> dict[str, Any]:
    return {"handling": codes.handling, "handling_comment": codes.comment or None,
            "tlp": codes.tlp, "contributors": "|".join(codes.contributors) or None}  # fmt: skip


def _numbers(mmsis: Sequence[int]) -> str:
    return "|".join(f"{one:09d}" for one in mmsis)


def _time(time_us: int) -> dt.datetime:
    return _EPOCH + dt.timedelta(milliseconds=time_us // 1000)
