"""Real voyages: port calls and sub-basins as one tells them from the map (docs/visits.md)."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from ais.batches import PositionBatch
from ais.tracks import Segmenter
from geofence.builtin import builtin_zones
from geofence.index import ZoneIndex
from geofence.tracker import VisitTracker
from geofence.visits import ENTERED, LEFT, PRESENT, Visits

DOCS = Path(__file__).parents[2] / "docs" / "visits.md"
CALL_US = 30 * 60_000_000
"""Nobody tells a shorter stay in a port's circle as a call, nor one without a rest."""
REST_S, REST_KN = 180, 0.5
CLOSE_MIN = 15
"""Ports' circles and limits of basins may move a little; the story stays."""
FILES = {
    "Salerno–Piraeus": "salerno_piraeus_2015_1vessel.csv",
    "Port Said–Suez": "port_said_suez_2021-03_256vessels.csv.gz",
    "Saronic": "saronic_2024-08_5vessels.csv.gz",
}
CSV = {
    "Salerno–Piraeus": ("SHIP_ID", "TIMESTAMP", "LON", "LAT", "%d-%m-%y %H:%M:%S"),
    "Port Said–Suez": ("ID", "ais_pos_timestamp", "longitude", "latitude", "%d/%m/%Y %H:%M"),
}
VESSELS = [
    ("Salerno–Piraeus", "1"),
    ("Port Said–Suez", "11"),
    ("Port Said–Suez", "12"),
    ("Port Said–Suez", "21"),
    ("Port Said–Suez", "143"),
    ("Port Said–Suez", "164"),
    ("Port Said–Suez", "235"),
    ("Saronic", "3"),
    ("Saronic", "4"),
]

pytestmark = pytest.mark.data


def fixes(folder: Path, track: str) -> list[tuple[str, float, float, float]]:
    """Vessel, seconds, lon, lat of a file in the order of time; a lone ship is vessel 1."""
    data = (folder / "tracks" / FILES[track]).read_bytes()
    text = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    lines = text.decode("utf-8-sig").splitlines()
    if track not in CSV:
        cells = (line.split() for line in lines)
        found = [(c[0], float(c[3]), float(c[1]), float(c[2])) for c in cells]
    else:
        name, time, lon, lat, form = CSV[track]
        found = []
        for row in csv.DictReader(lines):
            moment = dt.datetime.strptime(row[time], form).replace(tzinfo=dt.UTC)
            vessel = row[name] if row[name].isdigit() else "1"
            found.append((vessel, moment.timestamp(), float(row[lon]), float(row[lat])))
    return sorted(found, key=lambda fix: fix[1])


def batch(rows: list[tuple[str, float, float, float]]) -> PositionBatch:
    """Positions whose MMSI is the vessel's number in its file."""
    columns = {name: np.zeros(len(rows), kind) for name, kind in PositionBatch.dtypes().items()}
    vessel, seconds, lon, lat = zip(*rows, strict=True)
    columns["mmsi"][:] = [int(v) for v in vessel]
    columns["time"] = (np.array(seconds) * 1e6).astype("M8[us]")
    columns["received"] = columns["time"].copy()
    columns["lon_deg"][:], columns["lat_deg"][:] = lon, lat
    columns["sog_kn"][:], columns["cog_deg"][:] = np.nan, np.nan
    return PositionBatch(**columns)


@cache
def positions(folder: Path, track: str) -> PositionBatch:
    """The track's positions, with segments."""
    return Segmenter().step(batch(fixes(folder, track))).positions


@cache
def watched(folder: Path, track: str) -> Visits:
    """All visits of a track's vessels to the zones out of the box."""
    tracked = Segmenter().step(batch(fixes(folder, track)))
    tracker = VisitTracker()
    tracker.adopt(ZoneIndex.of(builtin_zones()))
    return tracker.step(tracked.positions, tracked.slot)


def clock(time: np.datetime64) -> str:
    """A minute in UTC."""
    return str(time)[:16].replace("T", " ")


