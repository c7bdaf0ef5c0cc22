"""One vessel's behaviour against the usual traffic, in figures and in plain sentences."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from alerts.roles import role_of
from alerts.traffic.following import BY_SPEED, BY_WAY
from alerts.traffic.grid import CLASS_OF, CLASSES, cells_of, sector_of, speed_of
from alerts.traffic.model import TrafficModel
from alerts.traffic.motion import completed
from alerts.traffic.usual import NOWHERE, Usual, judged_as, one_in
from service.traffic.learning import TRAFFIC, as_sailed, moment
from store.editions import content, newest
from store.traffic import vessel_sailed, vessel_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg
    from numpy.typing import NDArray

    from alerts.traffic.lines import Line

RARE_DB = 30
"""One in a thousand, as the detectors ask."""
_FEWEST = 3
"""Reports in a row that make a stretch: a minute each."""
_MOVING_KN = 1.0
_APART = np.timedelta64(30, "m")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the voyage that was rare: by its ``way`` or its ``speed``.

    since, until  UTC · lon, lat  where it began · one_in  passages there of which one is as rare
    passages      that are known there · ships  of which class they are
    """

    what: str
    since: dt.datetime
    until: dt.datetime
    lon: float
    lat: float
    one_in: int
    passages: int
    ships: str


@dataclass(frozen=True, slots=True)
class Against:
    """What the model in force says of a vessel's voyage.

    edition    of the model, 0 = there is none · until  the day until which it was learned
    moving     minutes under way in the span · known  of them where enough ships pass to judge
    measured   of them those in which she sent no speed: it is the one between her positions
    unsaid     minutes in which she was heard and neither way tells a speed
    stretches  the rare ones, in order · line  the scheduled line that she keeps to, "" = none
    sentences  the same in words · voyages  those of the line, None = there is none
    """

    edition: int
    until: dt.date | None
    moving: int
    known: int
    stretches: tuple[Stretch, ...]
    line: str
    sentences: tuple[str, ...]
    voyages: Line | None = None
    measured: int = 0
    unsaid: int = 0


def against_traffic(
    connection: psycopg.Connection, mmsi: int, start: dt.datetime, end: dt.datetime
) -> Against:
    """Hold the positions of a vessel in [start, end) against the model in force."""
    row = newest(connection, TRAFFIC)
    if row is None:
        said = "No model of usual traffic was in force; nothing can be said of what is usual."
        return Against(0, None, 0, 0, (), "", (said,))
    model = TrafficModel.from_bytes(content(connection, row.sha256))
    usual = Usual.of(model)
    kind = int(CLASS_OF[role_of(vessel_type(connection, mmsi))])
    rows = vessel_sailed(connection, mmsi, start, end)
    sent = np.isfinite(rows["sog_kn"])
    rows = _completed(rows)
    unsaid = int(np.isnan(rows["sog_kn"]).sum())
    under_way = rows["sog_kn"] >= _MOVING_KN
    measured, rows = int((under_way & ~sent).sum()), rows[under_way]
    cells = cells_of(rows["lon_deg"].copy(), rows["lat_deg"].copy())
    at = usual.where[cells].astype(np.int64)
    stretches = sorted(
        (one for by in (BY_WAY, BY_SPEED) for one in _stretches(usual, by, kind, rows, at)),
        key=lambda one: (one.since, one.what),
    )
    voyages = next((one for one in model.lines if one.mmsi == mmsi), None)
    line = voyages.words if voyages else ""
    until = moment(model.until_us).date()
    known = int((at != NOWHERE).sum())
    found = Against(
        row.version, until, len(rows), known, tuple(stretches), line, (), voyages, measured, unsaid
    )
    return replace(found, sentences=_sentences(found, CLASSES[kind]))


def _completed(rows: NDArray[np.void]) -> NDArray[np.void]:
    """Return ``rows`` of one vessel with the speeds and courses between her positions."""
    whole = completed(as_sailed(rows))
    rows = rows.copy()
    rows["sog_kn"], rows["cog_deg"] = whole["sog"], whole["cog"]
    return rows


