from itertools import pairwise

import numpy as np
import pyais
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais.decoder import Decoder
from ais.lines import FeedNames, LineBlock
from geofence.land import load_land
from service.exercise.exercise import Exercise, LineColumns
from service.exercise.receivers import heard
from service.exercise.scenario import ScenarioError, load_scenario

START = 1_800_000_000
POSITIONS = (1, 3, 18)


def text(lines: LineColumns) -> list[tuple[int, bytes]]:
    return [(int(lines.epoch_ms[i]), lines.line(i)) for i in range(len(lines))]


def sentence(line: bytes) -> bytes:
    return line.split(b"\\")[2]


def reports(exercise, seconds):
    return exercise.reports(START * 1000, (START + seconds) * 1000)


def test_the_same_seed_makes_the_same_bytes(exercise):
    again = Exercise(load_scenario(), seed=3, vessels=300)
    assert again.lines(START, START + 90).wire() == exercise.lines(START, START + 90).wire()


def test_another_seed_makes_another_exercise(exercise):
    other = Exercise(load_scenario(), seed=4, vessels=300)
    assert other.lines(START, START + 30).wire() != exercise.lines(START, START + 30).wire()


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(0, 200), min_size=1, max_size=4))
def test_a_span_made_in_pieces_is_the_span_made_whole(exercise, cuts):
    edges = [0.0, *sorted(cuts), 200.0]
    pieces = [text(exercise.lines(START + a, START + b)) for a, b in pairwise(edges)]
    whole = text(Exercise(load_scenario(), seed=3, vessels=300).lines(START, START + 200))
    assert [line for piece in pieces for line in piece] == whole


def test_lines_are_sorted_and_lie_in_their_span(exercise):
    times = exercise.lines(START + 17.5, START + 133.25).epoch_ms
    assert (np.diff(times) >= 0).all()
    assert times[0] >= (START + 17.5) * 1000
    assert times[-1] < (START + 133.25) * 1000


def test_slices_are_the_lines_of_the_whole(exercise):
    parts = exercise.slices(START + 10, START + 190)
    wire = b"".join(part.wire() for part in parts)
    assert wire == exercise.lines(START + 10, START + 190).wire()


def test_no_reception_is_lost_where_one_slice_ends_and_the_next_begins(exercise):
    made = [exercise.reports((START + t) * 1000, (START + t + 60) * 1000) for t in (-60, 0, 60)]
    receptions = [heard(exercise.masts, reports, exercise.seed) for reports in made]
    expected = 0
    for reports, one in zip(made, receptions, strict=True):
        inside = (one.line_ms >= START * 1000) & (one.line_ms < (START + 120) * 1000)
        # a voyage takes two lines
        expected += inside.sum() + (reports["kind"][one.report[inside]] == 5).sum()
    assert len(exercise.lines(START, START + 120)) == expected


def test_an_empty_span_has_no_lines(exercise):
    assert exercise.lines(START, START).wire() == b""


def test_every_line_decodes_but_for_the_few_broken_ones(exercise):
    lines = [line for _, line in text(exercise.lines(START, START + 240))]
    parts: dict[bytes, list[bytes]] = {}
    broken = 0
    for line in lines:
        try:
            nmea = pyais.NMEAMessage(sentence(line))
            broken += not nmea.is_valid
            if nmea.is_valid and nmea.is_single:
                assert nmea.decode().mmsi > 0
        except (pyais.exceptions.AISBaseException, IndexError):
            broken += 1
        parts.setdefault(line[:2], []).append(line)
    assert len(lines) > 1_500
    assert 0 < broken < 0.006 * len(lines)


def test_voyages_come_in_two_lines_that_belong_together(exercise):
    lines = [
        sentence(line)
        for _, line in text(exercise.lines(START, START + 60))
        if line.count(b"\\") == 2
    ]
    first = next(i for i, line in enumerate(lines) if line.startswith(b"!AIVDM,2,1"))
    said = pyais.decode(lines[first], lines[first + 1])
    row = exercise.company.fleet.mmsi.tolist().index(said.mmsi)
    assert said.shipname == exercise.company.fleet.name[row].decode()
    assert said.imo == exercise.company.fleet.imo[row]


