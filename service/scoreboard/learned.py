"""Usual traffic of real seas: learned from the first part of a recording, held against the rest.

No public recording of the Mediterranean is long enough for what the detectors ask (500 passages
of 50 ships, one in 1,000). So each is also asked loosely: 20 passages, one in 10. What is told
then is a hundred times what would be told, and was looked at one by one (docs/quality.md).
"""

from __future__ import annotations

import csv
import dataclasses
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ais.decoder import Decoder
from ais.dialects.csv_columns import parse_columns
from ais.dialects.csv_file import CsvDialect
from ais.lines import FeedNames
from ais.recorded import feed_of, recorded_blocks
from alerts.detectors.off_route import OffRoute
from alerts.detectors.speed_anomaly import SpeedAnomaly
from alerts.roles import role_of
from alerts.traffic.grid import CLASS_OF
from alerts.traffic.model import TrafficModel
from alerts.traffic.motion import completed
from alerts.traffic.passages import SAILED, passages_of
from alerts.traffic.usual import JUDGED, NOWHERE, Usual
from service.scoreboard.real import RECORDINGS, in_order
from service.scoreboard.running import NO_TIME, ran
from service.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ais.batches import PositionBatch
    from service.scoreboard.judging import Told
    from service.scoreboard.real import Recording

KINDS = ("off_route", "speed_anomaly", "draught_change")
LEARNED = ("nmea/tyrrhenian", "tracks/port_said", "tracks/mediterranean", "tracks/saronic")
"""Recordings that lie in the grid and last for an hour or more."""
PART = 0.55
"""Share of a recording's reports that is learned from: the first ones."""
CARGO, FIRST_MMSI = 70, 247_300_000
FEWER, RARER = 20, 0.1
OWN = parse_columns(
    "id=mmsi,time=time,lon=lon,lat=lat,sog=sog,cog=cog,nav_status=status,ship_type=type,"
    "draught_m=draught", "epoch",
)  # fmt: skip
_ROW = np.dtype([
    ("mmsi", "i8"), ("time", "f8"), ("lon", "f8"), ("lat", "f8"), ("sog", "f8"), ("cog", "f8"),
    ("status", "i8"), ("type", "i8"), ("draught", "f8"),
])  # fmt: skip
_NOT_SAID, _LEAST_MMSI, _BLOCK = 255, 201_000_000, 1024


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a recording's first part taught, and what was told of the rest.

    passages  of the model · days  vessel-days of the rest
    told      by the detectors as they are set · loosely  with FEWER passages and RARER shares
    held      passages of the rest where FEWER are known, all of them
    ways, speeds  of them, those that the model calls as rare as RARER
    """

    passages: float
    days: float
    told: tuple[Told, ...]
    loosely: tuple[Told, ...]
    held: int
    ways: int
    speeds: int


def lessons() -> dict[str, Lesson]:
    """Return the lesson of each recording by its file; raises FileNotFoundError without them."""
    chosen = [one for one in RECORDINGS if one.path.startswith(LEARNED)]
    return {one.path: lesson(one) for one in chosen}


def lesson(recording: Recording) -> Lesson:
    """Learn from a recording's first part, and replay the rest with every detector."""
    with tempfile.TemporaryDirectory(prefix="vedetta-") as folder:
        rows = read(recording, Path(folder))
        cut = np.quantile(rows["time"], PART)
        return held(rows[rows["time"] < cut], rows[rows["time"] >= cut], Path(folder))


def held(first: NDArray[np.void], rest: NDArray[np.void], folder: Path) -> Lesson:
    """Return the lesson of two parts of a recording, in the order of time; uses ``folder``."""
    model = model_of(first)
    usual, track = folder / "usual.model", folder / "rest.csv"
    usual.write_bytes(model.to_bytes())
    write(rest, track)
    done = [ran([track], traffic=usual, layout=OWN, settings=one) for one in (None, loose())]
    told, loosely = (tuple(e for e in one.told if e.kind in KINDS) for one in done)
    rare = _rare(Usual.of(model, FEWER), passages_of(completed(sailed_of(rest))))
    return Lesson(model.passages, done[0].vessel_days, told, loosely, *rare)


