"""Zones and lists in force change where a ``_control`` line stands, and nowhere else."""

from __future__ import annotations

import json
import os
import time

import pytest
import shapely

from ais.decoder import Decoder
from ais.lines import CONTROL, FeedNames, LineBlock
from ais.tracks import TrackSettings
from geofence.index import ZoneIndex
from geofence.visits import CHANGES
from geofence.zones import Zone, ZoneSet
from service.errors import ServiceError
from service.pipeline.checks import Checks
from service.pipeline.guard import Guard
from service.pipeline.path import Path as DataPath
from service.pipeline.shelf import WATCHLIST, ZONES, Shelf
from store.editions import Adoption
from store.thinning import Thinning
from store.writer import Writes
from tests.plugins.nmea import encoded
from watchlist.entries import Edition, Listed
from watchlist.matching import Matcher

S = 1_000_000
START = 1_780_000_000 * S
SHIP = 247_000_001


def area(name: str, west: float, east: float) -> Zone:
    """A zone off Naples, from one longitude to another."""
    return Zone(name, name, "custom", shapely.box(west, 40.7, east, 40.9), "test", "none")


WEST, EAST = ZoneSet((area("west", 14.0, 14.195),)), ZoneSet((area("east", 14.205, 14.4),))


def listing(version: int = 1) -> Edition:
    """A list that names the ship."""
    plain = {
        "type": "", "flag": "", "length_m": None, "contributor": "ITA", "handling_comment": "",
        "source_grade": "B", "info_grade": 3, "tlp": "amber", "priority": "medium",
    }  # fmt: skip
    return Edition(
        (
            Listed(
                id="V-1", version=version, mmsi=(SHIP,), imo=(), call_sign=(), names=("GHOST",),
                handling="H1", matches_from=0, matches_until=2**62, **plain,
            ),
        )
    )  # fmt: skip


def control(shelf: Shelf, what: str, content: bytes) -> bytes:
    """Put an edition on the shelf; return the line that lets it take effect."""
    return json.dumps({"what": what, "version": 1, "sha256": shelf.put(what, content)}).encode()


def report(lon: float, mmsi: int = SHIP) -> bytes:
    return encoded(type=1, mmsi=mmsi, lon=lon, lat=40.8, speed=10, course=90, turn=0)[0]


def block(*lines: bytes) -> LineBlock:
    """Lines a minute apart; those that begin with a brace are ``_control`` lines."""
    made = LineBlock.of(lines, [START + 60 * S * n for n in range(len(lines))])
    made.feed[[line.startswith(b"{") for line in lines]] = CONTROL
    return made


@pytest.fixture
def shelf(tmp_path) -> Shelf:
    return Shelf(tmp_path / "editions")


def way(shelf: Shelf) -> DataPath:
    names = FeedNames(["a"])
    return DataPath(names, Decoder(names), TrackSettings(), Thinning(), checks=Checks(shelf))


def told(path: DataPath, lines: LineBlock, size: int | None = None) -> list[tuple]:
    """What the checks say of ``lines``, cut into blocks of ``size``."""
    said = []
    for first in range(0, len(lines), size or len(lines)):
        piece = lines.cut(first, min(len(lines), first + (size or len(lines))))
        said += rows_of(path.step(piece, first).writes)
    return sorted(said)


def rows_of(writes: Writes) -> list[tuple]:
    """Visits, hits and adoptions of one transaction, by names."""
    said = []
    for visits, ids in writes.visits:
        rows = zip(visits.spool.tolist(), visits.zone, visits.change, strict=True)
        said += [(spool, ids[zone], CHANGES[change]) for spool, zone, change in rows]
    for hits, entries in writes.hits:
        rows = zip(hits.spool.tolist(), hits.entry, strict=True)
        said += [(spool, *entries[entry]) for spool, entry in rows]
    return said + [(one.spool, one.what, one.sha256[:4]) for one in writes.adoptions]