def test_nobody_is_on_land(exercise):
    made = reports(exercise, 1_800)
    made = made[np.isin(made["kind"], POSITIONS)]
    assert not load_land().on_land(made["lon"], made["lat"]).any()


def test_nobody_jumps(exercise):
    made = reports(exercise, 3_600)
    made = made[np.isin(made["kind"], POSITIONS)]
    made = made[np.lexsort((made["sent_ms"], made["vessel"]))]
    same = np.diff(made["vessel"]) == 0
    east = np.diff(made["lon"]) * np.cos(np.radians(made["lat"][1:]))
    nm = np.hypot(np.diff(made["lat"]), east) * 60
    hours = np.diff(made["sent_ms"]) / 3.6e6
    fastest = np.maximum(made["sog"][1:], made["sog"][:-1])
    assert (nm[same] <= fastest[same] * hours[same] * 1.1 + 0.03).all()


def test_ships_are_under_way_all_over_the_sea_from_the_start(exercise):
    made = reports(exercise, 60)
    moving = made[np.isin(made["kind"], POSITIONS) & (made["sog"] > 2)]
    assert len(set(moving["vessel"].tolist())) > 120
    for low, high in ((-6, 6), (6, 16), (16, 26), (26, 36)):
        assert ((moving["lon"] > low) & (moving["lon"] < high)).any()


def test_everyone_tells_its_name_within_six_minutes(exercise):
    made = reports(exercise, 360)
    named = set(made["vessel"][np.isin(made["kind"], (5, 24))].tolist())
    seen = set(made["vessel"][np.isin(made["kind"], POSITIONS)].tolist())
    assert len(seen - named) <= 2  # one that came through a gate in between


def test_more_vessels_are_the_same_exercise_larger():
    large = Exercise(load_scenario(), seed=3, vessels=4_000)
    assert len(large.company.vessels) == len(large.company.fleet) == 4_000
    assert len(large.lines(START, START + 10)) > 500


def test_one_vessel_is_enough():
    assert len(Exercise(load_scenario(), vessels=1).company.fleet) == 1


def test_no_vessel_is_not():
    with pytest.raises(ScenarioError, match="0 vessels are none"):
        Exercise(load_scenario(), vessels=0)


def test_named_vessels_are_in_the_cast(exercise):
    fleet = exercise.company.fleet
    assert fleet.name[fleet.mmsi == 247999001].tolist() == [b"VEDETTA UNO"]


def test_base_stations_send_the_time_they_send_at(exercise):
    lines = [
        sentence(line) for _, line in text(exercise.lines(START, START + 20)) if b",4" in line
    ]
    said = [pyais.decode(line) for line in lines if line.split(b",")[5].startswith(b"4")]
    assert said
    assert {(one.year, one.month, one.day, one.hour) for one in said} == {(2027, 1, 15, 8)}


def test_our_own_decoder_accounts_for_every_line_and_rejects_only_the_broken(exercise):
    lines = exercise.lines(START, START + 300)
    count = len(lines)
    block = LineBlock(
        lines.data,
        lines.start,
        lines.end,
        (lines.epoch_ms * 1000).view("datetime64[us]"),
        np.zeros(count, np.uint16),
        np.arange(1, count + 1, dtype=np.uint64),
    )
    decoder = Decoder(FeedNames(["exercise"]))
    decoded = decoder.decode(block)
    decoder.finish()
    counts = decoder.counts
    assert counts.sentences + sum(counts.rejected.values()) == count
    assert not counts.messages_rejected
    assert sum(counts.rejected.values()) < 0.006 * count
    assert set(decoded.positions.mmsi.tolist()) & set(exercise.company.fleet.mmsi.tolist())