def rested(rows: PositionBatch, since: np.datetime64, until: np.datetime64) -> bool:
    """Whether a vessel lay still between two of its fixes in that time."""
    rows = rows.take((rows.time >= since) & (rows.time <= until))
    seconds = np.diff(rows.time.astype(np.int64)) / 1e6
    east = np.diff(rows.lon_deg) * np.cos(np.radians(rows.lat_deg[1:]))
    away_nm = 60 * np.hypot(east, np.diff(rows.lat_deg))
    return bool((away_nm[seconds > REST_S] < REST_KN * seconds[seconds > REST_S] / 3600).any())


def story(folder: Path, track: str, vessel: str) -> list[tuple[str, str]]:
    """When and what: sub-basins as they are entered, and port calls."""
    zones, visits, told = builtin_zones().zones, watched(folder, track), {}
    rows = positions(folder, track)
    rows = rows.take(rows.mmsi == int(vessel))
    for k in np.flatnonzero(visits.mmsi == int(vessel)):
        zone, change, since = zones[visits.zone[k]], visits.change[k], visits.since[k]
        stay = (visits.time[k] - since).astype(np.int64)
        if zone.kind == "sub_basin" and change in {PRESENT, ENTERED}:
            told[clock(since), zone.id] = f"{'in' if change == PRESENT else 'enters'} {zone.name}"
        if zone.kind == "port" and stay >= CALL_US and rested(rows, since, visits.time[k]):
            until = clock(visits.time[k]) if change == LEFT else "the end"
            told[clock(since), zone.id] = f"{zone.name}, until {until}"
    return sorted((time, words) for (time, _), words in told.items())


def parted(row: tuple[str, str]) -> tuple[str, list[np.datetime64]]:
    """The words of a row, and its times."""
    words, _, until = row[1].partition(", until ")
    times = [row[0], until] if until[:2] == "20" else [row[0]]
    return words, [np.datetime64(time.replace(" ", "T")) for time in times]


def rows_of(track: str, vessel: str) -> list[tuple[str, str]]:
    """The rows of the table in the documentation."""
    lines = DOCS.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [tuple(c[2:4]) for c in cells if c[:2] == [track, vessel]]


@pytest.mark.parametrize("track, vessel", VESSELS)
def test_the_voyage_comes_out_as_the_table_tells_it(shared_data, track, vessel):
    found = sorted(map(parted, story(shared_data, track, vessel)))
    expected = sorted(map(parted, rows_of(track, vessel)))
    assert expected
    assert [words for words, _ in found] == [words for words, _ in expected]
    for (_, times), (_, told) in zip(found, expected, strict=True):
        assert len(times) == len(told)
        assert (np.abs(np.array(times) - np.array(told)) <= np.timedelta64(CLOSE_MIN, "m")).all()


def test_a_passage_close_to_a_port_is_no_call(shared_data):
    visits = watched(shared_data, "Salerno–Piraeus")
    messina = [z.id for z in builtin_zones().zones].index("port-ita-messina")
    changes = visits.change[visits.zone == messina].tolist()
    assert changes == [ENTERED, LEFT]
    told = story(shared_data, "Salerno–Piraeus", "1")
    assert not any("Messina," in words for _, words in told)


def test_the_ship_that_blocked_the_canal_enters_it_and_never_leaves(shared_data):
    told = story(shared_data, "Port Said–Suez", "235")
    assert told[-1][0][:13] == "2021-03-23 05"
    assert told[-1][1] == "enters Suez Canal"


def test_a_ship_at_its_berth_does_not_flap(shared_data):
    zones, visits = builtin_zones().zones, watched(shared_data, "Saronic")
    piraeus = [zone.id for zone in zones].index("port-grc-piraeus")
    calls = visits.take((visits.zone == piraeus) & (visits.mmsi == 3) & (visits.change == LEFT))
    # The ferry sails every day or two; a berth that flaps would end visits within minutes.
    assert np.diff(calls.time.astype(np.int64)).min() > 20 * 3_600_000_000
