"""Other people's cases: real ships with a verdict of somebody else (DETECTORS §5)."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ais.dialects.csv_columns import parse_columns
from service.scoreboard.judging import Told, time_us
from service.scoreboard.real import DATA, text_of
from service.scoreboard.running import ran

DRIFTER = 538_004_030
SPEED_KINDS = ("sudden_stop", "speed_anomaly", "jump", "clone")
DMA_DRIFT_US = time_us("2014-09-28T16:50:04.556Z")
EARLIEST_DRIFT_US = time_us("2014-09-28T16:37:35.000Z")
LATE_US = 600_000_000


@dataclass(frozen=True, slots=True)
class Case:
    """One verdict of ours beside theirs."""

    name: str
    expected: str
    ours: str
    agrees: bool


def drift_case() -> Case:
    """Return our verdict on the ship that drifted on 28 September 2014."""
    told = ran([DATA / "cases" / "drift_2014-09-28_538004030.nmea.gz"]).told
    drifts = [one for one in told if one.kind == "drift" and DRIFTER in one.mmsis]
    first = min((one.told_us for one in drifts), default=0)
    agrees = EARLIEST_DRIFT_US <= first <= DMA_DRIFT_US + LATE_US
    ours = f"told {text_of(first)}" if drifts else "silent"
    return Case("drift 2014-09-28, 538004030", "drifts, from 2014-09-28 16:50:04Z", ours, agrees)


def saturated_case() -> Case:
    """Return our verdict on the ship whose speed was saturated, not changed."""
    told = ran([DATA / "cases" / "saturated_speed_2014-10-05_219165000.nmea.gz"]).told
    wrong = [one.kind for one in told if one.kind in SPEED_KINDS]
    return Case(
        "saturated speed 2014-10-05, 219165000",
        "silent (theirs told of a change of speed)",
        ", ".join(wrong) or "silent",
        not wrong,
    )


def encounter_case(name: str) -> Case:
    """Return whether the streaming detector finds the pairs of a series of GFW's encounters."""
    said = json.loads((DATA / "cases" / "encounters.json").read_text("utf-8"))
    expected = _pairs(said["expected"][name])
    with tempfile.TemporaryDirectory(prefix="vedetta-") as folder:
        path = Path(folder) / "series.csv"
        _write_series(said["series"][name], path)
        told = ran([path], layout=_SERIES).told
    found = {_unnumbered(one) for one in told if one.kind == "encounter"}
    return Case(f"GFW {name}", _shown(expected), _shown(found), expected == found)


def _pairs(expected: object) -> set[tuple[str, str]]:
    if isinstance(expected, str):
        # Told in words: 6 directed encounters among 3 vessels (1-2,1-3,2-3): …
        inside = expected.partition("(")[2].partition(")")[0]
        return {(a, b) for a, _, b in (pair.partition("-") for pair in inside.split(","))}
    said = expected if isinstance(expected, list) else []
    # A remark may stand beside the rows.
    rows = [row for row in said if isinstance(row, list)]
    return {(min(row[:2], key=int), max(row[:2], key=int)) for row in rows}


_OFFSET = 247_200_000
_SERIES = parse_columns("id=mmsi,time=time,lon=lon,lat=lat,sog=sog", "epoch")


def _numbered(name: str) -> int:
    return int(name) if len(name) == 9 else _OFFSET + int(name)  # noqa: PLR2004


def _unnumbered(told: Told) -> tuple[str, str]:
    first, second = (
        str(one - _OFFSET) if 0 < one - _OFFSET < 1000 else str(one)  # noqa: PLR2004
        for one in sorted(told.mmsis)
    )
    return first, second


def _write_series(series: list[dict[str, object]], path: Path) -> None:
    rows = sorted(series, key=lambda row: str(row["t"]))
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["mmsi", "time", "lon", "lat", "sog"])
        for row in rows:
            seconds = time_us(str(row["t"])) // 1_000_000
            said = (row["lon"], row["lat"], row["sog"])
            table.writerow([_numbered(str(row["id"])), seconds, *said])


def _shown(pairs: set[tuple[str, str]]) -> str:
    return ", ".join(f"{a} and {b}" for a, b in sorted(pairs)) or "none"


CASES: tuple[Callable[[], Case], ...] = (
    drift_case,
    saturated_case,
    lambda: encounter_case("simple_series_data"),
    lambda: encounter_case("fastsep_series_data"),
    lambda: encounter_case("multi_series_data"),
    lambda: encounter_case("real_series_data"),
)


def all_cases() -> list[Case]:
    """Return all of them; raises FileNotFoundError without ../shared/data."""
    return [case() for case in CASES]
