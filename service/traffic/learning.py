"""A model of the usual traffic learned day by day from stored positions and port calls."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from alerts.roles import role_of
from alerts.traffic.grid import CLASS_OF
from alerts.traffic.lines import Call, lines_of
from alerts.traffic.model import TrafficModel
from alerts.traffic.passages import SAILED
from service.editions import zones_in_force
from service.errors import ServiceError
from store import audit
from store.editions import publish
from store.traffic import (
    model_content,
    models,
    port_calls,
    put_model,
    sailed,
    sailed_in_run,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import psycopg
    from numpy.typing import NDArray

    from store.changes import Change
    from store.editions import EditionRow

TRAFFIC = "traffic"
_DAY = dt.timedelta(days=1)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_CLASS_OF_TYPE = np.array([CLASS_OF[role_of(kind)] for kind in range(256)], np.uint8)


@dataclass(frozen=True, slots=True)
class TrafficSettings:
    """How the usual traffic is learned.

    learn          a model is learned every night from the day before
    adopt          and adopted; else somebody has to: vedetta traffic adopt
    half_life_days a passage counts half after so long, days
    first_days     the first model is learned from so many days
    lines_days     a ship keeps to a line by her passages in so many days
    """

    learn: bool = True
    adopt: bool = True
    half_life_days: float = 90.0
    first_days: int = 30
    lines_days: int = 30


def learn(
    connection: psycopg.Connection,
    start: dt.datetime,
    end: dt.datetime,
    settings: TrafficSettings,
    before: TrafficModel | None = None,
    progress: Callable[[dt.datetime], None] = lambda _day: None,
    run: int = 0,
) -> TrafficModel:
    """Return ``before`` with the positions of [start, end) learned, day by day, and the lines.

    The live ones, or those of a ``run`` of recorded data. Raises TrafficError where ``before``
    has learned some of the span already.
    """
    model = before or TrafficModel()
    model = replace(model, half_life_days=settings.half_life_days)
    day = start
    while day < end:
        following = min(day + _DAY, end)
        positions = sailed(connection, day, following, run=run)
        model = model.taught(_by_vessel(positions), micros(day), micros(following))
        progress(following)
        day = following
    first = end - dt.timedelta(days=settings.lines_days)
    calls = _calls(connection, first, end, run)
    return replace(model, lines=lines_of(calls, settings.lines_days))


def days_of_run(connection: psycopg.Connection, run: int) -> tuple[dt.datetime, dt.datetime]:
    """Return the whole days of a run's positions; raises ServiceError where it has none."""
    span = sailed_in_run(connection, run)
    if span is None:
        raise ServiceError(
            f"run {run} has no positions; see what vedetta replay --into-db said at its end"
        )
    first, last = (one.astimezone(dt.UTC) for one in span)
    midnight = dt.time(tzinfo=dt.UTC)
    return dt.datetime.combine(first, midnight), dt.datetime.combine(last, midnight) + _DAY


def keep(connection: psycopg.Connection, model: TrafficModel, change: Change) -> int:
    """Keep a model in the database, not in force; return its version."""
    content = model.to_bytes()
    facts = {
        "sha256": model.sha256(),
        "passages": model.passages,
        "lines": len(model.lines),
        "since": moment(model.since_us),
        "until": moment(model.until_us),
    }
    version = put_model(connection, content, facts, change)
    said = {"version": version, "sha256": facts["sha256"], "passages": model.passages}
    audit.append(connection, change, "traffic.learn", TRAFFIC, said)
    return version


def adopt(connection: psycopg.Connection, version: int, change: Change) -> EditionRow:
    """Publish a model as the edition that a running service takes up; raises StoreError."""
    content = model_content(connection, version)
    TrafficModel.from_bytes(content)
    edition = publish(connection, TRAFFIC, content, change)
    said = {"model": version, "edition": edition.version, "sha256": edition.sha256}
    audit.append(connection, change, "traffic.adopt", TRAFFIC, said)
    return edition


def newest_model(connection: psycopg.Connection) -> TrafficModel | None:
    """Return the model that was learned last, None before the first."""
    found = models(connection, 1)
    if not found:
        return None
    return TrafficModel.from_bytes(model_content(connection, found[0].version))


def model_of(connection: psycopg.Connection, version: int | None) -> TrafficModel:
    """Return one model, the newest for None; raises ServiceError where there is none."""
    if version is not None:
        return TrafficModel.from_bytes(model_content(connection, version))
    model = newest_model(connection)
    if model is None:
        raise ServiceError("no model of usual traffic yet; make one: vedetta traffic learn --help")
    return model


def micros(moment: dt.datetime) -> int:
    """Return µs since 1970."""
    return (moment - _EPOCH) // dt.timedelta(microseconds=1)


def moment(us: int) -> dt.datetime:
    """Return the time of µs since 1970, UTC."""
    return _EPOCH + dt.timedelta(microseconds=us)


def _calls(
    connection: psycopg.Connection, start: dt.datetime, end: dt.datetime, run: int
) -> Iterator[Call]:
    ports = zones_in_force(connection).of_kind("port").zones
    names = {zone.id: zone.name for zone in ports}
    for mmsi, zone, since, until in port_calls(connection, list(names), start, end, run):
        yield Call(mmsi, zone, names[zone], micros(since), micros(until))


def _by_vessel(blocks: Iterable[NDArray[Any]]) -> Iterator[NDArray[Any]]:
    """Yield rows as passages are made of; no vessel's rows are cut in two."""
    waiting = np.zeros(0, SAILED)
    for block in blocks:
        rows = np.concatenate([waiting, as_sailed(block)])
        last = int(np.searchsorted(rows["mmsi"], rows["mmsi"][-1]))
        waiting = rows[last:]
        if last:
            yield rows[:last]
    if len(waiting):
        yield waiting


def as_sailed(block: NDArray[Any]) -> NDArray[Any]:
    """Return rows as the store has them as SAILED."""
    rows = np.zeros(len(block), SAILED)
    rows["mmsi"], rows["time"] = block["mmsi"], block["time"].view("i8")
    rows["lon"], rows["lat"] = block["lon_deg"], block["lat_deg"]
    rows["sog"], rows["cog"] = block["sog_kn"], block["cog_deg"]
    rows["kind"] = _CLASS_OF_TYPE[np.clip(block["ship_type"], 0, 255)]
    return rows
