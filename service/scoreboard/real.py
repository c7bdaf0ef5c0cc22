"""Real data as inputs: left as it is, and with incidents drawn into its tracks."""

from __future__ import annotations

import csv
import gzip
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ais.dialects.csv_columns import parse_columns
from ais.dialects.csv_layouts import CsvLayout
from alerts.distances import ahead, metres
from alerts.places import Places, read
from geofence.builtin import builtin_zones
from service.exercise.incidents.script import Truth
from service.scoreboard.judging import Verdict, judged
from service.scoreboard.running import ran

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
HOUR_S, DAY_S = 3600.0, 86_400.0
CABLE_DEG = 0.002
NM_M = 1852.0
OWN = parse_columns("id=mmsi,time=time,lon=lon,lat=lat", "epoch")
ENDS_S = 4 * HOUR_S
"""An incident stays so far from the ends of its track."""
FAR_M = 11_000.0
OFF_M = 2500.0
"""So far from a port, and from the coast, two ships that meet are worth telling."""
_LAST, _LATE_S, _LEARN_S = 10, 600.0, 12 * HOUR_S
_SECOND = 500_000
"""Added to the MMSI of a track for a ship that is drawn beside it."""
_TRACK = np.dtype([("mmsi", "i8"), ("time", "f8"), ("lon", "f8"), ("lat", "f8")])
Rows = NDArray[np.void]
Free = NDArray[np.bool_]
"""Rows of ships into which nothing was drawn yet."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A file of ../shared/data and how its columns are called; None for NMEA.

    column, clock  place and form of the time, where the rows are not in the order of time
    """

    path: str
    layout: CsvLayout | None = None
    column: int = -1
    clock: str = ""


RECORDINGS = (
    Recording("nmea/tyrrhenian_2020-07-04_1h.nmea.gz"),
    Recording("nmea/seine_2016-03-31_24h.nmea.gz"),
    Recording("nmea/australia_2012-01-27_2h.nmea.gz"),
    Recording("tracks/port_said_suez_2021-03_256vessels.csv.gz", parse_columns(
        "id=ID,time=ais_pos_timestamp,lon=longitude,lat=latitude", "%d/%m/%Y %H:%M"),
        1, "%d/%m/%Y %H:%M"),
    Recording("tracks/mediterranean_2015-06-01_51vessels.csv", parse_columns(
        "id=SHIP_ID,time=TIMESTAMP,lon=LON,lat=LAT,sog=SPEED,cog=COURSE,heading=HEADING",
        "%d-%m-%y %H:%M", 0.1)),
    Recording("tracks/saronic_2024-08_5vessels.csv.gz", parse_columns(
        "id=1,lon=2,lat=3,time=4,delimiter=space", "epoch")),
)  # fmt: skip


def untouched() -> dict[str, Verdict]:
    """Return what the real recordings come to as they are, by file; nothing in them is staged."""
    found = {}
    for one in RECORDINGS:
        with tempfile.TemporaryDirectory(prefix="vedetta-") as folder:
            result = ran([in_order(one, Path(folder))], layout=one.layout)
        found[one.path] = judged(result.told, (), result.vessel_days)
    return found


def in_order(recording: Recording, folder: Path) -> Path:
    """Return the file, or a copy in ``folder`` whose rows are in the order of time.

    Ship after ship would be no stream: when the second comes the clock stands at the end.
    """
    path = DATA / recording.path
    if not recording.clock:
        return path
    with gzip.open(path, "rt", encoding="utf-8-sig") as file:
        head, *lines = file.read().splitlines()
    lines.sort(key=lambda line: datetime.strptime(
        line.split(",")[recording.column], recording.clock).replace(tzinfo=UTC))  # fmt: skip
    copy = folder / path.name.removesuffix(".gz")
    copy.write_text("\n".join([head, *lines, ""]), "utf-8")
    return copy


