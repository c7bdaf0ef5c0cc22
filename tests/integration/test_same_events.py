"""The same lines leave the same events, however they were blocked and wherever it was stopped."""

from __future__ import annotations

import datetime as dt
import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from ais.lines import FeedNames
from ais.spool import snapshots
from ais.spool.reader import SpoolReader
from ais.spool.writer import SpoolWriter
from geofence.builtin import builtin_zones
from service.exercise.exercise import Exercise
from service.exercise.scenario import Incident, load_scenario
from service.pipeline.checks import Checks
from service.pipeline.detecting import screening_of
from service.pipeline.live import live_decoder
from service.pipeline.path import Path as DataPath
from service.pipeline.shelf import Shelf
from service.replay import Replay, replay
from service.settings import Settings
from watchlist.entries import Edition, WatchlistEntry
from watchlist.reviews import listed

pytestmark = pytest.mark.slow

START_S = 1_780_000_000
SPAN_S = 2_400
LIST_S = 300
INCIDENTS = ("sart", "clone", "invalid_mmsi", "identity_change", "listed_ship")
SETTINGS = Settings()


def of_ships(line: bytes) -> bool:
    """Base stations and aids to navigation, which send most of the lines, stay away."""
    return not line.rsplit(b",", 2)[1].startswith((b"4", b"E"))


def list_of(stage) -> Edition:
    entries = (
        WatchlistEntry(id=f"V-{one.mmsi}", mmsi=(one.mmsi,), review_by=dt.date(2027, 1, 1))
        for one in stage.listed
    )
    return Edition(tuple(listed(entry, 1, 30) for entry in entries))


@pytest.fixture(scope="module")
def spool(tmp_path_factory) -> Path:
    """A few ships and five incidents; the list takes effect after five minutes."""
    folder = tmp_path_factory.mktemp("events") / "spool"
    shelf = Shelf(folder.parent / "editions")
    script = tuple(Incident(name, 60.0 + 30 * n) for n, name in enumerate(INCIDENTS))
    sea = Exercise(replace(load_scenario(), incidents=script), seed=5, vessels=4)
    stage = sea.begin(START_S)
    editions = {
        0: ("zones", builtin_zones().to_bytes()),
        LIST_S: ("watchlist", list_of(stage).to_bytes()),
    }
    with SpoolWriter(folder) as writer:
        for second in range(0, SPAN_S, 5):
            now_ms = (START_S + second) * 1000
            if second in editions:
                what, content = editions[second]
                said = {"what": what, "version": 1, "sha256": shelf.put(what, content)}
                writer.append("_control", [json.dumps(said).encode()], now_ms)
            lines = sea.lines(START_S + second, START_S + second + 5)
            every = [lines.line(i) for i in range(len(lines))]
            writer.append("a", [line for line in every if of_ships(line)], now_ms)
            writer.append("_tick", [b""], now_ms + 5000)
        writer.sync()
    return folder


def replayed(file: Path, block_lines: int, out: Path) -> list[str]:
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    replay(Replay((file,), start, block_lines=block_lines, events=out), SETTINGS)
    return out.read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def whole(spool, tmp_path_factory) -> list[str]:
    lines = replayed(spool, 10_000, tmp_path_factory.mktemp("whole") / "events.jsonl")
    told = {json.loads(line)["kind"] for line in lines}
    assert told >= {"distress", "clone", "watchlist", "identity_change", "invalid_identity"}
    return lines


@pytest.mark.parametrize("lines", [1, 100])
def test_blocks_of_any_size_leave_the_same_events(spool, whole, tmp_path, lines):
    assert replayed(spool, lines, tmp_path / "events.jsonl") == whole


@pytest.mark.data
@pytest.mark.parametrize("lines", [100, 1_000])
def test_so_it_is_with_an_hour_of_real_lines(shared_data, tmp_path, lines):
    file = shared_data / "nmea/tyrrhenian_2020-07-04_1h.nmea.gz"
    told = replayed(file, 10_000, tmp_path / "whole.jsonl")
    assert told
    assert replayed(file, lines, tmp_path / "cut.jsonl") == told


class Life:
    """The pipeline between two kills: it begins at the newest snapshot, as live ingest does."""

    def __init__(self, spool: Path, folder: Path, committed: int) -> None:
        names = FeedNames()
        shelf = Shelf(spool.parent / "editions")
        checks = Checks(shelf, SETTINGS.visits, SETTINGS.watchlist.match)
        self.path = DataPath(
            names, live_decoder(names, SETTINGS), SETTINGS.tracks, SETTINGS.thinning,
            checks=checks, screening=screening_of(SETTINGS),
        )  # fmt: skip
        self.at, self.folder = 0, folder
        if found := snapshots.newest(folder, committed):
            self.at, state = found
            self.path.thaw(state)
        self.reader = SpoolReader(spool, names)

    def goes_on(self, lines: int) -> list[tuple[int, str]]:
        """Events of the next block, each with the spool position after the block."""
        block, self.at = self.reader.read(self.at, self.reader.end(), lines)
        events = self.path.step(block, self.at).writes.events
        return [(self.at, json.dumps(event.as_dict(lambda at: {"at": at}))) for event in events]

    def keeps(self) -> None:
        snapshots.save(self.folder, self.at, self.path.freeze())


def test_killed_and_resumed_is_never_stopped(spool, whole, tmp_path):
    """What is read twice after a kill is told alike; what follows as if nothing had been."""
    rng = random.Random(4)
    told: dict[int, list[str]] = {}
    committed, kills = 0, 0
    end = SpoolReader(spool, FeedNames()).end()
    while committed < end:
        life = Life(spool, tmp_path, committed)
        again: dict[int, list[str]] = {}
        for n in range(rng.randint(8, 20)):
            if life.at >= end:
                break
            for at, event in life.goes_on(60):
                again.setdefault(at, []).append(event)
            if n == rng.randint(0, 12):
                life.keeps()
        assert all(told[at] == again[at] for at in told.keys() & again.keys())
        told |= again
        if life.at <= committed:
            life.keeps()
        committed, kills = max(committed, life.at), kills + 1
    assert kills > 5
    newest = [event for at in sorted(told) for event in told[at]]
    ids = [(one["id"], one["version"], one["state"]) for one in map(json.loads, newest)]
    assert ids == [(one["id"], one["version"], one["state"]) for one in map(json.loads, whole)]
