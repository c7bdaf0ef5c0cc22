"""Incidents drawn into tracks change what they say, and nothing else."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from alerts.distances import metres
from service.scoreboard import real

HOUR = 3600.0


@pytest.fixture
def rows() -> np.ndarray:
    """Two ships that sail for two days at ten knots, a report each two minutes."""
    parts = []
    for number in range(2):
        times = np.arange(0, 48 * HOUR, 120.0) + 1_700_000_000
        legs = np.abs((np.arange(len(times)) / 400) % 2 - 1)
        part = np.zeros(len(times), real._TRACK)
        part["mmsi"], part["time"] = 247_100_000 + number, times
        part["lon"], part["lat"] = 15.0 + 2.2 * legs, 36.0 + 0.5 * number
        parts.append(part)
    every = np.concatenate(parts)
    return every[np.argsort(every["time"], kind="stable")]


def test_a_gap_takes_rows_of_one_ship_out_and_leaves_the_rest(rows):
    left, truth = real.gap(rows, 1, np.ones(len(rows), bool))
    assert 70 <= len(rows) - len(left) <= 76
    own = left["time"][left["mmsi"] == truth.mmsis[0]]
    assert np.diff(own).max() >= 2.5 * HOUR
    assert (left["mmsi"] != truth.mmsis[0]).sum() == (rows["mmsi"] != truth.mmsis[0]).sum()


def test_a_jump_moves_three_hours_and_back(rows):
    moved, truth = real.jump(rows, 1, np.ones(len(rows), bool))
    shifted = moved["lat"] != rows["lat"]
    assert set(moved["mmsi"][shifted].tolist()) == set(truth.mmsis)
    assert np.allclose((rows["lat"] - moved["lat"])[shifted], 25 / 60)


def test_a_clone_moves_every_other_report(rows):
    moved, truth = real.clone(rows, 1, np.ones(len(rows), bool))
    own = moved["mmsi"] == truth.mmsis[0]
    shifted = (moved["lat"] != rows["lat"])[own]
    inside = np.flatnonzero(shifted)
    assert set(np.diff(inside).tolist()) == {2}


def test_a_meeting_brings_two_ships_within_the_length_of_a_pier(rows):
    met, truth = real.encounter(rows, 1, np.ones(len(rows), bool))
    first, second = (met[met["mmsi"] == one] for one in truth.mmsis)
    middle = truth.started_us / 1e6 + HOUR / 2
    a = first[np.abs(first["time"] - middle).argmin()]
    b = second[np.abs(second["time"] - middle).argmin()]
    assert metres(a["lon"], a["lat"], b["lon"], b["lat"]) < 150
    assert (np.diff(met["time"]) >= 0).all()


def test_a_track_that_lies_still_takes_no_incident(rows):
    rows["lon"] = 15.0
    assert real.gap(rows, 1, np.ones(len(rows), bool)) is None


def test_no_ship_takes_two_incidents(rows):
    taken = rows["mmsi"] == 247_100_000
    _, truth = real.gap(rows, 1, ~taken)
    assert truth.mmsis == (247_100_001,)
    assert real.jump(rows, 1, np.zeros(len(rows), bool)) is None


def test_rows_of_ship_after_ship_become_a_stream(tmp_path, monkeypatch):
    lines = ["ID,t", "1,20/03/2021 00:22", "1,01/04/2021 00:00", "2,20/03/2021 00:23"]
    with gzip.open(tmp_path / "tracks.csv.gz", "wt") as file:
        file.write("\n".join(lines) + "\n")
    monkeypatch.setattr(real, "DATA", tmp_path)
    (tmp_path / "out").mkdir()
    unsorted = real.Recording("tracks.csv.gz", column=1, clock="%d/%m/%Y %H:%M")
    made = real.in_order(unsorted, tmp_path / "out")
    assert made.read_text().splitlines() == [lines[0], lines[1], lines[3], lines[2]]
    assert real.in_order(real.Recording("tracks.csv.gz"), tmp_path) == tmp_path / "tracks.csv.gz"