def voyage(shelf: Shelf) -> LineBlock:
    """A ship goes east; zones change while she is under way, then she is listed, twice."""
    return block(
        control(shelf, ZONES, WEST.to_bytes()),
        report(14.17),
        report(14.18),
        control(shelf, WATCHLIST, listing().to_bytes()),
        control(shelf, ZONES, EAST.to_bytes()),
        report(14.199),
        report(14.21),
        report(14.22),
        control(shelf, WATCHLIST, listing(2).to_bytes()),
    )


def test_each_row_is_checked_with_what_was_in_force_at_its_place(shelf):
    said = told(way(shelf), voyage(shelf))
    assert [one for one in said if one[1] not in {ZONES, WATCHLIST}] == [
        (2, "west", "present"),
        (4, "V-1", 1),
        (7, "east", "entered"),
        (9, "V-1", 2),
    ]


@pytest.mark.parametrize("size", [1, 2, 4, 5])
def test_cuts_of_the_stream_change_nothing(shelf, size):
    whole = told(way(shelf), voyage(shelf))
    assert told(way(shelf), voyage(shelf), size) == whole
    assert {one[1] for one in whole} >= {"west", "east", "V-1", ZONES, WATCHLIST}


def test_a_state_that_was_frozen_goes_on_with_the_same_editions(shelf):
    lines, first, second = voyage(shelf), way(shelf), way(shelf)
    whole = told(way(shelf), lines)
    before = told(first, lines.cut(0, 6))
    second.thaw(first.freeze())
    assert sorted(before + told(second, lines.cut(6, 9))) == whole
    assert second.checks.adopted.keys() == {ZONES, WATCHLIST}


def test_the_same_edition_again_is_no_adoption(shelf):
    line, path = control(shelf, ZONES, WEST.to_bytes()), way(shelf)
    assert len(told(path, block(line, line))) == 1


def test_a_control_line_that_says_nothing_is_counted_and_stops_nothing(shelf):
    path = way(shelf)
    good = control(shelf, ZONES, WEST.to_bytes())
    said = told(path, block(good, b"{", b'{"what": "weather"}', report(14.18)))
    assert (len(said), path.checks.failed) == (2, 2)


def test_an_edition_that_is_gone_leaves_the_one_before_it_in_force(shelf):
    path = way(shelf)
    there, gone = (control(shelf, ZONES, zones.to_bytes()) for zones in (WEST, EAST))
    shelf.path(ZONES, EAST.sha256()).unlink()
    said = told(path, block(there, gone, report(14.18)))
    assert (said[-1][1:], path.checks.failed) == (("west", "present"), 1)


def test_history_is_looked_at_again_with_what_is_given_whatever_the_stream_says(shelf):
    path, lines = way(shelf), voyage(shelf)
    shelf.put(ZONES, EAST.to_bytes())
    path.checks.fix(ZONES, EAST.sha256())
    assert "west" not in {one[1] for one in told(path, lines)}


def test_a_file_that_was_altered_is_refused_with_its_name(shelf):
    sha256 = shelf.put(ZONES, WEST.to_bytes())
    shelf.path(ZONES, sha256).write_bytes(EAST.to_bytes())
    with pytest.raises(ServiceError, match="bytes are not those of its name"):
        shelf.zones(sha256)


def test_the_folder_of_editions_is_for_the_service_alone(shelf):
    shelf.put(WATCHLIST, listing().to_bytes())
    assert shelf.folder.stat().st_mode & 0o077 == 0


def test_a_state_of_before_the_first_edition_knows_neither_zones_nor_list(shelf):
    lines, path = voyage(shelf), way(shelf)
    fresh, whole = path.freeze(), told(way(shelf), lines)
    told(path, lines)
    path.thaw(fresh)
    assert told(path, block(report(14.18), report(14.22))) == []
    path.thaw(fresh)
    assert told(path, lines) == whole