def _rare(usual: Usual, passages: NDArray[np.void]) -> tuple[int, int, int]:
    """Return how many passages lie where something is known, and how rare ways and speeds are.

    The share that is as rare as RARER must not be larger than RARER: p means what it says.
    """
    there = passages[usual.where[passages["cell"]] != NOWHERE]
    at = usual.where[there["cell"]]
    kind = np.where(there["kind"] < JUDGED, there["kind"], 0)
    least = -10 * np.log10(RARER)
    ways, speeds = usual.way[at, kind, there["sector"]], usual.speed[at, kind, there["speed"]]
    return len(there), int((ways >= least).sum()), int((speeds >= least).sum())


def loose() -> Settings:
    """Return settings that are content with little evidence."""
    settings = Settings()
    detectors = dict(settings.detectors) | {
        "off_route": OffRoute(passages=FEWER, rare_share=RARER),
        "speed_anomaly": SpeedAnomaly(passages=FEWER, rare_share=RARER),
    }
    return dataclasses.replace(settings, detectors=detectors)


def model_of(rows: NDArray[np.void]) -> TrafficModel:
    """Return the model of rows as ``read`` gives them."""
    begin, end = (int(one * 1e6) for one in (rows["time"].min(), rows["time"].max() + 1))
    return TrafficModel().taught([sailed_of(rows)], begin, end)


def sailed_of(rows: NDArray[np.void]) -> NDArray[np.void]:
    """Return them as SAILED, sorted by mmsi and time."""
    sailed = np.zeros(len(rows), SAILED)
    for name in ("mmsi", "lon", "lat", "sog", "cog"):
        sailed[name] = rows[name]
    sailed["time"] = rows["time"] * 1e6
    sailed["kind"] = CLASS_OF[[role_of(kind) for kind in rows["type"].tolist()]]
    return sailed[np.lexsort((sailed["time"], sailed["mmsi"]))]


def read(recording: Recording, folder: Path) -> NDArray[np.void]:
    """Return a recording's positions with what the ships said of themselves, in order of time.

    A ship of which no type is known counts as a cargo ship, one without an MMSI gets one.
    """
    path = in_order(recording, folder)
    names, feeds = FeedNames(), frozenset([feed_of(path)])
    dialects = {
        feed_of(path): CsvDialect(recording.layout, recorded=True)
    } if recording.layout else {}  # fmt: skip
    decoder = Decoder(names, source_time=feeds, future_limit_s=None, dialects=dialects)
    types: dict[int, int] = {}
    draughts: dict[int, float] = {}
    parts = []
    for block in recorded_blocks([path], names, block_lines=_BLOCK, start=NO_TIME,
                                 layout=recording.layout):  # fmt: skip
        said = decoder.decode(block)
        for mmsi, kind, draught in zip(
            *(getattr(said.statics, name).tolist() for name in ("mmsi", "ship_type", "draught_m")),
            strict=True,
        ):
            if kind not in {0, _NOT_SAID}:
                types[mmsi] = kind
            if draught > 0:
                draughts[mmsi] = draught
        parts.append(_rows(said.positions, draughts))
    rows = np.concatenate(parts)
    rows["type"] = [types.get(mmsi, CARGO) for mmsi in rows["mmsi"].tolist()]
    rows["mmsi"] += np.where(rows["mmsi"] < _LEAST_MMSI, FIRST_MMSI - 200_000_000, 0)
    rows = rows[np.isfinite(rows["lon"])]
    ordered: NDArray[np.void] = rows[np.argsort(rows["time"], kind="stable")]
    return ordered


def _rows(said: PositionBatch, draughts: Mapping[int, float]) -> NDArray[np.void]:
    rows = np.zeros(len(said), _ROW)
    rows["mmsi"], rows["time"] = said.mmsi, said.time.astype("i8") / 1e6
    rows["lon"], rows["lat"] = said.lon_deg, said.lat_deg
    rows["sog"], rows["cog"], rows["status"] = said.sog_kn, said.cog_deg, said.nav_status
    rows["draught"] = [draughts.get(mmsi, np.nan) for mmsi in said.mmsi.tolist()]
    return rows


def write(rows: NDArray[np.void], path: Path) -> None:
    """Write rows as a CSV that ``OWN`` describes; what is not known is left empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(rows.dtype.names or ())
        for row in rows.tolist():
            table.writerow(["" if value != value else value for value in row])  # noqa: PLR0124