def _stretches(
    usual: Usual, by: int, kind: int, rows: NDArray[np.void], at: NDArray[np.int64]
) -> list[Stretch]:
    column, table = judged_as(kind), usual.way if by == BY_WAY else usual.speed
    asked = rows["cog_deg"] if by == BY_WAY else rows["sog_kn"]
    bin_of = sector_of if by == BY_WAY else speed_of
    decibels = np.array(
        [
            0
            if place == NOWHERE or not np.isfinite(value)
            else table[place, column, bin_of(value)]
            for place, value in zip(at.tolist(), asked.tolist(), strict=True)
        ],
        np.int64,
    )
    rare = decibels >= RARE_DB
    edges = np.flatnonzero(np.diff(np.concatenate([[False], rare, [False]]).astype(np.int8)))
    found = []
    for first, behind in _unbroken(edges.reshape(-1, 2), rows["time"]):
        if behind - first < _FEWEST:
            continue
        place = int(at[first])
        passed = round(float(usual.passed[place, column]))
        found.append(Stretch(
            "way" if by == BY_WAY else "speed", _utc(rows["time"][first]),
            _utc(rows["time"][behind - 1]), round(float(rows["lon_deg"][first]), 5),
            round(float(rows["lat_deg"][first]), 5),
            one_in(int(decibels[first:behind].min()), passed), passed,
            usual.words(place, column),
        ))  # fmt: skip
    return found


def _unbroken(
    stretches: NDArray[np.int64], time: NDArray[np.datetime64]
) -> Iterator[tuple[int, int]]:
    """Yield the pieces of stretches (first row, row behind) between holes in what was heard."""
    for first, behind in stretches.tolist():
        holes = first + 1 + np.flatnonzero(np.diff(time[first:behind]) > _APART)
        yield from pairwise([first, *holes.tolist(), behind])


def _utc(time: np.datetime64) -> dt.datetime:
    at: dt.datetime = time.astype("M8[us]").item()
    return at.replace(tzinfo=dt.UTC)


def _sentences(found: Against, kind: str) -> tuple[str, ...]:
    model = f"edition {found.edition}, learned until {found.until:%d %b %Y}"
    said = [f"Held against the usual traffic ({model})."]
    if not found.moving:
        return (*said, _still(found))
    share = round(100 * found.known / found.moving)
    said.append(
        f"She was heard under way for {_span(found.moving)}; for {share} % of that enough ships "
        "pass there to say what is usual."
    )
    if found.measured:
        said.append(f"For {_span(found.measured)} of it she sent no speed: it is the one between "
                    "her positions.")  # fmt: skip
    if found.line:
        said.append(f"She keeps to a line: she {found.line}.")
    said += [_said(one) for one in found.stretches]
    if found.known and not found.stretches:
        ways = "ways and speeds" if kind in CLASSES[1:5] else "ways and speeds, beside all ships,"
        said.append(f"Where it is known, her {ways} were usual.")
    return tuple(said)


def _still(found: Against) -> str:
    if found.unsaid:
        return ("She sent no speed, and her positions lie too far apart to tell one: whether she "
                "was under way is not known.")  # fmt: skip
    return "She was not heard under way in this span."


def _said(one: Stretch) -> str:
    what = "went a way" if one.what == "way" else "made a speed"
    span = f"From {one.since:%d %b %H:%M} to {one.until:%H:%M} UTC"
    where = f"{abs(one.lat):.2f}° {'N' if one.lat >= 0 else 'S'} {abs(one.lon):.2f}° " + (
        "E" if one.lon >= 0 else "W"
    )
    ships = one.ships if one.ships == "all ships" else f"ships of the class {one.ships}"
    return (
        f"{span}, from {where}, she {what} that is rare there: of {one.passages:,} known "
        f"passages of {ships} fewer than 1 in {one.one_in:,} was as rare."
    )


def _span(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02d} min" if hours else f"{rest} min"
