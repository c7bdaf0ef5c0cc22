"""An exercise that went all the way: real lines in a real spool, the pipeline, a real database."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from ais.spool.layout import SpoolSettings, split
from ais.spool.writer import SpoolWriter
from service import importing, watch
from service.adopting import Adopter
from service.desk import Desk, change
from service.exercise.exercise import Exercise
from service.exercise.listing import write_list
from service.exercise.scenario import load_scenario
from service.finding import saving
from service.pipeline.live import Ending, LivePipeline
from service.pipeline.shelf import Shelf
from service.settings import Settings, WatchlistSettings
from store.connect import connect, session
from store.incidents import alerts
from tests.plugins.nmea import encoded

if TYPE_CHECKING:
    from pathlib import Path

    from alerts.alert import Alert
    from service.exercise.incidents.script import Truth
    from service.exercise.incidents.staging import Stage

BEGIN = datetime(2026, 5, 10, 6, 0, tzinfo=UTC)
_TICK_MS = 1000
_GLIMPSE_S, _EARLIER = 20, 3


@dataclass(frozen=True)
class Exercised:
    """A database and the spool that made it, with what is true of both."""

    dsn: str
    settings: Settings
    truths: tuple[Truth, ...]
    stage: Stage

    @property
    def spool(self) -> Path:
        """The spool's folder."""
        return self.settings.folder / "spool"

    def alerts(self) -> list[Alert]:
        """All alerts, those that smoulder too."""
        with connect(self.dsn) as connection:
            return alerts(connection, smouldering=True)

    def alert_of(self, kind: str, lane: str = "law") -> Alert:
        """The alert of a lane that holds the vessel of the first truth of ``kind``."""
        mmsi = next(one.mmsis[0] for one in self.truths if one.kind == kind)
        return next(one for one in self.alerts() if mmsi in one.mmsis and one.lane == lane)


def exercised(
    dsn: str, folder: Path, minutes: float, kinds: tuple[str, ...], vessels: int = 60,
    handling: str = "H0", watched: str = "", *, before_h: int = 0,
    segment_bytes: int = 1_000_000,
) -> Exercised:  # fmt: skip
    """Play incidents of ``kinds`` for ``minutes`` from BEGIN; segments close at ``segment_bytes``.

    ``watched``: a watch rule tells who enters this box, W,S,E,N. ``before_h``: so many hours
    before BEGIN the spool begins, with a glimpse of the traffic each half hour.
    """
    settings = Settings(
        folder=folder, exercise=True, watchlist=WatchlistSettings(four_eyes=False),
        spool=SpoolSettings(segment_bytes=segment_bytes),
    )  # fmt: skip
    scenario = load_scenario()
    chosen = tuple(one for one in scenario.incidents if one.kind in kinds)
    scenario = type(scenario)(**{**_fields(scenario), "incidents": chosen})
    exercise = Exercise(scenario, 1, vessels)
    stage = exercise.begin(BEGIN.timestamp())
    _list(dsn, folder, stage, handling)
    if watched:
        _watched(dsn, watched)
    _spooled(dsn, settings, exercise, minutes, before_h)
    return Exercised(dsn, settings, stage.truths, stage)


def _fields(scenario: object) -> dict[str, object]:
    return {name: getattr(scenario, name) for name in scenario.__dataclass_fields__}


def _list(dsn: str, folder: Path, stage: Stage, handling: str) -> None:
    path = folder / "list.csv"
    write_list(stage.listed, path)
    given = {"review_by": [(datetime.now(UTC) + timedelta(days=30)).date().isoformat()],
             "handling": [handling]}  # fmt: skip
    made = change("a.rossi", "the exercise's list")
    with session(dsn) as connection:
        desk = Desk(connection, grace_days=0, four_eyes=False)
        read = importing.read_file(path, given, "csv")
        done = importing.apply(desk, importing.plan(desk, read, keep_all=True), path, made)
        watch.release(desk, [f"{one}:{version}" for one, version in done], made)


def _watched(dsn: str, box: str) -> None:
    asked = {"from": "2026-05-01T00:00", "zone": box}
    made = change("a.rossi", "the task force asks")
    with session(dsn) as connection:
        rule = saving.save(connection, "off the cape", "first-seen", asked, made, watch=True)
        saving.release(connection, rule, made, four_eyes=False)


def _spooled(
    dsn: str, settings: Settings, exercise: Exercise, minutes: float, before_h: int
) -> None:
    begin_ms = int(BEGIN.timestamp() * 1000) - before_h * 3_600_000
    shelf = Shelf(settings.folder / "editions")
    with SpoolWriter(settings.folder / "spool", settings.spool) as spool:
        spool.append("_tick", [b""], begin_ms)
        Adopter(dsn, shelf, spool, lambda: begin_ms, 30).look()
        _glimpses(spool, exercise, before_h)
        for minute in range(int(minutes)):
            first = BEGIN.timestamp() + 60 * minute
            lines = exercise.lines(first, first + 60)
            for second in range(60):
                at = round(first * 1000) + second * _TICK_MS
                rows = np.searchsorted(lines.epoch_ms, [at, at + _TICK_MS]).tolist()
                spool.append("_tick", [b""], at)
                spool.append("coast", [lines.line(i) for i in range(*rows)], at + 500)
            spool.sync()
        if split(spool.head)[1] == 0:
            # The last segment is closed: a head that no line stands before is never committed.
            spool.append("_tick", [b""], int(BEGIN.timestamp() * 1000) + int(minutes) * 60_000)
            spool.sync()
        pipeline = LivePipeline(settings, dsn, spool, threading.Event(), shelf)
        ending = Ending()
        ending.synced.set()
        _drain(pipeline, ending, spool)


def _glimpses(spool: SpoolWriter, exercise: Exercise, hours: int) -> None:
    """Spool some seconds of every half hour of the ``hours`` before BEGIN.

    In the first of them the ships of the incidents were there too, an hour long, off Sicily.
    """
    ships = [one.mmsis[0] for one in exercise.stage.truths] if exercise.stage else []
    for number in range(2 * hours):
        first = BEGIN.timestamp() - 3600 * hours + 1800 * number
        lines = exercise.lines(first, first + _GLIMPSE_S)
        said = [lines.line(i) for i in range(len(lines))]
        if number < _EARLIER:
            said += [encoded(type=1, mmsi=mmsi, lon=12.0 + number / 20 + at, lat=37.9, speed=6,
                             course=90, turn=0)[0] for at, mmsi in enumerate(ships)]  # fmt: skip
        spool.append("_tick", [b""], round(first * 1000))
        spool.append("coast", said, round(first * 1000) + 500)
        spool.append("_tick", [b""], round((first + _GLIMPSE_S) * 1000))
        spool.sync()


def _drain(pipeline: LivePipeline, ending: Ending, spool: SpoolWriter) -> None:
    """Run the pipeline in a thread until all of the spool is committed."""
    thread = threading.Thread(target=pipeline.run, args=(ending,))
    thread.start()
    while thread.is_alive() and (pipeline.state()["committed"] or 0) < spool.head:
        thread.join(0.1)
    ending.stop.set()
    thread.join()
