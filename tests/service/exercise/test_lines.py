"""Lines as columns: cut, joined, spoiled and written without losing or mixing any."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.exercise.exercise import (
    BASE_STATION_MS,
    KEPT,
    SLICE_MS,
    Exercise,
    LineColumns,
    _damaged,
    _regular,
)
from service.exercise.scenario import load_scenario
from service.exercise.sender import identities
from tests.plugins.nmea import encoded, vdm

START_S = 1_800_000_000
texts = st.lists(st.tuples(st.integers(0, 50), st.binary(min_size=1, max_size=20)), max_size=12)


def columns(rows) -> LineColumns:
    """Lines of (time, text), sorted by time."""
    rows = sorted(rows, key=lambda row: row[0])
    data = b"".join(text + b"\r\n" for _, text in rows)
    size = np.array([len(text) + 2 for _, text in rows], np.int64)
    ends = np.cumsum(size)
    epoch = np.array([when for when, _ in rows], np.int64)
    return LineColumns(epoch, np.frombuffer(data, np.uint8).copy(), ends - size, ends - 2)


def listed(lines: LineColumns) -> list[tuple[int, bytes]]:
    return [(int(lines.epoch_ms[i]), lines.line(i)) for i in range(len(lines))]


# --- columns -------------------------------------------------------------------------------------


@given(texts)
def test_a_wire_is_the_lines_with_their_ends(rows):
    lines = columns(rows)
    assert lines.wire() == b"".join(text + b"\r\n" for _, text in listed(lines))


@given(texts, st.integers(0, 51), st.integers(0, 51))
def test_a_span_holds_what_lies_in_it(rows, first, last):
    lines = columns(rows)
    span = listed(lines.between(first, last))
    assert span == [row for row in listed(lines) if first <= row[0] < last]


@settings(deadline=None)  # the first call compiles
@given(st.lists(texts, min_size=1, max_size=4))
def test_joined_lines_are_all_lines_in_the_order_of_time(parts):
    made = [columns(rows) for rows in parts]
    joined = listed(LineColumns.join(made))
    everything = [row for part in made for row in listed(part)]
    assert joined == sorted(everything, key=lambda row: row[0])


def test_equal_times_keep_the_order_of_the_parts():
    joined = LineColumns.join([columns([(5, b"first")]), columns([(5, b"second")])])
    assert joined.wire() == b"first\r\nsecond\r\n"


def test_nothing_has_no_wire():
    assert columns([]).wire() == b""
    assert len(LineColumns.join([columns([]), columns([])])) == 0


# --- broken lines --------------------------------------------------------------------------------


def spoiled(shares, count=2_000) -> tuple[list[bytes], list[bytes]]:
    """Lines before and after the radio."""
    line = encoded(type=1, mmsi=247_320_162, lon=14.2, lat=40.8)[0]
    lines = columns([(n, line) for n in range(count)])
    before = [line] * count
    ends = _damaged(lines.data, lines.start, lines.end, lines.epoch_ms, 1, shares)
    after = LineColumns(lines.epoch_ms, lines.data, lines.start, ends)
    return before, [text for _, text in listed(after)]


def test_without_faults_every_line_arrives_as_it_was_sent():
    before, after = spoiled((0.0, 0.0))
    assert before == after


def test_a_wrong_checksum_is_one_character_of_the_payload():
    before, after = spoiled((0.25, 0.0))
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert len(changed) / len(before) == pytest.approx(0.25, abs=0.04)
    for one, other in changed:
        assert len(one) == len(other)
        assert sum(x != y for x, y in zip(one, other, strict=True)) == 1


def test_a_line_cut_short_is_a_beginning_of_itself():
    before, after = spoiled((0.0, 0.25))
    cut = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert len(cut) / len(before) == pytest.approx(0.25, abs=0.04)
    assert all(one.startswith(other) and len(other) > len(one) / 2 for one, other in cut)


def test_which_lines_are_broken_does_not_depend_on_the_run():
    assert spoiled((0.1, 0.1)) == spoiled((0.1, 0.1))


# --- regular senders -----------------------------------------------------------------------------


def regular(from_ms, to_ms, who=(0, 1, 2)):
    places = np.array([[10.0, 40.0], [11.0, 41.0], [12.0, 42.0]])
    return _regular(4, np.array(who), places, BASE_STATION_MS, from_ms, to_ms)


@given(st.tuples(*[st.integers(0, 60_000)] * 3))
def test_regular_reports_of_two_spans_are_those_of_both(edges):
    first, middle, last = sorted(edges)
    parts = [*regular(first, middle).tolist(), *regular(middle, last).tolist()]
    assert sorted(parts) == sorted(regular(first, last).tolist())


def test_stations_take_turns_and_stay_where_they_are():
    made = regular(0, 10_000)
    assert len(set(made["sent_ms"].tolist())) == 3
    assert made["lon"].tolist() == [10.0, 11.0, 12.0]


def test_without_stations_there_are_no_reports():
    assert len(regular(0, 60_000, who=())) == 0


# --- slices --------------------------------------------------------------------------------------


def test_only_a_few_slices_are_kept(exercise):
    for minute in range(12):
        exercise.lines(START_S + 60 * minute, START_S + 60 * minute + 1)
    assert len(exercise._made) <= 2 * KEPT


def test_a_span_is_the_same_whatever_was_asked_before():
    sea = Exercise(load_scenario(), seed=3, vessels=60)
    once = sea.lines(START_S + 50, START_S + 70).wire()
    for second in (600, 0, 3_600):
        sea.lines(START_S + second, START_S + second + 5)
    assert sea.lines(START_S + 50, START_S + 70).wire() == once


def test_a_slice_is_a_minute():
    assert SLICE_MS == 60_000


@pytest.mark.parametrize("start", [60, 1_000_000_000, 4_000_000_000])
def test_any_time_will_do(start):
    sea = Exercise(load_scenario(), seed=3, vessels=60)
    lines = sea.lines(start, start + 30)
    assert len(lines) > 20
    assert (lines.epoch_ms >= start * 1000).all()


def test_the_scenario_s_seed_is_used_where_none_is_given():
    made = [Exercise(load_scenario(), seed, vessels=30) for seed in (None, load_scenario().seed)]
    first, second = (sea.lines(START_S, START_S + 60).wire() for sea in made)
    assert first == second


# --- what a client is greeted with ---------------------------------------------------------------


def test_identities_are_the_static_reports_and_nothing_else():
    voyage = encoded(type=5, mmsi=247_320_162, shipname="VEDETTA")
    part = encoded(type=24, mmsi=247_320_163, partno=0, shipname="UNO")
    position = encoded(type=1, mmsi=247_320_162, lon=14.2, lat=40.8)
    rows = [(n, line) for n, line in enumerate([*position, *voyage, *part, *position])]
    assert identities(columns(rows)).split(b"\r\n")[:-1] == [*voyage, *part]


def test_what_is_no_sentence_is_no_identity():
    rows = [(0, b"noise"), (1, b"!AIVDM"), (2, vdm(b"H")), (3, b"\\s:X*00\\")]
    assert identities(columns(rows)) == vdm(b"H") + b"\r\n"
