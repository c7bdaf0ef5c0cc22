"""What the whole exercise looks like from outside: intervals, shares, repetitions, silences."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pyais
import pytest

from service.exercise.company import Company
from service.exercise.exercise import Exercise
from service.exercise.receivers import LATEST_MS
from service.exercise.scenario import Faults, load_scenario
from service.exercise.voyages import AWAY, FISHING

START_S = 1_800_000_000
START_MS = START_S * 1000
CLASS_A, CLASS_B = (1, 3), (18,)


@pytest.fixture(scope="module")
def quarter(exercise):
    """Every transmission of fifteen minutes."""
    return exercise.reports(START_MS, START_MS + 900_000)


@pytest.fixture(scope="module")
def wire(exercise):
    """Every line of five minutes, without line ends."""
    lines = exercise.lines(START_S, START_S + 300)
    return [lines.line(i) for i in range(len(lines))]


def gaps(reports, wanted) -> np.ndarray:
    """Seconds between neighbouring reports of a vessel where both are ``wanted``."""
    order = np.lexsort((reports["sent_ms"], reports["vessel"]))
    one, wanted = reports[order], wanted[order]
    both = (np.diff(one["vessel"]) == 0) & wanted[1:] & wanted[:-1]
    return np.diff(one["sent_ms"])[both] / 1000


# --- how often -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [1, 5])
def test_ships_at_anchor_or_alongside_report_every_three_minutes(quarter, status):
    lying = np.isin(quarter["kind"], CLASS_A) & (quarter["status"] == status)
    found = gaps(quarter[lying], quarter["sog"][lying] < 1)
    assert len(found) > 20
    assert np.abs(found - 180).max() < 1


@pytest.mark.parametrize("low,high,seconds", [(3, 13, 10), (15, 22, 6), (24, 40, 2)])
def test_class_a_under_way_reports_as_its_speed_asks(quarter, low, high, seconds):
    class_a = quarter[np.isin(quarter["kind"], CLASS_A)]
    steady = (class_a["sog"] > low) & (class_a["sog"] < high) & (np.abs(class_a["turn"]) < 5)
    found = gaps(class_a, steady)
    assert np.median(found) == pytest.approx(seconds, abs=0.2)
    assert found.max() < 2 * seconds + 1


@pytest.mark.parametrize("low,high,seconds", [(0, 1.5, 180), (3, 13, 30)])
def test_class_b_reports_as_its_speed_asks(quarter, low, high, seconds):
    class_b = quarter[np.isin(quarter["kind"], CLASS_B)]
    found = gaps(class_b, (class_b["sog"] >= low) & (class_b["sog"] < high))
    assert np.median(found) == pytest.approx(seconds, abs=0.5)


@pytest.mark.parametrize("kind", [5, 24, 29])
def test_identities_are_told_every_six_minutes(quarter, kind):
    told = quarter[quarter["kind"] == kind]
    assert np.abs(gaps(told, np.ones(len(told), bool)) - 360).max() < 1


def test_the_two_halves_of_a_class_b_identity_are_twenty_seconds_apart(quarter):
    first = {r["vessel"]: r["sent_ms"] for r in quarter[quarter["kind"] == 24][::-1]}
    second = {r["vessel"]: r["sent_ms"] for r in quarter[quarter["kind"] == 29][::-1]}
    behind = {(second[v] - first[v]) % 360_000 for v in first.keys() & second.keys()}
    assert behind
    assert all(abs(ms - 20_000) < 1_000 for ms in behind)


def test_the_long_range_report_is_of_class_a_and_every_three_minutes(exercise, quarter):
    far = quarter[quarter["kind"] == 27]
    assert not exercise.company.vessels["class_b"][far["vessel"]].any()
    assert np.abs(gaps(far, np.ones(len(far), bool)) - 180).max() < 1


def test_base_stations_report_every_ten_seconds_and_aids_every_three_minutes(exercise, quarter):
    for kind, seconds, count in ((4, 10, 36), (21, 180, 8)):
        fixed = quarter[quarter["kind"] == kind]
        assert len(set(fixed["vessel"].tolist())) == count
        assert set(gaps(fixed, np.ones(len(fixed), bool)).tolist()) == {float(seconds)}


# --- what they say -------------------------------------------------------------------------------


def test_values_stay_in_the_ranges_of_their_fields(quarter):
    moving = quarter[np.isin(quarter["kind"], (*CLASS_A, *CLASS_B))]
    assert ((moving["sog"] >= 0) & (moving["sog"] < 102.2)).all()
    for name in ("cog", "heading"):
        known = moving[name][~np.isnan(moving[name])]
        assert ((known >= 0) & (known < 360)).all()
    assert (np.abs(moving["turn"]) <= 128).all()


def test_a_vessel_without_a_compass_never_has_a_heading(exercise, quarter):
    moving = quarter[np.isin(quarter["kind"], (*CLASS_A, *CLASS_B))]
    fitted = exercise.company.vessels["heading_fitted"][moving["vessel"]].astype(bool)
    assert (np.isnan(moving["heading"]) == ~fitted).all()


@pytest.mark.parametrize("kinds,low,high", [(CLASS_A, 0.02, 0.15), (CLASS_B, 0.6, 0.95)])
def test_headings_of_511_have_their_share(exercise, quarter, kinds, low, high):
    sent = quarter[np.isin(quarter["kind"], kinds)]
    _, first = np.unique(sent["vessel"], return_index=True)
    assert low < np.isnan(sent["heading"][first]).mean() < high


def test_a_missing_heading_is_511_on_the_wire(exercise, wire):
    fleet, fitted = exercise.company.fleet, exercise.company.vessels["heading_fitted"]
    without = set(fleet.mmsi[fitted == 0].tolist())
    texts = [split(line)[1] for line in wire if line.count(b"\\") == 2]
    class_b = [text for text in texts if text.split(b",")[5:6][0][:1] == b"B" and whole(text)]
    said = [pyais.decode(text) for text in class_b]
    assert len(said) > 20
    assert all((one.heading == 511) == (one.mmsi in without) for one in said)


def whole(text: bytes) -> bool:
    """Whether a sentence has arrived as it was sent."""
    return text[-3:-2] == b"*" and pyais.NMEAMessage(text).is_valid


def test_a_log_and_a_gyro_scatter_but_do_not_lie(quarter):
    steady = quarter[(quarter["kind"] == 1) & (quarter["sog"] > 5) & (quarter["turn"] == 0)]
    order = np.lexsort((steady["sent_ms"], steady["vessel"]))
    one = steady[order]
    same = np.diff(one["vessel"]) == 0
    change = np.abs(np.diff(one["sog"]))[same]
    assert 0 < np.median(change) < 0.3


def test_only_fishing_boats_say_that_they_fish(exercise, quarter):
    fishing = quarter[np.isin(quarter["kind"], CLASS_A) & (quarter["status"] == FISHING)]
    kinds = {exercise.company.kinds[vessel] for vessel in fishing["vessel"].tolist()}
    assert kinds == {"fishing"}
    assert np.median(fishing["sog"]) < 5


def test_ships_at_anchor_hardly_move(quarter):
    anchored = quarter[np.isin(quarter["kind"], CLASS_A) & (quarter["status"] == 1)]
    assert anchored["sog"].max() < 1.5


def test_a_ship_beyond_a_gate_is_silent(exercise, quarter):
    sea, vessels = exercise.company.sea, exercise.company.vessels
    senders = set(quarter["vessel"][quarter["kind"] < 4].tolist())
    for row in np.flatnonzero(~vessels["class_b"].astype(bool)).tolist():
        modes = modes_between(sea, vessels[row], START_S, START_S + 900)
        assert (row in senders) != (modes == {AWAY})


def modes_between(sea, vessel, start_s: int, end_s: int) -> set[int]:
    """The modes of the legs that ``vessel`` is on in a span of time."""
    first, last = sea.first_leg[vessel["template"]], sea.first_leg[vessel["template"] + 1]
    legs = sea.legs[first:last]
    times = np.arange(start_s, end_s, 5) + vessel["phase_s"]
    cycle = times % sea.period_s[vessel["template"]]
    rows = np.searchsorted(legs["start_s"], cycle, "right") - 1
    return set(legs["mode"][rows].tolist())


# --- who hears it, and in what state -------------------------------------------------------------


def split(line: bytes) -> tuple[dict[str, str], bytes]:
    """The tag block of a line as fields, and what stands behind it."""
    _, block, text = line.split(b"\\", 2)
    words = block.split(b"*")[0].decode().split(",")
    return dict(word.split(":", 1) for word in words), text


def test_every_line_names_its_station_and_its_second(exercise, wire):
    names = {name.decode() for name in exercise.masts.names}
    for line in wire:
        if line.count(b"\\") == 2:
            block, _ = split(line)
            assert block["s"] in names
            assert START_S <= int(block["c"]) < START_S + 300


def test_the_same_message_comes_from_different_stations(wire):
    heard = defaultdict(list)
    for line in wire:
        if line.count(b"\\") == 2 and b",1,1,," in line:
            block, text = split(line)
            payload = text.split(b",")[5]
            # Aids and base stations say the same again and again.
            if payload[:1] in {b"1", b"3", b"B"}:
                heard[payload].append((block["s"], int(block["c"])))
    again = [told for told in heard.values() if len(told) > 1]
    assert len(again) > 0.05 * len(heard)
    for told in again:
        assert len({station for station, _ in told}) == len(told)
        seconds = [second for _, second in told]
        assert max(seconds) - min(seconds) <= 1 + LATEST_MS / 1000


def test_the_satellite_brings_only_long_range_reports(wire):
    far = [split(line)[1] for line in wire if line.startswith(b"\\") and b"s:SATELLITE" in line]
    kinds = Counter(text.split(b",")[5][:1] for text in far if text.count(b",") == 6)
    assert kinds.most_common(1)[0][0] == b"K"  # type 27
    assert kinds[b"K"] > 0.98 * len(far)


@pytest.mark.parametrize("wrong,short", [(0.2, 0.0), (0.0, 0.2), (0.1, 0.3), (0.0, 0.0)])
def test_the_shares_of_broken_lines_are_those_of_the_scenario(wrong, short):
    scenario = load_scenario()
    object.__setattr__(scenario, "faults", Faults(wrong, short))
    lines = Exercise(scenario, seed=3, vessels=150).lines(START_S, START_S + 120)
    found = Counter(state(lines.line(i)) for i in range(len(lines)))
    assert found["cut"] / len(lines) == pytest.approx(short, abs=0.03)
    assert found["wrong"] / len(lines) == pytest.approx(wrong, abs=0.03)
    if not wrong + short:
        assert set(found) == {"good"}


def state(line: bytes) -> str:
    text = line[line.rfind(b"!") :]
    if line.count(b"!") != 1 or text[-3:-2] != b"*":
        return "cut"
    return "good" if pyais.NMEAMessage(text).is_valid else "wrong"


def test_both_channels_are_used_alike(wire):
    texts = [split(line)[1] for line in wire if line.count(b"\\") == 2]
    channels = Counter(text.split(b",")[4] for text in texts if text.count(b",") == 6)
    assert set(channels) == {b"A", b"B"}
    assert channels[b"A"] / channels.total() == pytest.approx(0.5, abs=0.1)


def test_a_cast_of_one_kind_is_only_that_kind():
    scenario = load_scenario()
    scenario.cast.clear()
    scenario.cast["pilot"] = 5
    object.__setattr__(scenario, "ferries", ())
    object.__setattr__(scenario, "vessels", ())
    assert Counter(Company.of(scenario, 1, None).kinds) == {"pilot": 5}