def injected(copies: int = 4) -> Verdict:
    """Return what incidents drawn into real tracks came to: gap, jump, clone and encounter."""
    rows, truths, taken = tracks(), list[Truth](), set[int]()
    for number in range(copies):
        for inject in INJECTIONS:
            # One incident to a ship: two would explain each other away.
            drawn = inject(rows, number, ~np.isin(rows["mmsi"], list(taken)))
            if drawn is not None:
                rows, truth = drawn
                truths.append(truth)
                taken |= {*truth.mmsis}
    with tempfile.TemporaryDirectory(prefix="vedetta-") as folder:
        path = Path(folder) / "tracks.csv"
        write(rows, path)
        result = ran([path], layout=OWN)
    # The rest of these tracks is judged where they are untouched.
    return judged(result.told, truths, result.vessel_days, staged=set(rows["mmsi"].tolist()))


def tracks() -> Rows:
    """Return nine days of five ships in the Saronic Gulf, laid on one: each day a ship of its own.

    So some forty ships are about when an incident is drawn into one of them. Each day lies a cable
    beside the others, so that a berth is not one fix of nine ships.
    """
    with gzip.open(DATA / "tracks" / "saronic_2024-08_5vessels.csv.gz", "rt") as file:
        table = np.loadtxt(file)
    rows = np.zeros(len(table), _TRACK)
    day = (table[:, 3] // DAY_S).astype(np.int64) - int(table[:, 3].min() // DAY_S)
    rows["time"] = table[:, 3] - day * DAY_S
    rows["lon"], rows["lat"] = table[:, 1] + day * CABLE_DEG, table[:, 2]
    rows["mmsi"] = 247_100_000 + 10 * day + table[:, 0].astype(np.int64)
    return rows[np.argsort(rows["time"], kind="stable")]


def gap(rows: Rows, number: int, free: Free) -> tuple[Rows, Truth] | None:
    """Cut two and a half hours out of a stretch under way, where she is heard as well as ever.

    Where her reports had become rare already, the cut would be what the edge of hearing does;
    and of the first hours nobody can know yet what is usual there.
    """
    learned = rows["time"] > rows["time"].min() + _LEARN_S
    at = _under_way(rows, number, 0, free & learned & _heard_well(rows))
    if at is None:
        return None
    row = rows[at]
    cut = (rows["mmsi"] == row["mmsi"]) & (rows["time"] > row["time"])
    cut &= rows["time"] < row["time"] + 2.5 * HOUR_S
    return rows[~cut], _truth("gap", row, 2.4)


def jump(rows: Rows, number: int, free: Free) -> tuple[Rows, Truth] | None:
    """Move the next three hours of a track 25 miles to the south."""
    at = _under_way(rows, number, 1, free)
    if at is None:
        return None
    row, moved = rows[at], rows.copy()
    shift = (rows["mmsi"] == row["mmsi"]) & (rows["time"] > row["time"])
    shift &= rows["time"] < row["time"] + 3 * HOUR_S
    moved["lat"][shift] -= 25 / 60
    return moved, _truth("jump", row, 1.0)


def clone(rows: Rows, number: int, free: Free) -> tuple[Rows, Truth] | None:
    """Let every other report of two hours come from 25 miles to the south."""
    at = _under_way(rows, number, 2, free)
    if at is None:
        return None
    row, moved = rows[at], rows.copy()
    shift = (rows["mmsi"] == row["mmsi"]) & (rows["time"] > row["time"])
    shift &= rows["time"] < row["time"] + 2 * HOUR_S
    moved["lat"][np.flatnonzero(shift)[::2]] -= 25 / 60
    return moved, _truth("clone", row, 1.5)


def encounter(rows: Rows, number: int, free: Free) -> tuple[Rows, Truth] | None:
    """Let a ship lie for an hour where it sailed, and another come, lie beside it and leave."""
    places = Places.of(builtin_zones().zones)
    here = rows[["lon", "lat"]].tolist()
    ports = [read(places.port, places.frame, *where) for where in here]
    shore = [read(places.shore, places.shore_frame, *where) for where in here]
    at_sea = (np.array(ports) > FAR_M) & (np.array(shore) > OFF_M)
    at = _under_way(rows, number, 3, free & at_sea)
    if at is None:
        return None
    row, later = rows[at], rows.copy()
    mine = (rows["mmsi"] == row["mmsi"]) & (rows["time"] > row["time"])
    later["time"][mine] += HOUR_S
    minutes = np.arange(-30, 91, 2.0)
    far = np.where(minutes < 0, -minutes, np.maximum(0, minutes - 60)) * 300.0 + 90.0
    guest = [ahead(row["lon"], row["lat"], 200.0, float(one)) for one in far]
    other = _made(row["mmsi"] + _SECOND + number, row["time"] + 60 * minutes, guest)
    times = row["time"] + 60 * np.arange(2, 59, 2.0)
    host = _made(row["mmsi"], times, [(row["lon"], row["lat"])] * len(times))
    all_rows = np.concatenate([later, other, host])
    truth = _truth("encounter", row, 1.0, int(other["mmsi"][0]))
    return all_rows[np.argsort(all_rows["time"], kind="stable")], truth


INJECTIONS: tuple[Callable[[Rows, int, Free], tuple[Rows, Truth] | None], ...] = (
    gap, jump, clone, encounter,
)  # fmt: skip


def _under_way(rows: Rows, number: int, salt: int, fit: Free) -> int | None:
    """Return a row from which its ship is heard and sails on, hours from the track's ends."""
    random = np.random.default_rng([number, salt, 5])
    for at in random.permutation(np.flatnonzero(fit))[:4000].tolist():
        row = rows[at]
        own = rows[rows["mmsi"] == row["mmsi"]]
        near = own[np.abs(own["time"] - row["time"]) < HOUR_S]
        inside = own["time"][0] + ENDS_S < row["time"] < own["time"][-1] - ENDS_S
        if inside and len(near) > 20 and _sails(near):  # noqa: PLR2004
            return int(at)
    return None


def _heard_well(rows: Rows) -> Free:
    """Tell of each row whether, by her own reports before and after, she is heard well there.

    Her last ten came no more rarely than is usual for her, and of the twenty round about none was
    ten minutes late.
    """
    well = np.zeros(len(rows), np.bool_)
    for mmsi in np.unique(rows["mmsi"]).tolist():
        own = np.flatnonzero(rows["mmsi"] == mmsi)
        gaps = np.diff(rows["time"][own])
        if len(gaps) >= 2 * _LAST:
            round_about = np.lib.stride_tricks.sliding_window_view(gaps, 2 * _LAST)
            steady = round_about[:, :_LAST].mean(axis=1) <= np.median(gaps)
            well[own[_LAST:-_LAST]] = steady & (round_about.max(axis=1) < _LATE_S)
    return well


def _sails(rows: Rows) -> bool:
    """Tell whether every quarter of the rows moves by a mile at least."""
    quarters = [part for part in np.array_split(rows, 4) if len(part) > 1]
    return all(
        metres(q["lon"][0], q["lat"][0], q["lon"][-1], q["lat"][-1]) > NM_M for q in quarters
    )


def _made(mmsi: int, times: NDArray[np.float64], places: Sequence[tuple[float, float]]) -> Rows:
    rows = np.zeros(len(times), _TRACK)
    rows["mmsi"], rows["time"] = mmsi, times
    rows["lon"], rows["lat"] = np.array(places).T
    return rows


def _truth(kind: str, row: np.void, by_hours: float, *others: int) -> Truth:
    begun = round(float(row["time"])) * 1_000_000
    named = tuple(sorted({int(row["mmsi"]), *others}))
    until = begun + round(by_hours * HOUR_S * 1e6)
    return Truth("injected", kind, named, begun, float(row["lon"]), float(row["lat"]), until)


def write(rows: Rows, path: Path) -> None:
    """Write tracks as a CSV that ``OWN`` describes."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["mmsi", "time", "lon", "lat"])
        for row in rows.tolist():
            table.writerow([row[0], round(row[1]), f"{row[2]:.5f}", f"{row[3]:.5f}"])


def text_of(time_us: int) -> str:
    """Return a time for people."""
    return f"{datetime.fromtimestamp(time_us / 1e6, UTC):%Y-%m-%d %H:%M:%SZ}"
