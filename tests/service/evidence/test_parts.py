"""A package made of a part of a long spool: proven elsewhere, and every change of it named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from ais.spool.layout import split
from service.evidence.desk import case_of, evidence, written
from service.evidence.making import Made, Wish
from service.evidence.verifying import verify
from store.changes import Change
from tests.plugins.database import fresh_database
from tests.plugins.exercised import BEGIN, Exercised, exercised
from tests.plugins.forged import faults, first_lines, flip, members, resealed

BY = Change("a.rossi", "case 18", dt.datetime(2026, 5, 11, tzinfo=dt.UTC))
BEFORE_H = 40


@pytest.fixture(scope="module")
def passage(database_server: str, tmp_path_factory) -> Iterator[Exercised]:
    """Half an hour of two incidents behind 40 hours of other traffic, in dozens of segments."""
    with fresh_database(database_server) as dsn:
        yield exercised(dsn, tmp_path_factory.mktemp("passage"), 31,
                        ("sudden_stop", "listed_ship"), 12, before_h=BEFORE_H,
                        segment_bytes=50_000)  # fmt: skip


def packed_of(passage: Exercised, alert: str) -> Made:
    wish = Wish(BY, permission="ITA, note 18", as_needed=True)
    return evidence(passage.dsn, passage.settings, alert, wish)


@pytest.fixture(scope="module")
def made(passage: Exercised) -> Made:
    return packed_of(passage, passage.alert_of("sudden_stop", "sar").id)


@pytest.fixture
def file(made: Made, tmp_path: Path) -> Path:
    """The package alone in a folder where nothing else of the service is."""
    path = tmp_path / "elsewhere" / "case18.zip"
    path.parent.mkdir()
    written(made, path)
    return path


def line_times_ms(path: Path, word: bytes = b"coast") -> list[int]:
    """When the lines of a feed were received, ms since 1970."""
    kept = [text for name, text in members(path).items() if name.endswith(".log")]
    parted = [line.split(b" ", 2) for text in kept for line in text.splitlines()]
    return [int(one[0]) for one in parted if one[1] == word]


def test_it_begins_in_the_middle_of_a_spool_of_many_segments(passage, made):
    sequence, _ = split(made.about["span"]["first"])
    behind, _ = split(made.about["span"]["behind"])
    assert 5 < sequence < behind - 5
    assert not made.about["span"]["from_the_beginning"]
    every = evidence(passage.dsn, passage.settings, made.about["alert"], Wish(BY))
    assert made.read < every.read
    assert made.lines < every.lines, "lines of the ship from the days before are left out"


def test_it_carries_nothing_of_what_its_events_cannot_rest_on(file):
    times = line_times_ms(file)
    # A segment begins before the time that is needed, and ends after it.
    earliest = BEGIN.timestamp() - 25.5 * 3600
    assert len(times) > 50
    assert min(times) / 1000 > earliest


def test_elsewhere_it_tells_the_very_events_of_the_database(passage, made, file):
    told = case_of(passage.dsn, made.about["alert"]).events
    verdict = verify(file)
    assert faults(verdict) == []
    assert {(one.id, one.version) for one in verdict.events} == {
        (one.id, one.version) for one in told
    }
    assert {one.outcome for one in verdict.events} == {"same"}
    assert any("begins in the middle of a spool" in one for one in verdict.notes)


def test_the_whole_spool_proves_its_lines_and_counts_the_coverage_from_there_on(passage, file):
    verdict = verify(file, spool=passage.spool)
    assert faults(verdict) == []
    assert verdict.counted
    assert verdict.spool is not None
    assert verdict.spool.removed == 0


@pytest.mark.parametrize(
    ("name", "find", "said"),
    [
        ("lines", b"!AIVDM,1,1", ".log, bytes 0 to"),
        ("last lines", b"!AIVDM,1,1", ".log, bytes 0 to"),
        ("manifest.json", b'"from_the_beginning": f', "manifest.json, bytes"),
        ("events.jsonl", b'"confidence": 0', "events.jsonl, bytes"),
        ("chain/manifest.jsonl", b'"', "chain/manifest.jsonl"),
    ],
)
def test_one_byte_that_was_changed_is_found_and_its_file_and_place_named(file, name, find, said):
    logs = sorted(one for one in members(file) if one.endswith(".log"))
    flip(file, {"lines": first_lines(file), "last lines": logs[-1]}.get(name, name), find)
    found = faults(verify(file))
    assert any(said in one and "is not what was packed" in one for one in found)


def test_a_link_of_the_chain_forged_with_new_hashes_is_found(file):
    name = "chain/manifest.jsonl"
    text = bytearray(members(file)[name])
    at = text.index(b'"sha256"') + len(b'"sha256": "')
    text[at] = ord("0") if text[at] != ord("0") else ord("1")
    resealed(file, {name: bytes(text)})
    assert any(name in one for one in faults(verify(file)))


def test_a_line_forged_with_new_hashes_is_not_the_one_of_the_spool(passage, file):
    name = first_lines(file)
    forged = bytearray(members(file)[name])
    forged[forged.index(b"!AIVDM,1,1") + 20] ^= 1
    resealed(file, {name: bytes(forged)})
    assert any(name in one for one in faults(verify(file, spool=passage.spool)))


def test_that_a_listed_ship_is_gone_is_told_a_day_later_and_comes_out_again(passage, tmp_path):
    """She was heard for an hour at the spool's begin, and then for a day no more."""
    day_before_us = (BEGIN.timestamp() - 86_400) * 1e6
    earlier = [one for one in passage.alerts() if one.started_us < day_before_us
               and one.kind == "watchlist"]  # fmt: skip
    told = [packed_of(passage, one.id) for one in earlier]
    versions = [event for one in told for event in one.events]
    assert {one.outcome for one in versions} == {"same"}
    assert max(one.version for one in versions) > 1
    written(told[0], tmp_path / "gone.zip")
    assert faults(verify(tmp_path / "gone.zip")) == []