def test_a_state_whose_edition_is_gone_is_no_fault_of_the_service(shelf, tmp_path):
    path = way(shelf)
    told(path, voyage(shelf))
    with pytest.raises(ValueError, match="edition cannot be used"):
        way(Shelf(tmp_path / "empty")).thaw(path.freeze())


def test_an_edition_that_was_in_force_and_is_gone_stops_nothing(shelf):
    path = way(shelf)
    path.checks.begin_with(Adoption(ZONES, 1, "0" * 64, 0, 0))
    assert (path.checks.failed, path.checks.adopted) == (1, {})
    assert told(path, block(control(shelf, ZONES, WEST.to_bytes()), report(14.18)))


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("../zones", 1),
        ("0" * 63, 1),
        (None, 1),
        ("0" * 64, -1),
        ("0" * 64, 2**31),
        ("0" * 64, 1e9),
    ],
)
def test_a_control_line_can_name_editions_only(shelf, name, version):
    path = way(shelf)
    line = json.dumps({"what": ZONES, "version": version, "sha256": name}).encode()
    assert (told(path, block(line)), path.checks.failed) == ([], 1)


def test_a_control_line_that_no_parser_takes_is_counted(shelf):
    path = way(shelf)
    told(path, block(b'{"what":' + b"[" * 100_000, b'{"what":"zones","version":1e999}'))
    assert path.checks.failed == 2


def test_an_edition_whose_content_is_none_leaves_the_one_before_it_in_force(shelf):
    path = way(shelf)
    lines = [control(shelf, ZONES, content) for content in (WEST.to_bytes(), b"{}", b"[]")]
    lines += [control(shelf, WATCHLIST, b"{}"), report(14.18)]
    said = told(path, block(*lines))
    assert (said[-1][1:], path.checks.failed) == (("west", "present"), 3)


def test_what_is_given_stays_however_many_editions_follow(shelf):
    shelf.hold(ZONES, WEST.sha256(), ZoneIndex.of(WEST))
    path = way(shelf)
    path.checks.fix(ZONES, WEST.sha256())
    told(path, block(*(control(shelf, WATCHLIST, listing(n).to_bytes()) for n in range(1, 9))))
    path.thaw(path.freeze())
    assert told(path, block(report(14.18)))


def test_a_line_that_fails_in_a_block_with_editions_leaves_the_others_as_they_are(
    shelf, monkeypatch
):
    lines, path, without, step = voyage(shelf), way(shelf), way(shelf), Matcher.step
    whole = told(without, lines.cut(0, 6)) + told(without, lines.cut(7, 9))

    def breaks(self, positions, statics):
        if lines.spool[6] in positions.spool:
            raise RuntimeError
        return step(self, positions, statics)

    monkeypatch.setattr(Matcher, "step", breaks)
    outcomes = Guard(path, lambda _block, _error: None).step(lines, len(lines))
    assert sorted(one for outcome in outcomes for one in rows_of(outcome.writes)) == sorted(whole)


def test_a_file_that_was_altered_is_put_there_again(shelf):
    sha256 = shelf.put(ZONES, WEST.to_bytes())
    shelf.path(ZONES, sha256).write_bytes(b"half")
    assert not shelf.holds(ZONES, sha256)
    shelf.put(ZONES, WEST.to_bytes())
    assert shelf.zones(sha256).zones.zones[0].id == "west"


def test_an_edition_that_comes_again_is_as_good_as_new_for_the_removal(shelf):
    sha256 = shelf.put(ZONES, WEST.to_bytes())
    for name in (shelf.path(ZONES, sha256), shelf.folder / "zones-0.json.tmp"):
        name.touch()
        os.utime(name, (1000, 1000))
    shelf.put(ZONES, WEST.to_bytes())
    assert shelf.remove_all_but([], 2000) == ["zones-0.json.tmp"]
    assert shelf.remove_all_but([sha256], time.time() + 60) == []
    assert shelf.remove_all_but([], time.time() + 60) == [f"zones-{sha256}.json"]
